"""Which steps a story takes: at random, but more often those that get anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from random import Random

from .model import OWNER, Model, Thing
from .part import Part
from .story import PEOPLE, Step, Story
from .telling import Seen

_LEFT_OUT = 0.3  # of the operations, in each story: what is removed at once is not shared
_TWICE = 0.15  # of the steps are taken twice, as by an impatient finger
_USED_AT_ONCE = 0.5  # of the rights that somebody is given
_ANYHOW = 0.005  # of what is considered is done though it leads nowhere
_TRIES = 20


def steps(story: Story, random: Random, most: int) -> Iterator[Step]:
    """Steps to be played one by one: each is chosen by what has come of those before it."""
    script = story.script
    kept = [part for part in script.parts if part.creates or random.random() > _LEFT_OUT]
    choices = [*((part, "") for part in kept), *script.by_hand]
    for _ in range(most):
        step = next(filter(None, (_step(story, random, *random.choice(choices)) for _ in range(_TRIES))), None)
        if step is None:
            continue
        for taken in (step, step) if random.random() < _TWICE else (step,):
            yield taken
            yield from list(_tried(story, random))


def _step(story: Story, random: Random, part: Part, role: str) -> Step | None:
    """A step with that part: by who may, as a rule, for the others get nowhere."""
    there = [thing for thing in story.model.things.values() if thing.collection == part.collection]
    for _ in range(_TRIES):
        caller, other = random.sample(PEOPLE, 2)
        target = random.choice([*there, *there[-1:]]) if there else None  # the newest more often
        if role or random.random() < _ANYHOW or _leads_on(story.model, part, target, caller, other):
            return Step(part, caller, other, target.origin if target is not None else None, role)
    return None


def _leads_on(model: Model, part: Part, target: Thing | None, caller: str, other: str) -> bool:
    if target is None:
        alive = any(thing.owner in PEOPLE and not thing.removed for thing in model.things.values())
        return part.creates is not alive
    if target.removed or target.owner not in PEOPLE or not model.is_entitled(caller, part.operation, target):
        return False
    takes, receiver = part.operation.takes, other if part.names_other else caller
    return not takes or (receiver, takes, target) in model.held


def _tried(story: Story, random: Random) -> Iterator[Step]:
    """Who has just gained a right may use it at once; who has lost one sees whether it is still there.

    So does who has lost one over a place in which something new is made: until then there may be nothing to see.
    """
    model, seen = story.model, story.seen[-1] if story.seen else Seen("")
    gained = seen.gained if random.random() < _USED_AT_ONCE else []
    tries = [(thing, *model.had[thing.key][-1]) for thing in gained]
    tries += [(thing, name, role) for thing in seen.lost for name, role in model.had[thing.key]]
    places = [place for thing in seen.created for place in model.scopes(thing)]
    tries += [(place, name, role) for place in places for (name, lost), role in model.lost.items() if lost is place]
    for thing, name, role in dict.fromkeys(tries):
        for part in story.script.parts:
            about = part.collection == thing.collection
            owns = role == OWNER and model.is_entitled(name, part.operation, thing)
            idle = part.creates or part.operation.takes or owns or name not in PEOPLE
            if role in part.operation.allow and not idle and (about or not part.collection):
                other = next(one for one in PEOPLE if one != name)
                yield Step(part, name, other, thing.origin if about else None)


def renamed(steps: list[Step]) -> list[Step]:
    """The same story with its people named in the order in which they come: Alice first."""
    names: dict[str, str] = {}
    come = [name for step in steps for name in (step.caller, *([step.other] if step.part.names_other else []))]
    for name in dict.fromkeys((*come, *PEOPLE)):
        names[name] = PEOPLE[len(names)]
    return _with_names(steps, names)


def shorter_than(steps: list[Step]) -> Iterator[list[Step]]:
    """Without one step, and with two people in each other's place in one other step, or in all those after it."""
    for at in range(len(steps)):
        before, after = steps[:at], steps[at + 1 :]
        rest = [*before, *after]
        for one, two in combinations(PEOPLE, 2):
            names = {one: two, two: one}
            yield [*before, *_with_names(after, names)]
            for other in range(len(rest)):
                yield [*rest[:other], *_with_names(rest[other : other + 1], names), *rest[other + 1 :]]


def _with_names(steps: list[Step], names: Mapping[str, str]) -> list[Step]:
    return [
        replace(step, caller=names.get(step.caller, step.caller), other=names.get(step.other, step.other))
        for step in steps
    ]
