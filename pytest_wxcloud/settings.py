"""How the harness behaves."""

from __future__ import annotations

from dataclasses import dataclass

from . import decision
from .carriers import CARRIERS, EVENT_FUNCTION, Carrier, PatchTarget
from .errors import ProjectError, users_mistake
from .outcome import Rule

__tracebackhide__ = users_mistake

LONGEST = 86_400.0  # seconds; a limit that long is none, and clocks have limits of their own


def checked_seconds(name: str, value: object) -> float:
    """`value`, if that is a time limit.

    Raises:
        ProjectError: when it is no number above 0, or of more than a day.
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= LONGEST:
        return value
    raise ProjectError(f"{name} is {value!r}. Write a number of seconds above 0, and up to {LONGEST:.0f}.")


@dataclass(frozen=True)
class Settings:
    """How a `WxCloud` behaves; each field is an ini option of the plugin too.

    `time_limit` is in seconds of real time, `memory` in megabytes of heap.

    Raises:
        ProjectError: when one of these is not to be had.
    """

    seed: int = 0
    node: str = ""
    sdk_version: str = ""
    time_limit: float = 10.0
    memory: int = 2048
    timezone: str = "UTC"
    patch: tuple[PatchTarget, ...] = ()
    rule: Rule = decision.decide
    carriers: tuple[Carrier, ...] = tuple(CARRIERS[name] for name in EVENT_FUNCTION)

    def __post_init__(self) -> None:
        checked_seconds("time_limit", self.time_limit)
        if not isinstance(self.memory, int) or not 0 < self.memory < 2**31:
            raise ProjectError(f"memory is {self.memory!r}. Write a whole number of megabytes above 0.")
