"""What any database must be able to do to be part of a scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ..changes import Change, Changes


def _finds_none(_table: str, _column: str, _value: Any) -> bool:
    return False


@dataclass(frozen=True)
class Store:
    """One database, as two callables, or three.

    Args:
        snapshot: looks at the present state, and answers what puts it back; that is called once.
        differences: looks at the present state, and answers what tells how the state differs by then: a
            `Change` a row, its `collection` being the table and its `id` the primary key. That may be called often.
        finds: asks the database for a value in a column of a table, and answers whether it finds a row: one whose
            text differs in case, where the column has such a collation.
    """

    snapshot: Callable[[], Callable[[], None]]
    differences: Callable[[], Callable[[], Iterable[Change]]]
    finds: Callable[[str, str, Any], bool] = _finds_none

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
