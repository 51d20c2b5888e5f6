"""What third parties add. Implement these in an installed plugin or in the conftest.py of the rootdir.

What a hook returns is checked when the run starts, before any test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .carriers import Carrier
    from .identity import Channel, IdPool, WxUser
    from .outcome import Outcome


@pytest.hookspec
def pytest_wxcloud_carriers(config: pytest.Config) -> Mapping[str, Carrier]:  # type: ignore[empty-body]
    """More ways in which identity travels: name → ``render(principal) -> Injection``.

    Each is applied to every invocation after the built-in ones, in the order of names, unless the ini
    option ``wxcloud_carriers`` selects others.
    """


@pytest.hookspec
def pytest_wxcloud_channels(config: pytest.Config) -> Sequence[Channel]:  # type: ignore[empty-body]
    """More channels, for ``wx_user(channel=…)``, ``wx_anonymous(channel=…)`` and `strategies.principals`."""


@pytest.hookspec
def pytest_wxcloud_id_pools(config: pytest.Config) -> Sequence[IdPool]:  # type: ignore[empty-body]
    """Where ids come from before they are derived, say a list of test accounts.

    A pool must answer the same id for the same person and app each time.
    """


@pytest.hookspec
def pytest_wxcloud_customise_user(user: WxUser) -> WxUser | None:
    """Change a fabricated user (``dataclasses.replace``); None leaves it. Must depend on `user` alone."""


@pytest.hookspec
def pytest_wxcloud_outcome(outcome: Outcome) -> None:
    """See the outcome of every call."""
