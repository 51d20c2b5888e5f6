"""Where strategies and Faker providers find the people to draw from, and what waits for `identity` to be imported.

Strategies are written down before any project is known, so this has to be ambient. It is a room of its own
because every run sets it, and most never need what `identity` would import.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

# Innermost last; a list and not a context variable, so that threads see it.
_sources: list[Callable[[], Any]] = []
_waiting: list[Callable[[], None]] = []


def ambient_people() -> Any:
    """The `identity.People` of the project under test; None when no run has set any."""
    return _sources[-1]() if _sources else None


@contextmanager
def people_from(source: Callable[[], Any]) -> Iterator[None]:
    """Make `ambient_people` answer what `source` does, for as long as the block lasts."""
    _sources.append(source)
    try:
        yield
    finally:
        _sources.remove(source)


def with_identity(work: Callable[[], None]) -> None:
    """Do `work` as soon as `identity` has been imported, which may be now."""
    if "pytest_wxcloud.identity" in sys.modules:
        work()
    else:
        _waiting.append(work)


def identity_is_there() -> None:
    """Do what has waited for `identity`."""
    while _waiting:
        _waiting.pop()()
