"""What functions did when they had answered: told at the end of the test that called them, if it can be known by then.

A timer that rings later still is found at the end of a later test; the message names the one that called.
"""

from __future__ import annotations

import pytest

from ..cloud import WxCloud
from ..invocation import blocked_message
from ..outcome import LateAttempt
from ..runtimes.node_process import TimeLimitExceeded, WorkerDied
from ..scenario import BLOCK


class Aftermath:
    """Looked after at the end of each test, once there is a cloud."""

    def __init__(self, cloud: WxCloud) -> None:
        self._cloud = cloud
        self.told: list[LateAttempt] = []  # at the end of the last test

    def settle(self, item: pytest.Item) -> None:
        """Let what the test's calls left under way come to its end."""
        late = self._cloud.late
        if self._cloud.node.called or late.underway:
            try:
                self._cloud.settle()
            except (TimeLimitExceeded, WorkerDied):
                pass  # the next call finds a new worker
            except Exception as mistake:  # told when the fixtures have been torn down
                late.mistakes.append(mistake)
        errors = late.take_errors()
        if errors:
            item.add_report_section("teardown", "console of functions that had answered", "".join(errors))

    def tell(self) -> None:
        """Fail when a function tried to leave the machine, what answers it raised, or a scenario has not begun.

        Raises:
            BaseException: what it raised.
        """
        waiting, self._cloud.waiting[:] = list(self._cloud.waiting), []
        attempts = [attempt for attempt in self._cloud.late.take_attempts() if not attempt.allowed]
        self.told = attempts
        if waiting:
            pytest.fail(f"wx_cloud.scenario(…) was called, and no block began it: nothing was stored. {BLOCK}", False)
        self._cloud.late.raise_mistakes()
        if not attempts:
            return
        messages = [
            blocked_message(by, [attempt for attempt in attempts if attempt.by == by])
            for by in dict.fromkeys(attempt.by for attempt in attempts)
        ]
        pytest.fail("\n".join(messages), pytrace=False)
