"""Mutants of a handler: its source with one guard less, or with one turned around."""

from __future__ import annotations

import ast
import copy
import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pytest_wxcloud.runtimes.node_toolchain import find_node

SDKS = Path(__file__).parents[2] / "sdks" / "node_modules"
_CONDITION = re.compile(r" and (\w+) = \?| where (\w+) = \?(?! and)")


@dataclass(frozen=True)
class Mutant:
    """What was done to which line, and the source that came of it."""

    what: str
    line: int
    source: str


def mutants_of(source: str, *, python: bool) -> list[Mutant]:
    """Every mutant of a handler, each once."""
    found = _python(source) if python else _javascript(source)
    return list({one.source: one for one in found}.values())


def _javascript(source: str) -> Iterator[Mutant]:
    done = subprocess.run(
        [str(find_node()), str(Path(__file__).with_name("mutants.js"))],
        input=source.encode("utf-8"),
        env={**os.environ, "NODE_PATH": str(SDKS)},
        capture_output=True,
        check=True,
    )
    for what, line, mutated in json.loads(done.stdout):
        yield Mutant(what, line, mutated)


def _python(source: str) -> Iterator[Mutant]:
    """The condition of an if, each part of it, and each condition of an SQL statement that has a value of its own."""
    tree = ast.parse(source)
    for at, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.If | ast.IfExp):
            said = ast.unparse(node.test)
            yield _with_test(tree, at, f"no {said}", ast.Constant(False))
            yield _with_test(tree, at, f"not {said}", ast.UnaryOp(ast.Not(), node.test))
            for part in node.test.values if isinstance(node.test, ast.BoolOp) else ():
                assert isinstance(node.test, ast.BoolOp)
                others = [one for one in node.test.values if one is not part]
                kept = others[0] if len(others) == 1 else ast.BoolOp(node.test.op, others)
                yield _with_test(tree, at, f"without {ast.unparse(part)}", kept)
        elif isinstance(node, ast.Call):
            yield from _statement(tree, at, node)


def _with_test(tree: ast.Module, at: int, what: str, test: ast.expr) -> Mutant:
    changed = copy.deepcopy(tree)
    node = list(ast.walk(changed))[at]
    assert isinstance(node, ast.If | ast.IfExp)
    node.test = copy.deepcopy(test)
    return Mutant(what, node.lineno, ast.unparse(ast.fix_missing_locations(changed)))


def _statement(tree: ast.Module, at: int, node: ast.Call) -> Iterator[Mutant]:
    """``execute("… where id = ? and openid = ?", [id, openid])`` without one of its conditions."""
    if len(node.args) != 2 or not isinstance(node.args[0], ast.Constant) or not isinstance(node.args[1], ast.List):
        return
    sql = node.args[0].value
    for found in _CONDITION.finditer(sql) if isinstance(sql, str) else ():
        changed = copy.deepcopy(tree)
        call = list(ast.walk(changed))[at]
        assert isinstance(call, ast.Call)
        sent = call.args[1]
        assert isinstance(sent, ast.List)
        call.args[0] = ast.Constant(sql[: found.start()] + sql[found.end() :])
        del sent.elts[sql[: found.start()].count("?")]
        yield Mutant(f"find without{found[0]}", node.lineno, ast.unparse(ast.fix_missing_locations(changed)))
