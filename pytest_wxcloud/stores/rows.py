"""Rows as Python sees them, how two states of them differ, and a store for whoever can read and write them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from ..changes import Change
from .store import Store

#: Table → primary key → row. A primary key of several columns is a tuple.
Rows = Mapping[str, Mapping[Hashable, Mapping[str, Any]]]


def compare(before: Rows, after: Rows) -> list[Change]:
    """What was inserted, updated and removed, table by table."""
    changes: list[Change] = []
    for table in dict.fromkeys((*before, *after)):
        was, now = before.get(table, {}), after.get(table, {})
        if was is now or was == now:
            continue
        for key in dict.fromkeys((*was, *now)):
            old, new = was.get(key), now.get(key)
            if old != new:
                changes.append(Change(table, key, _copied(old), _copied(new)))
    return changes


def _copied(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None else dict(row)


def rows_store(
    read: Callable[[], Rows],
    write: Callable[[Rows], None],
    finds: Callable[[str, str, Any], bool] | None = None,
) -> Store:
    """A store of one's own: `read` answers all rows there are, `write` makes them these again.

    ``rows_store(lambda: {"users": copy(USERS)}, lambda rows: USERS.update(rows["users"]))``, say, or two
    functions that select from, and delete from and insert into, each table. What `read` answers must not
    change later. `finds` is for a database that compares texts without regard to case, see `Store`.
    """

    def snapshot() -> Callable[[], None]:
        before = read()
        return lambda: write(before)

    def changes() -> Callable[[], list[Change]]:
        before = read()
        return lambda: compare(before, read())

    return Store(snapshot, changes) if finds is None else Store(snapshot, changes, finds)
