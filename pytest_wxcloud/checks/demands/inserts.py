"""Who is denied leaves no new document at all, not even in a log or of their own."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..attempt import Attempts
from ..case import Case, is_allowed
from ..effects import INSERTED, Effect, Evidence
from ..law import Law, looked_through
from ..laws import nobody, roles, strangers
from ..verdict import Verdict
from ..weakness import BFLA


def cases_of_denied(attempts: Attempts) -> Iterator[Case]:
    """Every call of strangers, roles and nobody that the contract does not allow."""
    for law in (strangers, roles, nobody):
        yield from (case for case in law.cases(attempts) if not is_allowed(attempts.world, case))


LAW = Law("denied_inserts_nothing", "a call that is denied inserts nothing", cases_of_denied, weakness=BFLA)


def denied_inserts_nothing(attempts: Attempts) -> list[Verdict]:
    """Everybody calls who may not.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when such a call inserts a document, but for collections that the contract ignores.
    """
    return looked_through(LAW, attempts, partial(_inserted, attempts))


def _inserted(attempts: Attempts, evidence: Evidence) -> Iterator[Effect]:
    for change in evidence.documents:
        if change.kind == "inserted" and change.collection not in attempts.world.operation.ignore:
            yield Effect(INSERTED, "", str(change), change)
