"""What a plain test asserts, so that it fails for one effect and passes without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..changes import Change, FileChange
from ..http_outcome import HttpOutcome
from .callers import variable_of
from .effects import (
    ANSWERED,
    CALLED,
    CHANGED,
    EXPOSED,
    GAINED,
    INSERTED,
    LATE,
    LOGGED,
    PLANTED,
    REMOVED,
    REVEALED,
    SET,
    UNOWNED,
    Effect,
    Evidence,
)
from .known import ids_of
from .literals import source
from .whoami import Mistaken
from .world import World

Documents = Mapping[str, list[dict[str, Any]]]
Names = Mapping[Any, str]


def assertion(world: World, evidence: Evidence, effect: Effect, documents: Documents, names: Names) -> list[str]:
    """The last lines of a test that starts from `documents`."""
    change = effect.change
    if shows_secret(evidence, effect):
        return _unseen(evidence, effect, documents, names)
    if effect.kind == CALLED:
        return _uncalled(effect)
    if isinstance(change, FileChange):
        if change.after is None:
            return [f'assert wx_cloud.storage.exists("{change.path}")']
        return [f'assert wx_cloud.storage.read("{change.path}") == files["{change.path}"]']
    if isinstance(change, Change):
        return _of_document(world, evidence, effect, change, documents, names)
    return [_of_answer(evidence, effect, names)]


def _of_answer(evidence: Evidence, effect: Effect, names: Names) -> str:
    if isinstance(effect, Mistaken):
        return _no_longer_taken(evidence, effect, names)
    return another_answer(evidence, names) if effect.kind == ANSWERED else "assert outcome.denied"


def _no_longer_taken(evidence: Evidence, effect: Mistaken, names: Names) -> str:
    """That the answer does not name them where it tells who calls; what it gives back elsewhere may stay."""
    place, told = list(effect.place), "outcome.value"
    if isinstance(evidence.outcome, HttpOutcome):
        told = "outcome.headers" if place.pop(0) == "headers" else told
    if place:
        told = f"({told} or {{}})" + "".join(f".get({source(step)}, {{}})" for step in place)
    return f"assert {source(effect.id, names)} not in str({told})"


def another_answer(evidence: Evidence, names: Names) -> str:
    """That the answer is not the one that the contract's own rule calls a yes; the test need not know the contract."""
    value = evidence.outcome.value
    return "assert outcome.error is not None" if value is None else f"assert outcome.value != {source(value, names)}"


def _of_document(
    world: World, evidence: Evidence, effect: Effect, change: Change, documents: Documents, names: Names
) -> list[str]:
    if change.kind != "inserted" and effect.kind in (CHANGED, REMOVED, LATE):
        return _unchanged(world, change, documents, names)
    if effect.kind == PLANTED and change.kind == "updated" and (lines := _not_among(world, effect, change, names)):
        return lines
    if effect.kind == UNOWNED:
        return _owned(world, evidence, change, documents)
    if effect.kind in (PLANTED, INSERTED, GAINED, SET, LATE):
        return _no_more(change.collection, marks_of(world, evidence, effect, change), documents, names)
    return ["assert outcome.denied"]


def _not_among(world: World, effect: Effect, change: Change, names: Names) -> list[str]:
    """Nobody else stands in a list or as a key; nothing, where a field by itself is in their name."""
    ids = sorted(id for name in effect.whose.split(" and ") for id in world.known.texts(world[name].user))
    for field, (before, after) in change.fields.items():
        for id in ids if isinstance(after, list | dict) else ():
            if id in str(after) and id not in str(before):
                found = f'db["{change.collection}"].find_one({{"_id": {source(change.id, names)}}})'
                return [f"after = {found}", f'assert {source(id, names)} not in str(after["{field}"])']
    return []


def _unchanged(world: World, change: Change, documents: Documents, names: Names) -> list[str]:
    """The document is as it was, but for fields that anybody may change."""
    held = documents.get(change.collection, [])
    at = next((at for at, one in enumerate(held) if one["_id"] == change.id), None)
    found = f'db["{change.collection}"].find_one({{"_id": {source(change.id, names)}}})'
    shared = [path.partition(".")[2] for path in world.operation.shared if path.startswith(f"{change.collection}.")]
    if at is not None and not shared:
        whole = f'assert {found} == documents["{change.collection}"][{at}]'
        if len(whole) < 88:
            return [whole]
        return [f"after = {found}", f'assert after == documents["{change.collection}"][{at}]']
    if change.after is None:
        return [f"assert {found} is not None"]
    name = next(name for name in change.fields if name not in shared)
    return [f"after = {found}", f'assert after.get("{name}") == {source((change.before or {}).get(name), names)}']


def marks_of(world: World, evidence: Evidence, effect: Effect, change: Change) -> dict[str, Any]:
    """The fields of what was written that it must not hold."""
    after = change.after or {}
    keys = world.keys_of(change.collection)
    if effect.kind in (INSERTED, LATE):  # in whose name, if in anybody's; one's own may be inserted
        return {key: after[key] for key in sorted(keys) if isinstance(after.get(key), str)}
    if effect.kind == PLANTED:
        ids = {key for name in effect.whose.split(" and ") for key in world.known.texts(world[name].user)}
        every = {key: held for key, held in after.items() if key != "_id" and isinstance(held, str) and held in ids}
        theirs = {key: held for key, held in every.items() if key in keys} or every
        return theirs or {key: after[key] for key in sorted(keys) if isinstance(after.get(key), str)}
    written = {name: held for name, (_, held) in change.fields.items() if name != "_id" and held is not None}
    named = set(evidence.case.claimed) | {path.partition(".")[2] for path in world.operation.may_not_set}
    for grant in world.grants:
        for one in grant.changes:
            if one.collection == change.collection:
                holder = list(ids_of(grant.holder))  # what is written may be a list, of which no set can be asked
                named |= {name for name, (_, held) in one.fields.items() if written.get(name) == held not in holder}
    marks = {name: held for name, held in written.items() if name in named}
    return marks or written


def _owned(world: World, evidence: Evidence, change: Change, documents: Documents) -> list[str]:
    """What is new holds an id of the caller's."""
    party = world.party_of(evidence.case.principal.user)
    openid = f"{variable_of(party.name)}.openid" if party is not None else "caller.openid"
    before = f' if one not in documents["{change.collection}"]' if documents.get(change.collection) else ""
    found = f'[one for one in db["{change.collection}"].find(){before}]'
    return [f"new = {found}", f"assert all({openid} in one.values() for one in new)"]


def _no_more(collection: str, marks: Mapping[str, Any], documents: Documents, names: Names) -> list[str]:
    """No more documents hold `marks` than before."""
    held = documents.get(collection, [])
    before = sum(all(name in one and one[name] == value for name, value in marks.items()) for one in held)
    query = source(dict(marks), names) if marks else ""
    return [f'assert db["{collection}"].count_documents({query}) == {before}']


def _unseen(evidence: Evidence, effect: Effect, documents: Documents, names: Names) -> list[str]:
    """The secret is not where it was seen."""
    if isinstance(effect.change, Change):
        found = effect.what.rpartition("holds ")[2]
        before = sum(str(one).count(found.strip("'\"")) for one in documents.get(effect.change.collection, []))
        return [f'assert str(db["{effect.change.collection}"].find()).count(str({found})) == {before}']
    secret = secret_of(evidence, effect)
    told = "outcome.value" if evidence.outcome.error is None else "outcome.error"
    if isinstance(evidence.outcome, HttpOutcome):
        told = "outcome.text" if str(secret) in evidence.outcome.text else "outcome.headers"
    told = "outcome.logs" if effect.what.startswith("the log") else told
    return [f"assert {source(str(secret), names)} not in str({told})"]


def shows_secret(evidence: Evidence, effect: Effect) -> bool:
    """Whether the effect is that something is shown."""
    too_late = effect.kind == LATE and effect.change is None and any(evidence.secrets.values())
    return too_late or effect.kind in (REVEALED, LOGGED, EXPOSED)


def secret_of(evidence: Evidence, effect: Effect) -> str | int:
    """What was seen: a planted secret, or what the effect tells of in its last words."""
    seen = evidence.secrets.get(effect.whose) or [one for held in evidence.secrets.values() for one in held]
    if seen and (effect.whose in evidence.secrets or effect.kind == LATE):
        return next((one for one in seen if repr(one) in effect.what), seen[0])
    return effect.what.rpartition(" is " if " is " in effect.what else ": ")[2].strip("'\"")


def _uncalled(effect: Effect) -> list[str]:
    if effect.what.startswith("the open API "):
        name = effect.what.removeprefix("the open API ")
        return [f'assert "{name}" not in [call.name for call in wx_cloud.openapi.calls]']
    host = effect.what.rpartition(" ")[2].partition("/")[0]
    return [f'assert "{host}" not in [request.host for request in wx_cloud.http.calls]']
