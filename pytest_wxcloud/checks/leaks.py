"""Two worlds that differ only in the owner's secrets give a stranger the same answer.

That finds what no canary can: sums, counts, and whatever is computed from a secret.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..canaries import leaves
from ..errors import users_mistake
from .attempt import Attempts
from .case import Case, anonymous, case_of, is_allowed
from .effects import REVEALED, Effect, Evidence, answered
from .law import Law, require_control, verdict_of
from .verdict import Verdict, Violation
from .world import World

__tracebackhide__ = users_mistake

LAW = Law("secrets_make_no_difference", "nothing computed from the owner's secrets shows to others", lambda _: ())


def secrets_make_no_difference(attempts: Attempts) -> list[Verdict]:
    """Strangers and nobody call in both worlds, and twice in the first: what differs there differs by itself.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when the owner's secrets show in the answer.
    """
    require_control(attempts)
    world = attempts.world
    if not world.twin:
        return []
    asked = list(cases(attempts))
    first = [attempts.attempt(case) for case in asked]
    again = [attempts.attempt(case) for case in asked]
    with world.cloud.scene():
        _exchange(world)
        second = [attempts.attempt(case) for case in asked]
    verdicts = []
    for evidence, twin, other in zip(first, again, second, strict=True):
        seen = _difference(evidence, twin, other)
        effects = [Effect(REVEALED, "owner", seen)] if seen else []
        verdicts.append(verdict_of(LAW, attempts, evidence, effects))
    broken = [verdict for verdict in verdicts if verdict.effects]
    if broken:
        raise Violation(broken)
    return verdicts


def cases(attempts: Attempts) -> Iterator[Case]:
    """Whoever may not see the owner's secrets."""
    world = attempts.world
    for case in (case_of(world, "stranger"), case_of(world, "newcomer"), anonymous(world)):
        if not is_allowed(world, case):
            yield case


def _difference(evidence: Evidence, twin: Evidence, other: Evidence) -> str:
    """How the answer depends on the secrets; empty when it does not."""
    here, again, there = (dict(leaves(answered(one.outcome))) for one in (evidence, twin, other))
    for place, value in here.items():
        if again.get(place) == value and there.get(place) != value:
            where = ".".join(map(str, place)) or "the answer"
            return f"{where} is {value!r}, but {there.get(place)!r} where the owner's secret is another"
    return ""


def _exchange(world: World) -> None:
    """Put the documents of the twin world in place."""
    db = world.cloud.db
    for name in db.collection_names():
        db[name].delete_many({})
    db.seed(world.twin)
