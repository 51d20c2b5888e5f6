"""A story as a plain test: every call of it, from what was there when it began."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ...canaries import Secrets, as_text, leaves
from ...changes import Change
from ...cloud import WxCloud
from ...identity import WxUser
from ..asserted import another_answer
from ..callers import variable_of
from ..case import Case
from ..effects import ANSWERED, Effect
from ..known import ids_of
from ..literals import source
from ..operation import Operation, grants, revokes
from ..pasted import Lines, calling, openids, whole_test
from ..reproduction import Kept
from ..world import Party, World, name_of
from .model import Thing
from .telling import ByHand, Seen

People = Mapping[str, WxUser]
TAKEN_BACK = """\
for change in {granted}:
    db[change.collection].delete_many({{"_id": change.id}})
    if change.before is not None:
        db[change.collection].insert_one(change.before)"""


def plain_test(cloud: WxCloud, people: People, story: Sequence[Seen], wrong: tuple[Thing, Effect], began: Kept) -> str:
    """The source of a test, which fails where the last call of the story does what it did to a thing.

    It is empty where the thing is in a table of the function's own: how to fill that only the contract knows.
    """
    thing, effect = wrong
    if thing.collection not in cloud.db.collection_names():
        return ""
    return _Test(cloud, people, story, began).source(thing, effect)


class _Test:
    """The lines of one, as they are written: `names` has an expression for each id that the database gives."""

    def __init__(self, cloud: WxCloud, people: People, story: Sequence[Seen], began: Kept) -> None:
        self.cloud, self.story = cloud, story
        self.people, self.began = people, began
        self.names = openids(self._world(_operation(story[-1])))
        self.lines: Lines = []

    def source(self, thing: Thing, effect: Effect) -> str:
        for at, seen in enumerate(self.story[:-1]):
            if seen.by_hand is not None:
                self._by_hand(seen.by_hand)
            elif seen.evidence is not None:
                self._call(_operation(seen), seen.evidence.case)
                self._name(seen, self.story[at + 1 :])
        last, evidence = _operation(self.story[-1]), self.story[-1].evidence
        assert evidence is not None
        secrets = [one for held in evidence.secrets.values() for one in held if repr(one) in effect.what]
        found = f'db["{thing.collection}"].find_one({{"_id": {source(thing.id, self.names)}}})'
        if isinstance(effect.change, Change):
            self.lines.append(f"before = {found}")
            self._call(last, evidence.case)
            self._settled(_as_before(last, effect.change, found))
        elif effect.kind == ANSWERED:
            self._call(last, evidence.case, "outcome = ")
            self._settled([another_answer(evidence, self.names)])
        else:
            self._planted(thing, secrets)
            self._call(last, evidence.case, "outcome = ")
            told = "value" if evidence.outcome.error is None else "error"
            self._settled([f'assert "{secrets[0]}" not in str(outcome.{told})'])
        looked_into: dict[str, list[Any]] = {name: [] for name in self.cloud.db.collection_names()}
        documents = looked_into | _of_those_concerned(self.began, self.people, self.story)
        code = [
            f"    documents = {source(documents, self.names, indent=4)}",
            "    with wx_cloud.scenario(documents) as db:",
            *(" " * 8 + line for line in self.lines),
        ]
        if not any("db[" in line for line in self.lines):
            code[1] = "    with wx_cloud.scenario(documents):"
        return whole_test(self._world(last), "the_story", code)

    def _world(self, operation: Operation) -> World:
        parties = {name: Party(name, user) for name, user in self.people.items()}
        return World(operation, self.cloud, Secrets(), parties=parties)

    def _call(self, operation: Operation, case: Case, outcome: str = "") -> None:
        self.lines += calling(self._world(operation), case, self.names, outcome=outcome)

    def _settled(self, asserts: Lines) -> None:
        self.lines += ["wx_cloud.settle()", *asserts]

    def _name(self, seen: Seen, later: Sequence[Seen]) -> None:
        """A name for each thing that a call has made and whose `_id` its caller did not choose, if it is used."""
        assert seen.evidence is not None
        for nth, thing in enumerate(reversed(seen.created), 1):
            chosen = str(thing.id) in as_text(seen.evidence.case.event)
            if not chosen and thing.id not in self.names and any(_uses(one, thing) for one in later):
                self.names[thing.id] = thing.name
                self.lines.append(f'{thing.name} = db["{thing.collection}"].find()[-{nth}]["_id"]')

    def _by_hand(self, hand: ByHand) -> None:
        """What the contract does; a role that it does not revoke by itself is undone. To tell a code leaves nothing."""
        if not grants(hand.contract):
            return
        contract, person = f"{name_of(hand.contract)}()", variable_of(hand.person)
        given = f'(wx_cloud, {person}, "{hand.role}", {source(hand.resource, self.names)})'
        granted = f"{person}_{variable_of(hand.role)}"
        if not hand.takes:
            self.lines += [f"with wx_cloud.changes() as {granted}:", f"    {contract}.grant{given}"]
        elif revokes(hand.contract):
            self.lines.append(f"{contract}.revoke{given}")
        else:
            self.lines += TAKEN_BACK.format(granted=granted).splitlines()

    def _planted(self, thing: Thing, secrets: Sequence[str | int]) -> None:
        """The secret that was seen, unless it was there from the beginning."""
        for place, value in leaves(thing.document):
            if value in secrets and str(value) not in as_text(self.began.documents):
                which, what = source({"_id": thing.id}, self.names), source({".".join(map(str, place)): value})
                self.lines.append(f'db["{thing.collection}"].update_one({which}, {{"$set": {what}}})')


def _operation(seen: Seen) -> Operation:
    assert seen.operation is not None
    return seen.operation


def _uses(seen: Seen, thing: Thing) -> bool:
    event = seen.evidence.case.event if seen.evidence is not None else None
    resource = seen.by_hand.resource if seen.by_hand is not None else None
    told = as_text([event, resource, [str(change.id) for change in seen.evidence.documents] if seen.evidence else []])
    return str(thing.id) in told or any(thing is one for one in seen.read)


def _as_before(operation: Operation, change: Change, found: str) -> Lines:
    """The document is as it was, but for fields that anybody may change."""
    shared = [path for path in operation.shared if path.startswith(f"{change.collection}.")]
    if not shared:
        return [f"assert {found} == before"]
    if change.after is None:
        return [f"assert {found} is not None"]
    name = next(name for name in change.fields if f"{change.collection}.{name}" not in shared)
    return [f"after = {found}", f'assert after.get("{name}") == before.get("{name}")']


def _of_those_concerned(kept: Kept, people: People, story: Sequence[Seen]) -> dict[str, list[dict[str, Any]]]:
    """What was there when the story began, without what is of people who do not come in it."""
    text = as_text([[seen.evidence.case.event, seen.evidence.outcome.value] for seen in story if seen.evidence])
    said = " ".join(map(str, story))
    there = {name for name, user in people.items() if user.openid in text or re.search(rf"\b{name}\b", said)}
    others = [identity for name, user in people.items() if name not in there for identity in ids_of(user)]
    return {
        name: [one for one in held if not any(identity in as_text(one) for identity in others)]
        for name, held in kept.documents.items()
    }
