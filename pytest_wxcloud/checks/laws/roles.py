"""A lower role, the role over something else, and a role that was taken away give no right."""

from __future__ import annotations

from collections.abc import Iterator

from ..attempt import Attempts
from ..case import Case, case_of
from ..law import Law
from ..world import World, ids_of


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
    """Whether granting a role over one resource writes something else than over another."""
    written = []
    for grant in world.grants:
        if grant.role == role:
            ids = ids_of(grant.holder)
            written.append(
                [
                    {name: after for name, (_, after) in change.fields.items() if name != "_id" and after not in ids}
                    for change in grant.changes
                ]
            )
    return len(written) > 1 and written[0] != written[1]


LAW = Law("other_roles_have_no_effect", "a lower role, the role elsewhere and a former role give no right", cases)
