"""What pytest would find in a folder, for ``pytest-wxcloud doctor``: the same project, by the same options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from ..errors import ProjectError
from ..project import Project
from .state import State


@dataclass(frozen=True)
class Found:
    """The project of a folder, and the Node and the SDK that its options name; empty where they name none."""

    project: Project
    node: str
    sdk_version: str


class _Reader:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.found: Found | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> int:
        project = State(config).project_above(self.folder)
        self.found = Found(project, config.getini("wxcloud_node"), config.getini("wxcloud_sdk_version"))
        return 0


def found_in(folder: Path) -> Found:
    """Have pytest read its configuration for `folder`, and run nothing.

    Raises:
        ProjectError: when it cannot be read, or an option is wrong.
    """
    reader = _Reader(folder)
    # That this package was imported before pytest could rewrite it is no news to anybody here.
    quiet = ["-W", "ignore::pytest.PytestAssertRewriteWarning", "-p", "no:cacheprovider", "--noconftest"]
    pytest.main([str(folder), "-p", "pytest_wxcloud", *quiet], plugins=[reader])
    if reader.found is None:
        raise ProjectError(f"pytest cannot read its configuration for {folder}; what it said is above.")
    return reader.found
