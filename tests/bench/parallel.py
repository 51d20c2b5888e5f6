"""What the plugin costs under pytest-xdist."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

from .figure import Figure
from .measure import FEW, PAIRS, Spent, in_turns, run_process
from .suites import OURS, pytest_command, write_suite

TESTS = 5000
XDIST = ("xdist", "xdist.looponfail")


def figures(folder: Path) -> Iterator[Figure]:
    """Whole runs with and without the plugin; the difference, start-up included, shared among the tests."""
    suite = write_suite(folder / "suite", TESTS)
    plain = pytest_command("-n", "2", plugins=XDIST)
    pairs = _pairs(suite, plain, pytest_command("-n", "2", plugins=(*XDIST, OURS)), PAIRS)
    yield Figure("xdist -n 2: more for each unused test", _more(pairs), 10, unit="µs")
    yield Figure("  the same in processor time", _more(pairs, "cpu"), unit="µs")
    yield Figure("  the noise: without the plugin, twice", _more(_pairs(suite, plain, plain, FEW)), unit="µs")
    yield Figure("  a test without the plugin", [1e6 * without.wall / TESTS for without, _ in pairs], unit="µs")
    alone = _pairs(suite, pytest_command(plugins=()), pytest_command(), FEW)
    yield Figure("  without xdist: more for each unused test", _more(alone), unit="µs")
    yield Figure("  the same in processor time", _more(alone, "cpu"), unit="µs")


def _pairs(suite: Path, one: list[str], other: list[str], pairs: int) -> list[tuple[Spent, ...]]:
    return in_turns([functools.partial(run_process, command, suite) for command in (one, other)], pairs)


def _more(pairs: list[tuple[Spent, ...]], clock: str = "wall") -> list[float]:
    """Microseconds a test by which the second run of each pair was longer."""
    return [1e6 * (getattr(other, clock) - getattr(one, clock)) / TESTS for one, other in pairs]
