"""Methods of libraries that do something more while somebody acts.

No library is imported: one that is there already is prepared when somebody first acts, others as they are imported.
"""

from __future__ import annotations

import importlib.abc
import importlib.util
import inspect
import sys
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

Method = Callable[..., Any]


@dataclass(frozen=True)
class Point:
    """A method: where it stands, what makes another one of it, and which versions of the library have it.

    `takes` are its arguments, where older versions had others.
    """

    module: str
    path: str
    remake: Callable[[Method], Method]
    since: str
    takes: tuple[str, ...] = ()


class Points(importlib.abc.MetaPathFinder):
    """Some points, which are remade together. `too_old` is said of a method that is not as it is known."""

    def __init__(self, points: Iterable[Point], too_old: str) -> None:
        self._points: dict[str, list[Point]] = {}
        for point in points:
            self._points.setdefault(point.module, []).append(point)
        self._too_old = too_old
        self._looking: set[str] = set()
        self._remade: list[tuple[type, str, Method, Method]] = []

    def install(self) -> None:
        """Remake the methods of libraries that are there, and of others when they are imported."""
        if self not in sys.meta_path:
            sys.meta_path.insert(0, self)
            for name in self._points:
                if name in sys.modules:
                    self.prepare(sys.modules[name])

    def uninstall(self) -> None:
        """Undo `install`, but for what somebody has replaced since."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        while self._remade:
            owner, name, original, replacement = self._remade.pop()
            if vars(owner).get(name) is replacement:
                setattr(owner, name, original)

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec that the other finders have, with our work after the loader's."""
        if fullname not in self._points or fullname in self._looking:
            return None
        self._looking.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._looking.discard(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Preparing(spec.loader, self.prepare)
        return spec

    def prepare(self, module: ModuleType) -> None:
        """Remake the methods of a module that has just been imported."""
        for point in self._points[module.__name__]:
            class_name, _, name = point.path.partition(".")
            owner = getattr(module, class_name, None)
            original = vars(owner).get(name) if isinstance(owner, type) else None
            if original is None or (point.takes and tuple(inspect.signature(original).parameters) != point.takes):
                said = self._too_old.format(module=module.__name__, path=point.path, since=point.since)
                warnings.warn(said, stacklevel=2)
                continue
            assert isinstance(owner, type)
            replacement = point.remake(original)
            setattr(owner, name, replacement)
            self._remade.append((owner, name, original, replacement))


class _Preparing(importlib.abc.Loader):
    """A loader that prepares the module when it is there; in everything else it is the loader it stands for."""

    def __init__(self, loader: Any, prepare: Callable[[ModuleType], None]) -> None:
        self._loader = loader
        self._prepare = prepare

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)  # type: ignore[no-any-return]

    def exec_module(self, module: ModuleType) -> None:
        spec = module.__spec__
        if spec is not None:
            spec.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._prepare(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)
