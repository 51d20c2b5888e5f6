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
            ProjectError: when a target or converter cannot be imported.
        """
        if self._undo:
            return
        for target in self._targets:
            original = _resolve(f"{target.module}:{target.attribute}")
            converter = _resolve(target.converter) if target.converter else WXContext.as_dict
            self._replace(target, original, _replacement(original, converter))

    def undo(self) -> None:
        """Put every original back."""
        while self._undo:
            owner, name, original = self._undo.pop()
            setattr(owner, name, original)

    def _replace(self, target: PatchTarget, original: Any, replacement: Any) -> None:
        *path, name = target.attribute.split(".")
        owner = functools.reduce(getattr, path, sys.modules[target.module])
        places = [(owner, name)]
        for module in list(sys.modules.values()):
            # vars(), not getattr: a module's __getattr__ may import half the world.
            held = [key for key, value in list(vars(module).items()) if value is original] if module else []
            places.extend((module, key) for key in held if module is not owner)
        for place, key in places:
            self._undo.append((place, key, original))
            setattr(place, key, replacement)


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


def _resolve(path: str) -> Any:
    module_name, attribute = path.split(":")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise ProjectError(f"wxcloud_patch: cannot import {module_name!r} of {path!r}: {error}") from error
    try:
        return functools.reduce(getattr, attribute.split("."), module)
    except AttributeError:
        near = did_you_mean(attribute, [name for name in vars(module) if not name.startswith("_")])
        raise ProjectError(f"wxcloud_patch: {module_name!r} has no {attribute!r}. {near}") from None
