"""The oracle: what there is, whose it is, and who has been given which role over it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...canaries import leaves
from ...changes import Change
from ..case import ANYONE
from ..operation import Operation

OWNER = "owner"
OWN_PLACES = (("_id",), ("id",))  # where a document or a row has its own `_id`
Link = tuple[str, tuple[str | int, ...], str]  # collection, where in its documents, and whose `_id` stands there
Origin = tuple[int, int]  # the number of the step that made a thing, and which of its things it is


@dataclass(eq=False)
class Thing:
    """A document that somebody has, as it was last seen. One that is made anew under an old `_id` is another thing."""

    name: str
    collection: str
    id: Any  # its `_id`; of a row the primary key
    document: dict[str, Any]
    owner: str
    origin: Origin
    removed: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Collection and `_id`, which a thing made anew shares with the one before it."""
        return self.collection, str(self.id)


@dataclass
class Model:
    """What a story has come to. A role is held over a thing, or over None: everywhere."""

    links: frozenset[Link] = frozenset()
    things: dict[tuple[str, str], Thing] = field(default_factory=dict)
    held: set[tuple[str, str, Thing | None]] = field(default_factory=set)
    lost: dict[tuple[str, Thing | None], str] = field(default_factory=dict)  # roles that were taken back
    numbers: dict[str, int] = field(default_factory=dict)
    had: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)  # who ever had a role, by `_id`

    def add(self, change: Change, owner: str, step: int = 0) -> Thing:
        """Somebody has something new: "t1" is the first of the todos, "dave's t1" of those from before the story."""
        letter = next((letter for letter in change.collection.lower() if letter.isalpha()), "x")
        letter = letter if step else f"{owner}'s {letter}"
        number = self.numbers[letter] = self.numbers.get(letter, 0) + 1
        nth = sum(thing.origin[0] == step for thing in self.things.values())
        document = dict(change.after or {})
        thing = Thing(f"{letter}{number}", change.collection, change.id, document, owner, (step, nth))
        self.things.pop(thing.key, None)  # the newest stand last
        self.things[thing.key] = thing
        self.had.setdefault(thing.key, []).append((owner, OWNER))
        return thing

    def made(self, origin: Origin | None) -> Thing | None:
        """What was made there; None where nothing was."""
        return next((thing for thing in self.things.values() if thing.origin == origin), None)

    def scopes(self, thing: Thing | None) -> list[Thing]:
        """The thing, and what it names: a role over a group is one over the posts that name the group."""
        if thing is None:
            return []
        return [thing, *(other for other in self.things.values() if other is not thing and self.names(thing, other))]

    def names(self, thing: Thing, other: Thing) -> bool:
        """Whether a document holds the `_id` of another, as a comment holds its post's.

        A number may be anything, but in fields that were seen to hold such an `_id`.
        """
        held = [place for place, value in leaves(thing.document) if value == other.id and place not in OWN_PLACES]
        if isinstance(other.id, int):
            return any((thing.collection, place, other.collection) in self.links for place in held)
        return bool(held)

    # Rights

    def may(self, person: str, operation: Operation, thing: Thing, target: Thing | None) -> bool:
        """Whether a call about `target` (None: about nothing) may show or change `thing`.

        What hangs on the target goes with it, and what the target hangs on if both are the same person's.
        """
        if self.is_entitled(person, operation, thing, named=thing is target):
            return True
        if target is None or thing is target or not self.is_entitled(person, operation, target):
            return False
        return self.names(thing, target) or (self.names(target, thing) and target.owner == thing.owner)

    def may_see(self, person: str, operation: Operation, thing: Thing, target: Thing | None) -> bool:
        """Whether a call about `target` may show `thing`. A list that is open to all shows what is nobody's own."""
        public = target is None and ANYONE in operation.allow and not thing.removed
        return public or self.may(person, operation, thing, target)

    def is_entitled(self, person: str, operation: Operation, thing: Thing, *, named: bool = True) -> bool:
        """Whether this person may do this to that thing. Where anyone may, it has to be `named`."""
        if thing.owner == person:
            return True
        if thing.removed:
            return False
        scopes = (None, *self.scopes(thing))
        holds = any((person, role, scope) in self.held for role in operation.allow for scope in scopes)
        return holds or (named and ANYONE in operation.allow)

    def may_call(self, person: str, operation: Operation, target: Thing | None) -> bool:
        """Whether the call is meant to do what it does."""
        if target is not None:
            return self.is_entitled(person, operation, target)
        allow = operation.allow
        return bool(allow & {OWNER, ANYONE}) or any(who == person and role in allow for who, role, _ in self.held)

    def why_not(self, person: str, thing: Thing) -> str:
        """Why this person has no right to that."""
        if thing.removed:
            return f"{thing.name} is gone"
        for scope in (*self.scopes(thing), None):
            if (person, scope) in self.lost:
                over = f" over {scope.name}" if scope is not None else ""
                lost = self.lost[person, scope]
                return f"{thing.name} is {thing.owner}'s, and {person}'s role {lost!r}{over} was taken back"
        return f"{thing.name} is {thing.owner}'s, and {person} has no role over it"

    # Rights that change

    def hand_over(self, thing: Thing, owner: str) -> None:
        """Its owner has made it another person's."""
        thing.owner = owner
        self.had[thing.key].append((owner, OWNER))

    def give(self, person: str, role: str, scopes: list[Thing]) -> None:
        """Somebody has a role from now on; over everything, where there is nothing that it is over."""
        for scope in scopes or (None,):
            self.held.add((person, role, scope))
            self.lost.pop((person, scope), None)
            if scope is not None:
                self.had[scope.key].append((person, role))

    def take(self, person: str, role: str, scopes: list[Thing]) -> bool:
        """Somebody has it no more; answers whether they had."""
        taken = [scope for scope in scopes or (None,) if (person, role, scope) in self.held]
        for scope in taken:
            self.held.remove((person, role, scope))
            self.lost[person, scope] = role
        return bool(taken)
