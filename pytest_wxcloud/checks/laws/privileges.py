"""No call gives its caller a role, or sets what its caller may not set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...canaries import changed_at, leaves
from ..attempt import Attempts
from ..case import Case, case_of, own
from ..effects import CALLED, CHANGED, GAINED, INSERTED, REMOVED, REVEALED, SET
from ..law import Law
from ..names import is_role_name, role_names
from ..world import World, held_at

NUMBERS = (0, 1, 2, 3, 9, 99)


def cases(attempts: Attempts) -> Iterator[Case]:
    """A stranger and the owner send role-like names along, with the values that granting a role writes."""
    world = attempts.world
    bases = [own(world), case_of(world, "stranger")]
    if "owner" in world.operation.allow:
        bases.append(own(world, "owner"))
    for case in bases:
        yield case
        yield from claiming(world, case)
        yield from _numbers(case)


def claiming(world: World, case: Case) -> Iterator[Case]:
    """`case` with every right there is, at once in each place and name by name."""
    written = dict(_rights(world))
    for value in dict.fromkeys(("admin", *map(_hashable, written.values()))):
        names = [*role_names(world), *written]
        claimed: dict[str, Any] = {name: written.get(name, _fitting(name, value)) for name in names}
        for place in world.places(case.event):
            if place == ("headers",) and world.web is not None:
                continue
            holder = held_at(case.event, place)
            kept = {name: held for name, held in holder.items() if name not in claimed or isinstance(held, dict | list)}
            where = f" in {'.'.join(map(str, place))}" if place else ""
            event = changed_at(case.event, place, {**claimed, **kept})
            yield case.with_event(event, f"claiming every right{where}", claimed)
        place = world.main_place(case.event)
        for name in names:
            event = changed_at(case.event, place, {**held_at(case.event, place), name: claimed[name]})
            yield case.with_event(event, f"claiming {name}", {name: claimed[name]})


def _numbers(case: Case) -> Iterator[Case]:
    """`case` with other numbers under role-like names; back ends number their roles, kinds and states."""
    for place, value in leaves(case.event):
        if place and is_role_name(str(place[-1])) and isinstance(value, int) and not isinstance(value, bool):
            name = ".".join(map(str, place))
            for number in (one for one in NUMBERS if one != value):
                yield case.with_event(
                    changed_at(case.event, place, number), f"claiming {name} {number}", {name: number}
                )


def _rights(world: World) -> Iterator[tuple[str, Any]]:
    """What is written where a role is granted, and what the contract says nobody may set."""
    for grant in world.grants:
        for change in grant.changes:
            for name, (_, after) in change.fields.items():
                if isinstance(after, str | bool | int) and name != "_id":
                    yield name, after
    for path, values in world.operation.may_not_set.items():
        yield path.partition(".")[2], next(iter(values), "admin")


def _fitting(name: str, value: Any) -> Any:
    """A value of the kind that the name promises."""
    if name.lower().startswith("is"):
        return True
    if name.endswith("s") and isinstance(value, str):
        return [value]
    return value


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str | bool | int) else "admin"


LAW = Law(
    "no_right_is_gained",
    "no event gives its caller a role, or sets what callers may not set",
    cases,
    frozenset({GAINED, SET, CHANGED, REMOVED, REVEALED, INSERTED, CALLED}),
    plain_kinds=frozenset({GAINED, SET}),
)
