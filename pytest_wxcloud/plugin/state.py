"""What the plugin holds for one run."""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ..errors import ProjectError
from .contracts import Contracts
from .options import seed_of, settings_of

if TYPE_CHECKING:
    from ..cloud import WxCloud
    from ..identity import People, WxUser
    from ..outcome import Outcome
    from ..project import Project
    from ..runtimes.acting import Acting
    from .extensions import Extensions

USUAL = "wx_user"  # the name of the person a test acts as that names none
LOGS_KEPT = 20  # outcomes whose console output is shown with a failed test; the last are the shrunk ones


class State:
    """The harness of this run, made when it is first needed, and where the current test lies."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.node: pytest.Item | None = None
        self.logs: deque[tuple[str, str]] = deque(maxlen=LOGS_KEPT)
        self.made: WxCloud | None = None
        self.extensions: Extensions | None = None
        self.on_exit = ExitStack()
        self.contracts = Contracts(self)
        self._projects: dict[Path, Project] = {}
        self._last: tuple[Path, Project] | None = None  # the last test's path, and what is above it
        self._usual: dict[Path, tuple[WxUser, Acting]] = {}

    @cached_property
    def seed(self) -> int:
        """The seed of this run."""
        return seed_of(self.config)

    @property
    def cloud(self) -> WxCloud:
        """The one harness. It follows the current test to its project."""
        if self.made is None:
            self.made = self._make()
        return self.made

    @property
    def project(self) -> Project:
        """The project of the current test: its own, or the one of the ini options."""
        if self.node is None:
            return self.project_above(self.config.rootpath)
        if self._last is None or self._last[0] is not self.node.path:  # the tests of a file share theirs
            self._last = self.node.path, self.project_above(self.node.path.parent)
        return self._last[1]

    def project_above(self, folder: Path) -> Project:
        """The project whose configuration is nearest above `folder`, else that of the ini options."""
        if folder not in self._projects:
            from ..project import Project

            self._projects[folder] = Project.nearest(folder) or self._configured()
        return self._projects[folder]

    @property
    def people(self) -> People:
        """The people of the current test's project, for strategies and Faker."""
        return self.cloud.people

    @property
    def usual(self) -> tuple[WxUser, Acting]:
        """Who a test of this project acts as when neither it nor its project says anything about it."""
        root = self.project.function_root
        if root not in self._usual:
            user = self.cloud.people.user(USUAL)
            self._usual[root] = user, self.cloud.in_place(user)
        user, someone = self._usual[root]
        return user, someone.anew()

    def close(self) -> None:
        """End the worker and put back what was replaced."""
        if self.made is not None:
            self.made.close()
        self.on_exit.close()

    def _configured(self) -> Project:
        from ..project import Project

        root = self.config.getini("wxcloud_root")
        appid = self.config.getini("wxcloud_appid")
        if appid:
            from ..identity import APPID

            if not APPID.pattern.fullmatch(appid):
                raise ProjectError(
                    f"wxcloud_appid: {APPID.describe(appid)}\nLeave the option out, and an appid is fabricated."
                )
        return Project(self.config.rootpath / (root or "cloudfunctions"), appid or None)

    def _make(self) -> WxCloud:
        from ..cloud import WxCloud
        from ..identity import People
        from .running import Running

        extensions = self.extensions
        settings = settings_of(self.config, extensions.carriers if extensions else {})
        pools = extensions.pools if extensions else ()
        customise = extensions.customise if extensions else None
        people = People(settings.seed, pools=pools, customise=customise)
        made = WxCloud(lambda: self.project, settings, people=people, observers=(self._observe,))
        made.node.origin = self.node.nodeid if self.node is not None else ""
        self.config.pluginmanager.register(Running(self, made), "pytest_wxcloud_running")
        return made

    def _observe(self, outcome: Outcome) -> None:
        if outcome.logs:
            self.logs.append((outcome.function, "".join(line.text for line in outcome.logs)))
        hook = self.config.hook.pytest_wxcloud_outcome
        if hook.get_hookimpls():
            hook(outcome=outcome)


STATE = pytest.StashKey[State]()
