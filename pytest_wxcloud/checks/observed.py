"""What was seen of a call, whatever the contract says of its caller: that it is refused is never taken for granted."""

from __future__ import annotations

from ..outcome import Decision
from .attempt import Attempts
from .case import is_about_own, is_allowed, is_known
from .effects import Evidence
from .verdict import Standing, answer_of

#: Kinds of notes.
UNREFUSED, AFTER_EFFECT = "unrefused", "crashed after its effect"


def observed(attempts: Attempts, evidence: Evidence) -> Standing:
    """The standing of a call that broke no law. A crash that deserves a line of its own is noted."""
    case, left = evidence.case, attempts.left_something(evidence)
    if not evidence.crashed:
        if left:
            return Standing.EFFECT
        return Standing.YES if evidence.outcome.decision is Decision.ALLOW else Standing.REFUSED
    if not is_unrefused(attempts, evidence):
        if left and case.plain is None:
            attempts.note(AFTER_EFFECT, f"{case} crashed when it had done what it does: {answer_of(evidence)}")
        return Standing.CRASHED
    crashed = f"{case} got nowhere, and only because it crashed: {answer_of(evidence)}"
    attempts.note(UNREFUSED, f'{crashed}; demand = {{"refuses_without_crashing"}} makes it a failure')
    return Standing.UNREFUSED


def is_unrefused(attempts: Attempts, evidence: Evidence) -> bool:
    """Whether one who may not got nowhere, and only because the function crashed."""
    case, world = evidence.case, attempts.world
    if not evidence.crashed or evidence.outcome.blocked or attempts.left_something(evidence):
        return False
    return not is_known(world, case) or not (is_allowed(world, case) or is_about_own(world, case))
