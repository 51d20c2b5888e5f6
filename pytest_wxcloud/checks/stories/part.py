"""One operation of a machine, and how its events name what the others have made: learned from what `arrange` does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ...canaries import Secrets, changed_at, leaves
from ...changes import Change
from ...cloud import WxCloud
from ...errors import ContractError, users_mistake
from ...identity import WxUser
from ...identity.ids import OPENID
from ..known import ids_of
from ..operation import Operation, written
from ..world import name_of, told

__tracebackhide__ = users_mistake

Place = tuple[str | int, ...]
_OWNER: Place = ("the openid of whose it is",)
_MISSING: Any = object()


@dataclass(frozen=True)
class Arranged:
    """What `arrange` answered for one person, and which documents it made."""

    person: WxUser
    resource: Any
    changes: list[Change]

    def without_what_is_common(self, second: Arranged) -> Arranged:
        """Without what was made for the first person only and does not name them: a shop, a setting."""
        ids = list(ids_of(self.person))
        again = {change.collection for change in second.changes}
        own = [
            change
            for change in self.changes
            if change.collection in again or any(value in ids for _, value in leaves(change.after))
        ]
        return replace(self, changes=own)


@dataclass(eq=False)
class Part:
    """An operation, and the resource that its events are made of: that of `pattern`, with fields of a document.

    `collection` is "" where its event names nothing. `fields` are places in the resource, with the field of the
    document that stands there.
    """

    operation: Operation
    collection: str = ""
    pattern: Any = None
    fields: tuple[tuple[Place, Place], ...] = ()
    names_other: bool = False  # its event also names another person
    creates: bool = False

    def resource(self, document: Mapping[str, Any], owner: WxUser) -> Any:
        """What names a document of `owner`; None where the document lacks what that takes."""
        resource = self.pattern
        for place, source in self.fields:
            value = owner.openid if source is _OWNER else _at(document, source)
            if value is _MISSING:
                return None
            resource = changed_at(resource, place, value)
        return resource

    def event(self, resource: Any, owner: WxUser, caller: WxUser, other: WxUser) -> dict[str, Any]:
        """What `caller` sends, about a resource of `owner`. An openid in it that is neither's stands for `other`."""
        event = _event(self.operation, resource, caller)
        for place, _ in _strangers(event, caller, owner):
            event = changed_at(event, place, other.openid)
        return event


@dataclass
class Collections:
    """What the documents that were arranged show of their collections."""

    owner_keys: dict[str, set[str]] = field(default_factory=dict)
    #: Where they keep what is secret.
    secrets: dict[str, dict[Place, type[str] | type[int]]] = field(default_factory=dict)

    def learn(self, arranged: Arranged, planted: Secrets, owner_key: str) -> None:
        """Which fields say whose a document is, and which hold a secret."""
        secrets = [secret for held in planted.planted.values() for secret in held]
        for change in arranged.changes:
            keys = self.owner_keys.setdefault(change.collection, {owner_key} if owner_key else set())
            fields = self.secrets.setdefault(change.collection, {})
            for place, value in leaves(change.after):
                if len(place) == 1 and not owner_key and value in list(ids_of(arranged.person)):
                    keys.add(str(place[0]))
                if value in secrets:
                    fields[place] = type(value)


def register(operations: Iterable[Operation], cloud: WxCloud, people: Iterable[WxUser]) -> None:
    """Have contracts make people known, once each, whatever number of contracts does it in the same way."""
    for operation in {written(one.register): one for one in operations}.values():
        for person in people:
            told(operation, "register", partial(operation.register, cloud, person))


def arranged(operation: Operation, cloud: WxCloud, person: WxUser) -> Arranged:
    """Have a contract arrange for a person."""
    with cloud.changes() as changes:
        resource = told(operation, "arrange", partial(operation.arrange, cloud, person))
    inserted = [change for change in changes.inserted if isinstance(change, Change)]
    return Arranged(person, list(resource) if isinstance(resource, tuple) else resource, inserted)


def part_of(operation: Operation, mine: Arranged, theirs: Arranged) -> Part:
    """An operation, as what was arranged for two people shows it.

    Raises:
        ContractError: when no document tells all that its event needs.
    """
    caller = theirs.person
    events = [_event(operation, one.resource, caller) for one in (mine, theirs)]
    part = Part(operation, pattern=mine.resource)
    if _without_openids(events[0]) != _without_openids(events[1]):
        found = [(fields, change) for change in mine.changes if (fields := _fields(change, mine, theirs))]
        if not found:
            raise ContractError(
                f"{name_of(operation)}.arrange answered {mine.resource!r}, of which no document that it inserted has "
                "all. In a story the same has to be made of what another operation has inserted: have arrange answer "
                "its _id, or a dict of its fields."
            )
        fields, change = max(found, key=lambda one: sum(source == ("_id",) for _, source in one[0]))
        part = Part(operation, change.collection, mine.resource, fields)
    part.names_other = any(True for _ in _strangers(events[0], caller, mine.person))
    return part


def _fields(change: Change, mine: Arranged, theirs: Arranged) -> tuple[tuple[Place, Place], ...] | None:
    """Where in the resource which field of this document stands; None when it does not have all that differs."""
    other = dict(leaves(theirs.resource))
    document = sorted(leaves(change.after), key=lambda leaf: leaf[0] != ("_id",))
    found: list[tuple[Place, Place]] = []
    for place, value in leaves(mine.resource):
        if other.get(place, _MISSING) == value:
            continue
        sources = [at for at, held in document if held == value and type(held) is type(value)]
        if value == mine.person.openid and sources[:1] != [("_id",)]:
            found.append((place, _OWNER))
        elif not _is_openid(value) or sources[:1] == [("_id",)]:
            if not sources:
                return None
            found.append((place, sources[0]))
    return tuple(found)


def _event(operation: Operation, resource: Any, caller: WxUser) -> dict[str, Any]:
    event = told(operation, "event", partial(operation.event, resource, caller))
    if not isinstance(event, dict):
        raise ContractError(f"{name_of(operation)}.event answered {event!r}; an event is a dict.")
    return event


def _strangers(event: Any, *known: WxUser) -> Iterator[tuple[Place, Any]]:
    """The openids in an event of whom it is not known who they are."""
    ids = {user.openid for user in known}
    return ((place, value) for place, value in leaves(event) if _is_openid(value) and value not in ids)


def _without_openids(event: Any) -> list[tuple[Place, Any]]:
    return [(place, "" if _is_openid(value) else value) for place, value in leaves(event)]


def _is_openid(value: Any) -> bool:
    return isinstance(value, str) and OPENID.pattern.fullmatch(value) is not None


def _at(value: Any, place: Place) -> Any:
    for step in place:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return value
