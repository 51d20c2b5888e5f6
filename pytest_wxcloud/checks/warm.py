"""A warm instance forgets its previous caller, judged by effect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from ..errors import users_mistake
from .attempt import Attempts
from .case import Case, anonymous, case_of, own
from .law import Law, accused, concluded, require_control, verdict_of
from .oddity import Oddity
from .shortest import Again
from .verdict import Verdict

__tracebackhide__ = users_mistake

LAW = Law("a_warm_instance_forgets", "a reused instance knows nothing of its previous caller", lambda _: ())


def warm_instance_forgets(attempts: Attempts) -> list[Verdict]:
    """The owner calls; then a stranger and nobody call the same instance.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when they act or see as the owner.
    """
    require_control(LAW, attempts)
    verdicts = []
    for at, case in enumerate(cases(attempts)):
        with attempts.world.cloud.scene():
            attempts.play(attempts.control().case, fresh=at == 0)
            evidence = attempts.play(case)
        effects = accused(LAW, attempts, evidence)
        if effects and _needs_no_memory(attempts, case):
            effects = []
        verdicts.append(verdict_of(LAW, attempts, evidence, effects))
    again = Again(attempts, partial(accused, LAW, attempts), before=attempts.control().case)
    return concluded(LAW, attempts, verdicts, confirm=False, again=again)


def _needs_no_memory(attempts: Attempts, case: Case) -> bool:
    """Whether a new instance does it too, where the previous caller has left only what is stored."""
    with attempts.world.cloud.scene():
        attempts.play(attempts.control().case)
        return bool(accused(LAW, attempts, attempts.play(case, fresh=True)))


def cases(attempts: Attempts) -> Iterator[Case]:
    """Who comes after the owner."""
    world = attempts.world
    for case in (own(world), case_of(world, "stranger"), anonymous(world)):
        yield replace(case, note="in a warm instance, after the owner", oddity=Oddity.WARM)
