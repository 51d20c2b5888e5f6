"""Runs every example, each in a pytest process of its own; or those named first. Other arguments are pytest's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """0 when every example passed, else the exit code of the last one that did not."""
    arguments = sys.argv[1:]
    examples = sorted(path.parent.name for path in HERE.glob("*/tests"))
    named = []
    while arguments and arguments[0] in examples:
        named.append(arguments.pop(0))
    code = 0
    for example in named or examples:
        print(f"\n=== examples/{example}", flush=True)
        command = [sys.executable, "-m", "pytest", *arguments]
        code = subprocess.run(command, cwd=HERE / example, check=False).returncode or code
    return code


if __name__ == "__main__":
    raise SystemExit(main())
