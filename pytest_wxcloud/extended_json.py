"""Python values to and from the Extended JSON in which documents travel.

datetime, bytes and compiled patterns cross both ways; a naive datetime is taken for UTC.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from .errors import InvalidDocumentError

# In tuples: freezegun replaces the names it finds, and these are constants, not a clock.
_EPOCH = (datetime(1970, 1, 1, tzinfo=timezone.utc),)
_DATETIME = (datetime,)
_PLAIN = (str, int, type(None))  # bool is an int; the order is that of frequency
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}


@dataclass(frozen=True, order=True)
class DistantDate:
    """A date that `datetime` cannot hold: those of JavaScript go to the year 275760, and before the year 1.

    `milliseconds` are those since 1970, in UTC.
    """

    milliseconds: int


def to_extended(value: Any, where: str = "") -> Any:
    """`value` as plain JSON data.

    Raises:
        InvalidDocumentError: for what no database document can hold, saying where it stands.
    """
    try:
        return _extended(value)
    except _Misfit as misfit:
        place = f"{where}{''.join(reversed(misfit.path))}".lstrip(".")
        raise InvalidDocumentError(f"{place or misfit.otherwise} {misfit.said}") from None


class _Misfit(Exception):
    """A value that no document can hold; `path` leads to it, the last step first."""

    def __init__(self, otherwise: str, said: str) -> None:
        super().__init__(said)
        self.otherwise = otherwise
        self.said = said
        self.path: list[str] = []


def _extended(value: Any) -> Any:
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else _not_finite(value)
    if isinstance(value, Mapping):
        return _mapping(value)
    if isinstance(value, (list, tuple)):
        return _list(value)
    return _scalar(value)


def _mapping(value: Mapping[Any, Any]) -> dict[str, Any]:
    extended = {}
    key = None
    try:
        for key, held in value.items():
            if not isinstance(key, str):
                raise _Misfit("The document", f"has the key {key!r}; keys are strings.")
            extended[key] = held if isinstance(held, _PLAIN) else _extended(held)
    except _Misfit as misfit:
        if isinstance(key, str):
            misfit.path.append(f".{key}")
        raise
    return extended


def _list(value: list[Any] | tuple[Any, ...]) -> list[Any]:
    extended: list[Any] = []
    try:
        for held in value:
            extended.append(_extended(held))
    except _Misfit as misfit:
        misfit.path.append(f"[{len(extended)}]")
        raise
    return extended


def _scalar(value: Any) -> Any:
    if isinstance(value, _DATETIME[0]):
        aware = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        return {"$date": {"$numberLong": str((aware - _EPOCH[0]) // timedelta(milliseconds=1))}}
    if isinstance(value, DistantDate):
        return {"$date": {"$numberLong": str(value.milliseconds)}}
    if isinstance(value, bytes | bytearray):
        return {"$binary": {"base64": base64.b64encode(value).decode("ascii"), "subType": "00"}}
    if isinstance(value, re.Pattern):
        options = "".join(letter for letter, flag in _FLAGS.items() if value.flags & flag)
        return {"$regularExpression": {"pattern": value.pattern, "options": options}}
    raise _Misfit(
        "The value",
        f"is {type(value).__name__} ({value!r}), which no document can hold. "
        "Use strings, numbers, booleans, None, lists, dicts, datetime, bytes or a compiled pattern.",
    )


def from_extended(value: Any) -> Any:
    """What `to_extended` made, or the worker: dates become aware datetimes in UTC."""
    if isinstance(value, list):
        return [from_extended(held) for held in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((key, held),) = value.items()
        read = _READERS.get(key)
        if read is not None:
            return read(held)
    return {key: from_extended(held) for key, held in value.items()}


def _not_finite(value: float) -> dict[str, str]:
    return {"$numberDouble": str(value).replace("inf", "Infinity").replace("nan", "NaN")}


def _date(held: Any) -> datetime | DistantDate:
    if isinstance(held, str):
        return _DATETIME[0].fromisoformat(held.replace("Z", "+00:00")).astimezone(timezone.utc)
    milliseconds = int(held["$numberLong"]) if isinstance(held, dict) else held
    try:
        return _EPOCH[0] + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return DistantDate(milliseconds)


def _pattern(held: Any) -> re.Pattern[str]:
    flags = 0
    for letter in held["options"]:
        flags |= _FLAGS.get(letter, 0)
    return re.compile(held["pattern"], flags)


_READERS: dict[str, Callable[[Any], Any]] = {
    "$date": _date,
    "$oid": str,
    "$numberInt": int,
    "$numberLong": int,
    "$numberDouble": float,
    "$binary": lambda held: base64.b64decode(held["base64"]),
    "$regularExpression": _pattern,
}
