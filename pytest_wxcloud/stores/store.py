"""What any database must be able to do to be part of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ..changes import Change, Changes


@dataclass(frozen=True)
class Store:
    """One database, as two callables.

    Args:
        snapshot: looks at the present state, and answers what puts it back; that is called once.
        differences: looks at the present state, and answers what tells how the state differs by then: a
            `Change` a row, its `collection` being the table and its `id` the primary key. That may be called often.
    """

    snapshot: Callable[[], Callable[[], None]]
    differences: Callable[[], Callable[[], Iterable[Change]]]

    @contextmanager
    def scene(self) -> Iterator[None]:
        """Take back, after the block, whatever it does to the database. Scenes nest."""
        put_back = self.snapshot()
        try:
            yield
        finally:
            put_back()

    @contextmanager
    def changes(self) -> Iterator[Changes[Change]]:
        """What the block inserts, updates and removes."""
        tell = self.differences()
        changes = Changes(lambda: list(tell()))
        try:
            yield changes
        finally:
            changes.keep()
