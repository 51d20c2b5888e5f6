"""Hypothesis strategies for WeChat identities. ``from pytest_wxcloud import strategies as wx``

Everything is derived from one drawn integer, so a whole identity costs one draw and shrinks to user#0.
People belong to the app under test, which is known when they are drawn.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from math import isqrt

from hypothesis import strategies as st

from .drawing import made
from .errors import InvalidIdentityError, did_you_mean, users_mistake
from .forging import MISSING, OPENID_NAMES, forged_events, id_values, with_value
from .identity import (
    CHANNELS,
    Channel,
    OpenPlatform,
    Principal,
    WxApp,
    WXContext,
    WxUser,
    channel_named,
    checked_app,
    checked_user,
    current_people,
)

__tracebackhide__ = users_mistake

Pair = tuple[WxUser, WxUser]

_NUMBERS = st.integers(0, 2**32)
_PAIRS = st.integers(0, 2**40)
_ALPHABET = string.ascii_letters + string.digits + "_-"


def users(app: WxApp | None = None) -> st.SearchStrategy[WxUser]:
    """Users of `app`, or of the app under test. Two of them may be the same person."""
    _check_app(app)
    return made(_NUMBERS, lambda number: current_people().user(number, app=app), "users")


def _check_app(app: object) -> None:
    if app is not None:
        checked_app(app)


def apps(*, bound: bool = True) -> st.SearchStrategy[WxApp]:
    """Apps, bound to the same Open Platform account or to none."""
    return made(_NUMBERS, lambda number: current_people().fabricate_app(number, bound=bound), "apps")


def openids(app: WxApp | None = None) -> st.SearchStrategy[str]:
    """Well-formed openids of one app."""
    _check_app(app)
    return made(_NUMBERS, lambda number: current_people().user(number, app=app).openid, "openids")


def unionids() -> st.SearchStrategy[str]:
    """Well-formed unionids of one Open Platform account."""

    def unionid(number: int) -> str:
        people = current_people()
        return people.user(number, app=people.fabricate_app(0)).unionid or ""

    return made(_NUMBERS, unionid, "unionids")


def appids() -> st.SearchStrategy[str]:
    """Well-formed appids."""
    return made(_NUMBERS, lambda number: current_people().fabricate_app(number).appid, "appids")


def _another_app(first: WxUser, number: int, platform: OpenPlatform | None) -> WxApp:
    people = current_people()
    app = people.fabricate_app(1 + number)
    if app.appid == first.app.appid:
        app = people.fabricate_app(0)
    return replace(app, platform=platform)


def _strangers(first: WxUser, number: int) -> WxUser:
    return current_people().user(number, app=first.app)


def _other_app(first: WxUser, number: int) -> WxUser:
    return first.in_app(_another_app(first, number, first.app.platform))


def _other_account(first: WxUser, number: int) -> WxUser:
    people = current_people()
    account = people.platform(1 if people.platform(1) != first.app.platform else 2)
    return first.in_app(_another_app(first, number, account))


def _unbound_app(first: WxUser, number: int) -> WxUser:
    return first.in_app(_another_app(first, number, None))


def _stranger_in_other_app(first: WxUser, number: int) -> WxUser:
    return current_people().user(number, app=_another_app(first, number, first.app.platform))


_RELATIONS: dict[str, Callable[[WxUser, int], WxUser]] = {
    "strangers": _strangers,
    "same person, other app": _other_app,
    "same person, other account": _other_account,
    "same person, unbound app": _unbound_app,
    "strangers, other app": _stranger_in_other_app,
}


def pairs(relation: str = "strangers", app: WxApp | None = None) -> st.SearchStrategy[Pair]:
    """Two users, distinct by construction, in one draw. The first belongs to `app` or the app under test.

    Args:
        relation: "strangers" (two people of one app); "same person, other app" (bound to the same
            account: other openid, same unionid); "same person, other account" (other openid, other
            unionid); "same person, unbound app" (no unionid); "strangers, other app".

    Raises:
        InvalidIdentityError: for another relation, naming the near ones.
    """
    if relation not in _RELATIONS:
        raise InvalidIdentityError(f"There is no relation {relation!r}. {did_you_mean(relation, _RELATIONS)}")
    second = _RELATIONS[relation]
    _check_app(app)

    def pair(number: int) -> Pair:
        # Cantor's pairing, so that both people vary while the number is small. The second is a distance
        # away from the first that is never zero, so never the same.
        diagonal = (isqrt(8 * number + 1) - 1) // 2
        distance = number - diagonal * (diagonal + 1) // 2
        index = diagonal - distance
        first = current_people().user(index, app=app)
        return first, second(first, index + 1 + distance)

    return made(_PAIRS, pair, "pairs", relation)


def principals(
    user: WxUser | None = None,
    *,
    channels: Iterable[Channel | str] | Channel | str | None = None,
    anonymous: bool = True,
) -> st.SearchStrategy[Principal]:
    """Principals: `user` or anybody, or nobody, through one of `channels` (all of them, unless given).

    Shrinks to a client without unionid. `anonymous=False` leaves nobody out.

    Raises:
        InvalidIdentityError: for no channel at all; for an unknown one when it is drawn, because plugins
            add channels after this has been written down.
    """
    wanted = None if channels is None else (channels,) if isinstance(channels, Channel | str) else tuple(channels)
    if wanted == ():
        raise InvalidIdentityError("principals(channels=…) names no channel. Leave it out for all of them.")
    if user is not None:
        checked_user(user)
    kinds = ("hidden", "shown", "nobody") if anonymous else ("hidden", "shown")

    def principal(number: int) -> Principal:
        ways = [channel_named(channel) for channel in (CHANNELS if wanted is None else wanted)]
        # Fields of bits, which Hypothesis shrinks each for itself; a remainder would tie them together.
        width = (len(ways) - 1).bit_length()
        channel = ways[number % 2**width % len(ways)]
        kind = kinds[(number >> width) % 4 % len(kinds)]
        if kind == "nobody":
            return Principal(None, channel)
        who = user if user is not None else current_people().user(number >> (width + 2))
        return Principal(who, channel, shows_unionid=kind == "shown" and who.unionid is not None)

    return made(_PAIRS, principal, "principals")


def contexts(user: WxUser | None = None) -> st.SearchStrategy[WXContext]:
    """What ``getWXContext()`` may answer, for a Python function that takes it as an argument."""
    return made(principals(user), lambda principal: principal.context, "contexts")


def near_miss(user: WxUser) -> st.SearchStrategy[str]:
    """Well-formed ids close to the user's openid, none of them the user's openid.

    One letter in another case, one character off, two neighbours swapped, the same person's openid in
    another app, and the unionid in place of the openid.
    """

    checked_user(user)

    def miss(number: int) -> str:
        number, kind = divmod(number, 5)
        candidates = [near for near in dict.fromkeys(_near(user, number)) if near != user.openid]
        return candidates[kind % len(candidates)]

    return made(_NUMBERS, miss, "near_miss", user)


def _near(user: WxUser, number: int) -> Iterator[str]:
    openid = user.openid
    letters = [at for at in range(1, len(openid)) if openid[at].swapcase() != openid[at]]
    if letters:
        at = letters[number % len(letters)]
        yield openid[:at] + openid[at].swapcase() + openid[at + 1 :]
    if len(openid) > 2:
        further, at = divmod(number, len(openid) - 1)
        at += 1
        other = _ALPHABET[(_ALPHABET.find(openid[at]) + 1 + further % 63) % 64]
        yield openid[:at] + other + openid[at + 1 :]
        at = min(at, len(openid) - 2)
        yield openid[:at] + openid[at + 1] + openid[at] + openid[at + 2 :]
    yield _other_app(user, number).openid
    if user.unionid is not None:
        yield user.unionid


__all__ = [
    "MISSING", "OPENID_NAMES", "appids", "apps", "contexts", "forged_events", "id_values", "near_miss",
    "openids", "pairs", "principals", "unionids", "users", "with_value",
]  # fmt: skip
