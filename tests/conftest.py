"""For all tests: a Mini Program project to write functions into."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import HealthCheck, settings

from pytest_wxcloud import Project, Settings, WxCloud

pytest_plugins = ["pytester"]


def pytest_configure(config: pytest.Config) -> None:
    """Coverage measures the processes that run tests, and none that a test starts: some look at what is imported."""
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):
        os.environ.pop("COVERAGE_PROCESS_CONFIG", None)


# No test depends on how fast the machine is, or how busy.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

APPID = "wx1234567890abcdef"
WHOAMI = """
    const cloud = require('wx-server-sdk')
    cloud.init()
    exports.main = async () => cloud.getWXContext()
"""


class ProjectFolder:
    """A Mini Program project in a temporary folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        config = {"appid": APPID, "cloudfunctionRoot": "cloudfunctions/"}
        (path / "project.config.json").write_text(json.dumps(config), "utf-8")

    def write(self, name: str, text: str) -> Path:
        """Write a file below the function root, with its indentation taken off."""
        path = self.path / "cloudfunctions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), "utf-8")
        return path

    def function(self, name: str, code: str, language: str = "js") -> Path:
        """Write a cloud function; answers its folder."""
        return self.write(f"{name}/index.{language}", code).parent

    @property
    def project(self) -> Project:
        return Project.read(self.path / "project.config.json")


@pytest.fixture
def project_folder(tmp_path: Path) -> ProjectFolder:
    return ProjectFolder(tmp_path)


@pytest.fixture
def new_cloud(project_folder: ProjectFolder) -> Iterator[Callable[..., WxCloud]]:
    """Makes harnesses over `project_folder`, and ends them."""
    made: list[WxCloud] = []

    def make(**settings: object) -> WxCloud:
        cloud = WxCloud(project_folder.project, Settings(**settings))  # type: ignore[arg-type]
        made.append(cloud)
        return cloud

    yield make
    for cloud in made:
        cloud.close()


@pytest.fixture
def mini_program(pytester: pytest.Pytester) -> ProjectFolder:
    """A project in pytester's folder, with the function whoami."""
    folder = ProjectFolder(pytester.path)
    folder.function("whoami", WHOAMI)
    return folder
