"""Runs every example, each in a pytest process of its own. Arguments are passed on to pytest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """0 when every example passed, else the exit code of the last one that did not."""
    code = 0
    for example in sorted(path.parent for path in HERE.glob("*/tests")):
        print(f"\n=== examples/{example.name}", flush=True)
        command = [sys.executable, "-m", "pytest", *sys.argv[1:]]
        code = subprocess.run(command, cwd=example, check=False).returncode or code
    return code


if __name__ == "__main__":
    raise SystemExit(main())
