"""What functions did when they had answered: told at the end of the test that called them, if it can be known by then.

A timer that rings later still is found at the end of a later test; the message names the one that called.
"""

from __future__ import annotations

from contextlib import suppress

import pytest

from ..cloud import WxCloud
from ..invocation import blocked_message
from ..runtimes.node_process import TimeLimitExceeded, WorkerDied


def settle(cloud: WxCloud, item: pytest.Item) -> None:
    """Let what the test's calls left under way come to its end."""
    if cloud.node.called:
        with suppress(TimeLimitExceeded, WorkerDied):  # the next call finds a new worker
            cloud.settle()
    errors = cloud.node.take_late_errors()
    if errors:
        item.add_report_section("teardown", "console of functions that had answered", "".join(errors))


def tell(cloud: WxCloud) -> None:
    """Fail when a function tried to leave the machine."""
    attempts = cloud.node.take_blocked()
    messages = [
        blocked_message(by, [attempt for attempt in attempts if attempt.by == by])
        for by in dict.fromkeys(attempt.by for attempt in attempts)
    ]
    if messages:
        pytest.fail("\n".join(messages), pytrace=False)
