"""One call that a law wants made, and whether the contract allows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..identity import Channel, Principal, WxUser
from ..identity.principal import CHANNELS, CLIENT, HTTP_API, RESOURCE_SHARING
from .oddity import Oddity
from .scopes import is_scoped
from .world import OWNERS, World

ANYONE = "anyone"
NOBODY = "nobody"


@dataclass(frozen=True)
class Case:
    """Who calls (`caller` is the word for it), with what, about whose resource, and what is odd about it."""

    caller: str
    principal: Principal
    event: Mapping[str, Any]
    target: str = "owner"
    note: str = ""
    oddity: Oddity | None = None
    claimed: Mapping[str, Any] = field(default_factory=dict)  # rights that the event claims
    plain: Case | None = None  # the same without what is odd about it
    genuine: bool = False  # the contract makes the event a true one, just before the call

    def with_event(
        self,
        event: Mapping[str, Any],
        note: str,
        oddity: Oddity | None = None,
        claimed: Mapping[str, Any] | None = None,
    ) -> Case:
        """The same call with another event."""
        return replace(self, event=event, note=note, oddity=oddity, claimed=claimed or {}, plain=self.plain or self)

    def __str__(self) -> str:
        return f"{self.caller}{f', {self.note}' if self.note else ''}"


def case_of(world: World, caller: str, target: str = "owner", *, channel: Channel = CLIENT) -> Case:
    """A party of the world asks for the operation on `target`'s resource."""
    user = world[caller].user
    shown = world.operation.keyed_by == "unionid" and user.unionid is not None
    return Case(caller, Principal(user, channel, shows_unionid=shown), world.event(target, user), target)


def case_as(world: World, caller: str, user: WxUser, target: str = "owner", **principal: Any) -> Case:
    """Somebody who is no party of the world asks."""
    return Case(caller, Principal(user, **principal), world.event(target, user), target)


def sharing(world: World, person: str, target: str = "owner") -> Case:
    """A person of another app, with which the environment is shared, asks by resource sharing."""
    user = world[person].user
    there = user.in_app(replace(world.cloud.people.fabricate_app(1), platform=user.app.platform))
    case = case_as(world, f"the {person} in another app", there, target, channel=RESOURCE_SHARING)
    return replace(case, oddity=Oddity.ELSEWHERE)


def anonymous(world: World, channel: Channel = HTTP_API, target: str = "owner") -> Case:
    """Nobody asks, through a channel; a callback or a timer with the event that a forger would send."""
    return Case(f"{NOBODY} through {channel.name}", Principal(None, channel), world.event(target, None), target)


def is_allowed(world: World, case: Case) -> bool:
    """Whether the contract lets this caller do this to the target. Who is not listed is denied."""
    allow = world.operation.allow
    if case.principal.user is None:
        return NOBODY in allow or case.principal.channel.name in allow
    if ANYONE in allow or case.caller in allow or _is_sharing(world, case):
        return True
    return "owner" in allow and case.caller == case.target


def is_known(world: World, case: Case) -> bool:
    """Whether the platform tells what the contract knows people by: a right is of no use to one who cannot be told."""
    return case.principal.user is None or world.operation.keyed_by == "openid" or case.principal.shows_unionid


def who_may(world: World) -> list[str]:
    """The owner, and a holder of each role that the contract allows: those whom others may want to be."""
    return ["owner", *(role for role in world.operation.roles if role in world.operation.allow)]


def refused_own(world: World) -> list[Case]:
    """The owner's call for what is theirs, where only others may do it: a payment, a verdict. None where they may.

    Whose resource it is may count as holding a role over it, whatever a contract says.
    """
    case = own(world, "owner")
    over = any(is_scoped(world, role) for role in who_may(world)[1:])
    return [] if over or is_allowed(world, case) else [case]


def is_entitled(world: World, case: Case) -> bool:
    """Whether the target's things are this caller's matter.

    Where anyone may, they are as far as the event names them. An event that names nobody's resource (create,
    list mine) is about the caller's own.
    """
    if not is_allowed(world, case):
        return False
    return not is_anyone(world, case) or names_whose(world, case)


def names_whose(world: World, case: Case) -> bool:
    """Whether the operation's events name whose resource they are about."""
    user = case.principal.user
    return world.event(case.target, user) != world.event(_other(case.target), user)


def is_about_own(world: World, case: Case) -> bool:
    """Whether the event names nobody's resource: who may do this to their own does just that, whoever the target."""
    if "owner" not in world.operation.allow or case.caller not in OWNERS:
        return False
    user = case.principal.user
    return user == world[case.caller].user and world.event(case.target, user) == world.event(case.caller, user)


def is_anyone(world: World, case: Case) -> bool:
    """Whether the contract lets this caller because it lets everybody who has an OPENID."""
    allow = world.operation.allow
    if case.principal.user is None or case.caller in allow or case.caller == case.target:
        return False
    return ANYONE in allow or _is_sharing(world, case)


def _is_sharing(world: World, case: Case) -> bool:
    """Whether the contract lets this caller because it lets those of apps that share the environment."""
    return case.principal.channel.resource_sharing and case.principal.channel.name in world.operation.allow


def _other(party: str) -> str:
    return next(name for name in OWNERS if name != party)


def channels_without_user() -> list[Channel]:
    """Every channel through which a call may come that nobody is behind."""
    return [channel for channel in CHANNELS.values() if channel != CLIENT and not channel.resource_sharing]


def own(world: World, caller: str = "stranger") -> Case:
    """Somebody asks for the operation on their own resource."""
    assert caller in OWNERS
    return case_of(world, caller, caller)
