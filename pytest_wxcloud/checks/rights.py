"""Whether a call gave its caller a right, or set what its caller may not set."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..canaries import as_text, leaves
from ..changes import Change
from ..identity import WxUser
from .effects import GAINED, PEOPLE, SET, Effect, Evidence
from .known import named_leaves
from .world import World

#: Names that mean a right wherever they are kept.
RIGHT = re.compile(
    r"role|permission|authority|privilege|(^|[._])(is_?)?(super_?)?(admin|manager|owner|vip)s?$",
    re.IGNORECASE,
)
_SELF = "<the holder>"


def rights_gained(world: World, evidence: Evidence, promised: Sequence[Evidence]) -> Iterator[Effect]:
    """Whether the call wrote about its caller what granting a role writes.

    A role that a `promised` call gives as well, a plain one of a caller who may, is what the operation is for.
    """
    user = evidence.case.principal.user
    me = world.party_of(user)
    if user is None or (me is not None and me.name in world.operation.roles):
        return
    expected = {role for one in promised for role in _granted(world, one)}
    gained = {role: change for role, change in _granted(world, evidence).items() if role not in expected}
    for role, change in gained.items():
        yield Effect(GAINED, "", f"{change} makes the caller a holder of the role {role!r}", change)
    if not gained:
        yield from _claimed(evidence, promised)


def _granted(world: World, evidence: Evidence) -> dict[str, Change]:
    """The roles for which the call wrote about its caller what granting them writes."""
    user = evidence.case.principal.user
    found: dict[str, Change] = {}
    if user is None:
        return found
    for grant in world.grants:
        said = [one for one in grant.changes if any(RIGHT.search(name) for name in one.fields)]
        for wanted in said or grant.changes:  # what else a grant arranges is no right
            facts = facts_of(world, wanted, grant.holder)
            for change in evidence.documents:
                if change.collection != wanted.collection or change.after is None:
                    continue
                if facts and facts <= facts_of(world, change, user) and _is_about(world, change, user, facts):
                    found.setdefault(grant.role, change)
    return found


def facts_of(world: World, change: Change, holder: WxUser) -> set[tuple[str, str]]:
    """What a change wrote that makes a right: who, which role, over what; names and values, people as themselves.

    Where none of the names means a right, every short value may be it.
    """
    written = set(_written(world, change, holder))
    scopes = {key for _, key in world.belongings}
    kept = {(name, value) for name, value in written if value == _SELF or value in scopes or RIGHT.search(name)}
    if not any(RIGHT.search(name) for name, _ in kept):
        kept |= {(name, value) for name, value in written if _is_short(value)}
    party = world.party_of(holder)
    theirs = world.belongings.get((change.collection, str(change.id)))
    if kept and change.kind == "updated" and theirs is not None and (party is None or theirs != party.name):
        kept.add(("_id", str(change.id)))  # a list of leaders in the document of a group
    return kept


def _written(world: World, change: Change, holder: WxUser) -> Iterator[tuple[str, str]]:
    """The leaves that were not there before, lists as sets; what names the holder as a word for them."""
    before = set(_flat(world, change.collection, change.before or {}, holder))
    for fact in _flat(world, change.collection, change.after or {}, holder):
        if fact not in before and fact[0] != "_id":
            yield fact


def _flat(world: World, collection: str, document: Mapping[str, Any], holder: WxUser) -> Iterator[tuple[str, str]]:
    for name, value in named_leaves(document):
        if isinstance(value, str | bool | int):
            yield name, _SELF if world.known.names(holder, (collection, name), value) else as_text(value)


def _is_short(value: str) -> bool:
    """Dates, random codes and ids differ from grant to grant and give no right."""
    return len(value) <= 12 and not value.isdigit()


def _is_about(world: World, change: Change, user: WxUser, facts: set[tuple[str, str]]) -> bool:
    """Whether the document is about `user`: it says so, or it is theirs."""
    if any(value == _SELF for _, value in facts):
        return True
    party = world.party_of(user)
    theirs = set() if party is None else {party.name}
    said = ((change.collection, name, value) for name, value in named_leaves(change.after or {}))
    return world.owners(change) == theirs or any(world.known.names(user, at[:2], at[2]) for at in said)


def _claimed(evidence: Evidence, promised: Sequence[Evidence]) -> Iterator[Effect]:
    """Whether a right that the event claims was written where the back end keeps people."""
    fields = [field for one in promised for change in one.documents for field in change.fields.items()]
    usual = {(name, as_text(after)) for name, (_, after) in fields}
    claimed = {name: it for name, it in evidence.case.claimed.items() if (name, as_text(it)) not in usual}
    for change in evidence.documents:
        if not PEOPLE.search(change.collection):
            continue
        for name, (_, after) in change.fields.items():
            if name in claimed and RIGHT.search(name) and after == claimed[name]:
                yield Effect(GAINED, "", str(change), change)
                break


def values_set(world: World, evidence: Evidence) -> Iterator[Effect]:
    """Whether the call set what no call may set.

    Of a field without listed values: a new document may have one of the back end's choosing, not of the event's.
    """
    sent = [value for _, value in leaves(evidence.case.event)]
    for path, values in world.operation.may_not_set.items():
        collection, _, name = path.partition(".")
        for change in evidence.documents:
            if change.collection != collection or change.after is None:
                continue
            before, after = _at(change.before or {}, name), _at(change.after, name)
            if after == before or after is None:
                continue
            if any(after == value for value in values) if values else change.kind == "updated" or after in sent:
                yield Effect(SET, "", str(change), change)


def _at(document: Any, path: str) -> Any:
    for step in path.split("."):
        document = document.get(step) if isinstance(document, Mapping) else None
    return document
