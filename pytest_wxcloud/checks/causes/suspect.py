"""A finding, and the calls by which its cause is worked out: the same call again, but for one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from ...canaries import as_text, leaves
from ..attempt import Attempts
from ..case import Case, case_of
from ..effects import REVEALED, Effect, Evidence
from ..inside import swapped
from ..shortest import GONE, differences, with_differences
from ..world import Key, World, held_at

Query = tuple[str, Any]


@dataclass(frozen=True)
class Suspect:
    """What was found, and `judge`, which tells what another call would be accused of."""

    attempts: Attempts
    evidence: Evidence
    effects: Sequence[Effect]
    judge: Callable[[Evidence], Sequence[Effect]]

    @property
    def world(self) -> World:
        """The world in which it was found."""
        return self.attempts.world

    @property
    def case(self) -> Case:
        """The call."""
        return self.evidence.case

    @property
    def control(self) -> Evidence:
        """What one who may does."""
        return self.attempts.control()

    @cached_property
    def kinds(self) -> set[str]:
        """What kinds of things it did."""
        return {effect.kind for effect in self.effects}

    @property
    def done(self) -> str:
        """What was done, in a word."""
        return "read" if REVEALED in self.kinds else "changed"

    def does(self, case: Case) -> bool:
        """Whether this call does something of the kind, whoever it befalls."""
        return any(effect.kind in self.kinds for effect in self._effects_of(case))

    def repeats(self, case: Case) -> bool:
        """Whether this call does something of the kind to the same people."""
        here = {(effect.kind, effect.whose) for effect in self.effects}
        return any((effect.kind, effect.whose) in here for effect in self._effects_of(case))

    def befalls(self, case: Case, whose: str) -> bool:
        """Whether this call does something of the kind to that person."""
        return any(effect.kind in self.kinds and whose in effect.whose for effect in self._effects_of(case))

    def _effects_of(self, case: Case) -> Sequence[Effect]:
        return self.judge(self.attempts.once(replace(case, plain=case.plain or case)))

    @cached_property
    def strangers_do(self) -> bool:
        """Whether a stranger's plain call does it, for which nothing about the caller or the event is to blame."""
        return self.does(case_of(self.world, "stranger"))

    @cached_property
    def plain_does(self) -> bool:
        """Whether the same caller's plain call does it, so that nothing odd is to blame."""
        return self.case.plain is None or self.does(self.case.plain)

    def sending(self, event: Mapping[str, Any]) -> Case:
        """The same call with another event."""
        return replace(self.case, event=event)

    def as_stranger(self, event: Mapping[str, Any] | None = None) -> Case:
        """A stranger's call with the same event, or another."""
        return replace(case_of(self.world, "stranger"), event=self.case.event if event is None else event)

    @cached_property
    def odd(self) -> list[tuple[tuple[str | int, ...], Any]]:
        """Where the event differs from the plain one, and by what."""
        return list(differences(self.case.plain.event, self.case.event)) if self.case.plain is not None else []

    def exchanged(self) -> Case | None:
        """The same call with a bystander's ids where its event oddly holds somebody's; None where there are none."""
        pairs = dict(_pairs(self.world))
        changes = [(place, _exchanged(value, pairs)) for place, value in self.odd if value is not GONE]
        if changes == self.odd:
            return None
        return self.sending(with_differences(self.case.event, changes))

    def queries(self, case: Case) -> list[Query]:
        """What the function asks the local database for in this call."""
        key = ("queries", case.principal, as_text(case.event))
        if key not in self.world.tried and self.world.web is None:
            with self.world.cloud.local.watching() as queries:
                self.attempts.attempt(case)
            self.world.tried[key] = queries
        found: list[Query] = self.world.tried.get(key, [])
        return found

    def drops(self, fuller: Case, values: set[str]) -> bool:
        """Whether one of the call's queries is one of `fuller`'s without the conditions that hold one of `values`."""
        for name, query in self.queries(fuller):
            whole = dict(leaves(query))
            gone = {place for place, held in whole.items() if str(held) in values}
            rest = {place: held for place, held in whole.items() if place not in gone}
            if gone and any(name == other and _flat(less) == rest for other, less in self.queries(self.case)):
                return True
        return False


def with_header(case: Case, name: str, value: str | list[str] | None) -> Case:
    """The same request with a header of this value; None leaves it out."""
    headers = {**held_at(case.event, ("headers",)), name: value}
    return replace(case, event={**case.event, "headers": headers})


def _flat(query: Any) -> dict[tuple[str | int, ...], Any]:
    return {} if query == {} else dict(leaves(query))


def _pairs(world: World) -> Iterator[tuple[str, str]]:
    """Somebody's id, and the bystander's of the same kind."""
    other = world["bystander"].user
    theirs: dict[str, list[str]] = {}
    for collection, key in (key for key, whose in world.belongings.items() if whose == "bystander"):
        theirs.setdefault(collection, []).append(key)
    for party in world.parties.values():
        if party.user == other:
            continue
        yield party.user.openid, other.openid
        if party.user.unionid and other.unionid:
            yield party.user.unionid, other.unionid
        counted: dict[str, int] = {}
        for collection, key in _papers(world, party.name):
            at = counted[collection] = counted.get(collection, -1) + 1
            if collection in theirs:
                yield key, theirs[collection][min(at, len(theirs[collection]) - 1)]


def _papers(world: World, party: str) -> list[Key]:
    return [*(key for key, whose in world.belongings.items() if whose == party), *world[party].papers]


def _exchanged(value: Any, pairs: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _exchanged(held, pairs) for name, held in value.items()}
    if isinstance(value, list):
        return [_exchanged(held, pairs) for held in value]
    if isinstance(value, bool) or not isinstance(value, str | int):
        return value
    if str(value) in pairs:
        return type(value)(pairs[str(value)])
    return swapped(value, pairs) if isinstance(value, str) else value
