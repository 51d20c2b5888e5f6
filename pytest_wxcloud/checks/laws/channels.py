"""The channel alone gives no right, but for those that the contract lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...identity.principal import CHANNELS
from ..attempt import Attempts
from ..case import Case, case_of
from ..doubts import both_ways
from ..law import Law
from ..oddity import Oddity


def cases(attempts: Attempts) -> Iterator[Case]:
    """A stranger through every channel that gives none, and at the end of a chain of functions."""
    world = attempts.world
    for channel in CHANNELS.values():
        if channel.name in world.operation.allow:
            continue
        case = case_of(world, "stranger", channel=channel)
        odd = None if channel.resource_sharing else Oddity.CHANNEL  # there it is the openid that is missing
        through = replace(case, note=f"through {channel.name}", oddity=odd, plain=case_of(world, "stranger"))
        yield from both_ways(world, through) if channel.resource_sharing else (through,)
    case = case_of(world, "stranger")
    chained = replace(case, principal=case.principal.through_function(), plain=case)
    yield from both_ways(world, replace(chained, note="through a function", oddity=Oddity.CHAIN))


LAW = Law("the_channel_gives_no_right", "through whatever channel a stranger calls, they stay a stranger", cases)
