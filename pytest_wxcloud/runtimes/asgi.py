"""Runs ASGI apps: FastAPI, Starlette, Django, Quart, Litestar and any other, in this process and without a server."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from ..errors import LoadError, users_mistake
from ..outcome import LogLine
from .base import real_seconds
from .error_log import ErrorLog
from .failing import describe
from .interleaving import stepping
from .lifespan import VERSIONS, AsgiApp, Lifespan
from .threads import elsewhere
from .time_limit import OutOfTime, interruptible, run_limited
from .web_request import WebAnswer, WebRequest
from .wsgi import django_knows, out_of_time

__tracebackhide__ = users_mistake

T = TypeVar("T")

_GRACE = 0.5  # seconds for an event loop to come round, before what blocks it is interrupted
_ENDING = 1.0  # seconds for what is left in an event loop to end when it is cancelled


class AsgiRuntime:
    """One ASGI app, started up in each event loop in which requests to it are made.

    A request that is made synchronously runs in an event loop kept for that, on the thread that makes it;
    where threads overlap there are several, as a server has several workers. `started` is called when there is
    one, which `close` ends. The app has `patience`, in seconds, to start up and to shut down.
    """

    def __init__(self, name: str, app: AsgiApp, started: Callable[[], object], patience: float) -> None:
        self._name = name
        self._app = app
        self._started = started
        self._patience = patience
        self._idle: deque[_Served] = deque()
        self._running: dict[asyncio.AbstractEventLoop, Lifespan] = {}

    def load(self) -> None:
        """Start the app up, so that the next request costs no more than any other.

        Raises:
            LoadError: when that fails.
        """
        if not self._idle and not _in_loop():
            self._idle.append(self._serve())

    def handle(self, request: WebRequest, seconds: float) -> WebAnswer:
        """Make the request, and wait until the app has done all of its work, what follows its answer too."""
        if _in_loop():
            return elsewhere(lambda: self._handle(request, seconds))
        return self._handle(request, seconds)

    def _handle(self, request: WebRequest, seconds: float) -> WebAnswer:
        served = self._take()
        exchange = _Exchange(request, served.lifespan)
        try:
            served.run(exchange.run(self._app), seconds)
        except OutOfTime:
            served.discard()
            return WebAnswer(error=out_of_time(seconds))
        except BaseException:
            served.discard()
            raise
        self._idle.append(served)
        return exchange.answer(self._app)

    def complete(self, work: Coroutine[Any, Any, T]) -> T:
        """Do `work`, which makes its requests by `ahandle`, where synchronous ones are made: a pool is of one loop."""
        if _in_loop():
            return elsewhere(lambda: self.complete(work))
        served = self._take()
        self._running[served.loop] = served.lifespan
        try:
            result = served.loop.run_until_complete(work)
        except BaseException:
            served.discard()
            raise
        finally:
            del self._running[served.loop]
        self._idle.append(served)
        return result

    def _take(self) -> _Served:
        try:
            return self._idle.pop()
        except IndexError:
            return self._serve()

    def _serve(self) -> _Served:
        served = _Served(self._name, self._app)
        try:
            served.run(served.lifespan.up(), self._patience)
        except OutOfTime:
            served.discard()
            raise too_slow(self._name, "startup", self._patience) from None
        except BaseException:
            served.discard()
            raise
        self._started()
        return served

    async def ahandle(self, request: WebRequest, seconds: float) -> WebAnswer:
        """Make the request in the running loop, where several may overlap. Closing the loop shuts the app down."""
        loop = asyncio.get_running_loop()
        lifespan = self._running.get(loop)
        if lifespan is None:
            self._running = {known: span for known, span in self._running.items() if not known.is_closed()}
            lifespan = self._running[loop] = Lifespan(self._name, self._app)
        try:
            await _in_time(asyncio.shield(lifespan.started()), self._patience)  # others may be waiting for it too
        except OutOfTime:
            raise too_slow(self._name, "startup", self._patience) from None
        exchange = _Exchange(request, lifespan)
        try:
            await _in_time(loop.create_task(exchange.run(stepping(self._app))), seconds)
        except OutOfTime:
            return WebAnswer(error=out_of_time(seconds))
        return exchange.answer(self._app)

    def close(self) -> None:
        """Shut the app down wherever it was started up for synchronous requests.

        Raises:
            LoadError: when that fails.
        """
        if self._idle and _in_loop():
            return elsewhere(self.close)
        failures: list[LoadError] = []
        while self._idle:
            served = self._idle.pop()
            try:
                served.run(served.lifespan.end(), self._patience)
            except OutOfTime:
                failures.append(too_slow(self._name, "shutdown", self._patience))
            except LoadError as error:
                failures.append(error)
            finally:
                served.discard()
        if failures:
            raise failures[0]
        return None


class _Served:
    """An event loop for synchronous requests, and the app's lifespan in it."""

    def __init__(self, name: str, app: AsgiApp) -> None:
        self.lifespan = Lifespan(name, app)
        self.loop = asyncio.new_event_loop()

    def run(self, work: Coroutine[Any, Any, None], seconds: float) -> None:
        """Run `work` to its end on this thread.

        Raises:
            OutOfTime: when there is none by then.
        """
        run_limited(lambda: self.loop.run_until_complete(work), seconds, self._wake)

    def discard(self) -> None:
        """End what is left in the loop, and the loop."""
        with suppress(OutOfTime):
            run_limited(self._cancel_all, _ENDING, self._wake)
        self.loop.close()

    def _cancel_all(self) -> None:
        tasks = asyncio.all_tasks(self.loop)
        for task in tasks:
            task.cancel()
        if tasks:
            self.loop.run_until_complete(asyncio.wait(tasks))
        self.loop.run_until_complete(self.loop.shutdown_asyncgens())
        self.loop.run_until_complete(self.loop.shutdown_default_executor())

    def _wake(self) -> None:
        with suppress(RuntimeError):  # it is closed
            self.loop.call_soon_threadsafe(_nothing)


class _Exchange:
    """One request and what has been answered to it so far."""

    def __init__(self, request: WebRequest, lifespan: Lifespan) -> None:
        self._request = request
        self._scope = scope_of(request)
        if lifespan.state is not None:
            self._scope["state"] = dict(lifespan.state)
        self._status = 0
        self._headers: tuple[tuple[str, str], ...] = ()
        self._body: list[bytes] = []
        self._asked = False
        self._complete = asyncio.Event()
        self._error: BaseException | None = None
        self._log = ErrorLog()

    async def run(self, app: AsgiApp) -> None:
        """Have the app answer. What it raises is part of the answer."""
        try:
            with self._log.kept():
                await app(self._scope, self._receive, self._send)
            if not self._complete.is_set():
                begun = "did not end its answer" if self._status else "answered nothing"
                raise AssertionError(f"the app returned and {begun}")
        except (Exception, SystemExit, asyncio.CancelledError) as error:
            self._error = error

    def answer(self, app: AsgiApp) -> WebAnswer:
        """What came of it. An error after a whole answer is the server's to log, and not the client's."""
        error = None if self._error is None else describe(self._error, libraries=False)
        logs = tuple(self._log.lines)
        if error is not None and self._complete.is_set() and self._status < 500:
            logs, error = (*logs, LogLine("stderr", f"Raised after the answer:\n{error.stack}")), None
        body = b"" if self._request.method == "HEAD" else b"".join(self._body)
        routed = self._routed(app) if self._status == 404 else None
        return WebAnswer(self._status or (500 if error else 0), self._headers, body, error, logs, routed)

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": self._request.body, "more_body": False}
        await self._complete.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "http.response.start" and not self._status:
            self._status = int(message["status"])
            told = message.get("headers", ())
            self._headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in told)
        elif kind == "http.response.body" and self._status and not self._complete.is_set():
            self._body.append(bytes(message.get("body", b"")))
            if not message.get("more_body", False):
                self._complete.set()
        elif kind not in ("http.response.start", "http.response.body"):
            raise AssertionError(f"the app sent {kind!r}, which is no part of an answer")
        else:
            when = "once its answer was complete" if self._complete.is_set() else "out of order"
            raise AssertionError(f"the app sent {kind!r} {when}")

    def _routed(self, app: AsgiApp) -> bool | None:
        """Whether the app has a route for the path that it answers 404 for, where its framework tells."""
        if "router" in self._scope:  # Starlette
            return "endpoint" in self._scope
        return django_knows(self._request.decoded_path) if type(app).__module__.startswith("django.") else None


def scope_of(request: WebRequest) -> dict[str, Any]:
    """The scope as a server makes it: every header as it was sent, by its name in lower case."""
    return {
        "type": "http",
        "asgi": VERSIONS,
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": request.decoded_path.decode("utf-8", "replace"),
        "raw_path": request.path.encode("ascii"),
        "query_string": request.query.encode("ascii"),
        "root_path": "",
        "headers": [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in request.headers],
        "client": ("127.0.0.1", 50000),
        "server": ("localhost", 80),
    }


def too_slow(name: str, phase: str, seconds: float) -> LoadError:
    """An app that never started, or never ended."""
    return LoadError(f"{name} did not end the {phase} of its lifespan within {seconds:g} seconds.")


async def _in_time(task: asyncio.Future[Any], seconds: float) -> None:
    """Await `task`, and cancel it when it takes longer, or when whoever awaits is cancelled.

    Raises:
        OutOfTime: when it took longer.
    """
    if task.done():
        return task.result()  # type: ignore[no-any-return]
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()
    asked: list[float] = []
    heard: list[float] = []

    def give_up(_: object = None) -> None:
        if not ended.done():
            ended.set_result(None)

    def cancel() -> None:
        heard.append(real_seconds())
        if heard[-1] - heard[0] > _ENDING:  # it does not let itself be cancelled
            give_up()
        elif len(heard) == 1 or heard[-1] - heard[-2] > _GRACE:
            task.cancel()

    def act(interrupt: Callable[[], object]) -> None:
        asked.append(real_seconds())
        loop.call_soon_threadsafe(cancel)
        if not heard and asked[-1] - asked[0] > _GRACE:  # the loop itself stands still
            interrupt()

    with interruptible(seconds, act) as deadline:
        task.add_done_callback(give_up)
        try:
            await ended
        except asyncio.CancelledError:
            task.cancel()
            raise
        if deadline.passed:
            if task.done() and not task.cancelled():
                task.exception()  # looked at, so that asyncio does not complain
            raise OutOfTime(deadline)
    return task.result()  # type: ignore[no-any-return]


def _in_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _nothing() -> None:
    pass
