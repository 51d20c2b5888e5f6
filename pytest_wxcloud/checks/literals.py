"""Data as Python source: for tests that are pasted, and for differences that are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from math import isfinite
from typing import Any

STEP = "    "
#: In a tuple: freezegun replaces the names it finds.
_DATETIME = (datetime,)


def source(value: Any, names: Mapping[Any, str] | None = None, *, indent: int = 0, width: int = 96) -> str:
    """`value` as an expression, its lines after the first indented by `indent` spaces and none over `width`.

    `names` has an expression for each text that is not to be written out: ``{"oGZU…": "owner.openid"}``.
    What stands in a longer text becomes an f-string. Words that no break would help are left whole.
    """
    return "\n".join(_lines(value, names or {}, indent, 0, width))


def short(value: Any, limit: int = 60) -> Any:
    """The same data, in which long texts, lists and dicts are cut, to be read and not to be run."""
    if isinstance(value, str | bytes) and len(value) > limit:
        cut = value[: limit - 20]
        return f"{cut}…" if isinstance(cut, str) else cut + b"..."
    if isinstance(value, Mapping):
        kept = {key: short(held, limit) for key, held in list(value.items())[:12]}
        return {**kept, "…": f"{len(value) - 12} more"} if len(value) > 12 else kept
    if isinstance(value, list | tuple):
        return [*(short(held, limit) for held in value[:6]), *([f"… {len(value) - 6} more"] if len(value) > 6 else [])]
    return value


def one_line(value: Any, names: Mapping[Any, str] | None = None) -> str:
    """`value` as an expression in one line."""
    names = names or {}
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_quoted(str(key))}: {one_line(held, names)}' for key, held in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(one_line(held, names) for held in value)}]"
    if isinstance(value, str):
        return _text(value, names)
    return names[value] if type(value) is int and value in names else _atom(value)


def _atom(value: Any) -> str:
    if isinstance(value, _DATETIME[0]):
        return _date(value)
    if isinstance(value, re.Pattern):
        return f"re.compile({value.pattern!r}{f', {value.flags}' if value.flags else ''})"
    if isinstance(value, float) and not isfinite(value):
        return f'float("{value}")'
    return repr(value)


def _lines(value: Any, names: Mapping[Any, str], indent: int, before: int, width: int) -> list[str]:
    whole = one_line(value, names)
    if indent + before + len(whole) < width:
        return [whole]
    pad = " " * indent
    if isinstance(value, Mapping) and value:
        entries = [(f"{_quoted(str(key))}: ", held) for key, held in value.items()]
        return ["{", *_entries(entries, names, indent, width), f"{pad}}}"]
    if isinstance(value, list | tuple) and value:
        return ["[", *_entries([("", held) for held in value], names, indent, width), f"{pad}]"]
    if isinstance(value, str) and value not in names:
        room = max(width - indent - len(STEP) - 4, 20)
        parts = [value[at : at + room] for at in range(0, len(value), room)]
        return ["(", *(f"{pad}{STEP}{_text(part, names)}" for part in parts), f"{pad})"] if len(parts) > 1 else [whole]
    return [whole]


def _entries(entries: list[tuple[str, Any]], names: Mapping[Any, str], indent: int, width: int) -> Iterator[str]:
    inner = indent + len(STEP)
    for name, held in entries:
        first, *rest = _lines(held, names, inner, len(name) + 1, width)
        lines = [f"{' ' * inner}{name}{first}", *rest]
        lines[-1] += ","
        yield from lines


def _text(text: str, names: Mapping[Any, str]) -> str:
    if text in names:
        return names[text]
    held = [name for name in names if isinstance(name, str) and len(name) > 8 and name in text]
    if not held:
        return _quoted(text)
    parts = re.split("(" + "|".join(map(re.escape, sorted(held, key=len, reverse=True))) + ")", text)
    if any(character in part for part in parts for character in "{}\"'\\\n") or not text.isprintable():
        return _quoted(text)
    return 'f"' + "".join(f"{{{names[part]}}}" if part in names else part for part in parts) + '"'


def _quoted(text: str) -> str:
    said = repr(text)
    return f'"{said[1:-1]}"' if said.startswith("'") and '"' not in said else said


def _date(value: datetime) -> str:
    moment = value.astimezone(timezone.utc)
    numbers = [moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second, moment.microsecond]
    while len(numbers) > 3 and not numbers[-1]:
        numbers.pop()
    return f"datetime({', '.join(map(str, numbers))}, tzinfo=timezone.utc)"
