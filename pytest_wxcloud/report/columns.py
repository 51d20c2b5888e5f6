"""The columns of the matrix: what a caller is to the resource that the call is about."""

from __future__ import annotations

from collections.abc import Iterable

from ..checks.case import NOBODY, Case

OWNER, STRANGER, OTHER_APP = "owner", "stranger", "other app"
FIRST = (OWNER, STRANGER, OTHER_APP, NOBODY)
_STRANGERS = ("stranger", "bystander", "newcomer", "near miss")


def column_of(case: Case) -> str:
    """Who is on their own resource is its owner; people without a right are strangers; a role has its own name."""
    caller = case.caller
    if case.principal.user is None:
        return NOBODY
    if caller == case.target:
        return OWNER
    if caller in _STRANGERS:
        return STRANGER
    elsewhere = caller.endswith((" in another app", " in an unbound app")) and "stranger" not in caller
    return OTHER_APP if elsewhere else caller


def ordered(columns: Iterable[str]) -> list[str]:
    """Those that every operation has, in their order, then the roles."""
    return [*FIRST, *sorted(set(columns) - set(FIRST))]
