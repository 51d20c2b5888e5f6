"""Takes times: of processes and of functions, always in turns, so that a busy machine hits both sides."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

PAIRS = 20  # enough where the goal is within 5 %
FEW = 10  # enough elsewhere


@dataclass(frozen=True)
class Spent:
    """Seconds that one process took: by the clock, and on a processor (with every child it waited for)."""

    wall: float
    cpu: float


class NotMeasured(Exception):
    """What was to be measured did not do its work; the text is what it said."""


def run_process(command: Sequence[str], folder: Path, variables: Mapping[str, str] | None = None) -> Spent:
    """Run `command` in `folder` and take its time.

    Raises:
        NotMeasured: when its exit code is not 0.
    """
    with tempfile.TemporaryFile() as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**clean_environment(), **(variables or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            said = output.read().decode("utf-8", "replace")
            raise NotMeasured(f"{' '.join(command)} in {folder} ended with {process.returncode}:\n{said}")
    return Spent(wall, used.ru_utime + used.ru_stime)


def clean_environment() -> dict[str, str]:
    """The machine's environment without what would change a run; with Python's cache of compiled modules."""
    strange = ("PYTEST_", "COVERAGE_", "PYTHONDONTWRITEBYTECODE", "HYPOTHESIS_", "NODE_OPTIONS", "NODE_PATH", "WX_")
    return {name: value for name, value in os.environ.items() if not name.startswith(strange)}


def in_turns(actions: Sequence[Callable[[], T]], rounds: int, *, warm: int = 1) -> list[tuple[T, ...]]:
    """What the `actions` answer, A B A B …; the first `warm` rounds fill caches and are not kept."""
    kept = [tuple(action() for action in actions) for _ in range(warm + rounds)]
    return kept[warm:]


def seconds(action: Callable[[], object]) -> float:
    """How long `action` takes, in seconds."""
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
