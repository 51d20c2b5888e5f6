"""Operations that only tell who calls: the caller's own id in the answer is the effect, and another's is a finding.

What is read from documents is not looked at: lists, and objects with the `_id` of an arranged document. Of what they
show, secrets tell more than ids do.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..canaries import changed_at, leaves
from ..identity import WxUser
from ..outcome import Decision
from .case import Case, case_of, names_whose
from .effects import TAKEN, Effect, Evidence, answered
from .inside import objects_in
from .world import World

if TYPE_CHECKING:
    from .attempt import Attempts

Place = tuple[str | int, ...]
PROBE = "wxcloudEcho"  # a name that no function reads
_LONG = 20


@dataclass(frozen=True)
class Mistaken(Effect):
    """An answer that takes its caller for somebody else: by which id, and where in it that stands."""

    id: str = ""
    place: Place = ()


def tells_caller(world: World, evidence: Evidence) -> bool:
    """Whether an answer tells its caller who they are, where the event names nobody's resource that could say so."""
    if evidence.outcome.decision is not Decision.ALLOW or names_whose(world, case_of(world, "owner")):
        return False
    return bool(own_places(world, evidence))


def own_places(world: World, evidence: Evidence) -> set[Place]:
    """Where an answer holds its caller's own ids, which the event did not send."""
    sent = {str(value) for _, value in _leaves_within(evidence.case.event)}
    mine = _names_of(world, evidence.case.principal.user) - sent
    return {place for place, value in _told(world, evidence) if _names_in(value, mine)}


def taken_for(attempts: Attempts, evidence: Evidence) -> Iterator[Effect]:
    """Whom an answer takes its caller for, where by itself it tells them who they are.

    What the event says itself counts under names that the contract's event does not have, and where the answer does
    not give back whatever it is sent.
    """
    world, case = attempts.world, evidence.case
    if not attempts.only_tells or names_whose(world, case_of(world, "owner")):
        return
    found = list(_others(world, evidence))
    if not found:
        return
    usual = attempts.once(_usual(world, case), fresh=True)  # an instance that remembers nobody
    places = own_places(world, usual)
    for place, whose, id in found:
        if place in places and _may_not_say(case, id) and not _is_echo(attempts, case, place, id):
            where = ".".join(map(str, place)) or "the answer"
            what = f"where the answer tells who calls, {where} is {id!r}"
            yield Mistaken(TAKEN, whose, what, id=id, place=place)
            return


def _usual(world: World, case: Case) -> Case:
    """The call without what is odd about it; for nobody a user's, which shows where an answer tells who calls."""
    plain = case.plain or case
    if plain.principal.user is None:
        return case_of(world, "owner")
    return replace(plain, principal=replace(plain.principal, supposing=None))


def _names_of(world: World, user: WxUser | None) -> set[str]:
    """What names somebody: WeChat's ids, and the one that the back end keeps them under."""
    return world.known.texts(user) if user is not None else set()


def _told(world: World, evidence: Evidence) -> Iterator[tuple[Place, str]]:
    """The texts of an answer, with their places, that are no part of a document."""
    answer = answered(evidence.outcome)
    keys = {key for _, key in world.belongings}
    documents: set[Place] = set()
    for place, value in leaves(answer):
        if place and place[-1] == "_id" and str(value) in keys:
            documents.add(place[:-1])
    for place, value in leaves(answer):
        in_document = any(place[: len(one)] == one for one in documents)
        if isinstance(value, str) and not in_document and not any(isinstance(step, int) for step in place):
            yield place, value


def _names_in(text: str, ids: Iterable[str]) -> bool:
    """Whether a text is one of `ids`, or says one that is too long to be met by chance."""
    return any(text == id or (len(id) >= _LONG and id in text) for id in ids)


def _others(world: World, evidence: Evidence) -> Iterator[tuple[Place, str, str]]:
    """Where an answer holds somebody else's id: the place, whose, and the id."""
    mine = _names_of(world, evidence.case.principal.user)
    parties = world.parties.items()
    theirs = [(name, id) for name, party in parties for id in sorted(_names_of(world, party.user) - mine)]
    for place, text in _told(world, evidence):
        if not _names_in(text, mine):
            yield from ((place, name, id) for name, id in theirs if _names_in(text, [id]))


def _may_not_say(case: Case, id: str) -> bool:
    """Whether the event, if it says `id` at all, does so under a name that the contract's does not have."""
    usual = {place for place, _ in _leaves_within((case.plain or case).event)}
    said = [place for place, value in _leaves_within(case.event) if id in str(value)]
    return not said or any(place not in usual for place in said)


def _is_echo(attempts: Attempts, case: Case, place: Place, id: str) -> bool:
    """Whether the answer gives back there whatever is sent, so that it believes nothing of it.

    It does so with a name that no function reads, and with an empty text: in place of that, one that chooses between
    what is sent and what the platform tells has the latter.
    """
    if id not in json.dumps(case.event, default=str):
        return False
    answer = answered(attempts.once(replace(case, event=_probed(case.event, id))).outcome)
    beside = (*place[:-1], PROBE)
    if not any(at == beside or (at == place and PROBE in str(value)) for at, value in leaves(answer)):
        return False
    emptied = attempts.once(replace(case, event=_emptied(case.event, id)))
    return place not in own_places(attempts.world, emptied)


def _probed(value: Any, id: str) -> Any:
    """`value` with one more field in each object that holds `id`."""
    if isinstance(value, Mapping):
        held = {key: _probed(one, id) for key, one in value.items()}
        return {**held, PROBE: id} if any(id in str(one) for one in value.values()) else held
    return [_probed(one, id) for one in value] if isinstance(value, list) else value


def _emptied(event: Any, id: str) -> Any:
    """`event` with an empty text in place of each `id`."""
    for place, value in leaves(event):
        event = changed_at(event, place, "") if value == id else event
    return event


def _leaves_within(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """`leaves`, and those of the objects that an event holds as text in their text's place."""
    for at, held in leaves(value, place):
        inside = [one for one, _ in objects_in(held)]
        for one in inside:
            yield from _leaves_within(one, at)
        if not inside:
            yield at, held
