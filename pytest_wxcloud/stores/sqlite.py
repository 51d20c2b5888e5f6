"""SQLite, through Python's own module.

A copy of the whole database is made in memory, page by page, by SQLite's own backup. Going back is a backup the
other way, and costs nothing when nothing was written.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..changes import Change
from ..errors import StoreError, users_mistake
from .asking import found_in_sqlite
from .rows import Rows, compare
from .store import Store

if TYPE_CHECKING:
    from sqlite3 import Connection

__tracebackhide__ = users_mistake

PATIENCE = 2.0  # seconds to wait for another connection's lock
_SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
_MADE_IN_ORDER = ("table", "index", "view", "trigger")  # each may need those before it

#: What moves on with every change that is visible through a connection.
_Version = tuple[int, int, int]


#: Reads the tables of these names from each copy.
Reader = Callable[[list[str], "Connection", "Connection"], tuple[Rows, Rows]]


def sqlite_store(database: Connection | str | os.PathLike[str]) -> Store:
    """A SQLite database, by an open connection or by the path of its file.

    By path, what any connection has committed is seen and taken back. By connection, its uncommitted rows
    are too; that is the only way for a database in memory. A transaction that is open when a block begins, and
    still when it ends, stays open. Tables that are made in a block stay, empty: a module makes them once, when
    it is imported.

    Raises:
        StoreError: when a lock is in the way.
    """
    return store_read_by(plain_rows, database)


def store_read_by(read: Reader, database: Connection | str | os.PathLike[str]) -> Store:
    """`sqlite_store`, with the rows of `changes` read by `read`."""
    import sqlite3

    def look() -> _Moment:
        return _Held(database) if isinstance(database, sqlite3.Connection) else _Opened(Path(database))

    def changes() -> Callable[[], list[Change]]:
        before = look()
        return lambda: before.tell(read)

    def snapshot() -> Callable[[], None]:
        before = look()
        before.mark()
        return before.put_back

    return Store(snapshot, changes, partial(found_in_sqlite, database))


class _Moment:
    """The database as it was when this was made, and what became of it."""

    def __init__(self, live: Connection | None) -> None:
        self.live = live
        self.copy = _memory()
        self.savepoint = f"pytest_wxcloud_{id(self)}"
        self.marked = False
        with _locks_told():
            self.version = self.seen()
            if live is not None:
                _copy(live, self.copy)

    def seen(self) -> _Version | None:
        """The database's version; None when no version would tell."""
        if self.live is None or self.live.in_transaction:  # a rollback changes the rows and no number
            return None
        return (
            self.live.total_changes,
            _plain(self.live, "PRAGMA data_version")[0][0],
            _plain(self.live, "PRAGMA schema_version")[0][0],
        )

    def mark(self) -> None:
        """Make an open transaction one to go back to the middle of."""
        if self.live is not None and self.live.in_transaction:
            _plain(self.live, f"SAVEPOINT {self.savepoint}")
            self.marked = True

    def is_unchanged(self) -> bool:
        return self.version is not None and self.seen() == self.version

    def put_back(self) -> None:
        try:
            with _locks_told():
                if self.live is not None and not self.is_unchanged():
                    self._overwrite(self.live)
        finally:
            self.close()

    def _overwrite(self, live: Connection) -> None:
        if self.marked and _went_back(live, self.savepoint):
            return
        made = sorted(_schema(live), key=lambda entry: _MADE_IN_ORDER.index(entry[0]))
        if live.in_transaction:
            live.rollback()
        _backup(self.copy, live)
        before = {name for _, name, _ in _schema(self.copy)}
        for _, name, sql in made:
            if name not in before and not _is_shadow(name, made):
                _plain(live, sql)
        if live.in_transaction:
            live.commit()

    def tell(self, read: Reader) -> list[Change]:
        if self.is_unchanged():
            return []
        with _locks_told(), closing(_memory()) as now:
            if self.live is not None:
                _copy(self.live, now)
            names = _differing(self.copy, now)
            return compare(*read(names, self.copy, now)) if names else []

    def close(self) -> None:
        self.copy.close()

    def __del__(self) -> None:
        if "copy" in vars(self):  # it was made, and no error came in between
            self.close()


class _Held(_Moment):
    """By a connection of the user's."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)


class _Opened(_Moment):
    """By a file, which is opened for the while."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = self.where()
        super().__init__(self.open())

    def where(self) -> tuple[int, int] | None:
        """Which file it is; None when there is none."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino

    def open(self) -> Connection | None:
        import sqlite3

        if self.place is None:
            return None  # to open it would make it
        with _locks_told():
            live = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
            live.execute("PRAGMA synchronous=OFF")
        return live

    def put_back(self) -> None:
        if self.place is not None and self.where() is None:
            self.path.touch()
        self.follow()
        super().put_back()

    def tell(self, read: Reader) -> list[Change]:
        self.follow()
        return super().tell(read)

    def follow(self) -> None:
        """To the file that is there now: made meanwhile, or another one."""
        if self.where() == self.place:
            return
        if self.live is not None:
            self.live.close()
        self.version = None
        self.place = self.where()
        self.live = self.open()

    def close(self) -> None:
        super().close()
        if self.live is not None:
            self.live.close()


def _went_back(live: Connection, savepoint: str) -> bool:
    """Whether the transaction that `savepoint` is in was still open."""
    import sqlite3

    try:
        _plain(live, f"ROLLBACK TO {savepoint}")
    except sqlite3.OperationalError:  # no such savepoint
        return False
    _plain(live, f"RELEASE {savepoint}")
    return True


def _memory() -> Connection:
    import sqlite3

    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    copy.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    return copy


def _copy(live: Connection, copy: Connection) -> None:
    """Copy what `live` sees into an empty database in memory."""
    if not live.in_transaction:
        _backup(live, copy)
        return
    if sys.version_info < (3, 11):
        raise StoreError("This connection has uncommitted rows, which Python 3.10 cannot copy: commit them first.")
    image = bytearray(live.serialize())
    image[18:20] = b"\1\1"  # in memory there is no write-ahead log; https://sqlite.org/fileformat.html, 1.3
    copy.deserialize(image)


def _backup(source: Connection, target: Connection) -> None:
    """Copy everything. Python's own would wait for a lock for ever."""
    import sqlite3

    def progress(status: int, _remaining: int, _total: int) -> None:
        if status in (5, 6):
            raise sqlite3.OperationalError("database is locked")  # SQLITE_BUSY, SQLITE_LOCKED

    source.backup(target, pages=-1, progress=progress)


@contextmanager
def _locks_told() -> Iterator[None]:
    import sqlite3

    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"A SQLite database cannot be copied or put back: {error}. If a lock is in the way, another connection "
            "has not ended a transaction or a cursor: commit or close it, or pass it: sqlite_store(connection)."
        ) from None


def _plain(connection: Connection, sql: str) -> list[Any]:
    """Rows as tuples, whatever the connection makes of them."""
    with closing(connection.cursor()) as cursor:
        cursor.row_factory = None
        return cursor.execute(sql).fetchall()


def _schema(connection: Connection) -> list[tuple[str, str, str]]:
    return _plain(connection, _SCHEMA)


def _is_virtual(sql: str) -> bool:
    return sql.upper().startswith("CREATE VIRTUAL")


def _is_shadow(name: str, schema: list[tuple[str, str, str]]) -> bool:
    """Whether a table belongs to a virtual one, which makes it by itself."""
    return any(_is_virtual(sql) and name.startswith(f"{other}_") for _, other, sql in schema)


def _differing(before: Connection, after: Connection) -> list[str]:
    """The tables that are not the same in both."""
    was, now = tables_of(before), tables_of(after)
    return sorted((was ^ now) | {name for name in was & now if _rows(before, name) != _rows(after, name)})


def _rows(connection: Connection, table: str) -> tuple[list[str], int, list[tuple[Any, ...]]]:
    """The names of a table's columns, how many make its key, and its rows, each after its key."""
    columns = _plain(connection, f"PRAGMA table_info({_quoted(table)})")
    names = [column[1] for column in columns]
    keys = [column[1] for column in sorted(columns, key=lambda column: column[5]) if column[5] > 0]
    if not keys:
        keys = [next(name for name in ("rowid", "_rowid_", "oid") if name not in names)]
    selected = ", ".join(_quoted(name) for name in (*keys, *names))
    return names, len(keys), _plain(connection, f"SELECT {selected} FROM {_quoted(table)}")


def tables_of(copy: Connection) -> set[str]:
    """The names of its tables."""
    return {name for kind, name, sql in _schema(copy) if kind == "table" and not _is_virtual(sql)}


def plain_rows(tables: list[str], *copies: Connection) -> tuple[Rows, Rows]:
    """Rows as the module sqlite3 has them; without a primary key they go by their rowid."""
    there = [(copy, tables_of(copy)) for copy in copies]
    before, after = ({name: _by_key(*_rows(copy, name)) for name in tables if name in held} for copy, held in there)
    return before, after


def _by_key(names: list[str], keys: int, rows: list[tuple[Any, ...]]) -> dict[Any, dict[str, Any]]:
    return {row[0] if keys == 1 else row[:keys]: dict(zip(names, row[keys:], strict=True)) for row in rows}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
