"""Without identity the operation fails closed, whatever ids the event holds or lacks; for strangers as well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...canaries import changed_at, leaves
from ..attempt import Attempts
from ..case import Case, anonymous, case_of, channels_without_user, is_allowed
from ..doubts import both_ways
from ..law import Law
from ..oddity import Oddity
from ..vacant import of_nobody
from ..world import OWNERS, World

GONE: Any = object()


def cases(attempts: Attempts) -> Iterator[Case]:
    """Nobody, through each channel that nobody may come through, and a stranger, each with every variation."""
    world = attempts.world
    for channel in channels_without_user():
        case = anonymous(world, channel)
        if not is_allowed(world, case):
            yield from both_ways(world, case)
        yield from variations(world, case)
    yield from of_nobody(world)
    if not is_allowed(world, case_of(world, "stranger")):
        yield from variations(world, case_of(world, "stranger"))


def variations(world: World, case: Case) -> Iterator[Case]:
    """The event with its ids absent, null and empty, one after the other and all at once."""
    places = [place for place, value in leaves(case.event) if is_id(world, value)]
    for word, value in (("absent", GONE), ("null", None), ("empty", "")):
        for place in places:
            yield case.with_event(
                _put(case.event, place, value), f"{'.'.join(map(str, place))} {word}", Oddity.LEFT_OUT
            )
        if len(places) > 1:
            event = case.event
            for place in places:
                event = _put(event, place, value)
            yield case.with_event(event, f"every id {word}", Oddity.LEFT_OUT)


def is_id(world: World, value: Any) -> bool:
    """Whether a value of an event names a person or something that is theirs."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return False
    known = set().union(*(world.known.texts(party.user) for party in world.parties.values()))
    return str(value) in known.union(*map(world.things_of, OWNERS))


def _put(event: Any, place: tuple[str | int, ...], value: Any) -> Any:
    if value is not GONE:
        return changed_at(event, place, value)
    *way, last = place
    holder = event
    for step in way:
        holder = holder[step]
    if isinstance(holder, list):
        return changed_at(event, tuple(way), [held for at, held in enumerate(holder) if at != last])
    return changed_at(event, tuple(way), {name: held for name, held in holder.items() if name != last})


def _vacant(world: World) -> Iterator[Case]:
    yield from (case for case in [anonymous(world)] if not is_allowed(world, case))


LAW = Law(
    "nobody_has_no_effect",
    "a call without identity fails closed, with and without ids in its event",
    cases,
    vacant=_vacant,
)
