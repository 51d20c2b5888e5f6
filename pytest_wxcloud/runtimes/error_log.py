"""Errors that a framework answers with a bare 500 for and logs: the stack that tells why."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from ..outcome import LogLine
from .failing import stack_of


class ErrorLog:
    """A handler of the root logger, as far as that needs one, for one request."""

    level = logging.ERROR

    def __init__(self) -> None:
        self.lines: list[LogLine] = []

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep what is logged in the block, and in the tasks and threads that go on in its context."""
        token = _current.set(self)
        handler: Any = self
        logging.root.addHandler(handler)
        try:
            yield
        finally:
            logging.root.removeHandler(handler)
            _current.reset(token)

    def handle(self, record: logging.LogRecord) -> None:
        """Keep an error, if it is one of this request's."""
        if _current.get() is self and record.exc_info and record.exc_info[1] is not None:
            stack = stack_of(record.exc_info[1], libraries=False)
            self.lines.append(LogLine("stderr", f"{record.getMessage()}\n{stack}"))


_current: ContextVar[ErrorLog | None] = ContextVar("current", default=None)
