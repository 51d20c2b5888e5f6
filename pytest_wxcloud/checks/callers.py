"""Who calls, as an expression of a plain test."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ..identity import Principal, WxUser
from .world import World


@dataclass
class CallerSource:
    """An expression for a caller, the lines that come before it, and expressions for ids that they introduce."""

    expression: str
    lines: list[str] = field(default_factory=list)
    names: dict[Any, str] = field(default_factory=dict)


def variable_of(name: str) -> str:
    """A variable for a person of that name."""
    return re.sub(r"\W+", "_", name).strip("_") or "somebody"


def caller_source(world: World, principal: Principal) -> CallerSource:
    """`principal` as a test names it: ``None``, ``stranger``, ``Principal(None, "timer")``."""
    who = _user(world, principal.user)
    usual = "http_api" if principal.user is None else "client"
    more = [f'"{principal.channel.name}"'] if principal.channel.name != usual else []
    if principal.shows_unionid:
        more.append("shows_unionid=True")
    if principal.hops:
        more.append(f"hops={principal.hops}")
    if principal.supposing is not None:
        more.append(f'supposing="{principal.supposing}"')
    if not more:
        return who
    if principal.user is None and principal.channel.name == usual:
        more.insert(0, f'"{usual}"')
    return CallerSource(f"Principal({who.expression}, {', '.join(more)})", who.lines, who.names)


def _user(world: World, user: WxUser | None) -> CallerSource:
    if user is None:
        return CallerSource("None")
    party = world.party_of(user)
    if party is not None:
        return CallerSource(variable_of(party.name))
    if user.origin is not None:
        return _elsewhere(world, user, user.origin)
    ids = f'openid="{user.openid}"' + ("" if user.unionid is None else f', unionid="{user.unionid}"')
    return CallerSource("near_miss", [f"near_miss = replace(owner, {ids}{', unionid=None' * (user.unionid is None)})"])


def _elsewhere(world: World, user: WxUser, origin: WxUser) -> CallerSource:
    """Somebody in another app: a fabricated one, as the laws use."""
    party = world.party_of(origin)
    who = variable_of(party.name) if party is not None else "owner"
    bound = "" if user.app.platform is not None else ", bound=False"
    line = f"elsewhere = {who}.in_app(wx_cloud.people.fabricate_app(1{bound}))"
    return CallerSource("elsewhere", [line], {user.openid: "elsewhere.openid"})
