"""What every store must be able to do, checked on each in the same way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_wxcloud.stores import Store

SCHEMA = """
CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(20) UNIQUE, at DATETIME);
CREATE TABLE todos (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES people(id), text VARCHAR(20));
CREATE TABLE shares (todo INTEGER, person INTEGER, PRIMARY KEY (todo, person)) WITHOUT ROWID;
CREATE TABLE visits (page VARCHAR(20), times INTEGER);
CREATE TABLE audit (what VARCHAR(20));
CREATE TRIGGER renamed AFTER UPDATE ON people BEGIN INSERT INTO audit VALUES (old.name); END;
INSERT INTO people VALUES (1, 'ann', '2025-01-01 08:00:00.000000'), (2, 'bob', NULL);
INSERT INTO todos VALUES (1, 1, 'milk'), (2, 1, 'bread'), (3, 2, 'tea');
INSERT INTO shares VALUES (1, 2);
INSERT INTO visits VALUES ('home', 1), ('home', 1);
"""

#: Statements after which something of every kind has happened.
WRITES = (
    "UPDATE todos SET text = 'oat milk' WHERE id = 1",
    "DELETE FROM todos WHERE id = 2",
    "INSERT INTO people VALUES (9, 'cyd', '2025-06-01 09:30:00.000000')",
    "INSERT INTO todos VALUES (4, 9, 'rice')",
    "UPDATE todos SET owner = 9 WHERE id = 3",
    "DELETE FROM shares",
    "INSERT INTO shares VALUES (4, 9)",
    "INSERT INTO visits VALUES ('home', 1)",
)
#: What they change: table → kind → id → column → before and after.
TOLD = {
    "updated": {("todos", 1): {"text": ("milk", "oat milk")}, ("todos", 3): {"owner": (2, 9)}},
    "removed": {("todos", 2), ("shares", (1, 2))},
    "inserted": {("people", 9), ("todos", 4), ("shares", (4, 9))},
}

Execute = Callable[[str], list]


def check(store: Store, execute: Execute) -> None:
    """The store takes back what `WRITES` do, in scenes that nest, and tells it."""
    tables = ("people", "todos", "shares", "visits", "audit")
    rows = lambda: {table: sorted(execute(f"SELECT * FROM {table}"), key=repr) for table in tables}  # noqa: E731
    before = rows()
    with store.changes() as nothing, store.scene():
        execute("SELECT * FROM todos")
    with store.scene():
        execute("DELETE FROM visits")
        between = rows()
        with store.changes() as changes:
            with store.scene(), store.changes() as inner:
                for statement in WRITES:
                    execute(statement)
            assert rows() == between
        with pytest.raises(ZeroDivisionError), store.scene():
            _fail_after(execute)
        assert rows() == between
    assert rows() == before
    assert not len(nothing)
    assert not len(changes)
    visits = [change for change in inner if change.collection == "visits"]
    told = [change for change in inner if change.collection != "visits"]
    assert {(c.collection, c.id): c.fields for c in told if c.kind == "updated"} == TOLD["updated"]
    for kind in ("removed", "inserted"):
        assert {(c.collection, c.id) for c in told if c.kind == kind} == TOLD[kind]
    assert [change.after for change in visits] == [{"page": "home", "times": 1}]


def _fail_after(execute: Execute) -> None:
    execute("DELETE FROM shares")
    raise ZeroDivisionError


@pytest.fixture
def file(tmp_path) -> Path:
    """A SQLite file with `SCHEMA`."""
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(tmp_path / "app.db")) as connection:
        connection.executescript(SCHEMA)
    return tmp_path / "app.db"
