"""Roles over a resource: whose resource, and what granting them wrote there."""

from __future__ import annotations

from ..canaries import leaves
from .world import OWNERS, World


def is_scoped(world: World, role: str) -> bool:
    """Whether a role is over a resource: granting it writes to what its owner has or names that, or is to know it."""
    if world.has_secret_of_each(role):
        return True
    changes = next((grant.changes for grant in world.grants if grant.role == role), [])
    touched = {name for change in changes for name in world.owners(change) if name in OWNERS}
    if touched - {"owner"}:  # it is about everybody
        return False
    theirs = world.things_of("owner") | _only_of(world, "owner")
    for change in changes:
        if touched or str(change.id) in theirs:
            return True
        before = [str(value) for _, value in leaves(change.before or {})]
        written = (str(value) for _, value in leaves(change.after or {}))
        if any(value in theirs and value not in before for value in written):
            return True
    return False


def learn_scopes(world: World) -> None:
    """Membership in somebody's resource is that resource's too; its members are company, who see each other."""
    for grant in world.grants:
        if not is_scoped(world, grant.role):
            continue
        for change in grant.changes:
            if change.kind == "inserted":
                world.hanging[change.collection, str(change.id)] = grant.over
        if not grant.holder_name.startswith("former "):
            world.company[grant.holder_name] = grant.over


def _only_of(world: World, name: str) -> set[str]:
    """Texts in the documents arranged for somebody that stand in nobody else's: a shop's number, a group's code."""
    others = (world.texts.get(other, set()) for other in OWNERS if other != name)
    return world.texts.get(name, set()).difference(*others)
