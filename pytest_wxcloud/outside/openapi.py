"""The open APIs (云调用) and cloudPay, answered by the test.

Source of the wire: wx-server-sdk 2.6.3 to 4.0.2, ``callWXOpenAPI``, ``callCloudPayAPI``; all three alike.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import InvalidAnswerError, users_mistake
from ..identity import Principal
from .protobuf import read_bytes, write_fields
from .stubs import Stubs, answer_of, tokens_in

__tracebackhide__ = users_mistake

_NAME = re.compile(r"[A-Za-z]\w*(\.\w+)+")
_PAY = "cloudPay."
_IMAGES = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
#: Codes from here down are the platform's own; they travel beside the answer, not in it.
_PLATFORM_CODES = -600000
#: The SDK's functions that ask WeChat without being an open API.
_INNER = {"ApiVoipSign": "getVoIPSign", "GetCloudCallSign": "getCloudCallSign"}

#: Answers one inner call: its request and who causes it, as bytes of protobuf.
Inner = Callable[[bytes, Principal], bytes]


class OpenApiError(Exception):
    """Raised by what answers an open API: the function's call fails with this ``errCode`` and ``errMsg``."""

    def __init__(self, err_code: int, err_msg: str = "") -> None:
        super().__init__(f"{err_code} {err_msg}".rstrip())
        self.err_code = err_code
        self.err_msg = err_msg


@dataclass(frozen=True)
class OpenApiCall:
    """One call of an open API: its `name`, its `data` in the SDK's camelCase, and who caused it.

    A file in `data` is ``{"contentType", "fileName", "value"}``, its value bytes.
    """

    name: str
    data: dict[str, Any]
    caller: Principal


class OpenApis(Stubs[OpenApiCall]):
    """``wx_cloud.openapi["security.msgSecCheck"] = {…}``, or a callable(data) or callable(data, caller).

    `cloud.cloudPay` is answered as ``"cloudPay.unifiedOrder"``. A dict is the answer, in camelCase or as
    WeChat's documentation has it; None is an empty one; bytes are a file; a str is text. A dict with an
    errcode, or an `OpenApiError` (or any exception with an int ``err_code`` or ``errCode``) that a callable
    raises, is the SDK's error.

    `inner` answers the calls that the SDK makes in its own name, `known` open APIs that nobody registered;
    `all_answer` has all others be answered, too, without an error and with nothing.
    """

    def __init__(
        self,
        inner: dict[str, Inner] | None = None,
        known: dict[str, Any] | None = None,
        *,
        all_answer: bool = False,
    ) -> None:
        super().__init__()
        self._inner = inner or {}
        self._known = known or {}
        self._all_answer = all_answer

    def key(self, name: str) -> str:
        """`name`, which may start with ``openapi.`` as in the SDK's messages."""
        key = name.removeprefix("openapi.") if isinstance(name, str) else ""
        if not _NAME.fullmatch(key):
            raise InvalidAnswerError(
                f"{name!r} names no open API. Write what follows cloud.openapi in the function: "
                '"security.msgSecCheck"; or, of cloud.cloudPay, "cloudPay.unifiedOrder".'
            )
        return key

    def check(self, answer: Any, name: str) -> None:
        """See `Stubs.check`."""
        _as_response(answer, name)

    def serve(self, question: dict[str, Any], caller: Principal) -> dict[str, Any]:
        """What the worker asks for a function: see `node/local/openapi.js`."""
        name, wire, request = str(question["name"]), question["wire"], b64decode(question["request"])
        try:
            if wire == "protobuf":
                inner = _inner_call(request)
                data = {} if inner else _to_camel(_parameters(request))
            else:
                inner = None
                data = _to_camel(json.loads(request))
        except (ValueError, RecursionError) as error:  # a function may send what it likes
            return {"code": "INVALID_PARAM", "message": f"the request of {name} cannot be read: {error}"}
        if inner:
            return self._serve_inner(*inner, caller)
        name = _PAY + name if wire == "pay" else name
        if not self._is_served(name):
            self.calls.append(OpenApiCall(name, data, caller))
            return {"unserved": f"the open API {name}"}
        return _AS[wire](self._answer(name, data, caller))

    def _is_served(self, name: str) -> bool:
        return self._all_answer or name in self._answers or name in self._known

    def _serve_inner(self, name: str, request: bytes, caller: Principal) -> dict[str, Any]:
        if name not in self._inner:
            return {"unserved": f"the call cloud.{_INNER.get(name, name)}"}
        return _sent(write_fields([(1, self._inner[name](request, caller))]))

    def _answer(self, name: str, data: dict[str, Any], caller: Principal) -> _Response:
        self.calls.append(OpenApiCall(name, data, caller))
        answer = self._answers[name] if name in self._answers else self._known.get(name, {})
        try:
            response = _as_response(answer_of(answer, data, caller, name), name)
        except Exception as error:
            return _as_response(_failure(error), name)
        self.tokens += tokens_in(response.content)
        return response


@dataclass(frozen=True)
class _Response:
    """An answer on its way: JSON, or a body of another kind."""

    json: dict[str, Any] | None = None
    body: bytes = b""
    content_type: str = "application/json; charset=UTF-8"

    @property
    def error_code(self) -> int:
        return self.json.get("errcode") or 0 if self.json else 0

    @property
    def content(self) -> bytes:
        return self.body if self.json is None else json.dumps(self.json).encode("ascii")


def _as_protobuf(response: _Response) -> dict[str, Any]:
    """CommOpenApiResp: body, content type and, for the platform's own refusals, a code."""
    if response.error_code <= _PLATFORM_CODES:
        return _sent(write_fields([(3, response.error_code)]))
    body = response if response.json is None else _Response({"errcode": 0, "errmsg": "ok"} | response.json)
    return _sent(write_fields([(1, body.content), (2, body.content_type)]))


def _as_pay(response: _Response) -> dict[str, Any]:
    """JSON; the SDK takes for an error only what does not come as a body."""
    if response.error_code:
        return {"errcode": response.error_code, "errmsg": (response.json or {}).get("errmsg", "")}
    return _sent(response.content)


_AS: dict[str, Callable[[_Response], dict[str, Any]]] = {
    "protobuf": _as_protobuf,
    "pay": _as_pay,
    "json": lambda response: _sent(response.content),
}


def _sent(body: bytes) -> dict[str, Any]:
    return {"body": b64encode(body).decode("ascii")}


def _failure(error: Exception) -> dict[str, Any]:
    """An error that is meant for the function, as an answer; any other is the test's own, and raised."""
    for code, message in (("err_code", "err_msg"), ("errCode", "errMsg"), ("errcode", "errmsg")):
        found = getattr(error, code, None)
        if isinstance(found, int):
            return {"errcode": found, "errmsg": str(getattr(error, message, error))}
    raise error


def _as_response(answer: Any, name: str) -> _Response:
    """`answer` as WeChat would send it.

    Raises:
        InvalidAnswerError: when it could not.
    """
    if isinstance(answer, bytes | bytearray):
        kind = next((kind for start, kind in _IMAGES.items() if answer.startswith(start)), "application/octet-stream")
        return _Response(body=bytes(answer), content_type=kind)
    if isinstance(answer, str):
        return _Response(body=answer.encode("utf-8"), content_type="text/plain; charset=utf-8")
    if not isinstance(answer, Mapping) and answer is not None:
        raise InvalidAnswerError(
            f"The answer for {name} is {type(answer).__name__} ({answer!r}). Give a dict, None for an empty answer, "
            "bytes for a file, a str for text, or a callable that returns one of these."
        )
    spelt = {"errCode": "errcode", "errMsg": "errmsg"}
    wire = {spelt.get(key, key): value for key, value in (answer or {}).items()}
    try:
        return _Response(json.loads(json.dumps(wire, allow_nan=False)))
    except (TypeError, ValueError) as error:
        raise InvalidAnswerError(f"The answer for {name} is not JSON: {error}. It was {answer!r}.") from None


def _inner_call(request: bytes) -> tuple[str, bytes] | None:
    """Name and request of a call that the SDK makes in its own name (CommApiData.svrkitData)."""
    for call in read_bytes(request, 4):
        return _first(call, 1).decode("utf-8"), _first(call, 2)
    return None


def _parameters(request: bytes) -> dict[str, Any]:
    """The parameters of an open API (CommApiData.openapiData.pairs)."""
    return dict(_pair(pair) for part in read_bytes(request, 2) for pair in read_bytes(part, 1))


def _first(message: bytes, number: int) -> bytes:
    return next(iter(read_bytes(message, number)), b"")


def _pair(pair: bytes) -> tuple[str, Any]:
    """One parameter: JSON, or a file, which has a name."""
    name, value, file = _first(pair, 1).decode("utf-8"), _first(pair, 2), _first(pair, 4).decode("utf-8")
    if not file:
        return name, json.loads(value)
    import mimetypes

    return name, {"contentType": mimetypes.guess_type(file)[0], "fileName": file, "value": value}


def _to_camel(data: Any) -> Any:
    """Back from the snake_case in which the SDK sends a function's camelCase."""
    if isinstance(data, list):
        return [_to_camel(held) for held in data]
    if not isinstance(data, dict):
        return data
    return {re.sub(r"_[a-z]", lambda found: found[0][1].upper(), key): _to_camel(held) for key, held in data.items()}
