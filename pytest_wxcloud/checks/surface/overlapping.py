"""Requests that overlap keep their callers apart: whatever the server turns to meanwhile, and whenever."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ...changes import AnyChange, Change
from ...errors import users_mistake
from ...http_outcome import HttpOutcome
from ...runtimes.interleaving import Turn
from ...web_app import WebApp
from ..attempt import Attempts
from ..case import Case, anonymous, case_of, is_allowed, own
from ..effects import CHANGED, LOST, PLANTED, REMOVED, REVEALED, Effect, Evidence, answered, rights_of
from ..law import Law, accused, concluded, explained, require_control, verdict_of
from ..oddity import Oddity
from ..verdict import Crashed, Standing, Verdict, Violation
from ..world import frozen

__tracebackhide__ = users_mistake

LAW = Law(
    "overlapping_requests_never_mix",
    "a request keeps its caller while another is under way, in threads and in one event loop",
    lambda _: (),
    frozenset({CHANGED, REMOVED, REVEALED, PLANTED}),
)
MOST = 24  # points of one request that are tried; of more, these are spread evenly
PATIENT = 3  # times that a lock is waited for
Pair = tuple[Case, Case]


def overlapping_requests_never_mix(attempts: Attempts) -> list[Verdict]:
    """A stranger's and nobody's requests are stopped, point after point, while the owner's is made.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when one does more than it does alone, or what it does alone is done to nothing of its caller's.
        Crashed: when one that is answered alone crashes whenever it is overlapped.
    """
    require_control(LAW, attempts)
    world = attempts.world
    if world.web is None:
        return []
    verdicts, untried = [], []
    for pair in _pairs(attempts):
        mixed = _first_mixed(attempts, world.web, pair)
        verdicts.append(verdict_of(LAW, attempts, mixed.evidence, mixed.effects))
        untried += verdicts[-1:] if mixed.crashed else []
    broken = [verdict for verdict in verdicts if verdict.standing is Standing.VIOLATED]
    if broken:
        raise Violation([explained(LAW, attempts, broken[0], partial(accused, LAW, attempts)), *broken[1:]])
    if untried:
        raise Crashed(LAW.promise, untried, "where another request is under way")
    return concluded(LAW, attempts, verdicts)


def _pairs(attempts: Attempts) -> Iterator[Pair]:
    """What is stopped, and what is made meanwhile. The owner does nothing there that concerns what is the owner's."""
    world = attempts.world
    meanwhile = case_of(world, "owner", "stranger")
    said: dict[str, Any] = {"note": "while the owner's request is under way", "oddity": Oddity.OVERLAPPING}
    for case in (case_of(world, "stranger"), anonymous(world)):
        if not is_allowed(world, case):
            yield replace(case, **said), meanwhile
    yield replace(own(world), **said), own(world, "owner")


@dataclass(frozen=True)
class _Mixed:
    """What the first request did, and what of it breaks the law.

    `crashed` says that it is answered alone and crashes at every point: it is not known what it would have done.
    """

    evidence: Evidence
    effects: list[Effect] = field(default_factory=list)
    crashed: bool = False


def _first_mixed(attempts: Attempts, asked: WebApp, pair: Pair) -> _Mixed:
    """What was seen at the first point at which the first request does not do what it does alone."""
    alone = _tried(attempts, pair, lambda: _one_after_the_other(attempts, pair))
    known = {effect.kind for effect in accused(LAW, attempts, alone[0])}
    evidence = replace(alone[0], changes=())
    answered = crashed = 0
    for lines in (True, False) if asked.is_asgi else (True,):
        held_up = 0
        for turn in _turns(attempts, asked, pair, lines):
            found, everything = _tried(attempts, pair, partial(_overlapped, attempts, asked, pair, turn))
            held_up += turn.held_up
            answered, crashed = answered + (not found.crashed), crashed + found.crashed
            evidence = replace(found, changes=tuple(_more(attempts, everything, alone[1])))
            effects = [*accused(LAW, attempts, evidence), *_lost(attempts, evidence, alone, everything)]
            if not turn.held_up and any(effect.kind not in known for effect in effects):
                return _Mixed(evidence, effects)
            if held_up == PATIENT:
                break
    if crashed and not answered and not alone[0].crashed:
        return _Mixed(evidence, crashed=True)
    evidence = replace(alone[0], changes=(), secrets={})
    return _Mixed(evidence, accused(LAW, attempts, evidence))


def _lost(
    attempts: Attempts, evidence: Evidence, alone: tuple[Evidence, list[AnyChange]], everything: list[AnyChange]
) -> Iterator[Effect]:
    """What the request does alone to what is its caller's, and does not, though it is answered the same.

    Who calls was taken for somebody else then, and what both requests write may be the same.
    """
    if answered(evidence.outcome) != answered(alone[0].outcome):
        return
    mine = rights_of(attempts.world, evidence.case, attempts.once).mine
    for change in _more(attempts, alone[1], everything):
        if isinstance(change, Change) and change.kind != "inserted" and attempts.world.owners(change) & mine:
            yield Effect(LOST, "", f"what they do alone did not happen, and they were told that it did: {change}")


def _turns(attempts: Attempts, asked: WebApp, pair: Pair, lines: bool) -> Iterator[Turn]:
    """Every point of the first request, as far as there are not too many."""
    counted = Turn(0, lines=lines)
    _tried(attempts, pair, lambda: _overlapped(attempts, asked, pair, counted))
    count = min(counted.seen, MOST)
    for number in range(count):
        yield Turn(1 + number * counted.seen // count, lines=lines)


def _tried(
    attempts: Attempts, pair: Pair, both: Callable[[], tuple[HttpOutcome, HttpOutcome]]
) -> tuple[Evidence, list[AnyChange]]:
    """What was seen of the first request, and what both changed; that is taken back."""
    world, (case, _) = attempts.world, pair
    with frozen(world.instant), world.cloud.scene(), world.cloud.changes() as changes, world.cloud.recording() as calls:
        outcome, _ = both()
        everything = list(changes)
    return attempts.evidence(case, outcome, [], calls), everything


def _one_after_the_other(attempts: Attempts, pair: Pair) -> tuple[HttpOutcome, HttpOutcome]:
    web = attempts.world.web
    assert web is not None
    second = web.request(**_asked(attempts, pair[1]))
    return web.request(**_asked(attempts, pair[0])), second


def _overlapped(attempts: Attempts, asked: WebApp, pair: Pair, turn: Turn) -> tuple[HttpOutcome, HttpOutcome]:
    first, second = (_asked(attempts, case) for case in pair)
    return turn.run(lambda: asked.arequest(**first), lambda: asked.arequest(**second), asked.complete)


def _asked(attempts: Attempts, case: Case) -> dict[str, Any]:
    return {**attempts.world.template.request(case.event), "caller": case.principal, "allow_blocked": True}


def _more(attempts: Attempts, changes: list[AnyChange], alone: list[AnyChange]) -> Iterator[AnyChange]:
    """The changes that are not made when the requests come one after the other."""
    expected = Counter(_same(attempts, change) for change in alone)
    for change in changes:
        key = _same(attempts, change)
        expected[key] -= 1
        if expected[key] < 0:
            yield change


def _same(attempts: Attempts, change: AnyChange) -> object:
    if not isinstance(change, Change):
        return getattr(change, "path", ""), change.kind
    if change.kind == "inserted":
        named = attempts.world.named_in(change.collection, change.after or {})
        return change.collection, change.kind, tuple(sorted(named))
    return change.collection, change.kind, str(change.id)
