"""A hundred cases of one function: pytest with this package beside a warm jest."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pytest_wxcloud import Project, WxCloud

from .figure import Figure
from .jest_folder import CASES, prepare
from .measure import PAIRS, Spent, in_turns, run_process, seconds
from .suites import DEPENDENCIES, OURS, pytest_command

PARTS = 7  # rounds of what is only told


def figures(_folder: Path) -> Iterator[Figure]:
    """Whole processes on the same function and the same SDK, then where the time of ours goes."""
    folder = prepare()
    bin_ = ["node", str(folder / "node_modules" / "jest" / "bin" / "jest.js")]
    version = json.loads((folder / "node_modules/jest/package.json").read_text("utf-8"))["version"]
    ours = pytest_command("test_cases.py", plugins=(OURS, *DEPENDENCIES))
    commands = [ours, [*bin_, "real.test.js"], [*bin_, "mocked.test.js"]]
    rounds = in_turns([functools.partial(run_process, command, folder) for command in commands], PAIRS)
    yield Figure(f"{CASES} cases / warm jest {version}, real SDK", [p.wall / r.wall for p, r, _ in rounds], 1.0)
    yield Figure("  the same in processor time", [p.cpu / r.cpu for p, r, _ in rounds])
    yield Figure("  / warm jest with jest.mock('wx-server-sdk')", [p.wall / m.wall for p, _, m in rounds])
    for at, name in enumerate(("pytest", "jest, real SDK", "jest, mocked SDK")):
        yield Figure(f"  {name}", [1e3 * run[at].wall for run in rounds], unit="ms")
    yield from _parts_of_process(folder)
    yield from _parts_of_work(folder)


def _parts_of_process(folder: Path) -> Iterator[Figure]:
    """What is there before any function runs, each line on top of the one above it."""
    trivial = functools.partial(pytest_command, "test_trivial.py")
    commands = [
        [sys.executable, "-c", "pass"],
        trivial(plugins=()),
        trivial(plugins=DEPENDENCIES),
        trivial(plugins=(*DEPENDENCIES, OURS)),
        pytest_command("test_acting.py", plugins=(*DEPENDENCIES, OURS)),
    ]
    rounds = in_turns([functools.partial(run_process, command, folder) for command in commands], PARTS)
    names = (
        "Python's start",
        f"pytest and {CASES} trivial tests",
        "the plugins of Hypothesis and Faker",
        "this plugin, loaded",
        "wx_cloud and wx_user in each test, no call",
    )
    for at, name in enumerate(names):
        yield Figure(f"  of ours: {name}", [1e3 * _more(run, at) for run in rounds], unit="ms")


def _more(run: tuple[Spent, ...], at: int) -> float:
    return run[at].wall - (run[at - 1].wall if at else 0)


def _parts_of_work(folder: Path) -> Iterator[Figure]:
    """What the harness does then, timed in this process."""
    rounds = in_turns([functools.partial(_work, folder)], PARTS)
    names = "the worker's start", "loading the function and the SDK", f"{CASES} calls", "the worker's end"
    for at, name in enumerate(names):
        yield Figure(f"  of ours: {name}", [1e3 * run[0][at] for run in rounds], unit="ms")


def _work(folder: Path) -> tuple[float, ...]:
    """Seconds for each of the parts, in their order."""
    cloud = WxCloud(Project(folder / "cloudfunctions"))
    people = [cloud.people[f"person {number}"] for number in range(CASES)]

    def call() -> None:
        for user in people:
            cloud.call("getUserInfo", caller=user)

    parts = (cloud.node.worker, functools.partial(cloud.function, "getUserInfo"), call, cloud.close)
    return tuple(seconds(part) for part in parts)
