"""Hypothesis strategies for WeChat identities. ``from pytest_wxcloud import strategies as wx``

Everything is derived from one drawn integer, so a whole identity costs one draw and shrinks to user#0.
People belong to the app under test, which is known when they are drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from .errors import InvalidIdentityError, did_you_mean, users_mistake
from .identity import (
    CHANNELS,
    Channel,
    Principal,
    WxApp,
    WXContext,
    WxUser,
    channel_named,
    current_people,
)

__tracebackhide__ = users_mistake

Pair = tuple[WxUser, WxUser]

_NUMBERS = st.integers(0, 2**32)
_PAIRS = st.integers(0, 2**40)

#: Names under which real functions read the caller's ids from their event.
OPENID_NAMES = (
    "openid", "openId", "OPENID", "_openid", "open_id", "userOpenid", "userOpenId", "user_openid", "wxOpenid",
    "ownerOpenid", "ownerId", "owner", "userId", "user_id", "userid", "uid", "id", "_id", "creator", "creatorId",
    "createdBy", "author", "authorId", "fromOpenid", "from_openid", "FROM_OPENID", "resourceOwnerId",
)  # fmt: skip
UNIONID_NAMES = ("unionid", "unionId", "UNIONID", "union_id", "_unionid")
APPID_NAMES = ("appid", "appId", "APPID", "app_id")
#: Objects in which real functions look for them.
_NESTS = ("", "userInfo", "user", "data", "params", "wxContext", "context", "auth", "query")


def users(app: WxApp | None = None) -> st.SearchStrategy[WxUser]:
    """Users of `app`, or of the app under test. Two of them may be the same person."""
    return _NUMBERS.map(lambda number: current_people().user(number, app=app))


def apps(*, bound: bool = True) -> st.SearchStrategy[WxApp]:
    """Apps, bound to the same Open Platform account or to none."""
    return _NUMBERS.map(lambda number: current_people().fabricate_app(number, bound=bound))


def openids(app: WxApp | None = None) -> st.SearchStrategy[str]:
    """Well-formed openids of one app."""
    return users(app).map(lambda user: user.openid)


def unionids() -> st.SearchStrategy[str]:
    """Well-formed unionids of one Open Platform account."""
    return _NUMBERS.map(lambda n: current_people().user(n, app=current_people().fabricate_app(0)).unionid or "")


def appids() -> st.SearchStrategy[str]:
    """Well-formed appids."""
    return apps().map(lambda app: app.appid)


def _strangers(first: WxUser, number: int) -> WxUser:
    return current_people().user(number, app=first.app)


def _other_app(first: WxUser, number: int) -> WxUser:
    return first.in_app(current_people().fabricate_app(1 + number, bound=first.app.platform is not None))


def _unbound_app(first: WxUser, number: int) -> WxUser:
    return first.in_app(current_people().fabricate_app(1 + number, bound=False))


def _stranger_in_other_app(_first: WxUser, number: int) -> WxUser:
    people = current_people()
    return people.user(number, app=people.fabricate_app(1 + number))


_RELATIONS: dict[str, Callable[[WxUser, int], WxUser]] = {
    "strangers": _strangers,
    "same person, other app": _other_app,
    "same person, unbound app": _unbound_app,
    "strangers, other app": _stranger_in_other_app,
}


def pairs(relation: str = "strangers", app: WxApp | None = None) -> st.SearchStrategy[Pair]:
    """Two users, distinct by construction, in one draw. The first belongs to `app` or the app under test.

    Args:
        relation: "strangers" (two people of one app); "same person, other app" (bound to the same
            account: other openid, same unionid); "same person, unbound app" (no unionid);
            "strangers, other app".

    Raises:
        InvalidIdentityError: for another relation, naming the near ones.
    """
    if relation not in _RELATIONS:
        raise InvalidIdentityError(f"There is no relation {relation!r}. {did_you_mean(relation, _RELATIONS)}")
    second = _RELATIONS[relation]

    def pair(number: int) -> Pair:
        # A first person, and how far away the second is: never zero, so never the same.
        index, distance = divmod(number, 2**20)
        first = current_people().user(index, app=app)
        return first, second(first, index + 1 + distance)

    return _PAIRS.map(pair)


def principals(
    user: WxUser | None = None, *, channels: Iterable[Channel | str] | None = None, anonymous: bool = True
) -> st.SearchStrategy[Principal]:
    """Principals: `user` or anybody, or nobody, through one of `channels` (all of them, unless given).

    Shrinks to a client without unionid. `anonymous=False` leaves nobody out.
    """

    def principal(number: int) -> Principal:
        ways = [channel_named(channel) for channel in (CHANNELS if channels is None else channels)]
        number, way = divmod(number, len(ways))
        kinds = ("hidden", "shown", "nobody") if anonymous else ("hidden", "shown")
        number, kind = divmod(number, len(kinds))
        if kinds[kind] == "nobody":
            return Principal(None, ways[way])
        who = user if user is not None else current_people().user(number)
        return Principal(who, ways[way], shows_unionid=kinds[kind] == "shown" and who.unionid is not None)

    return _PAIRS.map(principal)


def contexts(user: WxUser | None = None) -> st.SearchStrategy[WXContext]:
    """What ``getWXContext()`` may answer, for a Python function that takes it as an argument."""
    return principals(user).map(lambda principal: principal.context)


def near_miss(user: WxUser) -> st.SearchStrategy[str]:
    """Well-formed ids close to the user's openid, none of them the user's openid.

    One letter in another case, one character off, two neighbours swapped, the same person's openid in
    another app, and the unionid in place of the openid.
    """

    def miss(number: int) -> str:
        found = list(dict.fromkeys(_near(user, number)))
        candidates = [candidate for candidate in found if candidate != user.openid]
        return candidates[number % len(candidates)]

    return _NUMBERS.map(miss)


def _near(user: WxUser, number: int) -> Iterable[str]:
    openid = user.openid
    letters = [i for i in range(1, len(openid)) if openid[i].swapcase() != openid[i]]
    if letters:
        at = letters[number % len(letters)]
        yield openid[:at] + openid[at].swapcase() + openid[at + 1 :]
    at = 1 + number % (len(openid) - 1)
    yield openid[:at] + ("A" if openid[at] != "A" else "B") + openid[at + 1 :]
    if at + 1 < len(openid):
        yield openid[:at] + openid[at + 1] + openid[at] + openid[at + 2 :]
    yield _other_app(user, number).openid
    if user.unionid is not None:
        yield user.unionid


MISSING: Any = object()
"""In `id_values`: the key is to be left out. `with_value` does that."""


def id_values(user: WxUser) -> st.SearchStrategy[Any]:
    """What may stand where an event is to hold the user's openid: JSON, and `MISSING`.

    The id itself, truncated, padded, of digits, empty, missing, null, a list, an object of operators.
    """
    openid = user.openid
    return st.sampled_from(
        [
            openid,
            openid[:-1],
            openid + " ",
            " " + openid,
            openid + "A",
            openid.lower(),
            openid.upper(),
            "0" * len(openid),
            1,
            0,
            "",
            MISSING,
            None,
            True,
            [],
            [openid],
            {},
            {"$ne": ""},
            {"$exists": True},
            {"$regex": "."},
            {"$gt": ""},
            {"$in": [openid]},
        ]
    )


def with_value(event: Mapping[str, Any], key: str, value: Any) -> dict[str, Any]:
    """A copy of `event` in which `key` is `value`, or has gone when that is `MISSING`."""
    changed = {name: held for name, held in event.items() if name != key}
    return changed if value is MISSING else {**changed, key: value}


def forged_events(victim: WxUser, base: Mapping[str, Any] | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """Events in which a client claims to be `victim`: the ids under the names that real functions read.

    On top of `base`, under one name, in one of the places where functions look, or under every name at
    once; in `base` itself, each key of such a name, at whatever depth, is replaced.
    """
    event = dict(base or {})
    ids = {
        **dict.fromkeys(OPENID_NAMES, victim.openid),
        **dict.fromkeys(APPID_NAMES, victim.app.appid),
        **(dict.fromkeys(UNIONID_NAMES, victim.unionid) if victim.unionid else {}),
    }
    names = tuple(ids)
    choices: list[dict[str, Any]] = [{**event, **ids}, _replaced(event, ids)]
    for nest in _NESTS:
        choices.append(_nested(event, nest, ids))
        choices.extend(_nested(event, nest, {name: ids[name]}) for name in names)
    return st.sampled_from(choices)


def _nested(event: Mapping[str, Any], nest: str, ids: Mapping[str, Any]) -> dict[str, Any]:
    if not nest:
        return {**event, **ids}
    inner = event.get(nest)
    return {**event, nest: {**(inner if isinstance(inner, Mapping) else {}), **ids}}


def _replaced(value: Any, ids: Mapping[str, Any]) -> Any:
    if isinstance(value, Mapping):
        return {key: ids[key] if key in ids else _replaced(held, ids) for key, held in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_replaced(held, ids) for held in value]
    return value


__all__ = [
    "MISSING", "OPENID_NAMES", "appids", "apps", "contexts", "forged_events", "id_values", "near_miss",
    "openids", "pairs", "principals", "unionids", "users", "with_value",
]  # fmt: skip
