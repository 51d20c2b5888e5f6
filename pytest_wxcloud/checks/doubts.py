"""What WeChat's documentation leaves open about a call: the case once more, on a platform that is the other way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..identity import Principal
from ..identity.suppositions import APP_IS_TOLD, CHAINS_LOSE_IDENTITY, Supposition
from .case import Case
from .names import words
from .world import World

#: Words, in small letters, by which a function looks at what it is told of the app.
_OF_THE_APP = frozenset({"userinfo", "user_info", "appid", "wx_appid", "app_id"})


def both_ways(world: World, case: Case) -> Iterator[Case]:
    """`case`, and the same where the platform is otherwise than it is here, if the function may notice that."""
    yield case
    said = {word.lower() for word in words(world)}
    hands_on = not said or "callfunction" in said  # and what another function looks at is not known
    for doubt in doubts(case.principal):
        looks = not _OF_THE_APP.isdisjoint(said) if doubt == APP_IS_TOLD else case.principal.is_chained
        if (hands_on or looks) and not (world.web is not None and doubt == CHAINS_LOSE_IDENTITY):  # of functions alone
            yield replace(case, principal=replace(case.principal, supposing=doubt), plain=case.plain or case)


def doubts(principal: Principal) -> list[Supposition]:
    """What no documentation says of a principal, or what it says in two ways."""
    has_no_openid = principal.user is None or principal.channel.resource_sharing
    found = [APP_IS_TOLD] if has_no_openid and not principal.channel.tells_app else []
    return found if principal.user is None else [*found, CHAINS_LOSE_IDENTITY]


def other_way(principal: Principal, doubt: Supposition) -> Principal:
    """`principal` where what is in doubt is the other way round."""
    return replace(principal, supposing=None if principal.supposing == doubt else doubt)
