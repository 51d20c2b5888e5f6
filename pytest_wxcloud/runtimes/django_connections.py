"""Django's database connections, when requests are made on the thread of a test.

Django closes what is left of a connection before and after each request. On that thread it is the test's own,
with its transaction in it, and pytest-django refuses that it is even looked at where a test has not asked for a
database. So they are left alone, as Django's own test client does.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import Context, ContextVar
from typing import Any

_MARK = "pytest_wxcloud_request"
_IN_ERROR = 3  # of libpq's PGTransactionStatusType
_lent: ContextVar[Mapping[str, Any]] = ContextVar("pytest_wxcloud_lent_connections")


class _Closing:
    """What Django does around each request, switched off while any is made here."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests = 0
        self._taken: list[Any] = []

    @contextmanager
    def off(self) -> Iterator[None]:
        """Close nothing in the block."""
        with self._lock:
            if not self._requests:
                self._taken = [signal for signal in _signals() if signal.disconnect(_close_old())]
            self._requests += 1
        try:
            yield
        finally:
            with self._lock:
                self._requests -= 1
                for signal in self._taken if not self._requests else ():
                    signal.connect(_close_old())


_closing = _Closing()
kept_open = _closing.off


@contextmanager
def errors_left_behind() -> Iterator[None]:
    """A statement that fails in the block spoils nothing after it, as in production.

    There each is a transaction of its own, unless the app says otherwise. In a test's transaction Django refuses any
    other statement after one that failed; the database itself goes on, but for PostgreSQL, which goes back to where
    the block began.
    """
    sound = [connection for connection in _in_transaction() if not connection.needs_rollback]
    marked = [one for one in sound if one.vendor == "postgresql" and one.connection is not None]
    for connection in marked:
        _unseen(connection, f"SAVEPOINT {_MARK}")
    try:
        yield
    finally:
        for connection in (one for one in sound if one.in_atomic_block):
            if connection in marked:
                with suppress(Exception):  # the connection was lost, and with it the transaction
                    _leave(connection)
            if connection.needs_rollback:
                connection.set_rollback(False)


def _leave(connection: Any) -> None:
    """The block of PostgreSQL's, with what it did or, where a statement has failed, without."""
    if int(connection.connection.info.transaction_status) == _IN_ERROR:
        _unseen(connection, f"ROLLBACK TO SAVEPOINT {_MARK}")
    _unseen(connection, f"RELEASE SAVEPOINT {_MARK}")


def _unseen(connection: Any, statement: str) -> None:
    """Below Django, so that no test counts it among its queries."""
    with connection.connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def lent() -> Iterator[None]:
    """In the block, threads that are `borrowing` use this thread's connections that are in a transaction.

    Nobody else sees what a test has not committed, and SQLite lets nobody else in. Django's own live server is lent
    them likewise. To be called where no event loop runs: in one, Django has other connections.
    """
    mine = {connection.alias: connection for connection in _in_transaction()}
    for connection in mine.values():
        connection.inc_thread_sharing()
    token = _lent.set(mine)
    try:
        yield
    finally:
        _lent.reset(token)
        for connection in mine.values():
            connection.dec_thread_sharing()


@contextmanager
def borrowing(context: Context) -> Iterator[None]:
    """Use those that are lent in that context in this thread, and close those alone that it opens itself."""
    borrowed = context.get(_lent, {})
    database: Any = sys.modules.get("django.db")
    for alias, connection in borrowed.items():
        database.connections[alias] = connection
    try:
        yield
    finally:
        for alias in borrowed:
            del database.connections[alias]
        close_in_this_thread()


def _in_transaction() -> list[Any]:
    return [connection for connection in _connections() if connection.in_atomic_block]


def close_in_this_thread() -> None:
    """Close what this thread has opened: nobody will ask it again.

    Also a database in memory, whose connections Django itself leaves open: the test's own keeps it.
    """
    with suppress(Exception):  # a database that is gone, or refused
        for connection in _connections():
            connection.close()
            if connection.connection is not None:
                sys.modules["django.db"].backends.base.base.BaseDatabaseWrapper.close(connection)


def _connections() -> list[Any]:
    """Those of this thread."""
    database: Any = sys.modules.get("django.db")
    if not hasattr(database, "connections"):
        return []
    try:
        return list(database.connections.all())
    except Exception:  # without settings there are none
        return []


def _close_old() -> Any:
    return getattr(sys.modules.get("django.db"), "close_old_connections", None)


def _signals() -> list[Any]:
    if _close_old() is None:
        return []
    from django.core import signals

    return [signals.request_started, signals.request_finished]
