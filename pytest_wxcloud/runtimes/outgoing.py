"""Requests that Python functions and apps make to hosts outside, where a test answers for these.

They are met in the libraries, below everything that the code under test wrote: urllib, urllib3 (and so requests and
whatever stands on it), httpx. What nobody answers goes on, and is refused where it would leave the machine.
"""

from __future__ import annotations

import functools
import io
import socket
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from .acting import outside
from .library_points import Method, Point, Points

#: What a test's callable may fail with → what the library meets then.
_FAILURES: dict[str, Callable[[str], OSError]] = {
    "ECONNREFUSED": lambda url: ConnectionRefusedError(f"[Errno 111] Connection refused: {url}"),
    "ECONNRESET": lambda url: ConnectionResetError(f"[Errno 104] Connection reset by peer: {url}"),
    "ETIMEDOUT": lambda url: TimeoutError(f"timed out: {url}"),
    "ENOTFOUND": lambda url: socket.gaierror(socket.EAI_NONAME, f"Name or service not known: {url}"),
}
_USUAL_PORTS = {"http": 80, "https": 443}


def _answer(method: str, url: str, headers: Mapping[str, Any], read: Callable[[], bytes]) -> dict[str, Any] | None:
    """What the test answers; None where it does not, or nothing of ours runs.

    Raises:
        OSError: when that is its answer.
    """
    there, place = outside(), urlsplit(url)
    if there is None or not {place.hostname, place.netloc} & {*there.hosts}:
        return None
    body = b64encode(read()).decode("ascii")
    answer: dict[str, Any] = there.ask(
        {"kind": "http", "method": method.upper(), "url": url, "headers": dict(headers), "body": body}
    )
    if "failure" in answer:
        raise _FAILURES[answer["failure"]](url)
    if "message" in answer:  # the test's own mistake, which is told when the function is done
        raise ConnectionAbortedError(answer["message"])
    return answer or None


def _pairs(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    headers = answer["headers"].items()
    return [(name, one) for name, held in headers for one in (held if isinstance(held, list) else [held])]


def _response(method: str, answer: Mapping[str, Any]) -> Any:
    """As ``http.client`` reads it off a connection."""
    from http.client import HTTPResponse, responses

    body = b64decode(answer["body"])
    lines = [f"HTTP/1.1 {answer['status']} {responses.get(answer['status'], '')}"]
    lines += [f"{name}: {value}" for name, value in _pairs(answer)]
    if "content-length" not in {name.lower() for name, _ in _pairs(answer)}:
        lines.append(f"Content-Length: {len(body)}")
    received = io.BytesIO("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    class Connection:
        def makefile(self, *_: Any) -> io.BytesIO:
            return received

    response = HTTPResponse(Connection(), method=method)  # type: ignore[arg-type]
    response.begin()
    return response


def _sent(body: Any) -> bytes:
    """A body as it goes over the wire: bytes, text, a file, or pieces."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode("utf-8")
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body)
    if hasattr(body, "read"):
        return _sent(body.read())
    return b"".join(map(_sent, body)) if isinstance(body, Iterable) else b""


def _urllib(original: Method) -> Method:
    @functools.wraps(original)
    def do_open(self: Any, http_class: Any, req: Any, **more: Any) -> Any:
        headers = {**req.unredirected_hdrs, **req.headers}
        try:
            answer = _answer(req.get_method(), req.full_url, headers, lambda: _sent(req.data))
        except OSError as error:
            from urllib.error import URLError

            raise URLError(error) from error
        if answer is None:
            return original(self, http_class, req, **more)
        response = _response(req.get_method(), answer)
        response.url = req.get_full_url()
        response.msg = response.reason
        return response

    return do_open


def _urllib3(original: Method) -> Method:
    @functools.wraps(original)
    def urlopen(
        self: Any, method: str, url: str, body: Any = None, headers: Any = None, *rest: Any, **more: Any
    ) -> Any:
        library: Any = sys.modules["urllib3"]
        port = "" if self.port in (None, _USUAL_PORTS.get(self.scheme)) else f":{self.port}"
        whole = url if "://" in url else f"{self.scheme}://{self.host}{port}{url}"
        try:
            answer = _answer(method, whole, self.headers if headers is None else headers, lambda: _sent(body))
        except TimeoutError as error:
            raise library.exceptions.ReadTimeoutError(self, url, str(error)) from error
        except OSError as error:
            raise library.exceptions.ProtocolError("Connection aborted.", error) from error
        if answer is None:
            return original(self, method, url, body, headers, *rest, **more)
        response = _response(method, answer)
        return library.response.HTTPResponse(
            body=response,
            headers=library._collections.HTTPHeaderDict(response.headers.items()),
            status=response.status,
            reason=response.reason,
            preload_content=more.get("preload_content", True),
            decode_content=more.get("decode_content", True),
            original_response=response,
            request_method=method,
            request_url=url,
        )

    return urlopen


def _httpx(original: Method) -> Method:
    @functools.wraps(original)
    def handle_request(self: Any, request: Any) -> Any:
        answer = _httpx_answer(request, request.read)
        return original(self, request) if answer is None else _httpx_response(request, answer)

    return handle_request


def _httpx_async(original: Method) -> Method:
    @functools.wraps(original)
    async def handle_async_request(self: Any, request: Any) -> Any:
        body = await request.aread() if outside() is not None else b""
        answer = _httpx_answer(request, lambda: body)
        return await original(self, request) if answer is None else _httpx_response(request, answer)

    return handle_async_request


def _httpx_answer(request: Any, read: Callable[[], bytes]) -> dict[str, Any] | None:
    library = _library_of(request)
    try:
        return _answer(request.method, str(request.url), request.headers, read)
    except TimeoutError as error:
        raise library.ReadTimeout(str(error), request=request) from error
    except OSError as error:
        raise library.ConnectError(str(error), request=request) from error


def _httpx_response(request: Any, answer: Mapping[str, Any]) -> Any:
    body = b64decode(answer["body"])
    return _library_of(request).Response(answer["status"], headers=_pairs(answer), content=body, request=request)


def _library_of(request: Any) -> Any:
    return sys.modules[type(request).__module__.partition(".")[0]]


answered = Points(
    (
        Point("urllib.request", "AbstractHTTPHandler.do_open", _urllib, "Python 3"),
        Point("urllib3.connectionpool", "HTTPConnectionPool.urlopen", _urllib3, "urllib3 1.22"),
        *(
            Point(module, f"{transport}.{method}", remake, f"{module} 0.20", ("self", "request"))
            for module in ("httpx", "httpx2")
            for transport, method, remake in (
                ("HTTPTransport", "handle_request", _httpx),
                ("AsyncHTTPTransport", "handle_async_request", _httpx_async),
            )
        ),
    ),
    "{module} has no {path} that pytest-wxcloud knows, so wx_cloud.http answers none of its requests. It does from "
    "{since} on.",
)
