"""Events that ask for more, or say less, than the contract's: parameters that only the source knows, ids left out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ..canaries import changed_at, leaves
from .case import Case
from .oddity import Oddity
from .options import options
from .requests import Place
from .rights import RIGHT
from .shortest import differences, with_differences
from .world import OWNERS, World, held_at

GONE: Any = object()
NOBODYS = "anything"  # is true, and no id
MOST = 12  # values of an event that are left out or turned round


def asking(world: World, case: Case) -> Iterator[Case]:
    """`case`, asking for whatever the function can be asked for, and with less than the operation's own event says."""
    yield from _with_options(world, case)
    for place, value in list(leaves(case.event))[:MOST]:
        if place and isinstance(value, bool):
            note = f"asking with {_said(place)} {not value}"
            yield case.with_event(changed_at(case.event, place, not value), note, Oddity.ASKED)
        if place and not is_id(world, value):
            yield case.with_event(_put(case.event, place, GONE), f"{_said(place)} absent", Oddity.LEFT_OUT)


def without_ids(world: World, case: Case) -> Iterator[Case]:
    """The event with its ids absent, null and empty, one after the other and all at once."""
    places = [place for place, value in leaves(case.event) if is_id(world, value)]
    for word, value in (("absent", GONE), ("null", None), ("empty", "")):
        for place in places:
            yield case.with_event(_put(case.event, place, value), f"{_said(place)} {word}", Oddity.LEFT_OUT)
        if len(places) > 1:
            event = case.event
            for place in places:
                event = _put(event, place, value)
            yield case.with_event(event, f"every id {word}", Oddity.LEFT_OUT)


def _with_options(world: World, case: Case) -> Iterator[Case]:
    """Parameters that the source reads and the event does not send, with the values that the source knows for them.

    Some at a time, because one that is wrong ends the call; each with some others twice. Names of rights are claimed
    elsewhere.
    """
    places = [place for place in world.places(case.event) if place not in (("headers",), ("cookies",))]
    sent = {name for place in places for name in held_at(case.event, place)}
    known = {name: values for name, values in options(world).items() if name not in sent and not RIGHT.search(name)}
    for number in range(max(map(len, known.values()), default=0)):
        values = {name: held[number] for name, held in known.items() if len(held) > number}
        for group in rows_and_columns(list(values)):
            event: Any = case.event
            for place in places:
                event = changed_at(event, place, {**{name: values[name] for name in group}, **held_at(event, place)})
            yield case.with_event(event, f"asking with {', '.join(group)}", Oddity.ASKED)


def merely_given(world: World, case: Case) -> Iterator[Case]:
    """Of a forged event: the same with nobody's id. Where that does as much, it counts that a parameter is there."""
    if case.plain is None or case.oddity is not Oddity.FORGED:
        return
    known = options(world)
    places = [place for place, _ in differences(case.plain.event, case.event) if place]
    given: list[tuple[Place, Any]] = [(place, NOBODYS) for place in places if True in known.get(str(place[-1]), ())]
    if given:
        event = with_differences(case.plain.event, given)
        yield replace(case, event=event, note="asking with them", oddity=Oddity.ASKED)


def rows_and_columns(names: Sequence[str]) -> Iterator[list[str]]:
    """Groups in which each name is twice, and no two names are together twice: those of a square."""
    side = math.isqrt(len(names) - 1) + 1 if names else 0
    for at in range(side):
        for group in (list(names[at * side : (at + 1) * side]), list(names[at::side])):
            if group:
                yield group


def is_id(world: World, value: Any) -> bool:
    """Whether a value of an event names a person or something that is theirs."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return False
    known = set().union(*(world.known.texts(party.user) for party in world.parties.values()))
    return str(value) in known.union(*map(world.things_of, OWNERS))


def _put(event: Any, place: Place, value: Any) -> Any:
    if value is not GONE:
        return changed_at(event, place, value)
    *way, last = place
    holder = event
    for step in way:
        holder = holder[step]
    if isinstance(holder, list):
        return changed_at(event, tuple(way), [held for at, held in enumerate(holder) if at != last])
    return changed_at(event, tuple(way), {name: held for name, held in holder.items() if name != last})


def _said(place: Place) -> str:
    return ".".join(map(str, place))
