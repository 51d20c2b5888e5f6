"""SQLAlchemy's engines and connections."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

import pytest

sqlalchemy = pytest.importorskip("sqlalchemy")

from sqlalchemy import create_engine, text  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402
from sqlalchemy.pool import StaticPool  # noqa: E402

from pytest_wxcloud.errors import StoreError  # noqa: E402
from pytest_wxcloud.stores import sqlalchemy_store  # noqa: E402
from pytest_wxcloud.stores.sqlalchemy import table_store  # noqa: E402

from .conftest import SCHEMA, check  # noqa: E402


@pytest.fixture
def engine(file):
    engine = create_engine(f"sqlite:///{file}")
    yield engine
    engine.dispose()


@pytest.fixture(params=["thread", "static"])
def memory(request):
    """An engine in memory, whose connection threads, or all, share."""
    options = {"poolclass": StaticPool} if request.param == "static" else {}
    engine = create_engine("sqlite://", **options)
    with engine.begin() as connection:
        connection.connection.executescript(SCHEMA)
    yield engine
    engine.dispose()


def executing(engine):
    """Runs a statement in a transaction of its own."""

    def execute(statement):
        with engine.begin() as connection:
            found = connection.execute(text(statement))
            return [tuple(row) for row in found] if found.returns_rows else []

    return execute


def test_a_file(engine) -> None:
    check(sqlalchemy_store(engine), executing(engine))


def test_memory(memory) -> None:
    check(sqlalchemy_store(memory), executing(memory))


def test_whatever_the_database(engine) -> None:
    """What is done where there is no SQLite: by reflected tables, with constraints that hold."""

    @sqlalchemy.event.listens_for(engine, "connect")
    def enforce(connection, _record) -> None:
        connection.execute("PRAGMA foreign_keys = ON")

    engine.dispose()
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER renamed"))  # it would see rows go back, as it does there
    check(table_store(engine), executing(engine))


@pytest.mark.parametrize(
    "statements",
    [
        # the unique name goes to another row
        ("DELETE FROM people WHERE id = 2", "INSERT INTO people VALUES (5, 'bob', NULL)"),
        # a row that stays refers to one that goes
        ("INSERT INTO people VALUES (6, 'eve', NULL)", "UPDATE todos SET owner = 6 WHERE id = 1"),
        # two rows take each other's place
        ("DELETE FROM people WHERE id = 1", "UPDATE people SET id = 1 WHERE id = 2"),
    ],
)
def test_constraints_are_no_obstacle(engine, statements: tuple) -> None:
    """Rows go back in an order that unique columns and references allow."""

    @sqlalchemy.event.listens_for(engine, "connect")
    def enforce(connection, _record) -> None:
        connection.execute("PRAGMA foreign_keys = ON")

    engine.dispose()
    execute = executing(engine)
    execute("DELETE FROM todos WHERE id > 1")
    execute("UPDATE todos SET owner = NULL")
    before = execute("SELECT * FROM people") + execute("SELECT * FROM todos")
    with table_store(engine).scene():
        for statement in statements:
            execute(statement)
        assert execute("SELECT * FROM people") + execute("SELECT * FROM todos") != before
    assert execute("SELECT * FROM people") + execute("SELECT * FROM todos") == before


def test_a_transaction_that_cannot_go_on(engine) -> None:
    """Savepoints that end out of order, as those of requests that overlap on one connection, are told as that."""

    @sqlalchemy.event.listens_for(engine, "connect")
    def no_own_transactions(connection, _record) -> None:
        connection.isolation_level = None

    @sqlalchemy.event.listens_for(engine, "begin")
    def begin(connection) -> None:
        connection.exec_driver_sql("BEGIN")

    with engine.connect() as connection:
        connection.begin()
        first, second = (Session(bind=connection, join_transaction_mode="create_savepoint") for _ in range(2))
        for session in (first, second):
            session.execute(text("UPDATE todos SET text = 'both' WHERE id = 1"))
        with pytest.warns(sqlalchemy.exc.SAWarning):
            first.commit()
        with pytest.raises(sqlalchemy.exc.OperationalError, match="no such savepoint"):
            second.commit()
        with pytest.raises(StoreError, match=r"cannot go on.*each needs a connection of its own"):
            sqlalchemy_store(connection).snapshot()


def test_a_connection_in_a_transaction(engine) -> None:
    """The usual way to test: sessions join one connection's transaction, which is rolled back in the end."""

    # As SQLAlchemy's own documentation has savepoints work: https://docs.sqlalchemy.org/dialects/sqlite.html
    @sqlalchemy.event.listens_for(engine, "connect")
    def no_own_transactions(connection, _record) -> None:
        connection.isolation_level = None

    @sqlalchemy.event.listens_for(engine, "begin")
    def begin(connection) -> None:
        connection.exec_driver_sql("BEGIN")

    with engine.connect() as connection:
        transaction = connection.begin()
        with Session(bind=connection, join_transaction_mode="create_savepoint") as session:
            session.execute(text("UPDATE todos SET text = 'uncommitted' WHERE id = 1"))
            session.commit()
        store = sqlalchemy_store(connection)
        with store.scene(), store.changes() as changes, Session(bind=connection) as session:
            session.execute(text("DELETE FROM todos WHERE id > 1"))
            session.execute(text("UPDATE todos SET text = 'other'"))
            session.commit()
        assert changes.updated[0].fields == {"text": ("uncommitted", "other")}
        assert connection.execute(text("SELECT text FROM todos")).scalars().all() == ["uncommitted", "bread", "tea"]
        transaction.rollback()
        assert connection.execute(text("SELECT text FROM todos WHERE id = 1")).scalar_one() == "milk"


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 cannot copy uncommitted rows")
def test_an_open_session_is_left_alone(memory) -> None:
    """Looking rolls nothing back, although in memory all share one connection."""
    store = sqlalchemy_store(memory)
    with Session(memory) as session:
        session.execute(text("UPDATE todos SET text = 'mine' WHERE id = 1"))
        with store.changes() as changes:
            session.execute(text("DELETE FROM todos WHERE id = 2"))
        assert session.execute(text("SELECT text FROM todos")).scalars().all() == ["mine", "tea"]

    assert [change.id for change in changes.removed] == [2]


def test_values_are_pythons(engine) -> None:
    """A datetime is told as one; a text that is none, as the text it is."""
    execute = executing(engine)
    with sqlalchemy_store(engine).changes() as changes:
        execute("UPDATE people SET at = '2025-06-01 09:30:00.000000' WHERE id = 2")
    assert changes.updated[0].fields == {"at": (None, datetime(2025, 6, 1, 9, 30))}
    with sqlalchemy_store(engine).changes() as changes:
        execute("UPDATE people SET at = 'never' WHERE id = 2")
    assert changes.updated[0].fields == {"at": ("2025-06-01 09:30:00.000000", "never")}


def test_asynchronous_engines(file) -> None:
    """That of a file is understood; any other is refused with what to give instead."""
    pytest.importorskip("aiosqlite")
    from sqlalchemy.ext.asyncio import create_async_engine

    async def rename(engine) -> None:
        async with engine.begin() as connection:
            await connection.execute(text("UPDATE todos SET text = 'async' WHERE id = 1"))
        await engine.dispose()

    engine = create_async_engine(f"sqlite+aiosqlite:///{file}")
    with sqlalchemy_store(engine).changes() as changes:
        asyncio.run(rename(engine))
    assert changes.updated[0].fields == {"text": ("milk", "async")}
    with pytest.raises(StoreError, match="Use a file"):
        sqlalchemy_store(create_async_engine("sqlite+aiosqlite://"))
