"""The actions that Python dispatches, read from its syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator

KEYS = ("action", "type", "$url")


def actions_in_python(code: str) -> Iterator[tuple[str, str]]:
    """The actions that `code` dispatches, each with its key; none where it cannot be read."""
    try:
        found = _Source(ast.parse(code))
    except (SyntaxError, ValueError):
        return
    for node in found.nodes:
        yield from found.told(node)


class _Source:
    """One file. A subject is ``event["action"]``, ``event.get("action")``, or a variable with it."""

    def __init__(self, tree: ast.Module) -> None:
        self.nodes = list(ast.walk(tree))
        self.subjects: dict[str, str] = {}
        self.tables: dict[str, ast.Dict] = {}
        for node in self.nodes:
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        self._learn(target.id, node.value)

    def _learn(self, name: str, value: ast.expr) -> None:
        if isinstance(value, ast.Dict):
            self.tables[name] = value
        key = next((key for node in ast.walk(value) if (key := _key(node))), "")
        if key and not isinstance(value, ast.Compare | ast.Dict):
            self.subjects[name] = key

    def _subject(self, node: ast.AST) -> str:
        return self.subjects.get(node.id, "") if isinstance(node, ast.Name) else _key(node)

    def told(self, node: ast.AST) -> Iterator[tuple[str, str]]:
        """What a comparison, a match statement or a look into a table shows."""
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
            sides = (node.left, node.comparators[0])
            for one, other in (sides, sides[::-1]):
                if self._subject(one):
                    yield from ((self._subject(one), text) for text in _texts(other))
        elif isinstance(node, ast.Match) and self._subject(node.subject):
            for case in node.cases:
                for pattern in ast.walk(case.pattern):
                    if isinstance(pattern, ast.MatchValue):
                        yield from ((self._subject(node.subject), text) for text in _texts(pattern.value))
        table, subject = _lookup(node)
        if table in self.tables and subject is not None and self._subject(subject):
            for key in self.tables[table].keys:
                yield from ((self._subject(subject), text) for text in _texts(key))


def _key(node: ast.AST) -> str:
    """The key by which an event is asked for its action."""
    asked: ast.AST | None = None
    if isinstance(node, ast.Subscript):
        asked = node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        asked = node.args[0]
    return asked.value if isinstance(asked, ast.Constant) and asked.value in KEYS else ""


def _lookup(node: ast.AST) -> tuple[str, ast.expr | None]:
    """The table and the subject of ``HANDLERS[action]`` and ``HANDLERS.get(action)``."""
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
        return node.value.id, node.slice
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "get"
        and isinstance(node.func.value, ast.Name)
        and node.args
    ):
        return node.func.value.id, node.args[0]
    return "", None


def _texts(node: ast.AST | None) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
