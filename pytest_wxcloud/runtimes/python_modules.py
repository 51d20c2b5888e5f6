"""Loads Python functions so that the modules of one are invisible to another.

Each function folder becomes a package of its own, `wxfunction.<n>`. Its modules say ``import helper``
as they do on the platform, where the folder is on the path: their own ``__import__`` looks among their
siblings first, and so does their own ``importlib.import_module``. So nothing is added to `sys.path`, two
functions may each have a ``helper``, and an import that runs during a call finds the right one, also when
calls overlap. A folder below its own that a function adds to `sys.path` is taken from there, and searched
for this function only.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import importlib.machinery
import importlib.util
import itertools
import os
import sys
import warnings
from collections.abc import Mapping, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = "wxfunction"
#: Modules of ended instances that are kept before they are let go of: that takes as long as a call or two.
PATIENCE = 40
_numbers = itertools.count()
_ended: list[ModuleType] = []  # those that hold something open


class FunctionPackage:
    """The modules of one function folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"{ROOT}.{folder.name.replace('.', '_')}_{next(_numbers)}"
        self._builtins: dict[str, Any] = {}
        self._importlib = _Importlib(self)
        self._added: list[str] = []  # folders below this one that the function put on sys.path
        self.refresh()

    def refresh(self) -> None:
        """Let the modules see the builtins as they are now: a test may have replaced ``open`` or ``input``."""
        self._builtins.update({**vars(builtins), "__import__": self._import})

    def load(self, module: str) -> ModuleType:
        """Import `module` of this folder.

        Raises:
            Exception: whatever the module raises when it is executed.
        """
        if self not in _finder.packages:
            _finder.packages.append(self)
        if _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)
        before = list(sys.path)
        try:
            return self.import_module(module)
        finally:
            self._added += [place for place in self._on_path() if place not in before]
            sys.path[:] = [place for place in sys.path if place not in self._added]
            self.refresh()

    def unload(self) -> None:
        """Forget every module of this folder. What they hold open stays so until `let_go`."""
        names = [name for name in sys.modules if name == self.name or name.startswith(f"{self.name}.")]
        modules = [sys.modules.pop(name) for name in names]
        if ROOT in sys.modules:
            vars(sys.modules[ROOT]).pop(self.name.rpartition(".")[2], None)
        if self in _finder.packages:
            _finder.packages.remove(self)
        if len(_ended) >= PATIENCE:
            let_go()
        if any(hasattr(type(value), "close") for module in modules for value in vars(module).values()):
            _ended.extend(modules)

    def import_module(self, module: str) -> ModuleType:
        """Import `module`, named as the function's own code names it."""
        return importlib.import_module(f"{self.name}.{module}")

    def owns(self, module: str) -> bool:
        """Whether `module` (a top-level name) is found in this folder, as if it were first on the path."""
        if module in sys.builtin_module_names:
            return False
        places = self._places()
        if any((place / f"{module}.py").is_file() or (place / module / "__init__.py").is_file() for place in places):
            return True
        # A folder that is no package is found only where there is no package or module of that name.
        if not any((place / module).is_dir() for place in places):
            return False
        spec = importlib.machinery.PathFinder.find_spec(module)
        return spec is None or spec.loader is None

    def find(self, fullname: str) -> ModuleSpec | None:
        """The spec of a module in this package, executed with this package's ``__import__``."""
        if fullname == self.name:
            return _package_spec(fullname, [str(self.folder)])
        if not fullname.startswith(f"{self.name}."):
            return None
        paths = [place.joinpath(*fullname[len(self.name) + 1 :].split(".")) for place in self._places()]
        for path in paths:
            for file, is_package in ((path / "__init__.py", True), (path.with_name(f"{path.name}.py"), False)):
                if file.is_file():
                    loader = _ModuleLoader(fullname, str(file), self._builtins)
                    inside = [str(path)] if is_package else None
                    return importlib.util.spec_from_file_location(
                        fullname, file, loader=loader, submodule_search_locations=inside
                    )
        folders = [str(path) for path in paths if path.is_dir()]
        return _package_spec(fullname, folders) if folders else None

    def _on_path(self) -> list[str]:
        folder = str(self.folder)
        return [place for place in sys.path if place == folder or place.startswith(folder + os.sep)]

    def _places(self) -> list[Path]:
        return [self.folder, *map(Path, self._added + self._on_path())]

    def _import(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        top = name.partition(".")[0]
        if level:
            self._check_level(str((globals or {}).get("__package__")), level)
        if level or not self.owns(top):
            module = builtins.__import__(name, globals, locals, fromlist or (), level)
            return self._importlib if module is importlib else module
        module = self.import_module(name)
        if not fromlist:
            return sys.modules[f"{self.name}.{top}"]
        for wanted in fromlist:  # "from package import module", as the import statement does it
            if wanted != "*" and not hasattr(module, wanted) and hasattr(module, "__path__"):
                try:
                    importlib.import_module(f"{module.__name__}.{wanted}")
                except ModuleNotFoundError as error:
                    if error.name != f"{module.__name__}.{wanted}":
                        raise
        return module

    def _check_level(self, package: str, level: int) -> None:
        """Refuse what lies above the folder: on the platform there is no package around it."""
        depth = package.count(".") - self.name.count(".") if package.startswith(self.name) else level
        if depth == 0:
            raise ImportError("attempted relative import with no known parent package")
        if level > depth:
            raise ImportError("attempted relative import beyond top-level package")


def let_go() -> None:
    """Let go of the connections and files that the modules of ended instances hold, as an end on the platform does.

    What nobody else holds is closed here, and not in the middle of another test, with a `ResourceWarning`.
    """
    if _ended:
        gc.collect()  # what others left behind is told as ever
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            _ended.clear()
            gc.collect()


class _Importlib(ModuleType):
    """``importlib`` as a function's own modules see it."""

    def __init__(self, package: FunctionPackage) -> None:
        super().__init__("importlib")
        self._package = package

    def __getattr__(self, name: str) -> Any:
        return getattr(importlib, name)

    def import_module(self, name: str, package: str | None = None) -> ModuleType:
        """``importlib.import_module``, which finds the function's own modules first."""
        if not name.startswith(".") and self._package.owns(name.partition(".")[0]):
            return self._package.import_module(name)
        return importlib.import_module(name, package)


class _ModuleLoader(SourceFileLoader):
    """Gives the module its package's builtins before it runs."""

    def __init__(self, fullname: str, path: str, own_builtins: dict[str, Any]) -> None:
        super().__init__(fullname, path)
        self._builtins = own_builtins

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = self._builtins
        super().exec_module(module)


class _Finder:
    """The one entry in `sys.meta_path`, put there when the first function is loaded."""

    def __init__(self) -> None:
        self.packages: list[FunctionPackage] = []

    def find_spec(self, fullname: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        if not fullname.startswith(ROOT):
            return None
        if fullname == ROOT:
            return _package_spec(ROOT, [])
        found = (package.find(fullname) for package in self.packages)
        return next((spec for spec in found if spec is not None), None)


class _EmptyLoader(Loader):
    """For folders without an ``__init__.py``."""

    def create_module(self, _spec: ModuleSpec) -> None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        pass


def _package_spec(name: str, places: list[str]) -> ModuleSpec:
    spec = ModuleSpec(name, _EmptyLoader(), is_package=True)
    spec.submodule_search_locations = places
    return spec


_finder = _Finder()
