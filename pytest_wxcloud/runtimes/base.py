"""What every runtime does."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ..carriers import Injection
from ..outcome import Answer

if TYPE_CHECKING:
    from .late import Afterwards


@dataclass(frozen=True)
class FrozenTime:
    """The test's clock: milliseconds since the epoch, and whether it ticks on from there."""

    at: float
    ticking: bool


@dataclass(frozen=True)
class Request:
    """One invocation, ready to be run. `event` is JSON data with the platform's additions."""

    event: Any
    context: dict[str, Any]
    injection: Injection
    time: FrozenTime | None = None
    time_limit: float = field(default=10.0)
    hosts: tuple[str, ...] = ()  # that are answered for, through `ask`
    ask: Callable[[dict[str, Any]], Any] | None = None  # does what a function needs the harness for
    after: Afterwards | None = None  # is told what the function does when it has answered


class Handler(Protocol):
    """A function that a runtime can run."""

    name: str
    in_worker: bool  # runs in a process of ours, not in this one

    def load(self) -> None:
        """Make the next call cost no more than any other. Does nothing when that is so already."""

    def invoke(self, request: Request) -> Answer:
        """Run it once and wait for the answer."""

    async def ainvoke(self, request: Request) -> Answer:
        """Run it once without blocking the event loop."""


def _real_clock() -> Callable[[], float]:
    """A clock that no test can freeze, even when this module is first imported under a frozen one."""
    freezegun = sys.modules.get("freezegun.api")
    return time.monotonic if freezegun is None else freezegun.real_monotonic


_REAL_CLOCK = (_real_clock(),)  # in a tuple: freezegun replaces a function that it finds by name


def real_seconds() -> float:
    """Seconds of a clock that no test can freeze."""
    return _REAL_CLOCK[0]()
