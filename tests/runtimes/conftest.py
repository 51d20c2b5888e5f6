"""For tests of runtimes: one harness for all of them, over each test's own folder of functions."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from pytest_wxcloud import Outcome, Project, WxCloud

if TYPE_CHECKING:
    from ..conftest import ProjectFolder

# Without the SDK, which would take most of the time after a worker's end.
WHOAMI = """
    exports.main = async (event) => ({
      OPENID: process.env.WX_OPENID, APPID: process.env.WX_APPID, userInfo: event.userInfo, said: event.said,
    })
"""

_real_clock = (time.monotonic,)  # in a tuple, where freezegun does not find it


class Harness:
    """A `WxCloud` whose project is the running test's, so that all tests share one worker."""

    def __init__(self) -> None:
        self.folder: ProjectFolder | None = None
        self.cloud = WxCloud(self._project)

    def _project(self) -> Project:
        assert self.folder is not None
        return self.folder.project


@pytest.fixture(scope="session")
def _harness() -> Iterator[Harness]:
    harness = Harness()
    yield harness
    harness.cloud.close()


@pytest.fixture
def cloud(_harness: Harness, project_folder: ProjectFolder) -> Iterator[WxCloud]:
    """The harness over `project_folder`, which holds the function whoami."""
    project_folder.function("whoami", WHOAMI)
    _harness.folder = project_folder
    _harness.cloud.late.take_attempts()
    _harness.cloud.node.output()
    with _harness.cloud.apps.scene():
        yield _harness.cloud
    _harness.folder = None


@pytest.fixture
def small_cloud(new_cloud: Callable[..., WxCloud], project_folder: ProjectFolder) -> WxCloud:
    """One whose worker has little memory, so that running out of it is quick."""
    project_folder.function("whoami", WHOAMI)
    return new_cloud(memory=64)


@pytest.fixture
def run(cloud: WxCloud, project_folder: ProjectFolder) -> Callable[..., Outcome]:
    """Writes a JavaScript function under a name of its own and calls it as alice."""
    written: dict[str, str] = {}

    def run(code: str, event: dict[str, Any] | None = None, **how: Any) -> Outcome:
        name = written.setdefault(code, f"tried{len(written)}")
        if not (project_folder.path / "cloudfunctions" / name).is_dir():
            project_folder.function(name, code)
        return cloud.call(name, event, **{"caller": cloud.people["alice"], **how})

    return run


@pytest.fixture
def works(cloud: WxCloud) -> Callable[..., Outcome]:
    """Asserts that the next call, by somebody else, is answered with that person's identity."""

    def works(harness: WxCloud = cloud) -> Outcome:
        bob = harness.people["bob"]
        outcome = harness.call("whoami", {"said": "hello"}, caller=bob)
        assert outcome.error is None
        assert (outcome.value["OPENID"], outcome.value["APPID"]) == (bob.openid, bob.app.appid)
        assert outcome.value["userInfo"] == {"openId": bob.openid, "appId": bob.app.appid}
        assert outcome.value["said"] == "hello"
        return outcome

    return works


def _eventually(answer: Callable[[], Any], *, limit: float = 10.0) -> Any:
    deadline = _real_clock[0]() + limit
    while not (found := answer()):
        assert _real_clock[0]() < deadline, "it never came"
        time.sleep(0.005)
    return found


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """Asks until the answer is true; for what another process does in its own time."""
    return _eventually
