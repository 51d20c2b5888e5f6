"""What the fixture wx_user costs a test."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from .figure import Figure
from .instructions import count_instructions
from .measure import FEW, Spent, in_turns, run_process
from .suites import pytest_command, write_suite

TESTS = 2000
COUNTED = 200  # tests, where instructions are counted: that is fifty times slower
KINDS = {
    "bare": "def test_{0}():\n    pass\n",
    "acting": "def test_{0}(wx_user):\n    pass\n",
    "fixture": "def test_{0}(mine):\n    pass\n",
}
MINE = "import pytest\n\n@pytest.fixture\ndef mine():\n    return 1\n"


def figures(folder: Path) -> Iterator[Figure]:
    """A test's whole cost, collection included: many tests less one test, in processes of their own."""
    suites = [_suite(folder, kind, tests) for kind in KINDS for tests in (1, TESTS)]
    runs = in_turns([functools.partial(run_process, pytest_command(), suite) for suite in suites], FEW)
    yield Figure("a test with wx_user / a bare test", [_each(run, 2) / _each(run, 0) for run in runs], 1.3)
    yield Figure("  the same in processor time", [_each(run, 2, "cpu") / _each(run, 0, "cpu") for run in runs])
    bare, acting = (_counted(folder, kind) for kind in ("bare", "acting"))
    if bare and acting:
        yield Figure("  the same in instructions", [acting / bare])
    yield Figure(f"  whole processes of {TESTS} tests", [run[3].wall / run[1].wall for run in runs])
    yield Figure("  for comparison: one fixture 'return 1'", [_each(run, 4) / _each(run, 0) for run in runs])
    yield Figure("  a bare test", [1e6 * _each(run, 0) for run in runs], unit="µs")


def _suite(folder: Path, kind: str, tests: int) -> Path:
    suite = write_suite(folder / f"{kind}{tests}", tests, KINDS[kind])
    (suite / "conftest.py").write_text(MINE, "utf-8")
    return suite


def _each(run: tuple[Spent, ...], at: int, clock: str = "wall") -> float:
    """Seconds for one test of the kind whose small suite stands at `at`, its large one after it."""
    return float(getattr(run[at + 1], clock) - getattr(run[at], clock)) / (TESTS - 1)


def _counted(folder: Path, kind: str) -> int | None:
    """Instructions for `COUNTED` tests of a kind."""
    one = count_instructions(pytest_command(), folder / f"{kind}1")
    many = count_instructions(pytest_command(), _suite(folder, kind, 1 + COUNTED))
    return None if one is None or many is None else many - one
