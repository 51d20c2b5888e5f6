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


def checked_default(name: str, value: str) -> str:
    """`value`, if it says how open APIs answer that have no answer of their own.

    Raises:
        ProjectError: when it says nothing known.
    """
    if value in ("", "ok"):
        return value
    raise ProjectError(
        f"{name} is {value!r}. Write ok, and every open API without an answer of its own answers errCode 0; or leave "
        "it out, and a call of such a one fails its test."
    )


@dataclass(frozen=True)
class Settings:
    """How a `WxCloud` behaves; each field is an ini option of the plugin too.

    `time_limit` is in seconds of real time, `memory` in megabytes of heap; `openapi_default` "ok" has every open API
    that has no answer of its own answer errCode 0.

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
    openapi_default: str = ""
    carriers: tuple[Carrier, ...] = tuple(CARRIERS[name] for name in EVENT_FUNCTION)

    def __post_init__(self) -> None:
        checked_seconds("time_limit", self.time_limit)
        if not isinstance(self.memory, int) or not 0 < self.memory < 2**31:
            raise ProjectError(f"memory is {self.memory!r}. Write a whole number of megabytes above 0.")
        checked_default("openapi_default", self.openapi_default)
