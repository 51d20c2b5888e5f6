"""A project's own context providers, answering for whoever acts."""

from __future__ import annotations

import functools
import importlib
import inspect
import sys
from collections.abc import Callable, Iterable
from typing import Any

from ..carriers import PatchTarget
from ..errors import ProjectError, did_you_mean, users_mistake
from ..identity import WXContext
from .acting import acting

__tracebackhide__ = users_mistake


class Patches:
    """Replaces the targets wherever they stand, and puts them back.

    A replacement asks who acts at each call; while nobody does it calls the original. So it can stay
    in place for a whole run.
    """

    def __init__(self, targets: Iterable[PatchTarget]) -> None:
        self._targets = tuple(targets)
        self._undo: list[tuple[Any, str, Any]] = []

    def apply(self) -> None:
        """Import the targets and replace them, in each module that holds them by name too.

        Raises:
            ProjectError: when a target or converter cannot be used; then nothing is replaced.
        """
        if self._undo:
            return
        found = [(*_owner(target), _callable(target.path), _converter(target)) for target in self._targets]
        for owner, name, original, converter in found:
            replacement = _replacement(original, converter)
            bound = isinstance(inspect.getattr_static(owner, name), staticmethod | classmethod)
            self._replace(owner, name, staticmethod(replacement) if bound else replacement)
            for module in list(sys.modules.values()):
                # vars(), not getattr: a module's __getattr__ may import half the world.
                held = [key for key, value in list(vars(module).items()) if value is original] if module else []
                for key in held:
                    if (module, key) != (owner, name):
                        self._replace(module, key, replacement)

    def undo(self) -> None:
        """Put everything back as it was."""
        while self._undo:
            owner, name, before = self._undo.pop()
            if before is _ABSENT:
                delattr(owner, name)
            else:
                setattr(owner, name, before)

    def _replace(self, owner: Any, name: str, replacement: Any) -> None:
        # vars(), not getattr: a static method must be put back as one, and an inherited one not at all.
        self._undo.append((owner, name, vars(owner).get(name, _ABSENT)))
        setattr(owner, name, replacement)


_ABSENT = object()


def _owner(target: PatchTarget) -> tuple[Any, str]:
    """What holds the target, and under which name."""
    path, _, name = target.attribute.rpartition(".")
    return (_resolve(f"{target.module}:{path}") if path else _imported(target.module, target.path)), name


def _converter(target: PatchTarget) -> Callable[[WXContext], Any]:
    return _callable(target.converter) if target.converter else WXContext.as_dict


def _callable(path: str) -> Any:
    found = _resolve(path)
    if not callable(found):
        raise ProjectError(f"wxcloud_patch: {path!r} is {type(found).__name__}, not a function.")
    return found


def _replacement(original: Any, converter: Callable[[WXContext], Any]) -> Any:
    if inspect.iscoroutinefunction(original):

        @functools.wraps(original)
        async def answer_async(*args: Any, **kwargs: Any) -> Any:
            who = acting()
            return await original(*args, **kwargs) if who is None else converter(who.principal.context)

        return answer_async

    @functools.wraps(original)
    def answer(*args: Any, **kwargs: Any) -> Any:
        who = acting()
        return original(*args, **kwargs) if who is None else converter(who.principal.context)

    return answer


def _imported(module: str, path: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ProjectError(f"wxcloud_patch: cannot import {module!r} of {path!r}: {error}") from error


def _resolve(path: str) -> Any:
    module_name, attribute = path.split(":")
    module = _imported(module_name, path)
    try:
        return functools.reduce(getattr, attribute.split("."), module)
    except AttributeError:
        near = did_you_mean(attribute, [name for name in vars(module) if not name.startswith("_")])
        raise ProjectError(f"wxcloud_patch: {module_name!r} has no {attribute!r}. {near}") from None
