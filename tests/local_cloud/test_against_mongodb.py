"""The local database beside an engine written by others, operation by operation.

What is known to differ stands in DIFFERENCES.md, whose tables are run here.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pytest_wxcloud
from pytest_wxcloud.extended_json import from_extended

from . import drawn, drawn_expressions

pytest.importorskip("pymongo", reason="the engine to compare with comes with the dependency group dev")
from .comparing import Act, agree, both, compared
from .reference import Refused, comparable

DIFFERENCES = Path(pytest_wxcloud.__file__).parent / "node" / "local" / "DIFFERENCES.md"


@compared
@given(documents=drawn.DOCUMENTS, query=drawn.queries())
def test_queries(session_cloud, reference, documents, query) -> None:
    """A query selects the same documents."""
    agree(session_cloud, reference, {"one": documents}, lambda side: side.find(query))


@compared
@given(documents=drawn.DOCUMENTS, order=drawn.SORTS, skip=st.integers(0, 2), limit=st.integers(0, 3))
def test_order_skip_and_limit(session_cloud, reference, documents, order, skip, limit) -> None:
    """Values of all types, and arrays of them, sort the same."""
    agree(session_cloud, reference, {"one": documents}, lambda side: side.find({}, sort=order, skip=skip, limit=limit))


@compared
@given(documents=drawn.DOCUMENTS, projection=drawn.PROJECTIONS)
def test_projections(session_cloud, reference, documents, projection) -> None:
    """A projection shows the same of each document."""
    agree(session_cloud, reference, {"one": documents}, lambda side: side.find({}, projection))


@settings(compared, max_examples=200)
@given(documents=drawn.DOCUMENTS, changes=drawn.UPDATES, many=st.booleans())
def test_updates(session_cloud, reference, documents, changes, many) -> None:
    """An update makes the same documents, or is refused; up to there it has changed the same."""
    agree(session_cloud, reference, {"one": documents}, lambda side: side.update({}, changes, many))


@settings(compared, max_examples=200)
@given(documents=drawn.DOCUMENTS, expression=drawn_expressions.values(2) | drawn_expressions.SETS)
def test_expressions(session_cloud, reference, documents, expression) -> None:
    """An expression evaluates to the same value."""
    pipeline = [{"$project": {"v": expression}}]
    agree(session_cloud, reference, {"one": documents}, lambda side: side.aggregate(pipeline))


@compared
@given(case=drawn_expressions.CASES)
def test_pipelines(session_cloud, reference, case) -> None:
    """Stages, one after the other, make the same documents."""
    one, other, pipeline = case
    agree(session_cloud, reference, {"one": one, "other": other}, lambda side: side.aggregate(pipeline))


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under `heading`."""
    part = DIFFERENCES.read_text("utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    cells = [line.strip("|").split(" | ") for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip(" |") for cell in row] for row in cells[2:]]


def _read(cell: str) -> Any:
    return Refused(cell) if cell == "refused" else from_extended(json.loads(cell.strip("`")))


@pytest.mark.parametrize(
    "row", rows("From MongoDB") + rows("From the engine of the comparison"), ids=lambda row: row[1][:60]
)
def test_what_is_known_to_differ(session_cloud, reference, row: list[str]) -> None:
    """Each line of the tables holds: what ours comes to, and the other."""
    documents, (name, _, argument) = _read(row[0]), row[1].strip("`").partition(" ")
    given_ = from_extended(json.loads(argument))
    contents = {"one": [{"_id": str(i), **document} for i, document in enumerate(documents)]}
    acts: dict[str, Act] = {
        "find": lambda side: side.find(given_),
        "find-projected": lambda side: side.find({}, given_),
        "aggregate": lambda side: side.aggregate(given_),
    }
    ours, theirs = both(session_cloud, reference, contents, acts[name])

    assert (_without_ids(ours), _without_ids(theirs)) == (_read(row[2]), _read(row[3]))
    assert comparable(ours) != comparable(theirs)


def _without_ids(found: Any) -> Any:
    if isinstance(found, Refused):
        return found
    return [{name: value for name, value in document.items() if name != "_id"} for document in found]
