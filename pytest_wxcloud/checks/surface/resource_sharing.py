"""Requests by resource sharing, with X-WX-FROM-OPENID and no X-WX-OPENID, get what the contract says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..attempt import Attempts
from ..case import Case, case_of, is_allowed, sharing
from ..law import Law, accused, looked_through
from ..verdict import Verdict
from .missing_identity import broken_down


def _cases(attempts: Attempts) -> Iterator[Case]:
    """The owner and a stranger, of an app that this one shares its environment with."""
    world = attempts.world
    for name in ("owner", "stranger"):
        case = replace(sharing(world, name), plain=case_of(world, "stranger"))
        yield case
        if case.principal.user is not None and case.principal.user.unionid is not None:
            shown = replace(case.principal, shows_unionid=True)
            yield replace(case, principal=shown, note="showing a unionid")


LAW = Law(
    "resource_sharing_gets_what_is_said",
    "who calls from another app by resource sharing is let in where the contract says so, and refused elsewhere",
    _cases,
)


def resource_sharing_gets_what_is_said(attempts: Attempts) -> list[Verdict]:
    """People of another app ask by resource sharing; where the contract allows that, it has an effect.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when those who may not have an effect, or are answered by a 5xx.
    """
    world = attempts.world
    if world.operation.keyed_by == "unionid":  # then the owner is the owner from there, too
        return []
    return looked_through(
        LAW,
        attempts,
        lambda evidence: (
            [] if is_allowed(world, evidence.case) else [*accused(LAW, attempts, evidence), *broken_down(evidence)]
        ),
    )
