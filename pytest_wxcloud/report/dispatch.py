"""Which actions a function dispatches: on ``event.action``, ``event.type``, ``$url``; found in its source.

Known are switch and case, chains of if, tables of handlers, and tcb-router's ``app.router('…')``; in Python
also match. What is put together at run time is not found.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from .dispatch_javascript import actions_in_javascript
from .dispatch_python import actions_in_python

LARGE = 400_000  # bytes; a bundled file holds whatever there is
NOT_ITS_OWN = {"node_modules", "miniprogram_npm", "__pycache__"}
JAVASCRIPT = (".js", ".cjs", ".mjs", ".ts")


def actions_of(folder: Path) -> list[str]:
    """The actions that the function in `folder` dispatches, sorted; none where it does one thing.

    An event's type is an action where it decides between several things, and nothing else does.
    """
    found: dict[str, set[str]] = {}
    for file in sorted(folder.rglob("*")):
        if not NOT_ITS_OWN.isdisjoint(file.relative_to(folder).parts) or not file.is_file():
            continue
        if file.stat().st_size > LARGE:
            continue
        for key, action in _actions_in(file):
            found.setdefault(key, set()).add(action)
    types = found.pop("type", set())
    actions: set[str] = set().union(*found.values())
    return sorted(actions or (types if len(types) > 1 else ()))


def _actions_in(file: Path) -> Iterable[tuple[str, str]]:
    if file.suffix in JAVASCRIPT:
        return actions_in_javascript(_text(file), partial(_required, file))
    return actions_in_python(_text(file)) if file.suffix == ".py" else ()


def _required(file: Path, name: str) -> str:
    """The source that ``require(name)`` in `file` reads; empty when it is no file of the function's own."""
    if not name.startswith("."):
        return ""
    place = file.parent / name
    candidates = [place, *(place.with_name(place.name + suffix) for suffix in JAVASCRIPT), place / "index.js"]
    return next((_text(one) for one in candidates if one.is_file()), "")


def _text(file: Path) -> str:
    return file.read_text("utf-8", "replace")
