"""Allowed touches only what is one's own: a bystander's things stay as they are and unseen."""

from __future__ import annotations

from collections.abc import Iterator

from ..attempt import Attempts
from ..case import Case, case_of, own
from ..law import Law
from ..scopes import is_scoped


def cases(attempts: Attempts) -> Iterator[Case]:
    """Everybody on their own resource, and whoever else the contract allows on the owner's."""
    world = attempts.world
    if "owner" in world.operation.allow:
        yield own(world, "owner")
        yield own(world, "stranger")
    for role in world.operation.roles:
        if role in world.operation.allow and is_scoped(world, role):
            yield case_of(world, role)


LAW = Law("bystanders_stay_untouched", "one who may touches what the call is about, and nothing of others", cases)
