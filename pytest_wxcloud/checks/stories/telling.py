"""A story in words: who did what to what, as it was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..effects import Effect, Evidence
from ..operation import Operation, label_of
from ..verdict import INDENT, Standing, Verdict
from ..world import name_of
from .model import Model, Thing


@dataclass(frozen=True)
class ByHand:
    """No call: the test's hand gives a person a role over a resource, or takes it back, as a contract says."""

    contract: Operation
    person: str
    role: str
    resource: Any
    takes: bool


@dataclass
class Seen:
    """What one step came to, as far as it concerns what people have.

    `gained` and `lost` are what somebody has a right to now, and what somebody has none to any more.
    """

    caller: str
    operation: Operation | None = None
    by_hand: ByHand | None = None
    target: Thing | None = None
    evidence: Evidence | None = None
    created: list[Thing] = field(default_factory=list)
    changed: list[Thing] = field(default_factory=list)
    removed: list[Thing] = field(default_factory=list)
    read: list[Thing] = field(default_factory=list)
    gained: list[Thing] = field(default_factory=list)
    lost: list[Thing] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)

    def gave(self, person: str, role: str, scopes: Sequence[Thing]) -> None:
        """The step gives somebody a role."""
        self.gained += scopes
        makes = "becomes" if person == self.caller else f"makes {person}"
        self.roles.append(f"{makes} {role}{_of(scopes)}")

    def took(self, person: str, role: str, scopes: Sequence[Thing], model: Model) -> None:
        """The step takes a role from somebody; without scopes it was one over everything."""
        self.lost += scopes or model.things.values()
        revokes = "leaves" if person == self.caller else f"revokes {person}"
        self.roles.append(f"{revokes} as {role}{_of(scopes)}")

    def handed_over(self, thing: Thing) -> None:
        """The step gives a thing another owner."""
        self.lost.append(thing)
        self.roles.append(f"hands {thing.name} over to {thing.owner}")

    def __str__(self) -> str:
        did = [f"creates {_names(self.created)}"] if self.created else []
        did += self.roles
        did += [f"removes {_names(self.removed)} → gone"] if self.removed else []
        did += [f"changes {_names(self.changed)}"] if self.changed and not self.roles else []
        did += [f"reads {_names(self.read)}"] if self.read else []
        if did:
            return f"{self.caller} {' and '.join(did)}"
        about = f" with {self.target.name}" if self.target is not None else ""
        answer = self.evidence.outcome.decision.value if self.evidence is not None else "nothing"
        return f"{self.caller} tries{about} → {answer}"


@dataclass(frozen=True)
class StoryVerdict(Verdict):
    """A verdict on the last step of a story, which tells the story first."""

    story: Sequence[Seen] = ()

    def lines(self) -> list[str]:
        """The story, a step a line, with the operation that was called; then the verdict on its last step."""
        title, *lines = super().lines()
        width = max(len(str(seen)) for seen in self.story)
        called = [label_of(seen.operation) if seen.operation is not None else "" for seen in self.story]
        told = [
            f"{number}. {seen!s:<{width}}   {called[number - 1]}".rstrip() for number, seen in enumerate(self.story, 1)
        ]
        head = f"  {'story':<{INDENT - 3}} "
        return [title, head + told[0], *(" " * INDENT + line for line in told[1:]), *lines]


def verdict_on(operation: Operation, story: Sequence[Seen], effects: Sequence[Effect], why: str) -> StoryVerdict:
    """The verdict on the last step of a story, which had these effects."""
    promised = f"{name_of(operation)} allows {' and '.join(sorted(operation.allow))}; {why}"
    evidence = story[-1].evidence
    assert evidence is not None
    label = label_of(operation)
    return StoryVerdict(Standing.VIOLATED, label, "stories", promised, evidence, effects, story=tuple(story))


def _names(things: Sequence[Thing]) -> str:
    return ", ".join(thing.name for thing in things)


def _of(scopes: Sequence[Thing]) -> str:
    there = [thing for thing in scopes if not thing.removed]
    return f" of {_names(there)}" if there else ""
