"""Suites to run, and the pytest command that runs them with chosen plugins."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from pathlib import Path

OURS = "pytest_wxcloud"
#: The pytest plugins that come with what this package depends on.
DEPENDENCIES = ("hypothesispytest", "faker")


def pytest_command(*words: str, plugins: tuple[str, ...] = (OURS,)) -> list[str]:
    """Pytest as anybody starts it, with these of the installed plugins and no other.

    Plugins are left out by name and not through PYTEST_DISABLE_PLUGIN_AUTOLOAD with ``-p``, which would
    have one side look for installed plugins and the other not: that alone costs several milliseconds.
    """
    names = sorted({point.name for point in entry_points(group="pytest11")} - set(plugins))
    refused = [word for name in names for word in ("-p", f"no:{name}")]
    return [sys.executable, "-m", "pytest", "-q", *refused, *words]


def write_suite(folder: Path, tests: int, test: str = "def test_{0}():\n    pass\n") -> Path:
    """A file of `tests` tests; ``{0}`` in `test` is the number of each. Answers its folder."""
    folder.mkdir(parents=True)
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")  # or a file above the folder would be read
    (folder / "test_suite.py").write_text("\n".join(test.format(number) for number in range(tests)), "utf-8")
    return folder
