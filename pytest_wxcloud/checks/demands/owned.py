"""Every document that somebody's call inserts says whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..attempt import Attempts
from ..case import Case
from ..effects import UNOWNED, Effect, Evidence
from ..law import Law, looked_through
from ..verdict import Verdict
from ..weakness import OWNERSHIP


def _cases(attempts: Attempts) -> Iterator[Case]:
    return (case for case in attempts.controls() if case.principal.user is not None)


LAW = Law("documents_have_an_owner", "every document that is inserted says whose it is", _cases, weakness=OWNERSHIP)


def documents_have_an_owner(attempts: Attempts) -> list[Verdict]:
    """Everybody calls who may and is somebody.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when a document is inserted whose owner keys name nobody, but for collections that are ignored.
    """
    return looked_through(LAW, attempts, partial(_unowned, attempts))


def _unowned(attempts: Attempts, evidence: Evidence) -> Iterator[Effect]:
    world = attempts.world
    for change in evidence.documents:
        if change.kind != "inserted" or change.collection in world.operation.ignore:
            continue
        if not world.named_in(change.collection, change.after or {}):
            yield Effect(UNOWNED, "", str(change), change)
