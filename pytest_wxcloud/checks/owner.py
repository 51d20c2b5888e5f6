"""The positive control: who may has an effect that can be seen, at the right time."""

from __future__ import annotations

from ..errors import users_mistake
from .attempt import Attempts
from .case import case_of
from .effects import CHANGED, Effect
from .law import Law, inconclusive, verdict_of
from .verdict import Verdict, Violation

__tracebackhide__ = users_mistake

LAW = Law("allowed_callers_have_the_effect", "who may has the promised effect, when they may", lambda _: ())


def allowed_have_the_effect(attempts: Attempts) -> list[Verdict]:
    """Every kind of caller that the contract allows calls once; the owner once more when they may not.

    Raises:
        Inconclusive: for a caller without an effect.
        Violation: when the owner has one at a time when they may not.
    """
    for case in attempts.controls():
        evidence = attempts.control(case)
        if not attempts.has_effect(evidence):
            raise inconclusive(attempts, evidence)
    operation = attempts.world.operation
    if operation.denied_at:
        evidence = attempts.attempt(case_of(attempts.world, "owner"), frozen_at=operation.denied_at)
        if attempts.has_effect(evidence):
            what = f"at {operation.denied_at}, when nobody may, the owner still did"
            effects = [
                Effect(CHANGED, "", f"{what}: {'; '.join(map(str, evidence.changes)) or 'saw what they asked for'}")
            ]
            raise Violation([verdict_of(LAW, attempts, evidence, effects)])
    return []
