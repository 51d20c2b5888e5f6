"""What the fixture wx_user costs a test."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from .figure import Figure
from .measure import FEW, Spent, in_turns, run_process
from .suites import pytest_command, write_suite

TESTS = 2000
BARE = "def test_{0}():\n    pass\n"
ACTING = "def test_{0}(wx_user):\n    pass\n"
FIXTURE = "def test_{0}(mine):\n    pass\n"
MINE = "import pytest\n\n@pytest.fixture\ndef mine():\n    return 1\n"


def figures(folder: Path) -> Iterator[Figure]:
    """A test's whole cost, collection included: many tests less one test, in processes of their own."""
    kinds = {"bare": BARE, "acting": ACTING, "fixture": FIXTURE}
    suites = []
    for kind, test in kinds.items():
        for tests in (1, TESTS):
            suite = write_suite(folder / f"{kind}{tests}", tests, test)
            (suite / "conftest.py").write_text(MINE, "utf-8")
            suites.append(suite)
    runs = in_turns([functools.partial(run_process, pytest_command(), suite) for suite in suites], FEW)
    yield Figure("a test with wx_user / a bare test", [_each(run, 2) / _each(run, 0) for run in runs], 1.3)
    yield Figure("  the same in processor time", [_each(run, 2, "cpu") / _each(run, 0, "cpu") for run in runs])
    yield Figure(f"  whole processes of {TESTS} tests", [run[3].wall / run[1].wall for run in runs])
    yield Figure("  for comparison: one fixture 'return 1'", [_each(run, 4) / _each(run, 0) for run in runs])
    yield Figure("  a bare test", [1e6 * _each(run, 0) for run in runs], unit="µs")


def _each(run: tuple[Spent, ...], at: int, clock: str = "wall") -> float:
    """Seconds for one test of the kind whose small suite stands at `at`, its large one after it."""
    return float(getattr(run[at + 1], clock) - getattr(run[at], clock)) / (TESTS - 1)
