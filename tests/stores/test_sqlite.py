"""sqlite3, by connection and by file."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

import pytest

from pytest_wxcloud.errors import StoreError
from pytest_wxcloud.stores import sqlite_store

from .conftest import SCHEMA, check


@pytest.fixture
def memory():
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        yield connection


def test_a_connection_in_memory(memory) -> None:
    """Rows are told and taken back, also when they are never committed."""
    if sys.version_info < (3, 11):
        memory.isolation_level = None
    check(sqlite_store(memory), lambda statement: memory.execute(statement).fetchall())


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 cannot copy uncommitted rows")
@pytest.mark.parametrize("ends", [False, True])
def test_an_open_transaction(memory, ends: bool) -> None:
    """It stays open, for the test to roll back; if it was ended meanwhile, the rows are taken back all the same."""
    memory.execute("UPDATE todos SET text = 'uncommitted' WHERE id = 1")
    with sqlite_store(memory).scene():
        memory.execute("DELETE FROM todos")
        if ends:
            memory.commit()
    assert memory.execute("SELECT text FROM todos").fetchall() == [("uncommitted",), ("bread",), ("tea",)]
    memory.rollback()
    assert memory.execute("SELECT text FROM todos WHERE id = 1").fetchone() == ("uncommitted" if ends else "milk",)


def test_a_connection_with_rows_of_its_own_make(memory) -> None:
    """A row factory changes nothing for the store."""
    memory.row_factory = lambda _cursor, _row: {"never": "a tuple"}
    memory.isolation_level = None

    def execute(statement):
        memory.row_factory, factory = None, memory.row_factory
        try:
            return memory.execute(statement).fetchall()
        finally:
            memory.row_factory = factory

    check(sqlite_store(memory), execute)


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_file(file, mode: str) -> None:
    """By path, whoever writes: here each statement has a connection of its own, while another stays open."""
    with closing(sqlite3.connect(file)) as other:
        other.execute(f"PRAGMA journal_mode={mode}")
        other.execute("SELECT * FROM todos").fetchall()

        def execute(statement):
            with closing(sqlite3.connect(file)) as connection, connection:
                return connection.execute(statement).fetchall()

        check(sqlite_store(file), execute)
        assert other.execute("SELECT count(*) FROM todos").fetchone() == (3,)


def test_a_connection_to_a_file_sees_the_others(file) -> None:
    """A connection that is given tells and takes back what others commit, too."""
    with closing(sqlite3.connect(file, isolation_level=None)) as mine, closing(sqlite3.connect(file)) as other:
        store = sqlite_store(mine)
        with store.scene(), store.changes() as changes, other:
            other.execute("DELETE FROM todos WHERE id = 1")
        assert [str(change.id) for change in changes.removed] == ["1"]
        assert other.execute("SELECT count(*) FROM todos").fetchone() == (3,)


def test_numbers_start_over(file) -> None:
    """AUTOINCREMENT gives the same id in every example."""
    ids = []
    for _ in range(2):
        with sqlite_store(file).scene(), closing(sqlite3.connect(file)) as connection, connection:
            ids.append(connection.execute("INSERT INTO people (name) VALUES ('dan')").lastrowid)

    assert ids == [3, 3]


def test_triggers_do_not_see_it(file) -> None:
    """Going back is no update."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        with sqlite_store(file).scene(), sqlite_store(file).changes() as changes:
            connection.execute("UPDATE people SET name = 'anna' WHERE id = 1")
        assert connection.execute("SELECT * FROM audit").fetchall() == []
    assert {change.collection for change in changes} == {"people", "audit"}


def test_a_table_that_is_made_meanwhile_stays(memory, file) -> None:
    """Without its rows: the module that made it was imported, and will not make it again."""
    for store, connection in (
        (sqlite_store(memory), memory),
        (sqlite_store(file), sqlite3.connect(file, isolation_level=None)),
    ):
        with closing(connection):
            with store.scene(), store.changes() as changes:
                connection.execute("CREATE TABLE extra (id INTEGER PRIMARY KEY)")
                connection.execute("CREATE VIRTUAL TABLE words USING fts5(word)")
                connection.execute("CREATE INDEX extra_index ON extra (id)")
                connection.execute("INSERT INTO extra VALUES (5)")
                connection.commit()
            assert ("extra", 5) in [(change.collection, change.id) for change in changes.inserted]
            assert connection.execute("SELECT * FROM extra").fetchall() == []
            connection.execute("INSERT INTO words VALUES ('tea')")


def test_a_file_that_comes_and_goes(tmp_path) -> None:
    """It need not be there yet, and is not made; one that was deleted or replaced comes back."""
    path = tmp_path / "late.db"
    store = sqlite_store(str(path))
    with store.scene(), store.changes() as nothing:
        pass
    assert not path.exists()
    assert not len(nothing)

    def make(number):
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE IF NOT EXISTS t (id INTEGER PRIMARY KEY)")
            connection.execute("INSERT INTO t VALUES (?)", [number])

    def ids():
        with closing(sqlite3.connect(path)) as connection:
            return [row[0] for row in connection.execute("SELECT id FROM t")]

    with store.scene(), store.changes() as changes:
        make(1)
    assert [change.id for change in changes] == [1]
    assert ids() == []
    make(2)
    if sys.platform == "win32":
        return  # an open file cannot be deleted there
    with store.scene(), store.changes() as changes:
        path.unlink()
        make(3)
    assert [(change.kind, change.id) for change in changes] == [("removed", 2), ("inserted", 3)]
    assert ids() == [2]
    with store.scene(), store.changes() as changes:
        path.unlink()
        assert [(change.kind, change.id) for change in changes] == [("removed", 2)]
        assert not path.exists()
    assert ids() == [2]


def test_a_lock_is_told(file, monkeypatch) -> None:
    """Where SQLite would wait, or Python for ever, the error says what to close."""
    monkeypatch.setattr("pytest_wxcloud.stores.sqlite.PATIENCE", 0.01)
    with closing(sqlite3.connect(file)) as other:
        with pytest.raises(StoreError, match="has not ended a transaction"):
            change_and_lock(other, sqlite_store(file))
        other.rollback()


def change_and_lock(connection, store) -> None:
    with store.scene():
        connection.execute("DELETE FROM people")
        connection.commit()
        connection.execute("DELETE FROM todos")


def test_text_that_is_no_text(memory) -> None:
    """Bytes that are not UTF-8, and bytes, cross as they are."""
    memory.isolation_level = None
    with sqlite_store(memory).changes() as changes:
        memory.execute("INSERT INTO visits VALUES (CAST(x'ff' AS TEXT), x'00ff')")

    assert changes.inserted[0].after == {"page": "\udcff", "times": b"\x00\xff"}
