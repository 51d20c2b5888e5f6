"""What a law is, and how its cases are judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..canaries import as_text
from ..errors import users_mistake
from .attempt import Attempts
from .case import Case, is_allowed
from .cause import likely_cause
from .effects import GAINED, PLANTED, SET, Effect, Evidence, foreign_effects
from .reproduction import reproduction
from .verdict import Inconclusive, Standing, Verdict, Violation, weakness_of
from .world import name_of

__tracebackhide__ = users_mistake

#: Effects that have laws of their own.
SPECIAL = frozenset({PLANTED, GAINED, SET})


@dataclass(frozen=True)
class Law:
    """A promise that every operation makes, and the calls that try it.

    `kinds` names the effects that break it; None means all but those with laws of their own.
    """

    name: str
    promise: str
    cases: Callable[[Attempts], Iterable[Case]]
    kinds: frozenset[str] | None = None

    def accuses(self, effect: Effect) -> bool:
        """Whether this effect breaks this law."""
        return effect.kind in self.kinds if self.kinds is not None else effect.kind not in SPECIAL


def check(law: Law, attempts: Attempts, case: Case, *, evidence: Evidence | None = None) -> Verdict:
    """Judge one case: make the call, and compare what it did with what its caller may do.

    What the call does just as well without what is odd about it is another law's finding.
    """
    evidence = evidence or attempts.attempt(case)
    effects = _accused(law, attempts, evidence)
    if effects and case.plain is not None and _accused(law, attempts, attempts.plain(case.plain)):
        effects = []
    return verdict_of(law, attempts, evidence, effects)


def _accused(law: Law, attempts: Attempts, evidence: Evidence) -> list[Effect]:
    effects = foreign_effects(attempts.world, evidence, attempts.control())
    return [effect for effect in effects if law.accuses(effect)]


def verdict_of(law: Law, attempts: Attempts, evidence: Evidence, effects: Sequence[Effect]) -> Verdict:
    """What the `effects`, which are all that break the law, come to."""
    world, operation, case = attempts.world, attempts.world.operation, evidence.case
    if effects:
        standing = Standing.VIOLATED
    elif evidence.crashed:
        standing = Standing.CRASHED
    else:
        standing = Standing.ALLOWED if is_allowed(world, case) else Standing.DENIED
    return Verdict(
        standing,
        name_of(operation),
        law.name,
        law.promise,
        evidence,
        effects,
        likely_cause(world, evidence, effects) if effects else "",
        reproduction(world, case, effects) if effects else "",
        weakness_of(effects, "owner" not in operation.allow and "anyone" not in operation.allow),
    )


def require_control(attempts: Attempts) -> None:
    """A denial means something only where one who may has an effect.

    Raises:
        Inconclusive: when the control has none.
    """
    control = attempts.control()
    if not attempts.has_effect(control):
        raise inconclusive(attempts, control)


def inconclusive(attempts: Attempts, control: Evidence) -> Inconclusive:
    """Why nothing can be concluded, and what to do."""
    case = control.case
    return Inconclusive(
        f"{name_of(attempts.world.operation)}: inconclusive, because {case}, who may, had no effect that can be seen.\n"
        f"  event      {dict(case.event)!r}\n"
        f"  answer     {control.outcome.decision.value}, {control.outcome.error or control.outcome.value!r}\n"
        "Either the call does not work as arranged (look at the answer), or it only reads: then store\n"
        "cloud.secret() in arrange, in a field that its answer shows, or override decide(outcome)."
    )


def enforce(law: Law, attempts: Attempts) -> list[Verdict]:
    """Judge every case of a law.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: naming every case that broke it.
    """
    require_control(attempts)
    verdicts = [check(law, attempts, case) for case in law.cases(attempts)]
    broken = [verdict for verdict in verdicts if verdict.standing is Standing.VIOLATED]
    if broken:
        raise Violation(sorted(broken, key=lambda verdict: len(as_text(verdict.evidence.case.event))))
    return verdicts
