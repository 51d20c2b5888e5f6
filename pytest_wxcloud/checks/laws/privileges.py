"""No call gives its caller a role, or sets what its caller may not set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...canaries import as_text, changed_at, leaves
from ..attempt import Attempts
from ..case import Case, case_of, own
from ..effects import CALLED, CHANGED, GAINED, INSERTED, REMOVED, REVEALED, SET
from ..law import Law
from ..names import is_role_name, role_names
from ..oddity import Oddity
from ..options import options
from ..rights import RIGHT
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
    names = role_names(world)
    tried: set[tuple[str, str]] = set()
    for written in _rights(world) or [{}]:
        value = next(iter(written.values()), "admin")
        claimed = {name: _fitting(name, value) for name in names if name not in written} | written
        for place in world.places(case.event):
            if place == ("headers",) and world.web is not None:
                continue
            where = f" in {'.'.join(map(str, place))}" if place else ""
            yield case.with_event(
                _with(case.event, place, claimed), f"claiming every right{where}", Oddity.CLAIMED, claimed
            )
        place = world.main_place(case.event)
        for name, right in claimed.items():
            if (name, as_text(right)) not in tried:
                tried.add((name, as_text(right)))
                event = changed_at(case.event, place, {**held_at(case.event, place), name: right})
                yield case.with_event(event, f"claiming {name}", Oddity.CLAIMED, {name: right})
    yield from _known_rights(world, case)


def _known_rights(world: World, case: Case) -> Iterator[Case]:
    """`case` with rights that the function's source compares with what may be of the event: ``role === 'root'``."""
    place = world.main_place(case.event)
    holder = held_at(case.event, place)
    for name, values in options(world).items():
        for right in values if RIGHT.search(name) and name not in holder else ():
            event = changed_at(case.event, place, {**holder, name: right})
            yield case.with_event(event, f"claiming {name} {right}", Oddity.CLAIMED, {name: right})


def _numbers(case: Case) -> Iterator[Case]:
    """`case` with other numbers under role-like names; back ends number their roles, kinds and states."""
    for place, value in leaves(case.event):
        if place and is_role_name(str(place[-1])) and isinstance(value, int) and not isinstance(value, bool):
            name = ".".join(map(str, place))
            for number in (one for one in NUMBERS if one != value):
                event = changed_at(case.event, place, number)
                yield case.with_event(event, f"claiming {name} {number}", Oddity.CLAIMED, {name: number})


def _with(event: Any, place: tuple[str | int, ...], claimed: Mapping[str, Any]) -> Any:
    """The event with what is claimed at a place, but for lists and objects that stand there."""
    holder = held_at(event, place)
    kept = {name: held for name, held in holder.items() if name not in claimed or isinstance(held, dict | list)}
    return changed_at(event, place, {**claimed, **kept})


def _rights(world: World) -> list[dict[str, Any]]:
    """What is written where each role is granted, and what the contract says nobody may set."""
    known = world.known
    ids = {key for _, key in world.belongings}.union(*(known.texts(party.user) for party in world.parties.values()))
    found: list[dict[str, Any]] = []
    for grant in world.grants:
        rights = {
            name: after
            for change in grant.changes
            for name, (_, after) in change.fields.items()
            if name != "_id" and _is_right(after, ids)
            if not known.names(grant.holder, (change.collection, name), after)
        }
        if rights and rights not in found:
            found.append(rights)
    for path, values in world.operation.may_not_set.items():
        name = path.partition(".")[2]
        found += [{name: value} for value in values] or [{name: 1}]
    return found


def _is_right(value: Any, ids: set[str]) -> bool:
    return isinstance(value, str | bool | int) and str(value) not in ids


def _fitting(name: str, value: Any) -> Any:
    """A value of the kind that the name promises."""
    if name.lower().startswith("is"):
        return True
    if name.endswith("s") and isinstance(value, str):
        return [value]
    return value


LAW = Law(
    "no_right_is_gained",
    "no event gives its caller a role, or sets what callers may not set",
    cases,
    frozenset({GAINED, SET, CHANGED, REMOVED, REVEALED, INSERTED, CALLED}),
    plain_kinds=frozenset({GAINED, SET}),
)
