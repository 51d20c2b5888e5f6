"""What a law is, and how its cases are judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from ..errors import users_mistake
from .asking import merely_given
from .attempt import Attempts
from .case import Case, case_of, is_allowed, is_known
from .causes import likely_cause
from .effects import ANSWERED, CALLED, GAINED, PLANTED, SET, Effect, Evidence, foreign_effects, rights_of
from .observed import observed
from .oddity import Oddity
from .operation import label_of
from .rights import rights_gained, values_set
from .shortest import Again, oddity, shortest
from .vacant import times
from .verdict import Crashed, Inconclusive, Standing, Verdict, Violation, told_of, weakness_of
from .weakness import Weakness
from .whoami import taken_for
from .world import World, name_of

__tracebackhide__ = users_mistake

#: Effects that have laws of their own.
SPECIAL = frozenset({PLANTED, GAINED, SET, CALLED})
FEW = 5


@dataclass(frozen=True)
class Law:
    """A promise that every operation makes, and the calls that try it.

    `kinds` names the effects that break it; None means all but those with laws of their own. `plain_kinds`, where it
    is not None, is what a case with nothing odd about it is accused of. A law with a `weakness` of its own tells by it
    what is wrong, and no cause is looked for. The callers of `vacant` call when nobody holds a role, too.
    """

    name: str
    promise: str
    cases: Callable[[Attempts], Iterable[Case]]
    kinds: frozenset[str] | None = None
    plain_kinds: frozenset[str] | None = None
    weakness: Weakness | None = None
    vacant: Callable[[World], Iterable[Case]] | None = None

    def accuses(self, case: Case, effect: Effect) -> bool:
        """Whether this effect of a call breaks this law. A yes of the contract's own to one who may not breaks any."""
        if effect.kind == ANSWERED:
            return True
        kinds = self.plain_kinds if case.plain is None and self.plain_kinds is not None else self.kinds
        return effect.kind in kinds if kinds is not None else effect.kind not in SPECIAL


def check(law: Law, attempts: Attempts, case: Case, *, evidence: Evidence | None = None) -> Verdict:
    """Judge one case: make the call, and compare what it did with what its caller may do.

    What the call does just as well without what is odd about it is another law's finding.
    """
    evidence = evidence or attempts.once(case)
    effects = accused(law, attempts, evidence)
    if effects and case.plain is not None:
        plain = [case.plain, *([case_of(attempts.world, "stranger")] if case.caller == "stranger" else [])]
        plain += merely_given(attempts.world, case) if law.kinds is None else ()
        done = {one.kind for base in plain for one in accused(law, attempts, attempts.once(base), odd=True)}
        effects = [one for one in effects if one.kind not in done]
    return verdict_of(law, attempts, evidence, effects)


def accused(law: Law, attempts: Attempts, evidence: Evidence, *, odd: bool = False) -> list[Effect]:
    """What a call did that breaks the law; `odd` asks of a plain call what an odd one is accused of."""
    world, case = attempts.world, evidence.case
    rights = rights_of(world, case, attempts.once)
    promised = [attempts.once(case.plain or case), attempts.control()] if rights.allowed else []
    effects = foreign_effects(world, evidence, attempts.control(), rights)
    effects += rights_gained(world, evidence, promised)
    effects += [*values_set(world, evidence), *taken_for(attempts, evidence)]
    judged = replace(case, plain=case) if odd else case
    return [effect for effect in effects if law.accuses(judged, effect)]


def verdict_of(law: Law, attempts: Attempts, evidence: Evidence, effects: Sequence[Effect]) -> Verdict:
    """What the `effects`, which are all that break the law, come to. It is noted in `Attempts.verdicts`."""
    operation = attempts.world.operation
    own, may = law.weakness, is_allowed(attempts.world, evidence.case)
    verdict = Verdict(
        Standing.VIOLATED if effects else observed(attempts, evidence),
        label_of(operation),
        law.name,
        law.promise,
        evidence,
        effects,
        weakness=own or weakness_of(effects, not may and operation.allow.isdisjoint(("owner", "anyone"))),
        allowed=may and is_known(attempts.world, evidence.case),
    )
    attempts.verdicts.append(verdict)
    return verdict


def require_control(law: Law, attempts: Attempts) -> None:
    """A denial means something only where one who may has an effect.

    Raises:
        Inconclusive: when the control has none.
    """
    control = attempts.control()
    if not attempts.has_effect(control):
        raise inconclusive(law, attempts, control)


def inconclusive(law: Law, attempts: Attempts, control: Evidence) -> Inconclusive:
    """Why nothing can be concluded, and what to do. It is noted in `Attempts.verdicts`."""
    label = label_of(attempts.world.operation)
    attempts.verdicts.append(Verdict(Standing.INCONCLUSIVE, label, law.name, law.promise, control))
    lines = [
        f"{label}: inconclusive, because {control.case}, who may, had no effect that can be seen.",
        *told_of(control),
        f"Either the call does not work as {name_of(attempts.world.operation)} arranges it (look at the answer), or",
        "it only reads: then store cloud.secret() in arrange, in a field that its answer shows, or override",
        "decide(outcome).",
    ]
    return Inconclusive("\n".join(lines))


def enforce(law: Law, attempts: Attempts) -> list[Verdict]:
    """Judge every case of a law.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: naming every case that broke it.
        Crashed: when the function did nothing but crash.
    """
    require_control(law, attempts)
    verdicts = [check(law, attempts, case) for case in law.cases(attempts)]
    concluded(law, attempts, verdicts)
    return [*verdicts, *_when_nobody_holds_it(law, attempts, law.vacant)] if law.vacant is not None else verdicts


def _when_nobody_holds_it(law: Law, attempts: Attempts, vacant: Callable[[World], Iterable[Case]]) -> Iterator[Verdict]:
    for when, there in times(attempts):
        cases = [replace(case, note=when, oddity=Oddity.VACANT) for case in vacant(there.world)]
        verdicts = [check(law, there, case) for case in cases]
        if any(verdict.standing is Standing.VIOLATED for verdict in verdicts):
            concluded(law, there, verdicts)
        yield from verdicts


def looked_through(
    law: Law, attempts: Attempts, judge: Callable[[Evidence], Iterable[Effect]], *, again: Again | None = None
) -> list[Verdict]:
    """Judge every case of a law by `judge`, which tells what of a call breaks it.

    Raises:
        Inconclusive, Violation, Crashed: as `enforce`.
    """
    require_control(law, attempts)

    def told(evidence: Evidence) -> list[Effect]:
        return list(judge(evidence))

    made = [attempts.once(case) for case in law.cases(attempts)]
    verdicts = [verdict_of(law, attempts, evidence, told(evidence)) for evidence in made]
    return concluded(law, attempts, verdicts, confirm=False, again=again or Again(attempts, told))


def concluded(
    law: Law,
    attempts: Attempts,
    verdicts: list[Verdict],
    *,
    confirm: bool = True,
    again: Again | None = None,
) -> list[Verdict]:
    """What all cases together come to. The simplest tells of a violation.

    Those who may not, by their plain calls if there are any, count for that alone: that nobody else is refused by a
    crash, or that an odd event does something that is its sender's own, tells nothing of them.

    To `confirm` is to see whether a new instance does it too: what an instance remembers of earlier callers is
    another law's finding. `again` makes a call again and tells what it is accused of, where no law else does so.

    Raises:
        Violation: naming every case that broke the law.
        Crashed: when the function did nothing but crash for those who may not.
    """
    again = again or Again(attempts, partial(accused, law, attempts))
    broken = [verdict for verdict in verdicts if verdict.standing is Standing.VIOLATED]
    broken.sort(key=oddity)
    for at, verdict in enumerate(broken[:FEW]):
        if not confirm or again(verdict.evidence.case, fresh=True)[1]:
            first = explained(law, attempts, shortest(attempts, verdict, again), again.judge)
            raise Violation([first, *broken[:at], *broken[at + 1 :]])
    judged = [verdict for verdict in verdicts if not verdict.allowed] or verdicts
    judged = [verdict for verdict in judged if verdict.evidence.case.plain is None] or judged
    if judged and all(one.standing in (Standing.CRASHED, Standing.UNREFUSED) for one in judged):
        raise Crashed(law.promise, judged)
    return verdicts


def explained(law: Law, attempts: Attempts, verdict: Verdict, judge: Callable[[Evidence], Sequence[Effect]]) -> Verdict:
    """A violation with its cause, where calls confirm one; `judge` tells what another call would be accused of."""
    if law.weakness is not None:
        return verdict
    cause = likely_cause(attempts, verdict.evidence, verdict.effects, judge)
    return attempts.retell(verdict, replace(verdict, cause=cause))
