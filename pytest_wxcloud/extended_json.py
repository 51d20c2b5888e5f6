"""Python values to and from the Extended JSON in which documents travel.

datetime, bytes and compiled patterns cross both ways; a naive datetime is taken for UTC.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from .errors import InvalidDocumentError

# In tuples: freezegun replaces the names it finds, and these are constants, not a clock.
_EPOCH = (datetime(1970, 1, 1, tzinfo=timezone.utc),)
_DATETIME = (datetime,)
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}


def to_extended(value: Any, where: str = "") -> Any:
    """`value` as plain JSON data.

    Raises:
        InvalidDocumentError: for what no database document can hold, saying where it stands.
    """
    if value is None or isinstance(value, bool | str | int | float):
        return value if not isinstance(value, float) or math.isfinite(value) else _not_finite(value)
    if isinstance(value, Mapping):
        return {_key(key, where): to_extended(held, f"{where}.{key}") for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [to_extended(held, f"{where}[{index}]") for index, held in enumerate(value)]
    if isinstance(value, _DATETIME[0]):
        aware = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        return {"$date": {"$numberLong": str((aware - _EPOCH[0]) // timedelta(milliseconds=1))}}
    if isinstance(value, bytes | bytearray):
        return {"$binary": {"base64": base64.b64encode(value).decode("ascii"), "subType": "00"}}
    if isinstance(value, re.Pattern):
        options = "".join(letter for letter, flag in _FLAGS.items() if value.flags & flag)
        return {"$regularExpression": {"pattern": value.pattern, "options": options}}
    raise InvalidDocumentError(
        f"{where.lstrip('.') or 'The value'} is {type(value).__name__} ({value!r}), which no document can hold. "
        "Use strings, numbers, booleans, None, lists, dicts, datetime, bytes or a compiled pattern."
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


def _key(key: object, where: str) -> str:
    if isinstance(key, str):
        return key
    raise InvalidDocumentError(f"{where.lstrip('.') or 'The document'} has the key {key!r}; keys are strings.")


def _not_finite(value: float) -> dict[str, str]:
    return {"$numberDouble": str(value).replace("inf", "Infinity").replace("nan", "NaN")}


def _date(held: Any) -> datetime:
    if isinstance(held, dict):
        return _EPOCH[0] + timedelta(milliseconds=int(held["$numberLong"]))
    if isinstance(held, str):
        return _DATETIME[0].fromisoformat(held.replace("Z", "+00:00")).astimezone(timezone.utc)
    return _EPOCH[0] + timedelta(milliseconds=held)


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
