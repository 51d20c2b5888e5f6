"""Hypothesis strategies for WeChat identities. ``from pytest_wxcloud import strategies as wx``

Everything is derived from one drawn integer, so a whole identity costs one draw and shrinks to user#0.
People belong to the app under test, which is known when they are drawn.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import isqrt
from typing import Any, TypeVar

from hypothesis import strategies as st

from .errors import InvalidIdentityError, did_you_mean, users_mistake
from .identity import (
    CHANNELS,
    Channel,
    OpenPlatform,
    Principal,
    WxApp,
    WXContext,
    WxUser,
    channel_named,
    current_people,
)

__tracebackhide__ = users_mistake

T = TypeVar("T")
V = TypeVar("V")
Pair = tuple[WxUser, WxUser]
Place = tuple[str | int, ...]

_NUMBERS = st.integers(0, 2**32)
_PAIRS = st.integers(0, 2**40)
_ALPHABET = string.ascii_letters + string.digits + "_-"

#: Names under which real functions read the caller's ids from their event.
OPENID_NAMES = (
    "openid", "openId", "OPENID", "_openid", "open_id", "userOpenid", "userOpenId", "user_openid", "wxOpenid",
    "ownerOpenid", "ownerId", "owner", "userId", "user_id", "userid", "uid", "id", "_id", "creator", "creatorId",
    "createdBy", "author", "authorId", "fromOpenid", "from_openid", "FROM_OPENID", "resourceOwnerId",
)  # fmt: skip
UNIONID_NAMES = ("unionid", "unionId", "UNIONID", "union_id", "_unionid")
APPID_NAMES = ("appid", "appId", "APPID", "app_id")
#: Objects in which real functions look for them.
_NESTS = ("userInfo", "user", "data", "params", "wxContext", "context", "auth", "query")


def _made(drawn: st.SearchStrategy[T], make: Callable[[T], V]) -> st.SearchStrategy[V]:
    """Like ``drawn.map(make)``, of which a failure would show the call, ``make(0)``, and not what it made."""

    @st.composite
    def making(draw: st.DrawFn) -> V:
        return make(draw(drawn))

    return making()


def users(app: WxApp | None = None) -> st.SearchStrategy[WxUser]:
    """Users of `app`, or of the app under test. Two of them may be the same person."""
    return _made(_NUMBERS, lambda number: current_people().user(number, app=app))


def apps(*, bound: bool = True) -> st.SearchStrategy[WxApp]:
    """Apps, bound to the same Open Platform account or to none."""
    return _made(_NUMBERS, lambda number: current_people().fabricate_app(number, bound=bound))


def openids(app: WxApp | None = None) -> st.SearchStrategy[str]:
    """Well-formed openids of one app."""
    return _made(_NUMBERS, lambda number: current_people().user(number, app=app).openid)


def unionids() -> st.SearchStrategy[str]:
    """Well-formed unionids of one Open Platform account."""

    def unionid(number: int) -> str:
        people = current_people()
        return people.user(number, app=people.fabricate_app(0)).unionid or ""

    return _made(_NUMBERS, unionid)


def appids() -> st.SearchStrategy[str]:
    """Well-formed appids."""
    return _made(_NUMBERS, lambda number: current_people().fabricate_app(number).appid)


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

    def pair(number: int) -> Pair:
        # Cantor's pairing, so that both people vary while the number is small. The second is a distance
        # away from the first that is never zero, so never the same.
        diagonal = (isqrt(8 * number + 1) - 1) // 2
        distance = number - diagonal * (diagonal + 1) // 2
        index = diagonal - distance
        first = current_people().user(index, app=app)
        return first, second(first, index + 1 + distance)

    return _made(_PAIRS, pair)


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

    return _made(_PAIRS, principal)


def contexts(user: WxUser | None = None) -> st.SearchStrategy[WXContext]:
    """What ``getWXContext()`` may answer, for a Python function that takes it as an argument."""
    return _made(principals(user), lambda principal: principal.context)


def near_miss(user: WxUser) -> st.SearchStrategy[str]:
    """Well-formed ids close to the user's openid, none of them the user's openid.

    One letter in another case, one character off, two neighbours swapped, the same person's openid in
    another app, and the unionid in place of the openid.
    """

    def miss(number: int) -> str:
        number, kind = divmod(number, 5)
        candidates = [near for near in dict.fromkeys(_near(user, number)) if near != user.openid]
        return candidates[kind % len(candidates)]

    return _made(_NUMBERS, miss)


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


class _Missing:
    def __repr__(self) -> str:
        return "MISSING"

    def __reduce__(self) -> str:
        return "MISSING"  # a copy is the same one


MISSING: Any = _Missing()
"""In `id_values`: the key is to be left out. `with_value` does that."""


def id_values(user: WxUser) -> st.SearchStrategy[Any]:
    """What may stand where an event is to hold the user's openid: JSON, and `MISSING`.

    The id itself, truncated, padded, of digits, empty, missing, null, a list, an object of operators.
    """
    count = len(_values_for(user.openid))
    return _made(st.integers(0, count - 1), lambda number: _values_for(user.openid)[number])


def _values_for(openid: str) -> list[Any]:
    return [
        openid, openid[:-1], openid + " ", " " + openid, openid + "A", openid.lower(), openid.upper(),
        "0" * len(openid), 1, 0, "", MISSING, None, "undefined", "null", True, [], [openid], {},
        {"$ne": ""}, {"$exists": True}, {"$regex": "."}, {"$gt": ""}, {"$in": [openid]}, {"$nin": []},
    ]  # fmt: skip


def with_value(event: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    """A copy of `event` in which `key` is `value`, or has gone when that is `MISSING`."""
    changed = {name: held for name, held in event.items() if name != key}
    return changed if value is MISSING else {**changed, key: value}


def forged_events(victim: WxUser, base: Mapping[str, Any] | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """Events in which a client claims to be `victim`, on top of `base`.

    Some of the names under which real functions read ids hold the victim's ids, in some of the places
    where functions look: each object in `base`, at whatever depth, and ``userInfo``, ``data`` and their like.
    What `base` holds under other names stays. Shrinks to one name in one place.
    """
    ids = {
        **dict.fromkeys(OPENID_NAMES, victim.openid),
        **dict.fromkeys(APPID_NAMES, victim.app.appid),
        **(dict.fromkeys(UNIONID_NAMES, victim.unionid) if victim.unionid else {}),
    }
    event = _copied(base or {})
    places = tuple(_places(event))
    drawn = st.tuples(_some_of(tuple(ids.items())), _some_of(places))
    return _made(drawn, lambda claims_and_places: _forged(event, *claims_and_places))


def _places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Where ids may be put: each object in `value`, and the objects that functions look for in one."""
    if isinstance(value, dict):
        yield place
        if all(step in _NESTS for step in place):
            yield from ((*place, nest) for nest in _NESTS if nest not in value)
        for key, held in value.items():
            yield from _places(held, (*place, key))
    elif isinstance(value, list):
        for at, held in enumerate(value):
            yield from _places(held, (*place, at))


def _some_of(items: Sequence[T]) -> st.SearchStrategy[list[T]]:
    """Some of `items`, each as likely as not, at least one; shrinks to a single one.

    The bits of integers of one byte: Hypothesis prefers small numbers among larger ones, so that the items
    of higher bits would hardly come.
    """
    groups = [items[at : at + 8] for at in range(0, len(items), 8)]

    def chosen(masks: tuple[int, ...]) -> list[T]:
        some = [
            item for group, mask in zip(groups, masks, strict=True) for at, item in enumerate(group) if mask >> at & 1
        ]
        return some or [items[0]]

    return _made(st.tuples(*(st.integers(0, 2 ** len(group) - 1) for group in groups)), chosen)


def _forged(event: Any, claims: Iterable[tuple[str, str]], places: Iterable[Place]) -> dict[str, Any]:
    forged: dict[str, Any] = _copied(event)
    for place in places:
        target: Any = forged
        for step in place:
            target = target.setdefault(step, {}) if isinstance(target, dict) else target[step]
        target.update({name: value for name, value in claims if not isinstance(target.get(name), dict | list)})
    return forged


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(held) for key, held in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_copied(held) for held in value]
    return value


__all__ = [
    "MISSING", "OPENID_NAMES", "appids", "apps", "contexts", "forged_events", "id_values", "near_miss",
    "openids", "pairs", "principals", "unionids", "users", "with_value",
]  # fmt: skip
