"""A lower role, the role over something else, and a role that was taken away give no right."""

from __future__ import annotations

from collections.abc import Iterator

from ..attempt import Attempts
from ..case import Case, case_of
from ..law import Law
from ..scopes import is_scoped


def cases(attempts: Attempts) -> Iterator[Case]:
    """Holders of each role that the contract does not allow; former holders of each; holders elsewhere."""
    world = attempts.world
    for role in world.operation.roles:
        if role not in world.operation.allow:
            yield case_of(world, role)
        if role in world.operation.holders:  # the function itself knows them: nobody is made one, or unmade
            continue
        if f"former {role}" in world.parties:
            yield case_of(world, f"former {role}")
        if is_scoped(world, role):
            yield case_of(world, f"{role} elsewhere")


LAW = Law("other_roles_have_no_effect", "a lower role, the role elsewhere and a former role give no right", cases)
