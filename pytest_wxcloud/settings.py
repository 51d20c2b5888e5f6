"""How the harness behaves."""

from __future__ import annotations

from dataclasses import dataclass

from . import decision
from .carriers import CARRIERS, EVENT_FUNCTION, Carrier, PatchTarget
from .outcome import Rule


@dataclass(frozen=True)
class Settings:
    """How a `WxCloud` behaves; each field is an ini option of the plugin too.

    `time_limit` is in seconds of real time, `memory` in megabytes of heap.
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
