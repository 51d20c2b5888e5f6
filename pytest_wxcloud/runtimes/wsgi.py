"""Runs WSGI apps (PEP 3333): Flask, Django, Bottle, Falcon and any other, in this process and without a server."""

from __future__ import annotations

import asyncio
import contextvars
import io
import sys
import threading
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, TypeVar

from ..errors import users_mistake
from ..outcome import Failure, FunctionError, LogLine
from .django_connections import borrowing, errors_left_behind, kept_open, lent
from .error_log import ErrorLog
from .failing import describe
from .flask_contexts import of_its_own
from .time_limit import Deadline, OutOfTime, run_limited
from .web_request import WebAnswer, WebRequest

__tracebackhide__ = users_mistake

T = TypeVar("T")

_GRACE = 1.0  # seconds for a thread to notice that its time is over


class WsgiRuntime:
    """One WSGI app. It has no state of its own, so requests may overlap in threads."""

    def __init__(self, app: Callable[..., Any]) -> None:
        self._app = app

    def load(self) -> None:
        """Nothing starts before the first request."""

    def handle(self, request: WebRequest, seconds: float) -> WebAnswer:
        """Make the request on this thread, and wait until the app has done all of its work."""
        exchange = _Exchange(request)
        try:
            with kept_open(), errors_left_behind(), of_its_own():
                run_limited(lambda: exchange.run(self._app), seconds)
        except OutOfTime:
            exchange.error = out_of_time(seconds)
        except (Exception, SystemExit, asyncio.CancelledError) as error:  # the app's own: the outcome tells
            exchange.error = describe(error, libraries=False)
        return exchange.answer()

    async def ahandle(self, request: WebRequest, seconds: float) -> WebAnswer:
        """Make the request in a thread, as a server does, without blocking the event loop.

        The thread holds up nobody when the app never ends.
        """
        loop = asyncio.get_running_loop()
        answered: asyncio.Future[WebAnswer] = loop.create_future()

        def tell(answer: WebAnswer) -> None:
            if not answered.done():
                answered.set_result(answer)

        def work() -> None:
            with borrowing(context):
                answer = context.run(self.handle, request, seconds)
            if not loop.is_closed():
                loop.call_soon_threadsafe(tell, answer)

        context = contextvars.copy_context()
        threading.Thread(target=work, name=f"{request.method} {request.path}", daemon=True).start()
        late = WebAnswer(error=out_of_time(seconds))
        deadline = Deadline(seconds + _GRACE, lambda: loop.call_soon_threadsafe(tell, late))
        try:
            return await answered
        finally:
            deadline.close()

    def complete(self, work: Coroutine[Any, Any, T]) -> T:
        """Do `work`, which makes its requests by `ahandle`."""
        with lent():
            return asyncio.run(work)

    def close(self) -> None:
        """Nothing to end."""


def out_of_time(seconds: float) -> FunctionError:
    """Why there is no answer, when the time limit passed."""
    return FunctionError(Failure.TIME_LIMIT, "", f"the app did not answer within {seconds:g} seconds")


class _Exchange:
    """One request and what has been answered to it so far."""

    def __init__(self, request: WebRequest) -> None:
        self.error: FunctionError | None = None
        self._request = request
        self._errors = io.StringIO()
        self._log = ErrorLog()
        self._environ = environ_of(request, self._errors)
        self._status = 0
        self._headers: tuple[tuple[str, str], ...] = ()
        self._body: list[bytes] = []
        self._routed: bool | None = None
        self._is_django = False

    def run(self, app: Callable[..., Any]) -> None:
        self._is_django = type(app).__module__.startswith("django.")
        with self._log.kept():
            self._run(app)

    def _run(self, app: Callable[..., Any]) -> None:
        answered: Iterable[bytes] = app(self._environ, self._start_response)
        try:
            for part in answered:
                self._write(part)
        finally:
            close = getattr(answered, "close", None)
            if close is not None:
                close()
        if not self._status:
            raise AssertionError("the app answered without calling start_response")

    def answer(self) -> WebAnswer:
        said = self._errors.getvalue()
        logs = (LogLine("stderr", said),) if said else tuple(self._log.lines)
        body = b"" if self._request.method == "HEAD" else b"".join(self._body)
        status = self._status or (500 if self.error is not None and self.error.failure is Failure.THROWN else 0)
        return WebAnswer(status, self._headers, body, self.error, logs, self._routed)

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        if exc_info is None and self._status:
            raise AssertionError("start_response was called twice")
        if exc_info is not None and self._body:
            raise exc_info[1].with_traceback(exc_info[2])
        if not isinstance(status, str) or not status[:3].isdigit():
            raise AssertionError(f"start_response was called with the status {status!r}, and not like '200 OK'")
        self._status = int(status[:3])
        self._headers = tuple((str(name), str(value)) for name, value in headers)
        if self._status == 404:
            self._routed = self._is_routed()
        return self._write

    def _write(self, part: bytes) -> None:
        if not isinstance(part, bytes):
            raise TypeError(f"a WSGI app answers bytes, not {type(part).__name__} ({part!r:.50})")
        if not self._status and part:
            raise AssertionError("the app answered before it called start_response")
        self._body.append(part)

    def _is_routed(self) -> bool | None:
        """Whether the app has a route for the path that it answers 404 for, where its framework tells."""
        flask_request: Any = self._environ.get("werkzeug.request")
        if hasattr(flask_request, "routing_exception"):
            return flask_request.routing_exception is None
        return django_knows(self._request.decoded_path) if self._is_django else None


def environ_of(request: WebRequest, errors: Any) -> dict[str, Any]:
    """The environ as a server makes it: a header that comes twice is joined, a name with an underscore dropped."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": request.decoded_path.decode("latin-1"),
        "QUERY_STRING": request.query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": errors,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


def django_knows(path: bytes) -> bool | None:
    """Whether Django's URLconf has the path; None where a middleware may have chosen another one."""
    urls: Any = sys.modules.get("django.urls")
    try:
        urls.resolve(path.decode("utf-8", "replace"))
    except getattr(urls, "Resolver404", ()):
        return False
    except Exception:
        return None
    return True
