"""Install what the carriers' tests read identity with: ``python tests/sdks/install.py``.

Several versions of the SDKs side by side, as package-lock.json pins them, without running any script of
any package. npm is the one on the PATH, or that of the extra ``node``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pytest_wxcloud import ToolchainError
from pytest_wxcloud.runtimes.node_toolchain import run_npm

if __name__ == "__main__":
    try:
        run_npm(Path(__file__).resolve().parent, "ci")
    except ToolchainError as error:
        sys.exit(str(error))
