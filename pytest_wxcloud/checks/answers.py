"""What an answer says of itself, by the contract's own rule: the only judge of answers that may accuse."""

from __future__ import annotations

from functools import partial

from ..canaries import leaves
from ..errors import ContractError, users_mistake
from ..outcome import CrashedError, Outcome
from .case import Case
from .operation import Operation
from .world import OWNERS, World, name_of, told

__tracebackhide__ = users_mistake


def decided(operation: Operation, outcome: Outcome) -> bool | None:
    """What the contract's own predicate says of an answer; None when it leaves that to effects.

    It leaves it, too, where it asks for the result of a call that has none.

    Raises:
        ContractError: when it raises, or answers something else.
    """
    try:
        said = told(operation, "decide", partial(operation.decide, outcome))
    except CrashedError as error:
        if error.outcome is not outcome:
            raise
        return None
    if said is not None and not isinstance(said, bool):
        raise ContractError(f"{name_of(operation)}.decide answered {said!r}; it answers True, False or None.")
    return said


def is_about_others(world: World, case: Case) -> bool:
    """Whether a yes to this call is a yes about what is not its caller's.

    Where an event names nobody's resource it is about the caller's own, and an odd event may have become one about
    that. Nobody has anything of their own.
    """
    user = case.principal.user
    if user is None:
        return True
    here, own = (dict(leaves(world.event(party, user))) for party in (case.target, _own(case)))
    naming = {str(value) for place, value in here.items() if own.get(place) != value}
    if not naming:
        return "owner" not in world.operation.allow
    return case.plain is None or any(str(value) in naming for _, value in leaves(case.event))


def _own(case: Case) -> str:
    """Whose resource the caller's own event would name; another's, where they have none."""
    others = [name for name in OWNERS if name != case.target]
    return case.caller if case.caller in others else others[0]
