"""Operator objects, lists and wrong types in place of values reach nobody else's data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...canaries import changed_at, leaves
from ..attempt import Attempts
from ..case import Case, case_of, own
from ..law import Law
from ..oddity import Oddity
from ..world import World

OPERATORS: tuple[Any, ...] = ({"$ne": ""}, {"$gt": ""}, {"$exists": True}, {"$regex": ".*"}, {"$nin": []})
WRONG: tuple[Any, ...] = (None, "", 0, True, [], {}, "undefined", "*")
MOST = 12  # leaves; a large event is tried at its first


def cases(attempts: Attempts) -> Iterator[Case]:
    """A stranger's own event and one about the owner's resource, with each value replaced."""
    world = attempts.world
    for case in (own(world), case_of(world, "stranger")):
        yield from replaced(world, case)


def replaced(world: World, case: Case) -> Iterator[Case]:
    """`case` with something odd in place of each value, and of all texts at once."""
    owned = [key for (_, key), whose in world.belongings.items() if whose == "owner"]
    lists: tuple[Any, ...] = (owned, {"$in": owned}, [world["owner"].user.openid])
    held = [(place, value) for place, value in leaves(case.event) if place][:MOST]
    whole = [(place, value) for place, value in containers(case.event) if place and _is_free(world, place)][:MOST]
    for place, value in (*held, *whole):
        if isinstance(value, bool):
            continue
        name = ".".join(map(str, place))
        for odd in (*OPERATORS, *lists, *WRONG):
            what, oddity = ("an operator", Oddity.OPERATOR) if odd in OPERATORS else (f"{odd!r}", Oddity.MISTYPED)
            yield case.with_event(changed_at(case.event, place, odd), f"{what} instead of {name}", oddity)
    texts = [place for place, value in held if isinstance(value, str)]
    if len(texts) > 1:
        event = case.event
        for place in texts:
            event = changed_at(event, place, {"$ne": ""})
        yield case.with_event(event, "an operator instead of every text", Oddity.OPERATOR)


def _is_free(world: World, place: tuple[str | int, ...]) -> bool:
    """Whether anything may stand there. Of a request only JSON holds objects."""
    return world.web is None or place[0] == "json"


def containers(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every list and object in JSON data, with the way to it."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    if isinstance(value, dict | list) and value:
        yield place, value
    for step, held in steps:
        yield from containers(held, (*place, step))


LAW = Law("odd_values_reach_nobody", "objects, lists and wrong types in place of ids select nobody else's data", cases)
