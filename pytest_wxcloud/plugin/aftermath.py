"""What functions did when they had answered: told at the end of the test that called them, if it can be known by then.

A timer that rings later still is found at the end of a later test; the message names the one that called.
"""

from __future__ import annotations

from contextlib import suppress

import pytest

from ..cloud import WxCloud
from ..invocation import blocked_message
from ..runtimes.node_process import TimeLimitExceeded, WorkerDied
from ..scenario import BLOCK


class Aftermath:
    """Looked after at the end of each test, once there is a cloud."""

    def __init__(self, cloud: WxCloud) -> None:
        self._cloud = cloud

    def settle(self, item: pytest.Item) -> None:
        """Let what the test's calls left under way come to its end."""
        node = self._cloud.node
        if node.called:
            with suppress(TimeLimitExceeded, WorkerDied):  # the next call finds a new worker
                self._cloud.settle()
        errors = node.take_late_errors()
        if errors:
            item.add_report_section("teardown", "console of functions that had answered", "".join(errors))

    def tell(self) -> None:
        """Fail when a function tried to leave the machine, or a scenario has not begun."""
        waiting, self._cloud.waiting[:] = list(self._cloud.waiting), []
        if waiting:
            pytest.fail(f"wx_cloud.scenario(…) was called, and no block began it: nothing was stored. {BLOCK}", False)
        attempts = self._cloud.node.take_blocked()
        if not attempts:
            return
        messages = [
            blocked_message(by, [attempt for attempt in attempts if attempt.by == by])
            for by in dict.fromkeys(attempt.by for attempt in attempts)
        ]
        pytest.fail("\n".join(messages), pytrace=False)
