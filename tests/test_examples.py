"""Every example passes, each in a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = sorted(folder.parent.name for folder in EXAMPLES.glob("*/tests"))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(EXAMPLES / "run.py"), *arguments],
        env={**os.environ, "CI": "true"},  # where Hypothesis has no deadline: the machine may be busy
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", NAMES)
def test_an_example_passes(name: str) -> None:
    done = run(name, "-q", "-p", "no:asyncio", "-p", "no:cacheprovider")

    assert done.returncode == 0, done.stdout
    assert re.findall("=== examples/(.*)", done.stdout) == [name]
    assert done.stdout.count(" passed") == 1


def test_unless_some_are_named_all_run() -> None:
    """What is no example's name is for pytest, in each."""
    done = run("--version")

    assert done.returncode == 0
    assert re.findall("=== examples/(.*)", done.stdout) == NAMES
    assert done.stdout.count(f"pytest {pytest.__version__}") == len(NAMES)
