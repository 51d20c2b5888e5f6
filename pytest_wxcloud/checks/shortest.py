"""From everything that broke a law to one example: the fewest odd things, and the fewest documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from ..canaries import as_text
from ..errors import users_mistake
from ..identity.principal import TIMER
from .attempt import Attempts
from .case import Case
from .doubts import doubts, other_way
from .effects import Effect, Evidence
from .oddity import Oddity
from .reproduction import Kept, reproduction
from .verdict import Verdict

__tracebackhide__ = users_mistake

T = TypeVar("T")
Place = tuple[str | int, ...]
GONE: Any = object()
MOST_CALLS = 300  # that are made to find the shortest example


class Again:
    """Makes a call of a finding again, with more or less around it, and tells what it is accused of then."""

    def __init__(
        self,
        attempts: Attempts,
        judge: Callable[[Evidence], list[Effect]],
        *,
        before: Case | None = None,
        lessens: bool = True,
    ) -> None:
        self.attempts = attempts
        self.judge = judge
        self.lessens = lessens  # whether fewer documents may show it as well
        self.before = before  # a call that the same instance answers first
        self.collections: list[str] = []  # all there were when the last call had been made

    def __call__(self, case: Case, kept: Kept | None = None, *, fresh: bool = False) -> tuple[Evidence, list[Effect]]:
        """What was seen, and the effects. `kept` is all that is there."""
        attempts = self.attempts
        if case.genuine:
            evidence = attempts.attempt(case, fresh=fresh)
            return evidence, self.judge(evidence)
        with attempts.world.cloud.scene():
            if kept is not None:
                kept.put_instead(attempts.world.cloud)
            if self.before is not None:
                attempts.play(self.before, fresh=True)
            evidence = attempts.play(case, fresh=fresh and self.before is None)
            if attempts.world.cloud.node.running:
                self.collections = attempts.world.cloud.db.collection_names()
        return evidence, self.judge(evidence)

    def source(self, evidence: Evidence, effect: Effect, kept: Kept, law: str) -> str:
        """The test that shows it."""
        return reproduction(self.attempts.world, evidence, effect, kept, law=law, before=self.before)


def shortest(attempts: Attempts, found: Verdict, again: Again) -> Verdict:
    """What was found, as short as it can be, with the lines that show it again."""
    case = found.evidence.case
    if case.genuine:  # only the contract can make it so, of what it arranged
        if attempts.world.web is not None or case.principal.channel == TIMER:
            return found
        kept = Kept.of(attempts.world.cloud)
        code = again.source(found.evidence, found.effects[0], kept, found.law)
        return attempts.retell(found, replace(found, reproduction=code))
    return attempts.retell(found, _Shortening(again, found).verdict())


def fewest(units: Sequence[T], still: Callable[[list[T]], bool]) -> list[T]:
    """A part of `units` for which `still` holds, and of which none can be left out."""
    kept = list(units)
    size = len(kept)
    while size:
        at = 0
        while at < len(kept):
            less = kept[:at] + kept[at + size :]
            if still(less):
                kept = less
            else:
                at += size
        size //= 2
    return kept


def differences(plain: Any, event: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Where `event` differs from `plain`: the place, and the value there, GONE for what is missing."""
    if isinstance(plain, Mapping) and isinstance(event, Mapping):
        for key, held in event.items():
            if key not in plain and isinstance(held, Mapping) and held:
                yield from differences({}, held, (*place, key))
            elif key not in plain:
                yield (*place, key), held
            else:
                yield from differences(plain[key], held, (*place, key))
        yield from (((*place, key), GONE) for key in plain if key not in event)
    elif isinstance(plain, list) and isinstance(event, list) and len(plain) == len(event):
        for at, (was, held) in enumerate(zip(plain, event, strict=True)):
            yield from differences(was, held, (*place, at))
    elif plain != event or type(plain) is not type(event):
        yield place, event


def with_differences(plain: Any, changes: Sequence[tuple[Place, Any]]) -> Any:
    """A copy of `plain` with each of `changes` made."""
    for place, value in changes:
        plain = _put(plain, place, value)
    return plain


def _put(plain: Any, place: Place, value: Any) -> Any:
    if not place:
        return value
    step, *rest = place
    if isinstance(plain, list):
        return [_put(held, tuple(rest), value) if at == step else held for at, held in enumerate(plain)]
    holder = dict(plain) if isinstance(plain, Mapping) else {}
    if value is GONE and not rest:
        holder.pop(step, None)
        return holder
    return {**holder, step: _put(holder.get(step), tuple(rest), value)}


@dataclass
class _Shortening:
    """Makes the calls of one finding again with less, as long as the same comes of it."""

    again: Again
    found: Verdict
    calls: int = 0

    def verdict(self) -> Verdict:
        """The finding with less; as it was, where it does not come each time."""
        case = self._case(self.found.evidence.case)
        whole = Kept.of(self.again.attempts.world.cloud)
        kept = whole
        if self.again.lessens:
            kept = whole.only(fewest(whole.keys, lambda less: self._is_broken(case, whole.only(less))))
        evidence, effects = self._again(case, kept, fresh=True)  # as in a test of its own
        if not effects:
            return self.found
        for name in self.again.collections:  # in the contract's world none is missing
            kept.documents.setdefault(name, [])
        where = self._where(evidence.case, kept)
        code = self.again.source(evidence, effects[0], kept, self.found.law)
        return replace(self.found, evidence=evidence, effects=effects, reproduction=code, where=where)

    def _where(self, case: Case, kept: Kept) -> str:
        """In which world it holds, where what WeChat's documentation does not say makes the difference."""
        principal = case.principal
        supposed = [] if principal.supposing is None else [principal.supposing]
        for doubt in supposed or doubts(principal):
            if not self._again(replace(case, principal=other_way(principal, doubt)), kept)[1]:
                return doubt.told(principal)
        return ""

    def _case(self, case: Case) -> Case:
        """`case` with no more that is odd about its event and its caller than is needed."""
        if case.plain is not None:
            plain = case.plain.event
            odd = list(differences(plain, case.event))
            if len(odd) > 1:
                odd = fewest(odd, lambda less: bool(less) and self._is_broken(_with(case, plain, less)))
                case = _with(case, plain, odd)
        simpler: list[dict[str, Any]] = [{"supposing": None}]
        if case.oddity is not Oddity.CHAIN:
            simpler.append({"hops": 0})
        if case.oddity is Oddity.ELSEWHERE:  # somewhere else; a unionid is no part of that
            simpler.append({"shows_unionid": False})
        for plainer in simpler:
            less = replace(case, principal=replace(case.principal, **plainer))
            if less != case and self._is_broken(less):
                case = less
        return case

    def _is_broken(self, case: Case, kept: Kept | None = None) -> bool:
        if self.calls >= MOST_CALLS:
            return False
        return bool(self._again(case, kept)[1])

    def _again(self, case: Case, kept: Kept | None = None, *, fresh: bool = False) -> tuple[Evidence, list[Effect]]:
        self.calls += 1
        evidence, effects = self.again(case, kept, fresh=fresh)
        kinds = {effect.kind for effect in self.found.effects}
        return evidence, [effect for effect in effects if effect.kind in kinds]


def _with(case: Case, plain: Mapping[str, Any], changes: Sequence[tuple[Place, Any]]) -> Case:
    event = with_differences(plain, changes)
    note = case.note
    if len(changes) == 1 and case.oddity in (Oddity.FORGED, Oddity.CLAIMED, Oddity.ASKED):
        note = f"{case.oddity.value} {'.'.join(map(str, changes[0][0]))}"
    return replace(case, event=event, note=note)


def oddity(verdict: Verdict) -> tuple[int, int, int]:
    """How much there is to explain about a case: its caller, what its event adds, and how long that is."""
    case = verdict.evidence.case
    principal = case.principal
    usual = principal.channel.name == ("client" if principal.user is not None else "http_api")
    odd = [not usual, principal.shows_unionid, principal.hops > 0, case.oddity is Oddity.ELSEWHERE]
    odd.append(principal.supposing is not None)
    added = list(differences(case.plain.event, case.event)) if case.plain is not None else []
    return sum(odd), len(added), len(as_text(case.event))
