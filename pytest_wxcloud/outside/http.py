"""Hosts outside, answered by the test."""

from __future__ import annotations

import json
import re
import socket
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ..errors import InvalidAnswerError, users_mistake
from ..identity import Principal
from .stubs import Stubs, answer_of, tokens_in

__tracebackhide__ = users_mistake

_KEY = re.compile(r"(?:https?://)?(?P<host>[\w.-]+|\[[0-9a-f:]+\])(?P<port>:\d+)?(?P<path>/.*)?", re.IGNORECASE)
#: What a callable may raise → what the function's request fails with.
_FAILURES: dict[type[OSError], str] = {
    ConnectionRefusedError: "ECONNREFUSED",
    ConnectionError: "ECONNRESET",
    TimeoutError: "ETIMEDOUT",
    socket.gaierror: "ENOTFOUND",
}


@dataclass(frozen=True)
class HttpAnswer:
    """A response: a header's value may be a list; a body that is a dict or a list is sent as JSON."""

    status: int = 200
    headers: Mapping[str, str | list[str]] = field(default_factory=dict)
    body: Any = b""


@dataclass(frozen=True)
class HttpRequest:
    """A function's request: names of `headers` in lower case, and who caused it."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    caller: Principal

    @cached_property
    def host(self) -> str:
        """The host's name, in lower case, without port."""
        return urlsplit(self.url).hostname or ""

    @cached_property
    def path(self) -> str:
        """The path, without query."""
        return urlsplit(self.url).path

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's parameters; of one that is repeated, the last."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.url).query, keep_blank_values=True).items()}

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body's JSON.

        Raises:
            ValueError: when it is none.
        """
        return json.loads(self.body)


class HttpStubs(Stubs[HttpRequest]):
    """``wx_cloud.http["api.example.com"] = {…}``, or a callable(request) or callable(request, caller).

    A name may have a port and a path, in which ``*`` stands for anything: ``"api.example.com/v1/*"``; the
    longest that fits answers. A dict or a list is sent as JSON, a str as text, bytes as they are, an
    `HttpAnswer` says more. A ConnectionError, TimeoutError or socket.gaierror that a callable raises is the
    failure of the function's request.
    """

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts that anything is registered for, some with a port."""
        return tuple({key.partition("/")[0]: None for key in self._answers})

    def key(self, name: str) -> str:
        """`name` without scheme, its host in lower case."""
        found = _KEY.fullmatch(name) if isinstance(name, str) else None
        if found is None:
            raise InvalidAnswerError(
                f'{name!r} names no host. Write "api.example.com", or with a path, "api.example.com/v1/*".'
            )
        port = "" if found["port"] in (None, ":80", ":443") else found["port"]
        path = "" if found["path"] in (None, "/") else found["path"]
        return f"{found['host'].lower()}{port}{path}"

    def check(self, answer: Any, name: str) -> None:
        """See `Stubs.check`."""
        _as_answer(answer, name)

    def serve(self, question: dict[str, Any], caller: Principal) -> dict[str, Any]:
        """What the worker asks for a function: see `node/local/http_stubs.js`. Empty when nothing fits."""
        request = HttpRequest(
            str(question["method"]),
            str(question["url"]),
            {str(name).lower(): str(value) for name, value in question["headers"].items()},
            b64decode(question["body"]),
            caller,
        )
        key = self._fitting(request)
        if key is None:
            return {}
        self.calls.append(request)
        try:
            answer = _as_answer(answer_of(self._answers[key], request, caller, key), key)
        except tuple(_FAILURES) as error:
            return {"failure": next(code for kind, code in _FAILURES.items() if isinstance(error, kind))}
        if request.host.endswith(".weixin.qq.com"):  # another host's may be for whoever asked
            self.tokens += tokens_in(answer.body)
        return {
            "status": answer.status,
            "headers": dict(answer.headers),
            "body": b64encode(answer.body).decode("ascii"),
        }

    def _fitting(self, request: HttpRequest) -> str | None:
        place = urlsplit(request.url)
        names = (place.netloc, re.sub(r":\d+$", "", place.netloc))
        for key in sorted(self._answers, key=len, reverse=True):
            host, slash, path = key.partition("/")
            if host in names and (not slash or fnmatchcase(place.path, slash + path)):
                return key
        return None


def _as_answer(answer: Any, name: str) -> HttpAnswer:
    """`answer` with a body of bytes and a content type.

    Raises:
        InvalidAnswerError: when no host could have sent it.
    """
    given = answer if isinstance(answer, HttpAnswer) else HttpAnswer(body=answer)
    body, kind = given.body, "application/octet-stream"
    if isinstance(body, dict | list):
        try:
            body, kind = json.dumps(body, allow_nan=False, ensure_ascii=False), "application/json; charset=utf-8"
        except (TypeError, ValueError) as error:
            raise InvalidAnswerError(f"The answer of {name} is not JSON: {error}. It was {given.body!r}.") from None
    elif isinstance(body, str):
        kind = "text/plain; charset=utf-8"
    elif not isinstance(body, bytes | bytearray):
        raise InvalidAnswerError(
            f"The answer of {name} is {type(body).__name__} ({body!r}). Give a dict or a list for JSON, a str for "
            "text, bytes, an HttpAnswer(status, headers, body), or a callable that returns one of these."
        )
    if not isinstance(given.status, int) or not 200 <= given.status <= 599:
        raise InvalidAnswerError(f"The answer of {name} has the status {given.status!r}; give one from 200 to 599.")
    content = body.encode("utf-8") if isinstance(body, str) else bytes(body)
    named = {header.lower() for header in given.headers}
    typed = {} if "content-type" in named or not content else {"content-type": kind}
    return HttpAnswer(given.status, {**typed, **given.headers}, content)
