"""What happens around each test of a run that has a cloud. A run without one does not hear of it."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

from ..outcome import BlockedError
from .aftermath import Aftermath
from .contracts import plain_report
from .preload import preload
from .unanswered import note

if TYPE_CHECKING:
    from ..cloud import WxCloud
    from .state import State


class Running:
    """A plugin of its own, registered when the first test asks for the cloud."""

    def __init__(self, state: State, cloud: WxCloud) -> None:
        self._state = state
        self._cloud = cloud
        self._aftermath = Aftermath(cloud)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None]:
        """Say whose set-up it is, and load what the test names."""
        self._cloud.node.origin = item.nodeid
        yield
        if "wx_cloud" in getattr(item, "fixturenames", ()):
            preload(self._cloud, item)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add what functions wrote, and tell a verdict without a traceback."""
        if call.when == "call":
            self._add_output(item, call)
        report = yield
        if report.outcome == "failed":
            error = call.excinfo.value if call.excinfo is not None else None
            if isinstance(error, BlockedError) and error.outcome is not None:
                note(report, error.outcome.blocked)
            elif call.when == "teardown":
                note(report, self._aftermath.told)
            plain_report(self._state.contracts, item, call, report)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None]:
        """Wait for what functions left under way, and tell what they did then."""
        self._aftermath.settle(item)
        yield
        self._aftermath.tell()

    def _add_output(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        cloud, logs = self._cloud, self._state.logs
        while logs:
            function, text = logs.popleft()
            item.add_report_section("call", f"console of {function}", text)
        if cloud.notes:
            item.add_report_section("call", "headers of requests", "\n".join(cloud.notes))
            cloud.notes.clear()
        written = cloud.node.output(settled=call.excinfo is not None)
        if written:
            item.add_report_section("call", "written by functions past the console", written)
