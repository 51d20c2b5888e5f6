"""What a function can be asked for: parameters that its source reads, with the values that it knows for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .names import is_identity_name, is_role_name, read_names, source
from .world import World

_LITERAL = r"(?:'[^'\\\n]*'|\"[^\"\\\n]*\"|(?<![\w.])-?\d{1,9}\b(?!\.)|\b(?:[Tt]rue|[Ff]alse)\b)"
_LITERALS = re.compile(_LITERAL)
_LIST = rf"({_LITERAL}(?:\s*,\s*{_LITERAL})*)"
_NAME = r"(?<![\w$])([A-Za-z_$][\w$]*)"
#: What may follow a name before it is compared: `event.get("name", 1)`, `(event.name || 1)`, `name.toLowerCase()`.
_CLOSED = r"[\"']?(?:\s*,[^(),\n]*)?[)\]]*(?:\s*(?:\|\||\?\?|or)[^()\n]{0,20}\))?(?:\.\w+\(\))?"
_OF = r"(?:[\w$]+\(|[\w$]+\??\.|[\w$]+\[[\"']|[\w$]+\.get\([\"'])*"  # what may stand before it: `String(event.`
#: A name beside literals: those with the name first, and those with the literals first.
_NAME_FIRST = (
    re.compile(rf"{_NAME}{_CLOSED}\s*[!=]==?\s*({_LITERAL})"),
    re.compile(rf"{_NAME}{_CLOSED}\s+(?:not\s+)?in\s*[(\[{{]\s*{_LIST}"),
    re.compile(rf"{_NAME}\s*:\s*(?:\w+\[)?Literal\[\s*{_LIST}"),
)
_LITERAL_FIRST = (
    re.compile(rf"({_LITERAL})\s*[!=]==?\s*{_OF}{_NAME}"),
    re.compile(rf"\[\s*{_LIST}\s*\]\.(?:includes|indexOf)\(\s*{_OF}{_NAME}"),
)
_SWITCH = re.compile(rf"\b(?:switch\s*\(|match\s)[^\n{{]*?{_NAME}{_CLOSED}\s*(?:\{{|:\s*\n)")
_CASES = re.compile(rf"\bcase\s+({_LITERAL}(?:\s*\|\s*{_LITERAL})*)")
_TABLE = re.compile(rf"{_NAME}\[\s*{_OF}{_NAME}{_CLOSED}(?:\s*(?:\|\||\?\?|or)[^\]\n]*)?\s*\]")
_KEYS = re.compile(r"[{,]\s*[\"']?([A-Za-z_]\w*)[\"']?\s*:")
_DEFAULT = re.compile(rf"{_NAME}[\"']?(?:\s*:\s*bool)?\s*[=,]\s*([Tt]rue|[Ff]alse)\b")
_HINT = re.compile(rf"{_NAME}\s*:\s*(?:Optional\[)?(bool|str|int|float|list|dict|bytes|date|datetime|Decimal)\b")
_MOST = 4  # values that a parameter is asked with
#: What `typeof` says, and what says nothing.
_NO_VALUES = frozenset(("string", "number", "boolean", "object", "function", "undefined", ""))
#: What is read of the SDK and of the language itself, and of no event.
_NO_OPTIONS = frozenset(
    ("exports", "main", "length", "command", "DYNAMIC_CURRENT_ENV", "OPENID", "APPID", "UNIONID", "ENV", "SOURCE",
     "userInfo", "stats", "updated", "removed", "created", "total", "errCode", "errMsg", "message", "stack")
)  # fmt: skip


def options(world: World) -> dict[str, list[Any]]:
    """Name → values: literals that the source compares it with; the other one of its default; or else true.

    A name that means a person or a right is not merely true: who claims to be somebody is another matter.
    """
    text = source(world)
    hints = dict(_HINT.findall(text))
    known: dict[str, dict[Any, None]] = {name: {} for name in (*read_names(world), *hints) if name not in _NO_OPTIONS}
    for name, literals in _compared(text):
        if name in known:
            known[name].update((value, None) for value in map(_value, literals) if value not in _NO_VALUES)
    for name, values in known.items():
        if not values and hints.get(name, "bool") == "bool" and not (is_identity_name(name) or is_role_name(name)):
            values[True] = None
    for name, default in _DEFAULT.findall(text):
        if name in known:
            known[name][not _value(default)] = None
    return {name: list(values)[:_MOST] for name, values in known.items() if values}


def _compared(text: str) -> Iterator[tuple[str, list[str]]]:
    """Names, and the literals beside which they stand in a comparison, a list or a table of what is known."""
    for pattern in _NAME_FIRST:
        yield from ((name, _LITERALS.findall(literals)) for name, literals in pattern.findall(text))
    for pattern in _LITERAL_FIRST:
        yield from ((name, _LITERALS.findall(literals)) for literals, name in pattern.findall(text))
    for match in _SWITCH.finditer(text):
        cases = text[match.end() :].partition("switch")[0]
        yield match[1], [literal for case in _CASES.findall(cases) for literal in _LITERALS.findall(case)]
    for table, name in _TABLE.findall(text):
        held = re.search(rf"\b{re.escape(table)}\s*=\s*(\{{.*?\n\}}|\{{[^\n]*)", text, re.DOTALL)
        yield name, [f'"{key}"' for key in _KEYS.findall(held[1])] if held else []


def _value(literal: str) -> Any:
    if literal.lower() in ("true", "false"):
        return literal.lower() == "true"
    return literal[1:-1] if literal[0] in "\"'" else int(literal)
