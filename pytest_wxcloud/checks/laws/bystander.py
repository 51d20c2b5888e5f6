"""Allowed touches only what is one's own: a bystander's things stay as they are and unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...identity.principal import TIMER
from ..attempt import TIMER_EVENT, Attempts
from ..case import Case, case_of, names_whose, own
from ..doubts import both_ways
from ..law import Law
from ..operation import makes_genuine
from ..scopes import is_scoped


def cases(attempts: Attempts) -> Iterator[Case]:
    """Everybody on their own resource, and whoever else the contract allows on the owner's.

    One who may do this to whomever the event names, a role over nothing in particular or the platform itself, does it
    to no more than that. An event that names nobody's resource may be about everybody's: a report, a nightly job.
    """
    world = attempts.world
    if "owner" in world.operation.allow:
        yield from both_ways(world, own(world, "owner"))
        yield own(world, "stranger")
    for role in world.operation.roles:
        case = case_of(world, role)
        if role in world.operation.allow and (is_scoped(world, role) or names_whose(world, case)):
            yield case
    for case in attempts.controls():
        if case.principal.user is None and names_whose(world, case):
            yield case if makes_genuine(world.operation) else _as_sent(case)


def _as_sent(case: Case) -> Case:
    """What the platform sends, where nothing has to be stored for it to be genuine."""
    shape = TIMER_EVENT if case.principal.channel == TIMER else {}
    return replace(case, event={**shape, **case.event}, note="", genuine=False)


LAW = Law("bystanders_stay_untouched", "one who may touches what the call is about, and nothing of others", cases)
