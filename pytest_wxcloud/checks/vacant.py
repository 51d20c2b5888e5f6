"""Where nobody holds the role: before it is granted, and when it has ended.

What says who holds it is missing there, and so is the OPENID of a call without identity: `undefined === undefined`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from ..identity.principal import HTTP_API
from .attempt import Attempts
from .case import Case, anonymous, case_of, is_allowed
from .granting import can_be_undone, undo
from .oddity import Oddity
from .operation import revokes
from .scopes import is_scoped
from .world import NEWCOMER, Grant, World, told


def of_nobody(world: World) -> Iterator[Case]:
    """Nobody asks for what is the stranger's, over which nobody holds the role."""
    case = anonymous(world, HTTP_API, "stranger")
    if _scoped(world) and not is_allowed(world, case):
        yield _odd(world, case, anonymous(world))


def of_strangers(world: World) -> Iterator[Case]:
    """Others ask for that."""
    for caller in ("bystander", NEWCOMER):
        case = case_of(world, caller, "stranger")
        if _scoped(world) and not is_allowed(world, case):
            yield _odd(world, case, case_of(world, caller))


def _odd(world: World, case: Case, plain: Case) -> Case:
    roles = " or ".join(_scoped(world))
    return replace(case, note=f"about what nobody is {roles} of", oddity=Oddity.VACANT, plain=plain)


def _scoped(world: World) -> list[str]:
    """The roles over a resource by which one may do this."""
    return [role for role in world.operation.roles if role in world.operation.allow and is_scoped(world, role)]


def times(attempts: Attempts) -> Iterator[tuple[str, Attempts]]:
    """The world at times when nobody holds any of the roles, each with what it is called; to be used one by one."""
    world = attempts.world
    grants = [grant for grant in world.grants if grant.role in world.operation.allow]
    if not grants:
        return
    if not all(is_scoped(world, grant.role) for grant in grants) and can_be_undone(world.cloud, grants):
        with at_another_time(attempts, partial(_undo, world)) as there:
            yield f"before there is any {grants[0].role}", there
    if revokes(world.operation):
        with at_another_time(attempts, partial(_revoke, world, grants)) as there:
            yield f"after nobody is {grants[0].role} any more", there


@contextmanager
def at_another_time(attempts: Attempts, pass_time: Callable[[], None]) -> Iterator[Attempts]:
    """Attempts in the world as `pass_time` has left it, measured by what those who may did before that."""
    world = attempts.world
    known = {attempts.key(case): attempts.once(case) for case in attempts.controls()}
    with world.cloud.scene():
        pass_time()
        with world.cloud.scene():  # one in which nothing has changed yet
            there = Attempts(replace(world, tried=known))
            there.made, there.verdicts = attempts.made, attempts.verdicts
            yield there


def _undo(world: World) -> None:
    for grant in reversed(world.grants):
        undo(world.cloud, grant.changes)


def _revoke(world: World, grants: Sequence[Grant]) -> None:
    for grant in grants:
        operation, scope = world.operation, world[grant.over].resource
        told(operation, "revoke", partial(operation.revoke, world.cloud, grant.holder, grant.role, scope))
