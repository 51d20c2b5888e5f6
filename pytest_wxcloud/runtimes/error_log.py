"""Errors that a framework answers with a bare 500 for and logs: the stack that tells why."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from ..outcome import LogLine
from .failing import stack_of


class ErrorLog(logging.Handler):
    """A handler of the root logger, for one request."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[LogLine] = []

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep what is logged in the block, and in the tasks and threads that go on in its context."""
        token = _current.set(self)
        logging.root.addHandler(self)
        try:
            yield
        finally:
            logging.root.removeHandler(self)
            with suppress(ValueError):  # of a request given up, closed by the garbage collector in another context
                _current.reset(token)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep an error, if it is one of this request's."""
        if _current.get() is self and record.exc_info and record.exc_info[1] is not None:
            stack = stack_of(record.exc_info[1], libraries=False)
            with suppress(Exception):  # one that cannot be formatted is for those to tell that print it
                self.lines.append(LogLine("stderr", f"{record.getMessage()}\n{stack}"))


_current: ContextVar[ErrorLog | None] = ContextVar("current", default=None)
