"""Counts instructions, which a busy machine does not change. Only where there is valgrind."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .measure import NotMeasured, clean_environment, run_process


def count_instructions(command: Sequence[str], folder: Path) -> int | None:
    """Instructions that `command` takes in `folder`, once its caches are filled; None without valgrind.

    They are no time, but a ratio of two counts comes close to that of two times, and is the same each run.

    Raises:
        NotMeasured: when the command fails.
    """
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        return None
    run_process(command, folder)
    counting = [valgrind, "--tool=cachegrind", "--cache-sim=no", f"--cachegrind-out-file={os.devnull}", *command]
    environment = {**clean_environment(), "PYTHONHASHSEED": "0"}
    done = subprocess.run(counting, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    found = re.search(r"I\s+refs:\s+([\d,]+)", done.stderr)
    if done.returncode != 0 or found is None:
        raise NotMeasured(f"{' '.join(counting)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return int(found[1].replace(",", ""))
