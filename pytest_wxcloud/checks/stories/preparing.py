"""What the stories of a machine begin with. What is wrong with it is told before any is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import product
from typing import Any

from ...canaries import Secrets
from ...cloud import WxCloud
from ...errors import ContractError, did_you_mean, users_mistake
from ..case import ANYONE
from ..operation import Operation, is_web, written
from ..validation import validate
from ..verdict import Violation
from ..world import frozen, name_of
from .model import OWNER
from .part import Arranged, Part, arranged, links_of, part_of, register
from .story import BYSTANDER, PEOPLE, Script, Step, Story

__tracebackhide__ = users_mistake


@contextmanager
def prepared(title: str, contracts: Sequence[type[Operation]], cloud: WxCloud) -> Iterator[Script]:
    """The script of a machine, in a scene in which the bystander has one of everything.

    Raises:
        ContractError: when the contracts make no stories.
        UnknownFunctionError, LoadError: when a function is not there, or cannot be loaded.
    """
    operations = _checked(title, contracts)
    for operation in operations:
        validate(operation, cloud)
        if is_web(operation):
            raise ContractError(
                f"{name_of(operation)} is about a web app, which cannot be started anew for each story. Stories are "
                "told of functions only; the contract's own laws hold for the app."
            )
    _check_roles(title, operations)
    with frozen(next((one.at for one in operations if one.at), "")) as instant, cloud.scene():
        cloud.db.have_every_collection()
        script = Script(title, cloud, instant)
        _arrange(script, operations)
        script.local = frozenset(cloud.db.collection_names())
        _rehearse(script)
        yield script


def _checked(title: str, contracts: Any) -> list[Operation]:
    if not isinstance(contracts, list | tuple) or not contracts:
        raise ContractError(
            f"{title}.contracts is {contracts!r}; it is a list of contracts: contracts = [TestAddTodo, TestRemoveTodo]."
        )
    for contract in contracts:
        if not isinstance(contract, type) or not hasattr(contract, "arrange"):
            raise ContractError(f"{title}.contracts has {contract!r}, which is no subclass of AuthorizationContract.")
    return [contract() for contract in dict.fromkeys(contracts)]


def _check_roles(title: str, operations: Sequence[Operation]) -> None:
    """A role that a call gives has to be one that somebody may do something by."""
    known = {OWNER, *(role for operation in operations for role in operation.roles)}
    for operation in operations:
        for word in ("gives", "takes"):
            role = getattr(operation, word)
            if role and role not in known:
                raise ContractError(
                    f"{name_of(operation)}.{word} is {role!r}, which is no role of any contract of {title}. "
                    f"{did_you_mean(role, known)}"
                )


def _arrange(script: Script, operations: Sequence[Operation]) -> None:
    """Have the bystander arrange everything, and somebody else, for comparison."""
    cloud, secrets, ids = script.cloud, Secrets(), script.ids
    mine, theirs = cloud.people[BYSTANDER], cloud.people["erin"]
    done: dict[Any, tuple[Arranged, Arranged]] = {}
    with cloud.planting(secrets):
        register(operations, cloud, [mine], ids.known)
    for operation in operations:
        key = written(operation.arrange)
        if key not in done:
            with cloud.planting(secrets):
                first = arranged(operation, cloud, mine)
                with cloud.scene():
                    register(operations, cloud, [theirs], ids.known)
                    second = arranged(operation, cloud, theirs)
            ids.learn_others([*first.changes, *second.changes], mine, theirs)
            script.collections.links |= links_of(first) & links_of(second)
            first = first.own(second, ids)
            done[key] = first, second
            script.there += first.changes
            script.collections.learn(first, ids, secrets, operation.owner_key)
        part = part_of(operation, *done[key], ids)
        script.parts.append(part)
        _check_receiver(part, *done[key])
    ids.known.forget(theirs)


def _check_receiver(part: Part, mine: Arranged, theirs: Arranged) -> None:
    """A role is given to whom the event names, else to the caller: one of them has to be somebody who can get it."""
    operation = part.operation
    for word, done in (("gives", "given to"), ("takes", "taken from")):
        role = getattr(operation, word)
        takers = operation.allow - {OWNER} if word == "gives" else operation.allow & {role, ANYONE}
        if role and not part.names_other and not takers:
            event = part.event(mine.resource, mine.person, mine.person, theirs.person)
            raise ContractError(
                f"{name_of(operation)}.{word} is {role!r}, and its event {event!r} names nobody whom it could be "
                f"{done}. In a story an openid that is neither the caller's nor the owner's stands for somebody else, "
                "and so does the _id of a document by which register makes people known. Have arrange register "
                'somebody, cloud.people[f"friend of {person}"], and event name them.'
            )


def _rehearse(script: Script) -> None:
    """See that what operations are about comes to be, when one calls them all who may."""
    made = set()
    with Story(script).told() as story:
        for part, role in script.by_hand:
            story.play(Step(part, PEOPLE[0], PEOPLE[1], role=role))
        for part, caller in product(2 * script.parts, PEOPLE):
            there = [thing for thing in story.model.things.values() if thing.collection == part.collection]
            target = next((thing for thing in reversed(there) if not thing.removed), None)
            other = next(name for name in PEOPLE if name != caller)
            before = len(story.seen)
            with suppress(Violation):
                story.play(Step(part, caller, other, target.origin if target is not None else None))
            created = [thing for seen in story.seen[before:] for thing in seen.created]
            part.creates = part.creates or bool(created)
            made |= {thing.collection for thing in created}
    for part in script.parts:
        if part.collection not in ("", *made):
            raise ContractError(
                f"{script.title}: no contract's operation creates what {name_of(part.operation)} is about, documents "
                f"in {part.collection}. Add the contract of the operation that inserts them; or, if it is there, see "
                "whether it does so for its owner."
            )
    if not made:
        raise ContractError(
            f"{script.title}: no contract's operation creates anything, so there is nothing to tell of. Add the "
            "contract of the operation that inserts what the others are about, and have its arrange insert one, too."
        )
