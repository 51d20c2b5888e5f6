"""Without identity the operation fails closed, whatever the event holds or lacks."""

from __future__ import annotations

from collections.abc import Iterator

from ..asking import asking, without_ids
from ..attempt import Attempts
from ..case import Case, anonymous, channels_without_user, is_allowed
from ..doubts import both_ways
from ..law import Law
from ..vacant import of_nobody
from ..world import World


def cases(attempts: Attempts) -> Iterator[Case]:
    """Nobody, through each channel that nobody may come through, with and without ids, asking for this and that."""
    world = attempts.world
    for channel in channels_without_user():
        case = anonymous(world, channel)
        if not is_allowed(world, case):
            yield from both_ways(world, case)
        yield from without_ids(world, case)
    yield from of_nobody(world)
    yield from asking(world, anonymous(world))


def _vacant(world: World) -> Iterator[Case]:
    yield from (case for case in [anonymous(world)] if not is_allowed(world, case))


LAW = Law(
    "nobody_has_no_effect",
    "a call without identity fails closed, with and without ids in its event",
    cases,
    vacant=_vacant,
)
