"""Events that lie about the caller: odd values for ids, and claims to be somebody else.

Offered to users by `strategies`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from .drawing import made
from .errors import users_mistake
from .identity import WxUser, checked_user

__tracebackhide__ = users_mistake

T = TypeVar("T")
Place = tuple[str | int, ...]

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
    count = len(_values_for(checked_user(user).openid))
    return made(st.integers(0, count - 1), lambda number: _values_for(user.openid)[number], "id_values", user)


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
    checked_user(victim)
    ids = {
        **dict.fromkeys(OPENID_NAMES, victim.openid),
        **dict.fromkeys(APPID_NAMES, victim.app.appid),
        **(dict.fromkeys(UNIONID_NAMES, victim.unionid) if victim.unionid else {}),
    }
    event = _copied(base or {})
    places = tuple(_places(event))
    drawn = st.tuples(_some_of(tuple(ids.items())), _some_of(places))
    return made(drawn, lambda claims_and_places: _forged(event, *claims_and_places), "forged_events", victim)


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

    return made(st.tuples(*(st.integers(0, 2 ** len(group) - 1) for group in groups)), chosen, "some_of")


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
