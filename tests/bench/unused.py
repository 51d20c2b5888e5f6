"""What the plugin costs a suite that does not use it."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from .figure import Figure
from .instructions import count_instructions
from .measure import FEW, PAIRS, Spent, clean_environment, in_turns, run_process
from .suites import DEPENDENCIES, OURS, pytest_command, write_suite

TESTS = 300
#: What is imported in every run. Timed apart, because -X importtime does not see what an entry point imports.
IMPORTS = "import pytest, pytest_wxcloud.plugin, pytest_wxcloud.hookspecs, pytest_wxcloud.ambient"


def figures(folder: Path) -> Iterator[Figure]:
    """Whole processes with and without the plugin, and what is imported because of it."""
    suite = write_suite(folder / "many", TESTS)
    usual = (*DEPENDENCIES, OURS)
    for what, without, with_ in (
        (f"loaded, unused: {TESTS} trivial tests", DEPENDENCIES, usual),
        ("  without the plugins of Hypothesis and Faker in both", (), (OURS,)),
    ):
        runs = _pairs(suite, without, with_, PAIRS)
        yield Figure(what, [w.wall / o.wall for o, w in runs], None if with_ == (OURS,) else 1.02)
        yield Figure("  the same in processor time", [w.cpu / o.cpu for o, w in runs])
        before, after = (count_instructions(pytest_command(plugins=plugins), suite) for plugins in (without, with_))
        if before and after:
            yield Figure("  the same in instructions", [after / before])
    same = _pairs(suite, DEPENDENCIES, DEPENDENCIES, PAIRS)
    yield Figure("  the noise: without the plugin, twice", [w.wall / o.wall for o, w in same])
    one = write_suite(folder / "one", 1)
    single = _pairs(one, (), (OURS,), PAIRS)
    yield Figure("loaded, unused: start-up", [1e3 * (w.wall - o.wall) for o, w in single], 10, unit="ms")
    yield Figure("  the same in processor time", [1e3 * (w.cpu - o.cpu) for o, w in single], unit="ms")
    yield Figure("  of it, its imports", [_import_time() for _ in range(1 + FEW)][1:], unit="ms")
    for name in DEPENDENCIES:
        pairs = _pairs(one, (), (name,), FEW)
        what = f"  for comparison: the pytest plugin {name!r}"
        yield Figure(what, [1e3 * (w.wall - o.wall) for o, w in pairs], unit="ms")


def _pairs(suite: Path, without: tuple[str, ...], plugins: tuple[str, ...], pairs: int) -> list[tuple[Spent, ...]]:
    """Pairs of runs with these plugins, the first `without`."""
    commands = pytest_command(plugins=without), pytest_command(plugins=plugins)
    return in_turns([functools.partial(run_process, command, suite) for command in commands], pairs)


def _import_time() -> float:
    """Milliseconds that Python spends on this package's own modules."""
    command = [sys.executable, "-X", "importtime", "-c", IMPORTS]
    said = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, check=True).stderr
    return sum(map(int, re.findall(r"^import time:\s+(\d+) \|\s+\d+ \|\s+pytest_wxcloud\S*$", said, re.M))) / 1e3
