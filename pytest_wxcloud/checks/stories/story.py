"""One story: its people take steps, and each step is judged by what it did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ...canaries import Secrets, changed_at, leaves
from ...changes import AnyChange, Change
from ...cloud import WxCloud
from ...errors import users_mistake
from ...identity import Principal
from ..answers import decided
from ..case import Case
from ..effects import ANSWERED, CHANGED, REMOVED, REVEALED, Effect, Evidence, answered, said_yes
from ..granting import taken_back
from ..operation import OWNER_KEYS, Operation, grants
from ..reproduction import Kept
from ..shared_secrets import secret_of
from ..verdict import Violation
from ..world import frozen, told
from .identities import Identities
from .knowing import is_known_of, with_what_is_known
from .model import Model, Origin, Thing
from .part import Collections, Part, register
from .showing import plain_test
from .telling import ByHand, Seen, verdict_on

__tracebackhide__ = users_mistake

PEOPLE = ("alice", "bob", "carol")
BYSTANDER = "dave"  # who has something of everything, and takes no step
Beyond = tuple[Thing, Effect]  # what somebody got that is not theirs, and of what


@dataclass
class Script:
    """What all stories of a machine share. `there` is what the bystander has from the beginning."""

    title: str
    cloud: WxCloud
    instant: str
    parts: list[Part] = field(default_factory=list)
    collections: Collections = field(default_factory=Collections)
    ids: Identities = field(default_factory=Identities)
    there: list[Change] = field(default_factory=list)
    local: frozenset[str] = frozenset()  # the collections of the local database
    numbers: int = 0  # of stories so far

    @property
    def by_hand(self) -> list[tuple[Part, str]]:
        """The roles that no operation gives, each with a contract that can."""
        given = {part.operation.gives for part in self.parts}
        roles = {role: part for part in self.parts for role in part.operation.roles if role not in given}
        return [(part, role) for role, part in roles.items()]


@dataclass(frozen=True)
class Step:
    """Who calls which part, about what, and whom the event names besides.

    What it is about is told by where it was made, so that a step means the same when others are left out. With a
    `role` it is no call: the test's hand gives the caller that role, or takes it back.
    """

    part: Part
    caller: str
    other: str
    about: Origin | None = None
    role: str = ""
    number: int = 0


class Story:
    """A story while it is told, in a scene of its own, and to functions that remember nothing of any other.

    `fresh` has every function begin in a new instance, with new packages, and what goes wrong be told as a plain test.
    """

    def __init__(self, script: Script, *, fresh: bool = False) -> None:
        script.numbers += 1
        self.script, self.cloud = script, script.cloud
        self.model = Model(script.collections.links)
        self.steps: list[Step] = []
        self.seen: list[Seen] = []
        self.began: Kept | None = None  # from what, of a story that is told as a plain test
        self._fresh = fresh
        self._cold = {part.operation.function for part in script.parts if fresh}
        self._people = {name: self.cloud.people[name] for name in (*PEOPLE, BYSTANDER)}
        self._secrets = Secrets()
        self._secret_of: dict[str, Thing] = {}  # by the name under which its secrets are planted
        self._known: set[tuple[str, str | int]] = set()  # person and secret: what they have rightly been shown
        self._granted: dict[tuple[str, str], tuple[Thing | None, Any, list[Change]]] = {}  # by person and role

    @contextmanager
    def told(self) -> Iterator[Story]:
        """Everybody is registered; afterwards everything is as it was."""
        self.cloud.renew()
        with self.cloud.scene(), self.cloud.planting(self._secrets):
            for change in self.script.there:
                self._plant(self.model.add(change, BYSTANDER))
            operations = [part.operation for part in self.script.parts]
            with self.cloud.changes() as changes:
                people = [self._people[name] for name in PEOPLE]
                register(operations, self.cloud, people, self.script.ids.known)
            self._follow(changes, Seen(""))
            self.began = Kept.of(self.cloud) if self._fresh else None
            yield self

    def play(self, step: Step) -> bool:
        """Take a step; answers False where what it is about has not been made.

        Raises:
            Violation: when its caller gets what is not theirs to have.
        """
        target, resource = self.model.made(step.about), step.part.pattern
        if step.part.collection:
            resource = target and step.part.resource(target.document, self._people[target.owner])
            if resource is None:
                return False
        self.steps.append(step if step.number else replace(step, number=len(self.steps) + 1))
        if step.role:
            self._play_by_hand(step, target, resource)
        else:
            self._play(step, target, resource)
        return True

    # A call

    def _play(self, step: Step, target: Thing | None, resource: Any) -> None:
        operation, caller = step.part.operation, step.caller
        case = self._case(step, target, resource)
        evidence = self._call(operation, case)
        meant = self.model.may_call(caller, operation, target)
        said = decided(operation, evidence.outcome)
        beyond = [*self._changed(operation, evidence, target), *self._revealed(operation, evidence, target)]
        if said and target is not None and not meant:
            beyond.append((target, Effect(ANSWERED, "", said_yes(operation))))
        why = self.model.why_not(caller, beyond[0][0]) if beyond else ""
        seen = Seen(caller, operation, target=target, evidence=evidence)
        self.seen.append(seen)
        self._follow(evidence.documents, seen, operation, hands_over=meant)
        seen.read = [self._secret_of[label] for label in evidence.secrets]
        if meant and (evidence.changes or (evidence.outcome.allowed if said is None else said)):
            self._pass_roles(step, target, seen)
        self._renew_secrets(seen)
        if beyond:
            verdict = verdict_on(operation, self.seen, [effect for _, effect in beyond], why)
            code = plain_test(self.script.cloud, self._people, self.seen, beyond[0], self.began) if self.began else ""
            raise Violation([replace(verdict, reproduction=code)])

    def _case(self, step: Step, target: Thing | None, resource: Any) -> Case:
        operation, caller = step.part.operation, self._people[step.caller]
        owner = caller if target is None else self._people[target.owner]
        event = step.part.event(resource, owner, caller, self._people[step.other])
        event = with_what_is_known(self.model, operation, event, step.caller, target, resource)
        shown = operation.keyed_by == "unionid" and caller.unionid is not None
        return Case(step.caller, Principal(caller, shows_unionid=shown), event)

    def _call(self, operation: Operation, case: Case) -> Evidence:
        fresh = operation.function in self._cold
        self._cold.discard(operation.function)
        now: AbstractContextManager[Any] = (
            nullcontext() if operation.at in ("", self.script.instant) else frozen(operation.at)
        )
        with now, self.cloud.changes() as changes:
            outcome = self.cloud.call(operation.function, dict(case.event), caller=case.principal, fresh=fresh)
            self.cloud.settle()
        return Evidence(case, outcome, tuple(changes), secrets=self._secrets.seen_in(answered(outcome), case.event))

    def _changed(self, operation: Operation, evidence: Evidence, target: Thing | None) -> Iterator[Beyond]:
        for change in evidence.documents:
            thing = self._thing(change)
            shared = change.after and all(f"{change.collection}.{name}" in operation.shared for name in change.fields)
            if thing is None or change.before is None or shared or change.collection in operation.ignore:
                continue
            if not self.model.may(evidence.case.caller, operation, thing, target):
                gone = change.after is None or _is_gone(operation, change.after)
                yield thing, Effect(REMOVED if gone else CHANGED, thing.owner, str(change), change)

    def _revealed(self, operation: Operation, evidence: Evidence, target: Thing | None) -> Iterator[Beyond]:
        for label, secrets in evidence.secrets.items():
            thing, caller = self._secret_of[label], evidence.case.caller
            new = [secret for secret in secrets if (caller, secret) not in self._known]
            if self.model.may_see(caller, operation, thing, target):
                self._known |= {(caller, secret) for secret in new}
            elif new:
                yield thing, Effect(REVEALED, thing.owner, f"the answer holds {new[0]!r}, {thing.name}'s secret")

    def _pass_roles(self, step: Step, target: Thing | None, seen: Seen) -> None:
        operation = step.part.operation
        receiver = step.other if step.part.names_other else step.caller
        scopes = self.model.scopes(target) or seen.created
        if operation.gives:
            self.model.give(receiver, operation.gives, scopes)
            seen.gave(receiver, operation.gives, scopes)
        if operation.takes and self.model.take(receiver, operation.takes, scopes):
            seen.took(receiver, operation.takes, scopes, self.model)

    # A role by the test's hand

    def _play_by_hand(self, step: Step, target: Thing | None, resource: Any) -> None:
        """Give a role, or take it back from who has it."""
        operation, role, person = step.part.operation, step.role, self._people[step.caller]
        scope, scoped_by, granted = self._granted.pop((step.caller, role), (None, resource, []))
        with self.cloud.changes() as changes:
            if granted:
                taken_back(operation, self.cloud, person, role, scoped_by, granted)
            elif grants(operation) or not secret_of(operation, resource, role):
                told(operation, "grant", partial(operation.grant, self.cloud, person, role, resource))
        seen = Seen("the test", by_hand=ByHand(operation, step.caller, role, scoped_by, takes=bool(granted)))
        self.seen.append(seen)
        if granted:
            self.model.take(step.caller, role, [scope] if scope else [])
            seen.took(step.caller, role, [scope] if scope else [], self.model)
        else:
            written = [change for change in changes if isinstance(change, Change)]
            said = target is not None and any(_mentions(change, target) for change in written)
            scope = target if said or is_known_of(operation, role, target, resource) else None
            self._granted[step.caller, role] = (scope, resource, written)
            self.model.give(step.caller, role, [scope] if scope else [])
            seen.gave(step.caller, role, [scope] if scope else [])
        self._follow(changes, Seen(""))
        self._renew_secrets(seen)

    # What it has come to

    def _follow(
        self, changes: Iterable[AnyChange], seen: Seen, operation: Operation | None = None, *, hands_over: bool = False
    ) -> None:
        """Have the model know what has changed of what people have. `hands_over`: an owner may name another one."""
        for change in changes:
            if not isinstance(change, Change) or change.collection not in self.script.collections.owner_keys:
                continue
            thing = self._thing(change)
            if change.before is None:
                owner = self._named(change) or seen.caller
                if owner:
                    number = self.steps[-1].number if self.steps else 0
                    again = thing is not None
                    thing = self.model.add(change, owner, number)
                    seen.created.append(thing)
                    seen.lost += [thing] if again else []
            elif thing is not None:
                self._follow_one(thing, change, seen, operation)
                owner = self._named(change)
                if hands_over and owner and thing.owner == seen.caller != owner:
                    self.model.hand_over(thing, owner)
                    seen.handed_over(thing)
            if thing is not None and not thing.removed:
                self._plant(thing)

    def _follow_one(self, thing: Thing, change: Change, seen: Seen, operation: Operation | None) -> None:
        """What there was is changed, removed, or there again."""
        was, thing.document = thing.removed, change.after or thing.document
        if change.after is None or (operation is not None and _is_gone(operation, change.after)):
            thing.removed = True
        elif operation is not None and change.before is not None and _is_gone(operation, change.before):
            thing.removed = False
        if thing.removed and not was:
            seen.removed.append(thing)
            seen.lost.append(thing)
        elif not thing.removed:
            seen.changed.append(thing)

    def _plant(self, thing: Thing, *, anew: bool = False) -> None:
        """Put a secret of its own, or another one, into each field that is to hold one, if something like it is there.

        Into tables of the function's own nothing is put: there only what was arranged is known to be secret.
        """
        held = dict(leaves(thing.document))
        label = f"{thing.name} of story {self.script.numbers}"
        self._secret_of[label] = thing
        for place, kind in self.script.collections.secrets.get(thing.collection, {}).items():
            value = held.get(place)
            if type(value) is not kind or (not anew and value in self._secrets.planted.get(label, ())):
                continue
            if thing.collection not in self.script.local:  # a table of the function's own
                if thing.owner == BYSTANDER:
                    self._secrets.planted.setdefault(label, []).append(value)
                continue
            with self._secrets.of(label):
                secret = self.cloud.secret(kind)
            thing.document = changed_at(thing.document, place, secret)
            fields = {".".join(map(str, place)): secret}
            self.cloud.db[thing.collection].update_one({"_id": thing.id}, {"$set": fields})

    def _renew_secrets(self, seen: Seen) -> None:
        """What somebody has no right to any more holds something else now than what they were shown."""
        for thing in seen.lost:
            self._plant(thing, anew=True)

    def _thing(self, change: Change) -> Thing | None:
        return self.model.things.get((change.collection, str(change.id)))

    def _named(self, change: Change) -> str:
        """Whose ids stand in the owner keys of a document, if anybody's."""
        keys = self.script.collections.owner_keys[change.collection] or OWNER_KEYS
        held = {str((change.after or {}).get(key)) for key in keys}
        known = self.script.ids.known
        return next((name for name, user in self._people.items() if held & known.as_text(user)), "")


def _is_gone(operation: Operation, document: dict[str, Any]) -> bool:
    return bool(told(operation, "gone", partial(operation.gone, document)))


def _mentions(change: Change, thing: Thing) -> bool:
    return change.id == thing.id or any(value == thing.id for _, value in leaves(change.after or {}))
