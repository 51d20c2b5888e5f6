"""One HTTP request as plain data, made from what a test writes, and what an app answers."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlencode

from ..errors import InvalidRequestError, users_mistake
from ..outcome import FunctionError, LogLine

__tracebackhide__ = users_mistake

#: Content of a file, with its name and type where these matter.
File = bytes | str | tuple[str, bytes | str] | tuple[str, bytes | str, str]
Pairs = Mapping[str, Any] | Iterable[tuple[str, Any]]


class Missing:
    """The type of `MISSING`."""

    def __repr__(self) -> str:
        return "MISSING"


#: No JSON body; None is one.
MISSING = Missing()

_BOUNDARY = "wxcloud-boundary"  # always the same, so that the same test sends the same bytes
_UNQUOTED = "/%:@!$&'()*+,;=~-._"


@dataclass(frozen=True)
class WebRequest:
    """A request on its way. `path` is percent-encoded; `headers` may hold a name twice."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def decoded_path(self) -> bytes:
        """The path as a server hands it on."""
        return unquote_to_bytes(self.path)


@dataclass(frozen=True)
class WebAnswer:
    """What an app answered: `status` 0 when it did not. `routed`: whether it has the path, None if it cannot tell."""

    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    error: FunctionError | None = None
    logs: tuple[LogLine, ...] = ()
    routed: bool | None = None


def web_request(
    method: str,
    path: str,
    *,
    json: Any = MISSING,
    form: Pairs | None = None,
    files: Mapping[str, File] | None = None,
    body: bytes | str | None = None,
    query: Pairs | None = None,
    headers: Pairs | None = None,
    platform: Mapping[str, str],
) -> tuple[WebRequest, dict[str, str]]:
    """The request that these make, and the platform's headers that were set by hand.

    Raises:
        InvalidRequestError: when no client could send it.
    """
    if not isinstance(method, str) or not method.isalpha():
        raise InvalidRequestError(f'A request begins with its method, as in request("GET", "/todos"), not {method!r}.')
    if not isinstance(path, str) or not path.startswith("/"):
        raise InvalidRequestError(f'A path begins with a slash, as in request({method!r}, "/todos"); it was {path!r}.')
    content, content_type = _body(json, form, files, body)
    given = [(name, value) for name, value in _pairs("headers", headers)]
    names = {name.lower() for name, _ in given}
    sent = [("Host", "localhost")] if "host" not in names else []
    if content_type and "content-type" not in names:
        sent.append(("Content-Type", content_type))
    if (content or content_type) and "content-length" not in names:
        sent.append(("Content-Length", str(len(content))))
    sent += [(name, value) for name, value in platform.items() if name.lower() not in names]
    sent += [(name, _header(name, value)) for name, value in given if value is not None]
    known = {name.lower(): name for name in platform}
    by_hand = {known[name.lower()]: value for name, value in given if name.lower() in known}
    path, _, in_path = path.partition("?")
    asked = "&".join(part for part in (in_path, urlencode(_pairs("query", query), doseq=True)) if part)
    return WebRequest(
        method.upper(), quote(path, safe=_UNQUOTED), quote(asked, safe=_UNQUOTED + "?"), tuple(sent), content
    ), by_hand


def _body(
    json_: Any, form: Pairs | None, files: Mapping[str, File] | None, body: bytes | str | None
) -> tuple[bytes, str]:
    kinds = {
        "json": json_ is not MISSING,
        "form or files": form is not None or files is not None,
        "body": body is not None,
    }
    given = [kind for kind, there in kinds.items() if there]
    if len(given) > 1:
        raise InvalidRequestError(f"A request has one body, and this has {' and '.join(given)}.")
    if body is not None:
        return (body.encode() if isinstance(body, str) else bytes(body)), ""
    if files is not None:
        return _multipart(_pairs("form", form), files), f"multipart/form-data; boundary={_BOUNDARY}"
    if form is not None:
        return urlencode(_pairs("form", form), doseq=True).encode(), "application/x-www-form-urlencoded"
    if json_ is not MISSING:
        return _json(json_), "application/json"
    return b"", ""


def _json(value: Any) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidRequestError(
            f"json={value!r} is not JSON: {error}. Send a date as a string, bytes as files."
        ) from None


def _multipart(fields: list[tuple[str, Any]], files: Mapping[str, File]) -> bytes:
    parts: list[tuple[str, str, bytes]] = [
        (_disposition(name), "", _bytes(str(value))) for name, value in _spread(fields)
    ]
    for name, file in files.items():
        told = file if isinstance(file, tuple) else (name, file)
        if not 2 <= len(told) <= 3 or not all(isinstance(part, str | bytes) for part in told):
            raise InvalidRequestError(f"files[{name!r}] is content, or (filename, content[, type]), not {file!r}.")
        guessed = told[2] if len(told) == 3 else mimetypes.guess_type(told[0])[0]
        parts.append(
            (
                f"{_disposition(name)}; filename={_quoted(told[0])}",
                guessed or "application/octet-stream",
                _bytes(told[1]),
            )
        )
    lines: list[bytes] = []
    for disposition, kind, content in parts:
        lines += [f"--{_BOUNDARY}\r\nContent-Disposition: {disposition}\r\n".encode()]
        lines += [f"Content-Type: {kind}\r\n".encode()] if kind else []
        lines += [b"\r\n", content, b"\r\n"]
    return b"".join((*lines, f"--{_BOUNDARY}--\r\n".encode()))


def _spread(fields: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [(name, one) for name, value in fields for one in (value if isinstance(value, list | tuple) else [value])]


def _disposition(name: str) -> str:
    return f"form-data; name={_quoted(name)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A") + '"'


def _bytes(content: bytes | str) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _pairs(what: str, given: Pairs | None) -> list[tuple[str, Any]]:
    if given is None:
        return []
    try:
        pairs = [(name, value) for name, value in (given.items() if isinstance(given, Mapping) else given)]
    except (TypeError, ValueError):
        pairs = [(None, given)]
    if not all(isinstance(name, str) for name, _ in pairs):
        raise InvalidRequestError(f"{what} is a dict, or a list of pairs of a name and a value, not {given!r}.")
    return pairs


def _header(name: str, value: Any) -> str:
    text = str(value)
    try:
        name.encode("ascii")
        text.encode("latin-1")
    except UnicodeEncodeError:
        raise InvalidRequestError(f"A header holds no such characters: {name}: {text}. Percent-encode them.") from None
    if {"\r", "\n"} & {*name, *text}:
        raise InvalidRequestError(f"A header is one line, not {name}: {text!r}.")
    return text
