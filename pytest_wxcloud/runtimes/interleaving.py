"""Two requests that overlap, at every point at which a server may turn from the one to the other.

In threads that is every line of the app's own code; in an event loop every await. A trace function stops the first
request at the point, and the second is made and answered before the first goes on. So nothing depends on chance.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from contextvars import Context, ContextVar, copy_context
from types import FrameType
from typing import Any, TypeVar

from .web_routes import is_own

T = TypeVar("T")
App = Callable[[Any, Any, Any], Awaitable[None]]
PATIENCE = 0.5  # seconds for the second request, which may have to wait for a lock that the first holds

_FIRST: ContextVar[Turn | None] = ContextVar("pytest_wxcloud_first_request", default=None)


class Turn:
    """One point of the first request: its `at`-th line (`lines`), or else its `at`-th await.

    `seen` counts them, `taken` tells whether the second request was made there, and `held_up` whether that had to
    wait for the first to go on.
    """

    def __init__(self, at: int, *, lines: bool) -> None:
        self.at = at
        self.lines = lines
        self.seen = 0
        self.taken = False
        self.held_up = False
        self._second: Callable[[], Awaitable[Any]] | None = None
        self._under_way: asyncio.Future[Any] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._outside = Context()  # what is set where no request is under way

    def run(
        self,
        first: Callable[[], Awaitable[T]],
        second: Callable[[], Awaitable[T]],
        complete: Callable[[Coroutine[Any, Any, tuple[T, T]]], tuple[T, T]],
    ) -> tuple[T, T]:
        """Make both requests in an event loop; the second after the first where there is no such point.

        `complete` runs a coroutine to its end.
        """
        traced = threading.gettrace()
        if self.lines:
            threading.settrace(self._trace)
        try:
            return complete(self._both(first, second))
        finally:
            threading.settrace(traced)

    async def _both(self, first: Callable[[], Awaitable[T]], second: Callable[[], Awaitable[T]]) -> tuple[T, T]:
        self._loop = asyncio.get_running_loop()
        if self.lines:  # only threads that start now are traced
            self._loop.set_default_executor(ThreadPoolExecutor())
        self._second = second
        self._under_way = None
        self._outside = copy_context()
        token = _FIRST.set(self)
        task = asyncio.ensure_future(first())
        _FIRST.reset(token)
        answered = await task
        if self._under_way is None:
            return answered, await second()
        return answered, await self._under_way

    def comes(self) -> bool:
        """Whether this is the point."""
        self.seen += 1
        return self.seen == self.at and not self.taken

    async def take(self) -> None:
        """Make the second request."""
        assert self._second is not None
        self.taken = True
        self._under_way = self._outside.copy().run(asyncio.ensure_future, self._second())
        await asyncio.wait([self._under_way], timeout=PATIENCE)
        self.held_up = not self._under_way.done()

    def _trace(self, frame: FrameType, _event: str, _argument: Any) -> Any:
        if _FIRST.get() is not self or not is_own(frame.f_code.co_filename):
            return None
        return self._line

    def _line(self, _frame: FrameType, event: str, _argument: Any) -> Any:
        if event == "line" and self.comes():
            assert self._loop is not None
            try:
                asyncio.run_coroutine_threadsafe(self.take(), self._loop).result(PATIENCE * 2)
            except TooLong:  # the loop itself stands still
                self.held_up = True
        return self._line


def stepping(app: App) -> App:
    """An ASGI app that turns to the second request at an await of the first."""

    async def stepped(scope: Any, receive: Any, send: Any) -> None:
        turn = _FIRST.get()
        if turn is None or turn.lines or scope["type"] != "http":
            await app(scope, receive, send)
        else:
            await _Steps(app(scope, receive, send), turn)

    return stepped


class _Steps:
    """A coroutine that is run from await to await."""

    def __init__(self, work: Awaitable[None], turn: Turn) -> None:
        self._work = work
        self._turn = turn

    def __await__(self) -> Generator[Any, Any, None]:
        steps: Any = self._work.__await__()
        go_on: Callable[[], Any] = lambda: next(steps)  # noqa: E731
        while True:
            try:
                waits_for = go_on()
            except StopIteration:
                return
            if self._turn.comes():
                yield from self._turn.take().__await__()
            try:
                yield waits_for
                go_on = lambda: next(steps)  # noqa: E731
            except BaseException as error:
                thrown = error
                go_on = lambda: steps.throw(thrown)  # noqa: E731, B023
