"""Open APIs that nobody answers: each fails its test, and the line that answers all of them is told once for a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ..outcome import Blocked

_MARK = "wxcloud_unanswered"  # of a report, which xdist takes along


def note(report: pytest.TestReport, attempts: Iterable[Blocked]) -> None:
    """Have the report of a test say which open APIs had no answer in it."""
    from ..invocation import unanswered

    names = sorted(set(unanswered(attempts)))
    if names:
        setattr(report, _MARK, names)


def tell(reporter: pytest.TerminalReporter) -> None:
    """Tell of all of them, and what answers them."""
    failed = [report for kind in ("failed", "error") for report in reporter.stats.get(kind, ())]
    counted = Counter(name for report in failed for name in getattr(report, _MARK, ()))
    if not counted:
        return
    reporter.write_sep("=", "wxcloud: open APIs without an answer", red=True)
    for name, number in sorted(counted.items()):
        reporter.line(f"{name}: {number} {'test' if number == 1 else 'tests'}")
    reporter.line("All of them answer errCode 0, each one is recorded, with this line in pytest.ini:")
    reporter.line("    wxcloud_openapi_default = ok")
