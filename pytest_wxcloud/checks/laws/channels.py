"""The channel alone gives no right, but for those that the contract lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...identity.principal import CHANNELS
from ..attempt import Attempts
from ..case import Case, case_of
from ..law import Law
from ..oddity import Oddity


def cases(attempts: Attempts) -> Iterator[Case]:
    """A stranger through every channel that gives none, and at the end of a chain of functions."""
    world = attempts.world
    for channel in CHANNELS.values():
        if channel.name in world.operation.allow:
            continue
        case = case_of(world, "stranger", channel=channel)
        yield replace(case, note=f"through {channel.name}", oddity=Oddity.CHANNEL, plain=case_of(world, "stranger"))
    case = case_of(world, "stranger")
    principal = case.principal.through_function()
    yield replace(case, principal=principal, note="through a function", oddity=Oddity.CHAIN, plain=case)


LAW = Law("the_channel_gives_no_right", "through whatever channel a stranger calls, they stay a stranger", cases)
