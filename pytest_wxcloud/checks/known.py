"""By what a back end itself knows people: much code keeps the `_id` of a user's document, and not the openid.

What `register` stores about each person shows it: the `_id` of each document, and other fields that have another value
for everybody, as a member's number. Such a value names its person where it is an `_id` that is text, or where a field
has been seen to hold the same of several people; a number 2 may be anything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..canaries import leaves
from ..changes import AnyChange, Change
from ..identity import WxUser

Kind = tuple[str, int, str]  # collection, which of a person's documents there, and the field
OWN_KEYS = ("_id", "id")  # under which a document or a row holds its own
Field = tuple[str, str]  # collection, and the field of a document; of one inside others "a.b"


@dataclass
class Known:
    """What `register` has stored about people, by openid, and the fields that were seen to hold such a thing."""

    ids: dict[str, dict[Kind, str | int]] = field(default_factory=dict)
    _seen: dict[Field, dict[str, set[Kind]]] = field(default_factory=dict)
    _kinds: set[Kind] | None = None  # as long as nothing is learned
    _kinds_at: dict[Field, set[Kind]] = field(default_factory=dict)

    def learn(self, user: WxUser, registered: Iterable[AnyChange], secrets: Collection[str | int] = ()) -> None:
        """Take in what registering `user` inserted; what is secret about them is not what they are known by."""
        self._kinds, self._kinds_at = None, {}
        mine = self.ids.setdefault(user.openid, {})
        counted: Counter[str] = Counter()
        for change in registered:
            if isinstance(change, Change):
                for name, value in (change.after or {}).items():
                    if is_name(value) and value not in (*ids_of(user), *secrets):
                        key = "_id" if value == change.id else name  # of a row it has a name of its own
                        mine[change.collection, counted[change.collection], key] = value
                counted[change.collection] += 1

    def forget(self, user: WxUser) -> None:
        """Somebody is not registered any more."""
        self.ids.pop(user.openid, None)
        self._kinds, self._kinds_at = None, {}

    def see(self, user: WxUser, at: Field, values: Iterable[Any]) -> None:
        """Take in what a field holds in a document that was stored about `user`."""
        held = [value for value in values if is_name(value)]
        if held and self.ids:
            kinds = {kind for kind, value in self.ids.get(user.openid, {}).items() if value in held}
            self._seen.setdefault(at, {}).setdefault(user.openid, kinds).intersection_update(kinds)
            self._kinds_at = {}

    @property
    def kinds(self) -> set[Kind]:
        """Of which everybody who is registered has one of their own."""
        if self._kinds is None:
            everybody = [mine for mine in self.ids.values() if mine]
            common = set.intersection(*map(set, everybody)) if len(everybody) > 1 else set()
            self._kinds = {kind for kind in common if len({mine[kind] for mine in everybody}) == len(everybody)}
        return self._kinds

    def kinds_at(self, at: Field) -> set[Kind]:
        """Which of them a field holds, as documents about several people show."""
        if at not in self._kinds_at:
            seen = list(self._seen.get(at, {}).values())
            self._kinds_at[at] = set.intersection(*seen) & self.kinds if len(seen) > 1 else set()
        return self._kinds_at[at]

    @property
    def fields(self) -> list[Field]:
        """The fields of other documents that say by an `_id` or a number whose they are. A text may be a mere name."""
        return [at for at in self._seen if any(self._is_id(kind) and kind[0] != at[0] for kind in self.kinds_at(at))]

    def _is_id(self, kind: Kind) -> bool:
        return kind[2] == "_id" or all(isinstance(mine.get(kind, 0), int) for mine in self.ids.values())

    def of(self, user: WxUser) -> dict[Kind, str | int]:
        """What names a person, by kind; WeChat's ids are not among it."""
        if not self.ids.get(user.openid):
            return {}
        kinds = self.kinds
        return {kind: value for kind, value in self.ids[user.openid].items() if kind in kinds}

    def texts(self, user: WxUser) -> set[str]:
        """What names a person wherever it stands."""
        mine = (value for kind, value in self.of(user).items() if kind[2] == "_id")
        return ids_of(user) | {value for value in mine if isinstance(value, str)}

    def as_text(self, user: WxUser) -> set[str]:
        """What names a person in an owner key, numbers among it."""
        return ids_of(user) | {str(value) for kind, value in self.of(user).items() if kind[2] == "_id"}

    def names(self, user: WxUser, at: Field, value: Any) -> bool:
        """Whether `value` names a person in a field."""
        if not is_name(value):
            return False
        if value in self.texts(user):
            return True
        mine = self.of(user)
        return any(mine.get(kind) == value for kind in self.kinds_at(at)) if mine else False


def ids_of(user: WxUser) -> set[str]:
    """What names `user` in a document, of itself."""
    return {user.openid, *([user.unionid] if user.unionid else [])}


def is_name(value: Any) -> bool:
    """Whether a value is of a kind that may name somebody."""
    return isinstance(value, str | int) and not isinstance(value, bool)


def named_leaves(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every value of a document that holds no other, with its field: "a.b", also where it stands in a list."""
    for place, value in leaves(document):
        yield ".".join(str(step) for step in place if isinstance(step, str)), value
