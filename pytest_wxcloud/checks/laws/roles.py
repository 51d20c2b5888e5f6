"""A lower role, the role over something else, and a role that was taken away give no right."""

from __future__ import annotations

from collections.abc import Iterator

from ...canaries import leaves
from ..attempt import Attempts
from ..case import Case, case_of
from ..law import Law
from ..world import World


def cases(attempts: Attempts) -> Iterator[Case]:
    """Holders of each role that the contract does not allow; former holders of each; holders elsewhere."""
    world = attempts.world
    for role in world.operation.roles:
        if role not in world.operation.allow:
            yield case_of(world, role)
        yield case_of(world, f"former {role}")
        if is_scoped(world, role):
            yield case_of(world, f"{role} elsewhere")


def is_scoped(world: World, role: str) -> bool:
    """Whether a role is over a resource: granting it writes to what its owner has, or names that."""
    theirs = world.things_of("owner")
    for change in next(grant.changes for grant in world.grants if grant.role == role):
        if str(change.id) in theirs or world.owners(change) == {"owner"}:
            return True
        before = [str(value) for _, value in leaves(change.before or {})]
        written = (str(value) for _, value in leaves(change.after or {}))
        if any(value in theirs and value not in before for value in written):
            return True
    return False


LAW = Law("other_roles_have_no_effect", "a lower role, the role elsewhere and a former role give no right", cases)
