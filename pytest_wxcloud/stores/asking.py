"""Asks a database for a value, as an app does: what it takes for equal is its own matter, and that of collations."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlite3 import Connection

    from sqlalchemy import Connection as SqlConnection


def found_in_sqlite(database: Connection | str | os.PathLike[str], table: str, column: str, value: Any) -> bool:
    """Whether a SQLite database finds a row that has this value there."""
    import sqlite3

    if not isinstance(database, sqlite3.Connection) and not Path(database).exists():
        return False  # to open it would make it
    with _opened(database) as connection, suppress(sqlite3.Error), closing(connection.cursor()) as cursor:
        cursor.row_factory = None
        asked = cursor.execute(f"SELECT 1 FROM {_quoted(table)} WHERE {_quoted(column)} = ? LIMIT 1", [value])
        return asked.fetchone() is not None
    return False


@contextmanager
def _opened(database: Connection | str | os.PathLike[str]) -> Iterator[Connection]:
    import sqlite3

    if isinstance(database, sqlite3.Connection):
        yield database
    else:
        with closing(sqlite3.connect(Path(database), isolation_level=None)) as connection:
            yield connection


def found_by_django(connection: Any, table: str, column: str, value: Any) -> bool:
    """Whether one of Django's databases does."""
    quoted = connection.ops.quote_name
    if table not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {quoted(table)} WHERE {quoted(column)} = %s", [value])
        return cursor.fetchone() is not None


def found_by_sqlalchemy(connection: SqlConnection, name: str, column: str, value: Any) -> bool:
    """Whether the database of a connection of SQLAlchemy's does."""
    from sqlalchemy import MetaData, Table, inspect, select

    if not inspect(connection).has_table(name):
        return False
    table = Table(name, MetaData(), autoload_with=connection)
    asked = select(table.c[column]).where(table.c[column] == value).limit(1)
    return connection.execute(asked).first() is not None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
