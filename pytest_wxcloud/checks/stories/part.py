"""One operation of a machine, and how its events name what the others have made: learned from what `arrange` does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ...canaries import Secrets, changed_at, leaves
from ...changes import Change
from ...cloud import WxCloud
from ...errors import ContractError, users_mistake
from ...identity import WxUser
from ..known import Kind, Known, is_name
from ..operation import Operation, has_own, written
from ..world import name_of, told
from .identities import Identities
from .model import OWN_PLACES, Link

__tracebackhide__ = users_mistake

Place = tuple[str | int, ...]
_MISSING: Any = object()


@dataclass(frozen=True)
class Whose:
    """Where what names the owner stands: their openid, or by what the back end knows them."""

    kind: Kind


@dataclass(frozen=True)
class Arranged:
    """What `arrange` answered for one person, and which documents it made."""

    person: WxUser
    resource: Any
    changes: list[Change]

    def own(self, second: Arranged, ids: Identities) -> Arranged:
        """Without what was made for the first person only and does not name them: a shop, a setting, somebody else."""
        names = list(ids.known.texts(self.person))
        again = {change.collection for change in second.changes}
        own = [
            change
            for change in self.changes
            if change.collection in again or any(value in names for _, value in leaves(change.after))
            if not ids.is_others(change)
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
    fields: tuple[tuple[Place, Place | Whose], ...] = ()
    ids: Identities = field(default_factory=Identities)
    numbered: frozenset[Place] = frozenset()  # where its event names another person by a number
    names_other: bool = False  # its event also names another person
    creates: bool = False

    def resource(self, document: Mapping[str, Any], owner: WxUser) -> Any:
        """What names a document of `owner`; None where the document lacks what that takes."""
        resource = self.pattern
        for place, source in self.fields:
            value = self.ids.of(owner, source.kind) if isinstance(source, Whose) else _at(document, source)
            if value is _MISSING:
                return None
            resource = changed_at(resource, place, value)
        return resource

    def event(self, resource: Any, owner: WxUser, caller: WxUser, other: WxUser) -> dict[str, Any]:
        """What `caller` sends, about a resource of `owner`. What names neither of them in it stands for `other`."""
        event = _event(self.operation, resource, caller)
        for place, kind in list(self.others_in(event, caller, owner)):
            event = changed_at(event, place, self.ids.of(other, kind))
        return event

    def others_in(self, event: Any, *known: WxUser) -> Iterator[tuple[Place, Kind]]:
        """Where an event names somebody who is none of those that are `known`, and how."""
        for place, value in leaves(event):
            kind = self.ids.text_kind(value) or (self.ids.number_kind(value) if place in self.numbered else None)
            if kind is not None and not any(self.ids.of(user, kind) == value for user in known):
                yield place, kind


@dataclass
class Collections:
    """What the documents that were arranged show of their collections."""

    owner_keys: dict[str, set[str]] = field(default_factory=dict)
    #: Where they keep what is secret.
    secrets: dict[str, dict[Place, type[str] | type[int]]] = field(default_factory=dict)
    #: Which fields hold the number of another row.
    links: frozenset[Link] = frozenset()

    def learn(self, arranged: Arranged, ids: Identities, planted: Secrets, owner_key: str) -> None:
        """Which fields say whose a document is, and which hold a secret."""
        secrets = [secret for held in planted.planted.values() for secret in held]
        for change in arranged.changes:
            keys = self.owner_keys.setdefault(change.collection, {owner_key} if owner_key else set())
            fields = self.secrets.setdefault(change.collection, {})
            for place, value in leaves(change.after):
                names = is_name(value) and value in ids.known.texts(arranged.person)
                if len(place) == 1 and not owner_key and names:
                    keys.add(str(place[0]))
                if value in secrets:
                    fields[place] = type(value)


def links_of(arranged: Arranged) -> set[Link]:
    """Which fields hold the `_id` of another of the documents."""
    keys = [(change.collection, change.id) for change in arranged.changes]
    return {
        (change.collection, place, collection)
        for change in arranged.changes
        for place, value in leaves(change.after)
        for collection, key in keys
        if value == key and (collection, key) != (change.collection, change.id)
    }


def register(
    operations: Sequence[Operation], cloud: WxCloud, people: Iterable[WxUser], known: Known | None = None
) -> None:
    """Have contracts make people known, once each, whatever number of contracts does it in the same way."""
    own = {written(one.register): one for one in operations if has_own(one, "register")}.values()
    for person in people if own else ():
        with cloud.changes() as changes:
            for operation in own:
                told(operation, "register", partial(operation.register, cloud, person))
        if known is not None:
            known.learn(person, changes)


def arranged(operation: Operation, cloud: WxCloud, person: WxUser) -> Arranged:
    """Have a contract arrange for a person."""
    with cloud.changes() as changes:
        resource = told(operation, "arrange", partial(operation.arrange, cloud, person))
    inserted = [change for change in changes.inserted if isinstance(change, Change)]
    return Arranged(person, list(resource) if isinstance(resource, tuple) else resource, inserted)


def part_of(operation: Operation, mine: Arranged, theirs: Arranged, ids: Identities) -> Part:
    """An operation, as what was arranged for two people shows it.

    Raises:
        ContractError: when no document tells all that its event needs.
    """
    caller = theirs.person
    events = [_event(operation, one.resource, caller) for one in (mine, theirs)]
    here, there = (dict(leaves(event)) for event in events)
    part = Part(operation, pattern=mine.resource, ids=ids)
    part.numbered = frozenset(place for place, value in here.items() if _is_numbered(ids, value, there.get(place)))
    blank = [_without_names(part, event) for event in events]
    if blank[0] != blank[1]:
        found = [(fields, change) for change in mine.changes if (fields := _fields(change, mine, theirs, ids))]
        if not found:
            raise ContractError(
                f"{name_of(operation)}.arrange answered {mine.resource!r}, of which no document that it inserted has "
                "all. In a story the same has to be made of what another operation has inserted: have arrange answer "
                "its _id, or a dict of its fields."
            )
        fields, change = max(found, key=lambda one: (sum(source in OWN_PLACES for _, source in one[0]), -len(one[0])))
        part.collection, part.fields = change.collection, fields
    part.names_other = any(True for _ in part.others_in(events[0], caller, mine.person))
    return part


def _fields(
    change: Change, mine: Arranged, theirs: Arranged, ids: Identities
) -> tuple[tuple[Place, Place | Whose], ...] | None:
    """Where in the resource which field of this document stands; None when it does not have all that differs."""
    other = dict(leaves(theirs.resource))
    document = sorted(leaves(change.after), key=lambda leaf: leaf[0] not in OWN_PLACES or leaf[1] != change.id)
    found: list[tuple[Place, Place | Whose]] = []
    for place, value in leaves(mine.resource):
        if other.get(place, _MISSING) == value:
            continue
        sources = [at for at, held in document if held == value and type(held) is type(value)]
        kind, is_key = (
            ids.kind_of(mine.person, value),
            value == change.id and sources[:1] in [[key] for key in OWN_PLACES],
        )
        if kind is not None and (not sources or (isinstance(value, str) and not is_key)):
            found.append((place, Whose(kind)))
        elif sources and (is_key or ids.text_kind(value) is None):
            found.append((place, sources[0]))
        elif ids.text_kind(value) is None and not _is_numbered(ids, value, other.get(place)):
            return None
    return tuple(found)


def _is_numbered(ids: Identities, mine: Any, theirs: Any) -> bool:
    """Whether two numbers that differ both name others."""
    kinds = [ids.number_kind(value) for value in (mine, theirs)]
    return mine != theirs and kinds[0] is not None and kinds[0] == kinds[1]


def _event(operation: Operation, resource: Any, caller: WxUser) -> dict[str, Any]:
    event = told(operation, "event", partial(operation.event, resource, caller))
    if not isinstance(event, dict):
        raise ContractError(f"{name_of(operation)}.event answered {event!r}; an event is a dict.")
    return event


def _without_names(part: Part, event: Any) -> list[tuple[Place, Any]]:
    """An event without what names people in it."""
    return [
        (place, "" if part.ids.text_kind(value) or place in part.numbered else value) for place, value in leaves(event)
    ]


def _at(value: Any, place: Place) -> Any:
    for step in place:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return value
