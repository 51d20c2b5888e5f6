"""Test clients of web frameworks send the identity of whoever acts.

Each is met where a request has everything that its test wrote and the app has not seen it yet.
"""

from __future__ import annotations

import functools
from collections.abc import MutableMapping
from typing import Any

from .acting import Acting, acting
from .library_points import Method, Point, Points


def _environ_made(original: Method) -> Method:
    """For what returns a WSGI environ."""

    @functools.wraps(original)
    def signing(*args: Any, **kwargs: Any) -> Any:
        environ = original(*args, **kwargs)
        _sign_environ(environ)
        return environ

    return signing


def _environ_run(original: Method) -> Method:
    """For what is given a WSGI environ."""

    @functools.wraps(original)
    def signing(self: Any, environ: Any, *args: Any, **kwargs: Any) -> Any:
        _sign_environ(environ)
        return original(self, environ, *args, **kwargs)

    return signing


def _scope_made(original: Method) -> Method:
    """For what returns an ASGI scope."""

    @functools.wraps(original)
    def signing(*args: Any, **kwargs: Any) -> Any:
        scope = original(*args, **kwargs)
        who = acting()
        if who is not None:
            # Django takes both spellings of a name for one, and joins what it finds under them.
            given = {name.lower().replace(b"_", b"-"): value for name, value in scope["headers"]}
            for name, value in who.headers.items():
                key = name.lower().encode("ascii")
                if key not in given:
                    scope["headers"].append((key, value.encode("latin-1")))
                else:
                    _note(who, name, given[key].decode("latin-1"), scope["path"])
        return scope

    return signing


def _request_sent(original: Method, one_spelling: bool = False) -> Method:
    """For what sends a request of httpx."""

    @functools.wraps(original)
    def signing(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        return original(self, _signed(request, one_spelling), *args, **kwargs)

    return signing


_to_wsgi = functools.partial(_request_sent, one_spelling=True)  # where a name is the same with an underscore

HTTPX = tuple(
    Point(module, f"{transport}.{method}", signing, f"{module} 0.20", ("self", "request"))
    for module in ("httpx", "httpx2")
    for transport, method, signing in (
        ("WSGITransport", "handle_request", _to_wsgi),
        ("ASGITransport", "handle_async_request", _request_sent),
    )
)
POINTS = (
    Point("werkzeug.test", "EnvironBuilder.get_environ", _environ_made, "Werkzeug 1.0"),
    Point("werkzeug.test", "Client.run_wsgi_app", _environ_run, "Werkzeug 2.0"),
    Point("django.test.client", "RequestFactory._base_environ", _environ_made, "Django 1.11"),
    Point("django.test.client", "AsyncRequestFactory._base_scope", _scope_made, "Django 3.1"),
    Point("starlette.testclient", "_TestClientTransport.handle_request", _request_sent, "Starlette 0.21"),
    *HTTPX,
)


def _sign_environ(environ: MutableMapping[str, Any]) -> None:
    who = acting()
    if who is None:
        return
    for name, value in who.headers.items():
        key = f"HTTP_{name.upper().replace('-', '_')}"
        if environ.setdefault(key, value) != value:
            _note(who, name, environ[key], environ.get("PATH_INFO", ""))


def _signed(request: Any, one_spelling: bool) -> Any:
    """A copy: the same request may be sent again, as somebody else."""
    who = acting()
    if who is None:
        return request
    spelt = {name.replace("_", "-") if one_spelling else name for name in request.headers}
    signed = object.__new__(type(request))
    vars(signed).update(vars(request))
    signed.headers = request.headers.copy()
    for name, value in who.headers.items():
        if name.lower() not in spelt:
            signed.headers[name] = value
        else:
            _note(who, name, request.headers.get(name), request.url.path)
    return signed


def _note(who: Acting, name: str, value: object, path: str) -> None:
    """What a test sets by hand wins, and is told when the test fails."""
    if who.notes is not None and value != who.headers[name]:
        note = f"{path}: {name} was set by hand to {value!r} while {who.principal!r} acted"
        if note not in who.notes:
            who.notes.append(note)


signed_in = Points(
    POINTS,
    "{module} has no {path} that pytest-wxcloud knows, so requests of this client carry no X-WX-* headers. They do "
    "from {since} on. Upgrade it, or ask the app through wx_cloud.app(app).request(…).",
)
