"""Any database that SQLAlchemy reaches.

An engine of SQLite's is a `sqlite_store`, with values as SQLAlchemy's types have them. Elsewhere rows are read through
reflected tables of the default schema, and put back by primary key.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ..changes import Change
from ..errors import StoreError, users_mistake
from .asking import found_by_sqlalchemy
from .rows import Rows, compare, rows_store
from .sqlite import plain_rows, store_read_by, tables_of
from .store import Store

if TYPE_CHECKING:
    import sqlite3

    from sqlalchemy import Connection, Engine, Table
    from sqlalchemy.ext.asyncio import AsyncEngine

__tracebackhide__ = users_mistake


BROKEN_OFF = (
    "The transaction of the connection that sqlalchemy_store(connection) was given cannot go on. Either a session has "
    "rolled it back, or requests that overlap have each begun a savepoint in it, and these must end in order: as in "
    "production, each needs a connection of its own. Give the app and the store an engine, sqlalchemy_store(engine), "
    "or leave the law test_overlapping_requests_never_mix out by a mark. SQLAlchemy says:"
)


def sqlalchemy_store(bind: Engine | Connection | AsyncEngine) -> Store:
    """A database by its engine, or by the connection that a test's sessions share.

    By engine, what any connection has committed is seen and taken back; by connection, also what that has
    not committed. Of asynchronous engines, those of SQLite files are understood.

    Raises:
        StoreError: for any other asynchronous engine.
    """
    is_async = hasattr(bind, "sync_engine")
    engine: Any = getattr(bind, "sync_engine", bind)
    is_connection = not hasattr(engine, "connect")
    if engine.dialect.name == "sqlite" and not is_connection:
        return _sqlite_store(engine, is_async=is_async)
    if is_async:
        raise StoreError(
            f"{engine!r} is asynchronous. Give an engine of the same database that is not: "
            "sqlalchemy_store(create_engine(…))."
        )
    return table_store(engine)


def _sqlite_store(engine: Any, *, is_async: bool) -> Store:
    path = engine.url.database
    if path and path != ":memory:" and not path.startswith("file:"):
        return store_read_by(_TypedRows(), path)
    if is_async:
        raise StoreError("A database in memory is seen by its own connection alone. Use a file for an AsyncEngine.")
    # Kept: a connection that goes back to the pool is rolled back, and in memory all share one.
    held = engine.raw_connection()
    store = store_read_by(_TypedRows(), held.driver_connection)

    def snapshot(_held: object = held) -> Callable[[], None]:
        return store.snapshot()

    return Store(snapshot, store.differences, store.finds)


class _TypedRows:
    """Reads copies of one SQLite database. What its tables are is asked once, as long as they stay so."""

    def __init__(self) -> None:
        self._schema: list[Any] = []
        self._tables: list[Table] = []

    def __call__(self, tables: list[str], *copies: sqlite3.Connection) -> tuple[Rows, Rows]:
        try:
            before, after = (self._rows_of(copy, {*tables}) for copy in copies)
        except (ValueError, TypeError):  # a value that its column's type does not allow, which SQLite does
            return plain_rows(tables, *copies)
        return before, after

    def _rows_of(self, copy: sqlite3.Connection, names: set[str]) -> Rows:
        from sqlalchemy import create_engine
        from sqlalchemy.pool import StaticPool

        engine = create_engine("sqlite://", creator=lambda: copy, poolclass=StaticPool)
        with engine.connect() as connection:
            schema = copy.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
            if schema != self._schema:
                self._tables, self._schema = _tables(connection, tables_of(copy)), schema
            return {table.name: _rows(connection, table) for table in self._tables if table.name in names}


def table_store(bind: Engine | Connection) -> Store:
    """The rows of every table, whatever the database."""

    def read() -> Rows:
        with _connected(bind) as connection:
            return {table.name: _rows(connection, table) for table in _tables(connection)}

    def write(before: Rows) -> None:
        with _connected(bind) as connection:
            tables = _tables(connection)
            now = {table.name: _rows(connection, table) for table in tables}
            _take_back(connection, tables, before, compare(before, now))

    def finds(table: str, column: str, value: Any) -> bool:
        with _connected(bind) as connection:
            return found_by_sqlalchemy(connection, table, column, value)

    return rows_store(read, write, finds)


@contextmanager
def _connected(bind: Any) -> Iterator[Any]:
    """A connection whose work is committed, or is a part of the transaction that it is in."""
    if hasattr(bind, "connect"):
        with bind.begin() as connection:
            yield connection
        return
    from sqlalchemy.exc import InvalidRequestError

    try:
        transaction = bind.begin_nested() if bind.in_transaction() else bind.begin()
    except InvalidRequestError as error:
        raise StoreError(f"{BROKEN_OFF} {str(error).partition(' (Background')[0]}") from None
    with transaction:
        yield bind


def _tables(connection: Connection, names: set[str] | None = None) -> list[Table]:
    """In an order in which each refers to earlier ones only, as far as there is one."""
    from sqlalchemy import MetaData

    metadata = MetaData()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a column of an unknown type; tables that refer to each other
        metadata.reflect(connection, only=None if names is None else sorted(names))
        return [table for table in metadata.sorted_tables if names is None or table.name in names]


def _rows(connection: Connection, table: Table) -> dict[Any, dict[str, Any]]:
    from sqlalchemy import select

    keys = [column.name for column in table.primary_key]
    rows: dict[Any, dict[str, Any]] = {}
    for found in connection.execute(select(table)).mappings():
        row = dict(found)
        key: Any = tuple(row[name] for name in keys)
        if not keys:  # equal rows are told apart by their number
            content = repr(tuple(row.values()))
            key = next((content, number) for number in itertools.count() if (content, number) not in rows)
        rows[key[0] if len(keys) == 1 else key] = row
    return rows


def _take_back(connection: Connection, tables: list[Table], before: Rows, changes: list[Change]) -> None:
    """In any order of steps that the constraints allow."""
    from sqlalchemy.exc import IntegrityError

    refused: Exception | None = None
    for order in itertools.permutations((_remove, _update, _insert)):
        try:
            with connection.begin_nested():
                for step in order:
                    for table in tables if step is _insert else reversed(tables):
                        mine = [change for change in changes if change.collection == table.name]
                        if mine:
                            step(connection, table, mine, before)
            return
        except IntegrityError as error:
            refused = error
    raise StoreError(f"Rows cannot be put back in any order: {refused}")


def _where(table: Table, row: Mapping[str, Any]) -> Any:
    from sqlalchemy import and_

    return and_(*(column == row[column.name] for column in table.primary_key))


def _remove(connection: Connection, table: Table, changes: list[Change], _before: Rows) -> None:
    if not list(table.primary_key):  # then nothing tells equal rows apart, so all are written anew
        connection.execute(table.delete())
        return
    for change in reversed(changes):
        if change.before is None:
            connection.execute(table.delete().where(_where(table, change.after or {})))


def _update(connection: Connection, table: Table, changes: list[Change], _before: Rows) -> None:
    for change in changes:
        if change.before is not None and change.after is not None:
            values = {name: old for name, (old, _) in change.fields.items()}
            connection.execute(table.update().where(_where(table, change.after)).values(values))


def _insert(connection: Connection, table: Table, changes: list[Change], before: Rows) -> None:
    removed = [change.before for change in changes if change.before is not None and change.after is None]
    rows = removed if list(table.primary_key) else [dict(row) for row in before.get(table.name, {}).values()]
    if rows:
        connection.execute(table.insert(), rows)
