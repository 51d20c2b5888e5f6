"""Requests to a web app as the data that laws vary: what stands in the path, the query, the body, headers, cookies.

A contract writes a request as `WebApp.request` takes it. Laws see of it what its sender may choose::

    {"method": "PUT", "path": "/todos/t1?done=1", "json": {"text": "…"}}      # as it is written
    {"path": {"todos": "t1"}, "query": {"done": "1"}, "json": {"text": "…"}}  # as laws vary it

Of the path that is what differs from one person's resource to another's, by the word that stands before it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from ..errors import InvalidRequestError
from ..runtimes.web_request import web_request

Place = tuple[str | int, ...]
#: What a request may hold beside its method and its path.
PARTS = ("query", "json", "form", "files", "body", "headers", "cookies")
#: Methods with which clients send a body.
WITH_BODY = ("POST", "PUT", "PATCH", "DELETE")
EXAMPLE = '{"method": "PUT", "path": f"/todos/{todo_id}", "json": {"text": "changed"}}'
_PAIRS = ("query", "form", "headers", "cookies")
_RESERVED = re.compile(r"[/?#%]")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


@dataclass(frozen=True)
class Template:
    """What is the same in every request of an operation. `names` has a word for each segment that varies."""

    method: str
    segments: tuple[str, ...]
    names: Mapping[int, str]

    def __str__(self) -> str:
        said = (f"{{{self.names[at]}}}" if at in self.names else one for at, one in enumerate(self.segments))
        return f"{self.method} /{'/'.join(said)}"

    def event(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What laws vary of `request`."""
        path, _, asked = request["path"].partition("?")
        segments = _segments(path)
        event: dict[str, Any] = {part: _plain(part, request[part]) for part in PARTS if part in request}
        if asked:
            event["query"] = {**dict(parse_qsl(asked, keep_blank_values=True)), **event.get("query", {})}
        whole = len(segments) != len(self.segments)
        varied = {name: "/".join(segments) if whole else segments[at] for at, name in self.names.items()}
        return {"path": varied, **event} if varied else event

    def request(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The request that `event` makes, as `WebApp.request` takes it; whatever a law has put into it."""
        request: dict[str, Any] = {"method": self.method, "path": self._path(_mapping(event.get("path")))}
        for part in ("json", "body"):
            if part in event:
                request[part] = event[part] if part == "json" or isinstance(event[part], bytes) else text(event[part])
        for part in ("query", "form"):
            if part in event:
                request[part] = {name: _texts(value) for name, value in _mapping(event[part]).items()}
        if "files" in event:
            request["files"] = {name: _file(value) for name, value in _mapping(event["files"]).items()}
        sent = _mapping(event.get("headers"))
        headers = [(name, one) for name, value in sent.items() for one in _header_values(value)]
        cookies = "; ".join(f"{name}={quote(text(value))}" for name, value in _mapping(event.get("cookies")).items())
        if cookies:
            headers.append(("Cookie", cookies))
        if headers:
            alone = len(dict(headers)) == len(headers)
            request["headers"] = dict(headers) if alone else headers
        return request

    def _path(self, varied: Mapping[str, Any]) -> str:
        said = []
        for at, segment in enumerate(self.segments):
            if at not in self.names:
                said.append(segment)
            elif self.names[at] in varied:
                said.append(text(varied[self.names[at]]))
        return "/" + "/".join(_RESERVED.sub(lambda found: quote(found[0], safe=""), one) for one in said)

    def places(self, event: Mapping[str, Any]) -> Iterator[Place]:
        """Where a client may put more names: each object that there is, and those that any request may have."""
        yield from self._in_body(event)
        yield from (("query",), ("cookies",), ("headers",))

    def main(self, event: Mapping[str, Any]) -> Place:
        """Where an app looks first: into the body, or into the query where there is none."""
        return next(self._in_body(event), ("query",))

    def _in_body(self, event: Mapping[str, Any]) -> Iterator[Place]:
        if "form" in event or "files" in event:
            yield ("form",)
        elif "json" in event:
            yield from _objects(event["json"], ("json",))
        elif self.method in WITH_BODY and "body" not in event:
            yield ("json",)


def template_of(requests: Sequence[Mapping[str, Any]]) -> Template:
    """What these requests have in common: of the same operation, for different people and resources."""
    paths = [_segments(request["path"].partition("?")[0]) for request in requests]
    method = str(requests[0]["method"]).upper()
    if len({len(path) for path in paths}) > 1:  # then no word of it has a place of its own
        return Template(method, ("",), {0: "path"})
    names: dict[int, str] = {}
    for at, found in enumerate(zip(*paths, strict=True)):
        if len(set(found)) > 1:
            before = paths[0][at - 1] if at and at - 1 not in names else "path"
            names[at] = before if before not in names.values() else f"{before}{at}"
    return Template(method, tuple(paths[0]), names)


def why_no_request(request: object) -> str:
    """What is wrong with what a contract's `request` answered; empty when nothing is.

    Every request is made of its own data once, to see whether a client could send it.
    """
    wrong = next(_wrong_with(request), "")
    if wrong or not isinstance(request, Mapping):
        return wrong
    try:
        sent = Template(request["method"], (), {}).request({part: request[part] for part in PARTS if part in request})
        web_request(**{**sent, "path": request["path"]}, platform={})
    except InvalidRequestError as error:
        return f"answered what no client could send: {error}"
    return ""


def _wrong_with(request: object) -> Iterator[str]:
    if not isinstance(request, Mapping):
        yield f"answered {request!r}; a request is a dict: {EXAMPLE}"
        return
    for part in ("method", "path"):
        if not isinstance(request.get(part), str):
            yield f"answered {dict(request)!r}, which has no {part}; a request is a dict: {EXAMPLE}"
            return
    unknown = [part for part in request if part not in ("method", "path", *PARTS)]
    if unknown:
        yield f"answered a request with {unknown[0]!r}; it may hold method, path, {', '.join(PARTS)}"
    for part in (*_PAIRS, "files"):
        if part in request and not isinstance(request[part], Mapping):
            yield f"answered {part}={request[part]!r}; here it is a dict of names and values"
    if not request["path"].startswith("/"):
        yield f"answered the path {request['path']!r}; a path begins with a slash"


def text(value: Any) -> str:
    """`value` as it stands in a path, a query or a header."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("latin-1")
    if isinstance(value, list | tuple):
        return ",".join(map(text, value))
    return json.dumps(value, ensure_ascii=False, default=str)


def _plain(part: str, value: Any) -> Any:
    return dict(value) if part in _PAIRS or part == "files" else value


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _segments(path: str) -> list[str]:
    return [unquote(one) for one in path.removeprefix("/").split("/")]


def _texts(value: Any) -> Any:
    return [text(one) for one in value] if isinstance(value, list | tuple) else text(value)


def _header_values(value: Any) -> list[str | None]:
    if value is None:
        return [None]
    values = [text(one) for one in value] if isinstance(value, list | tuple) else [text(value)]
    return [one if one.isascii() and one.isprintable() else quote(one) for one in values]


def _file(value: Any) -> Any:
    return value if isinstance(value, bytes | str | tuple) else text(value)


def is_header(name: str) -> bool:
    """Whether a header may have this name, and is a client's to send."""
    return bool(_HEADER.fullmatch(name)) and not name.lower().startswith(("x-wx-", "content-", "host"))


def _objects(value: Any, at: Place) -> Iterator[Place]:
    if isinstance(value, Mapping):
        yield at
    steps = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for step, held in steps:
        yield from _objects(held, (*at, step))
