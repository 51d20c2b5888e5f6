"""JavaScript as tokens: enough to find which actions a router dispatches, without running it."""

from __future__ import annotations

import re
from dataclasses import dataclass

NAME, TEXT, MARK, OTHER = "name", "text", "mark", "other"

_TOKEN = re.compile(
    r"""
    (?P<skip>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<text>'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)
  | (?P<name>[A-Za-z_$][\w$]*)
  | (?P<number>\d[\w.]*)
  | (?P<mark>\?\.(?!\d)|=>|[!=]==?|&&|\|\||\?\?|\.\.\.|[-+*%<>&|^~!?:=.,;(){}\[\]@\#])
  | (?P<slash>/)
    """,
    re.VERBOSE | re.DOTALL,
)
_REGULAR = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/\w*")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
#: After these a slash divides; anywhere else it begins a regular expression.
_VALUE_ENDS = (")", "]", "}")


@dataclass(frozen=True)
class Token:
    """A name, a text (its value; templates with ``${`` are OTHER), a mark, or something else."""

    kind: str
    value: str


def tokens(code: str) -> list[Token]:
    """The tokens of `code`, without comments. What cannot be read is left out."""
    found: list[Token] = []
    at = 0
    while at < len(code):
        match = _TOKEN.match(code, at)
        if match is None:
            at += 1
            continue
        at = match.end()
        if match.lastgroup == "slash":
            regular = None if _ends_value(found) else _REGULAR.match(code, match.start())
            at = regular.end() if regular else at
            found.append(Token(OTHER, regular[0] if regular else "/"))
        elif match.lastgroup != "skip":
            found.append(_token(match))
    return found


def closing(found: list[Token], opening: int) -> int:
    """Where the bracket that opens at `opening` closes; the end, if it does not."""
    depth = 0
    for at in range(opening, len(found)):
        if found[at].kind == MARK:
            depth += (found[at].value in "([{") - (found[at].value in ")]}")
            if depth == 0:
                return at
    return len(found)


def _token(match: re.Match[str]) -> Token:
    said = match[0]
    if match.lastgroup == "text":
        if said.startswith("`") and "${" in said:
            return Token(OTHER, said)
        return Token(TEXT, _ESCAPE.sub(_unescaped, said[1:-1]))
    return Token({"name": NAME, "mark": MARK}.get(match.lastgroup or "", OTHER), said)


def _unescaped(match: re.Match[str]) -> str:
    said = match[1]
    if len(said) > 1:
        return chr(int(said[1:], 16))
    return {"n": "\n", "t": "\t", "\n": ""}.get(said, said)


def _ends_value(found: list[Token]) -> bool:
    if not found:
        return False
    last = found[-1]
    return (
        last.kind == TEXT
        or (last.kind == OTHER and last.value != "/")
        or last.value in _VALUE_ENDS
        or (last.kind == NAME and last.value not in ("return", "typeof", "case", "in", "of", "await", "void", "delete"))
    )
