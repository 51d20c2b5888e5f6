"""By what events name people: by their openid, or by what the back end itself knows them by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ...changes import Change
from ...identity import WxUser
from ...identity.ids import OPENID
from ..known import Kind, Known, is_name, named_leaves
from ..known import ids_of as ids_of_wechat

BY_OPENID: Kind = ("", 0, "openid")


@dataclass
class Identities:
    """What names the people of stories, and those `others` whom `arrange` itself made known to the back end."""

    known: Known = field(default_factory=Known)
    others: dict[str | int, Kind] = field(default_factory=dict)

    def learn_others(self, arranged: Iterable[Change], *people: WxUser) -> None:
        """Take in whom `arrange` registered besides the `people` that stories have."""
        ours = {identity for user in people for identity in ids_of_wechat(user)}
        for change in arranged:
            said = [value for _, value in named_leaves(change.after or {})]
            kinds = [kind for kind in self.known.kinds if kind[0] == change.collection]
            if kinds and not any(identity in said for identity in ours):
                held = {kind: self._held(change, kind) for kind in kinds}
                self.others.update({value: kind for kind, value in held.items() if is_name(value)})

    def _held(self, change: Change, kind: Kind) -> Any:
        return change.id if kind[2] == "_id" else (change.after or {}).get(kind[2])

    def is_others(self, change: Change) -> bool:
        """Whether a document makes somebody known whom only `arrange` knows."""
        return any(
            self._held(change, kind) in list(self.others) for kind in self.known.kinds if kind[0] == change.collection
        )

    def kind_of(self, user: WxUser, value: Any) -> Kind | None:
        """How a value names this person, if it does."""
        if value == user.openid:
            return BY_OPENID
        return next((kind for kind, held in self.known.of(user).items() if held == value and is_name(value)), None)

    def text_kind(self, value: Any) -> Kind | None:
        """How a text names somebody, if it does; a number may be anything else."""
        if not isinstance(value, str):
            return None
        if OPENID.pattern.fullmatch(value):
            return BY_OPENID
        mine = (kind for held in self.known.ids.values() for kind, one in held.items() if one == value)
        return self.others.get(value) or next((kind for kind in mine if kind in self.known.kinds), None)

    def number_kind(self, value: Any) -> Kind | None:
        """How a number names one of the others."""
        return self.others.get(value) if is_name(value) and isinstance(value, int) else None

    def of(self, user: WxUser, kind: Kind) -> Any:
        """What names a person in that way."""
        return user.openid if kind == BY_OPENID else self.known.of(user).get(kind, user.openid)
