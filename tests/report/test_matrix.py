"""The matrix as text, and what is collected for it."""

from __future__ import annotations

from collections import Counter

from pytest_wxcloud.report.findings import Findings, Row
from pytest_wxcloud.report.matrix import matrix
from pytest_wxcloud.report.width import cut, padded, width_of


def row(name: str, failures: tuple[str, ...] = (), **callers: dict[str, int]) -> Row:
    counts = {caller.replace("_", " "): Counter(counted) for caller, counted in callers.items()}
    return Row(name, name, "", callers=counts, failures=list(failures))


def drawn(*rows: Row, width: int = 80) -> list[str]:
    findings = Findings(rows={one.name: one for one in rows})
    return ["".join(text for text, _ in line).rstrip() for line in matrix(findings, width)]


def test_a_cell_has_a_line_for_each_standing() -> None:
    lines = drawn(
        row("removeTodo", owner={"had effect": 3}, stranger={"refused": 40, "unrefused": 2}, nobody={"violated": 1}),
        row("addTodo", owner={"inconclusive": 1}),
    )

    assert lines == [
        "            owner           stranger     other app  nobody",
        "addTodo     inconclusive 1  untested     untested   untested",
        "removeTodo  had effect 3    unrefused 2  untested   violated 1",
        "                            refused 40",
        "",
        "47 calls: 40 refused, 3 had effect, 2 unrefused, 1 inconclusive, 1 violated, 4 cells untested",
    ]


def test_a_broken_contract_is_shown_as_such() -> None:
    lines = drawn(row("addTodo", failures=("TestAdd.arrange raised KeyError: 'x'\nmore",)))

    assert lines[1] == "addTodo  set-up failed"
    assert lines[-1] == "set-up failed: addTodo: TestAdd.arrange raised KeyError: 'x'"


def test_what_is_noted_stands_below() -> None:
    one = row("listTodos", owner={"had effect": 1})
    one.notes["openids in answers"] = "owner is told somebody else's openid"

    assert drawn(one)[-1] == "openids in answers: listTodos: owner is told somebody else's openid"


def test_it_fits_and_aligns_whatever_the_names() -> None:
    """Columns that do not fit stand in a block below; a Chinese character takes two cells."""
    roles = {f"角色{number}": {"refused": 1000} for number in range(9)}
    lines = drawn(row("更新待办事项", **roles), row("x" * 70, owner={"had effect": 1}))

    table = lines[: lines.index("", lines.index("") + 1)]
    assert max(map(width_of, table)) <= 80
    heads = [line for line in lines if line.startswith(" " * 30)]
    assert len(heads) > 1
    assert all(f"角色{number}" in "".join(heads) for number in range(9))
    for head in heads[1:]:
        below = lines[lines.index(head) + 1]
        assert width_of(head[: head.index("角")]) == width_of(below[: below.index("refused")])
    assert any(line.startswith("x" * 31 + "…") for line in lines)


def test_width() -> None:
    assert [width_of(text) for text in ("abc", "待办", "é", "e\u0301", "a\u200bb")] == [3, 4, 1, 1, 2]
    assert cut("待办事项", 5) == "待办…"
    assert padded("待", 4) == "待  "


def test_findings_of_several_processes_are_added() -> None:
    """What one process writes as JSON another one merges."""
    one = Findings(rows={"f": row("f", owner={"had effect": 2}, stranger={"refused": 1})}, laws={"a": "x"})
    other = Findings(rows={"f": row("f", failures=("why",), owner={"had effect": 1, "crashed": 1}), "g": row("g")})
    other.rows["f"].notes["unrefused"] = "nobody got nowhere"

    one.merge(Findings.from_json(other.as_json()))

    assert one.rows["f"].callers == {"owner": {"had effect": 3, "crashed": 1}, "stranger": {"refused": 1}}
    assert one.rows["f"].failures == ["why"]
    assert one.rows["f"].notes == {"unrefused": "nobody got nowhere"}
    assert list(one.rows) == ["f", "g"]
