"""What a Python handler prints and logs, call by call; it also goes where it would go otherwise."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from ..outcome import LogLine


class Output(logging.Handler):
    """What one call prints and logs, also in the tasks and threads that go on in its context."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[LogLine] = []

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep it in the block."""
        token = _current.set(self)
        _listeners.enter()
        logging.root.addHandler(self)
        try:
            yield
        finally:
            logging.root.removeHandler(self)
            _listeners.leave()
            _current.reset(token)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record of this call, unless a handler that prints is going to print it."""
        prints = any(isinstance(getattr(one, "stream", None), _Listening) for one in logging.root.handlers)
        if _current.get() is self and not prints:
            with suppress(Exception):  # one that cannot be formatted is for those to tell that print it
                self.lines.append(LogLine("stderr", f"{_FORMAT.format(record)}\n"))

    def printed(self, stream: str, text: str) -> None:
        """Keep what was written to a stream, a line a piece."""
        for piece in text.splitlines(keepends=True):
            last = self.lines[-1] if self.lines else None
            if last is not None and last.stream == stream and not last.text.endswith("\n"):
                self.lines[-1] = LogLine(stream, last.text + piece)
            else:
                self.lines.append(LogLine(stream, piece))


_FORMAT = logging.Formatter("%(levelname)s %(name)s: %(message)s")
_current: ContextVar[Output | None] = ContextVar("current", default=None)


class _Listening:
    """A stream, of which each call that is under way hears its own."""

    def __init__(self, name: str, stream: Any) -> None:
        self._name = name
        self._stream = stream

    def write(self, text: str) -> Any:
        output = _current.get()
        if output is not None and isinstance(text, str):
            output.printed(self._name, text)
        return self._stream.write(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _Listeners:
    """Stand in the place of the process's streams while any call is under way."""

    def __init__(self) -> None:
        self._calls = 0
        self._lock = threading.Lock()
        self._replaced: dict[str, tuple[Any, _Listening]] = {}

    def enter(self) -> None:
        with self._lock:
            self._calls += 1
            if self._calls == 1:
                for name in ("stdout", "stderr"):
                    stream = getattr(sys, name)
                    self._replaced[name] = (stream, _Listening(name, stream))
                    setattr(sys, name, self._replaced[name][1])

    def leave(self) -> None:
        with self._lock:
            self._calls -= 1
            if self._calls == 0:
                for name, (stream, listening) in self._replaced.items():
                    if getattr(sys, name) is listening:  # nobody else has replaced it meanwhile
                        setattr(sys, name, stream)


_listeners = _Listeners()
