"""The matrix: operations × callers, and what came of the calls. As lines of pieces, each with its own style."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

from ..checks.verdict import Standing
from .columns import ordered
from .findings import Findings, Row
from .width import cut, padded, width_of

#: What came of calls, the gravest first. "untested" stands where there was none.
STANDINGS = tuple(standing.value for standing in Standing)
UNTESTED = "untested"
SET_UP = "set-up failed"
NOTE = "note"
WIDEST_NAME = 32

#: A text, and what it is: one of STANDINGS, UNTESTED, SET_UP, NOTE, "head" or "".
Piece = tuple[str, str]
Line = list[Piece]


def matrix(findings: Findings, width: int = 80) -> list[Line]:
    """The table, in blocks of columns none of which is wider than `width` cells, and the counts below it.

    A cell has a line for each standing: "unrefused 3", and below it "refused 38".
    """
    rows = sorted(findings.rows.values(), key=lambda row: row.name)
    columns = ordered(caller for row in rows for caller in row.callers)
    first = min(max(width_of(row.name) for row in rows), WIDEST_NAME)
    lines: list[Line] = []
    for block in _blocks(columns, rows, width - first):
        if lines:
            lines.append([])
        lines.append([(" " * first, ""), *((f"  {padded(name, size)}", "head") for name, size in block.items())])
        for row in rows:
            if row.callers.keys() & block.keys() or columns[0] in block:  # who has no part in it is only counted
                lines += _row_lines(row, block, first)
    return [*lines, [], *_counted(rows, columns)]


def cell(row: Row, column: str) -> list[Piece]:
    """What came of the calls of one kind of caller."""
    counts = row.callers.get(column, Counter())
    pieces = [(f"{standing} {counts[standing]}", standing) for standing in STANDINGS if counts[standing]]
    return pieces or [(UNTESTED, UNTESTED)]


def _blocks(columns: list[str], rows: list[Row], room: int) -> Iterator[dict[str, int]]:
    """The columns with their widths, as many at a time as there is room for."""
    block: dict[str, int] = {}
    for column in columns:
        size = max(width_of(column), *(width_of(text) for row in rows for text, _ in cell(row, column)))
        if block and sum(block.values()) + 2 * len(block) + size + 2 > room:
            yield block
            block = {}
        block[column] = size
    yield block


def _row_lines(row: Row, block: dict[str, int], first: int) -> Iterator[Line]:
    name = padded(cut(row.name, first), first)
    if row.failures and not row.callers:
        yield [(name, ""), (f"  {SET_UP}", SET_UP)]
        return
    cells = [cell(row, column) for column in block]
    for at, pieces in enumerate(zip_longest(*cells, fillvalue=("", ""))):
        line: Line = [(name if at == 0 else " " * first, "")]
        for (text, what), size in zip(pieces, block.values(), strict=True):
            line += [("  ", ""), (padded(text, size), what)]
        yield line


def _counted(rows: list[Row], columns: list[str]) -> Iterator[Line]:
    """How many calls came out how; how many cells had none."""
    total: Counter[str] = Counter()
    for row in rows:
        for counts in row.callers.values():
            total.update(counts)
    untested = sum(column not in row.callers for row in rows for column in columns)
    said = [f"{total[standing]:,} {standing}" for standing in reversed(STANDINGS) if total[standing]]
    if untested:
        said.append(f"{untested} cell{'' if untested == 1 else 's'} {UNTESTED}")
    calls = sum(total.values())
    yield [(f"{calls:,} call{'' if calls == 1 else 's'}{': ' if said else ''}{', '.join(said)}", "")]
    for row in rows:
        for failure in row.failures:
            yield [(f"{SET_UP}: {row.name}: {failure.splitlines()[0]}", SET_UP)]
    for row in rows:
        for kind, text in row.notes.items():
            yield [(f"{kind}: {row.name}: {text.splitlines()[0]}", NOTE)]
