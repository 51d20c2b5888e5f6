"""Loads Python functions so that the modules of one are invisible to another.

Each function folder becomes a package of its own, `wxfunction.<n>`. Its modules say ``import helper``
as they do on the platform, where the folder is on the path: their own ``__import__`` looks among their
siblings first. So nothing is added to `sys.path`, two functions may each have a ``helper``, and an
import that runs during a call finds the right one, also when calls overlap.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import itertools
import sys
from collections.abc import Mapping, Sequence
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = "wxfunction"
_numbers = itertools.count()


class FunctionPackage:
    """The modules of one function folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = f"{ROOT}.{folder.name.replace('.', '_')}_{next(_numbers)}"
        self._builtins = {**vars(builtins), "__import__": self._import}

    def load(self, module: str) -> ModuleType:
        """Import `module` of this folder.

        Raises:
            Exception: whatever the module raises when it is executed.
        """
        if self not in _finder.packages:
            _finder.packages.append(self)
        if _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)
        return importlib.import_module(f"{self.name}.{module}")

    def unload(self) -> None:
        """Forget every module of this folder."""
        for name in [name for name in sys.modules if name == self.name or name.startswith(f"{self.name}.")]:
            del sys.modules[name]
        if self in _finder.packages:
            _finder.packages.remove(self)

    def owns(self, module: str) -> bool:
        """Whether `module` (a top-level name) lies in this folder."""
        return (self.folder / f"{module}.py").is_file() or (self.folder / module).is_dir()

    def find(self, fullname: str) -> ModuleSpec | None:
        """The spec of a module in this package, executed with this package's ``__import__``."""
        if fullname == self.name:
            return _package_spec(fullname, [str(self.folder)])
        if not fullname.startswith(f"{self.name}."):
            return None
        path = self.folder.joinpath(*fullname[len(self.name) + 1 :].split("."))
        for file, is_package in ((path / "__init__.py", True), (path.with_suffix(".py"), False)):
            if file.is_file():
                loader = _ModuleLoader(fullname, str(file), self._builtins)
                places = [str(path)] if is_package else None
                return importlib.util.spec_from_file_location(
                    fullname, file, loader=loader, submodule_search_locations=places
                )
        return _package_spec(fullname, [str(path)]) if path.is_dir() else None

    def _import(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        top = name.partition(".")[0]
        if level or top in sys.builtin_module_names or not self.owns(top):
            return builtins.__import__(name, globals, locals, fromlist or (), level)
        module = importlib.import_module(f"{self.name}.{name}")
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
