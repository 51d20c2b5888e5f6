"""The likely cause of a finding, where what was seen points to one."""

from __future__ import annotations

from collections.abc import Sequence

from .effects import CALLED, GAINED, PLANTED, REVEALED, SET, Effect, Evidence
from .world import World

#: For effects of a kind, whoever caused them.
BY_KIND = {
    GAINED: "the event is stored as it came; take from it only the fields that a caller may set",
    SET: "the event is stored as it came; take from it only the fields that a caller may set",
    PLANTED: "the owner of the new record is taken from the event; take it from getWXContext().OPENID",
    CALLED: "the call is made before the caller's right is checked",
}
VANISHED = (
    "there is no OPENID, and the SDK drops keys that are undefined: where({_openid: undefined, …}) selects "
    "everybody's documents. Refuse a call without OPENID first"
)
#: For words in the note of the case.
BY_NOTE = {
    "forged": "the function believes who the event says is calling; only getWXContext().OPENID can be believed",
    "operator": "a value of the event goes into a query as it came, where an object is an operator",
    "instead": "a value of the event goes into a query as it came; check its type first",
    "spliced": "only one of the ids in the event is checked against the caller",
    "warm": "a variable of the module keeps the previous caller; read getWXContext() in each call",
}


def likely_cause(world: World, evidence: Evidence, effects: Sequence[Effect]) -> str:
    """One sentence."""
    case = evidence.case
    kinds = [effect.kind for effect in effects]
    for kind, cause in BY_KIND.items():
        if kind in kinds:
            return cause
    if case.principal.context.openid is None:
        return VANISHED
    for word, cause in BY_NOTE.items():
        if word in case.note:
            return cause
    if world.operation.roles:
        return "nothing checks that the caller holds the role"
    what = "is read" if REVEALED in kinds else "is changed"
    return f"what {what} is found by what the event names alone; nothing compares its owner with the caller"
