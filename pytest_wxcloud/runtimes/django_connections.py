"""Django's database connections, when requests are made on the thread of a test.

Django closes what is left of a connection before and after each request. On that thread it is the test's own,
with its transaction in it, and pytest-django refuses that it is even looked at where a test has not asked for a
database. So they are left alone, as Django's own test client does.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


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


def close_in_this_thread() -> None:
    """Close what this thread has opened: nobody will ask it again.

    Also a database in memory, whose connections Django itself leaves open: the test's own keeps it.
    """
    database: Any = sys.modules.get("django.db")
    if not hasattr(database, "connections"):
        return
    with suppress(Exception):  # a database that is gone, or refused
        for connection in database.connections.all():
            connection.close()
            if connection.connection is not None:
                database.backends.base.base.BaseDatabaseWrapper.close(connection)


def _close_old() -> Any:
    return getattr(sys.modules.get("django.db"), "close_old_connections", None)


def _signals() -> list[Any]:
    if _close_old() is None:
        return []
    from django.core import signals

    return [signals.request_started, signals.request_finished]
