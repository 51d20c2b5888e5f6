"""Who may not is refused, and not only got rid of by a crash: one that is mended one day may let them in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..attempt import Attempts
from ..case import Case, is_known
from ..effects import FAILED, Effect, Evidence
from ..law import Law, looked_through
from ..laws import unionid
from ..observed import is_unrefused
from ..verdict import Verdict, answer_of
from ..weakness import EXCEPTIONAL
from .inserts import cases_of_denied


def _cases(attempts: Attempts) -> Iterator[Case]:
    """Those who are denied, and those of whom the platform does not show what the contract knows people by."""
    yield from cases_of_denied(attempts)
    yield from (case for case in unionid.cases(attempts) if not is_known(attempts.world, case))


LAW = Law(
    "refuses_without_crashing", "a call that is denied is refused, and does not crash", _cases,
    weakness=EXCEPTIONAL,
)  # fmt: skip


def refuses_without_crashing(attempts: Attempts) -> list[Verdict]:
    """Everybody calls who may not.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when such a call has no effect only because the function crashed.
    """
    return looked_through(LAW, attempts, partial(_crashed, attempts))


def _crashed(attempts: Attempts, evidence: Evidence) -> Iterator[Effect]:
    if is_unrefused(attempts, evidence):
        yield Effect(FAILED, "", f"nothing refused them; the function crashed: {answer_of(evidence)}")
