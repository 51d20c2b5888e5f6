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
A_TEST = 1e6 / TESTS


def figures(folder: Path) -> Iterator[Figure]:
    """Whole runs with and without the plugin; the difference, start-up included, shared among the tests."""
    suite = write_suite(folder / "suite", TESTS)
    pairs = _pairs(suite, ("-n", "2"), XDIST, PAIRS)
    more = [A_TEST * (w.wall - o.wall) for o, w in pairs]
    yield Figure("xdist -n 2: more for each unused test", more, 10, unit="µs")
    yield Figure("  the same in processor time", [A_TEST * (w.cpu - o.cpu) for o, w in pairs], unit="µs")
    yield Figure("  a test without the plugin", [A_TEST * o.wall for o, _ in pairs], unit="µs")
    alone = [A_TEST * (w.wall - o.wall) for o, w in _pairs(suite, (), (), FEW)]
    yield Figure("  without xdist: more for each unused test", alone, unit="µs")


def _pairs(suite: Path, words: tuple[str, ...], plugins: tuple[str, ...], pairs: int) -> list[tuple[Spent, ...]]:
    """Pairs of a run without this plugin and one with it."""
    commands = [pytest_command(*words, plugins=chosen) for chosen in (plugins, (*plugins, OURS))]
    return in_turns([functools.partial(run_process, command, suite) for command in commands], pairs)
