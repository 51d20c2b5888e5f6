"""The people around one operation, and what each of them has. It stays the same; only the caller varies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import partial
from typing import Any

from ..canaries import Secrets
from ..changes import Change, Changes, FileChange
from ..cloud import WxCloud
from ..errors import ContractError, WxCloudError, users_mistake
from ..frozen import REAL_TIME
from ..identity import WxUser
from .operation import Operation

__tracebackhide__ = users_mistake

#: People who are registered and have a resource of their own.
OWNERS = ("owner", "stranger", "bystander")
NEWCOMER = "newcomer"  # whom the back end never saw
FILES = ""  # stands for the collection of a file, whose path is its id
Key = tuple[str, str]  # collection and _id


@dataclass
class Party:
    """One person of a world: as a user, and with what `arrange` answered; None for who has nothing."""

    name: str
    user: WxUser
    resource: Any = None


@dataclass
class Grant:
    """What giving a role to `holder` wrote."""

    role: str
    holder: WxUser
    changes: list[Change]


@dataclass
class World:
    """Parties by name, whose each document is, and what granting each role writes."""

    operation: Operation
    cloud: WxCloud
    secrets: Secrets
    parties: dict[str, Party] = field(default_factory=dict)
    belongings: dict[Key, str] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)
    owner_keys: dict[str, set[str]] = field(default_factory=dict)
    twin: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # with other secrets of the owner's
    instant: str = ""
    untried: bool = True  # its first call finds a fresh instance, the others a warm one

    def __getitem__(self, name: str) -> Party:
        return self.parties[name]

    def party_of(self, user: WxUser | None) -> Party | None:
        """The party that `user` is."""
        return next((party for party in self.parties.values() if party.user == user), None)

    def event(self, resource_of: str, caller: WxUser | None) -> dict[str, Any]:
        """The event by which `caller` asks for the operation on somebody's resource.

        Raises:
            ContractError: when the contract's `event` raises, or answers no dict.
        """
        resource = self.parties[resource_of].resource
        event = told(self.operation, "event", partial(self.operation.event, resource, caller))
        if not isinstance(event, dict):
            raise ContractError(f"{name_of(self.operation)}.event answered {event!r}; an event is a dict.")
        return event

    def owners(self, change: Change) -> set[str]:
        """Whose a document is: who it was arranged for, else whose ids stand in its owner keys before the call."""
        arranged = self.belongings.get((change.collection, str(change.id)))
        if arranged is not None:
            return {arranged}
        return self.named_in(change.collection, change.before or {})

    def named_in(self, collection: str, document: dict[str, Any]) -> set[str]:
        """The parties whose ids the owner keys of `document` hold."""
        keys = self.owner_keys.get(collection) or owner_keys(self.operation)
        held = {str(document[key]) for key in keys if isinstance(document.get(key), str | int)}
        return {party.name for party in self.parties.values() if held & ids_of(party.user)}


def owner_keys(operation: Operation) -> set[str]:
    """The fields that say whose a document is, where no arranged document shows it."""
    from .operation import OWNER_KEYS

    return {operation.owner_key} if operation.owner_key else set(OWNER_KEYS)


def ids_of(user: WxUser) -> set[str]:
    """What names `user` in a document."""
    return {user.openid, *([user.unionid] if user.unionid else [])}


def name_of(operation: Operation) -> str:
    """The contract's own name, for messages."""
    return type(operation).__name__


def told(operation: Operation, method: str, work: Callable[[], Any]) -> Any:
    """Run what the contract's author wrote.

    Raises:
        ContractError: instead of what it raises: a broken arrangement is neither a pass nor a finding.
    """
    try:
        return work()
    except WxCloudError:
        raise
    except Exception as error:
        raise ContractError(
            f"{name_of(operation)}.{method} raised {type(error).__name__}: {error}. Nothing was judged."
        ) from error


@contextmanager
def arranged(operation: Operation, cloud: WxCloud) -> Iterator[World]:
    """A world for a block; afterwards everything is as it was.

    Raises:
        ContractError: when the contract cannot arrange it.
    """
    with frozen(operation.at) as instant, cloud.scene():
        twin = _build(operation, cloud, Secrets(other=frozenset({"owner"})))
        documents = cloud.db.dump() if twin.secrets.planted else {}
    with cloud.scene():
        with frozen(instant):
            world = _build(operation, cloud, Secrets())
        world.twin = documents
        world.instant = instant
        yield world


def _build(operation: Operation, cloud: WxCloud, secrets: Secrets) -> World:
    world = World(operation, cloud, secrets)
    with cloud.planting(secrets):
        _people(world)
        _roles(world)
    return world


@contextmanager
def frozen(instant: str = "") -> Iterator[str]:
    """Time stands at `instant`, or now: what is computed from it is the same in every call and every world."""
    from freezegun import freeze_time

    instant = instant or datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat()
    with freeze_time(instant, real_asyncio=True, ignore=list(REAL_TIME)):
        yield instant


def _people(world: World) -> None:
    operation, cloud = world.operation, world.cloud
    for name in OWNERS:
        party = world.parties[name] = Party(name, cloud.people[name])
        with world.secrets.of(name), cloud.changes() as changes:
            told(operation, "register", partial(operation.register, cloud, party.user))
            party.resource = told(operation, "arrange", partial(operation.arrange, cloud, party.user))
        for change in changes.inserted:
            if isinstance(change, Change):
                world.belongings[change.collection, str(change.id)] = name
                _learn_owner_keys(world, change, party.user)
            elif isinstance(change, FileChange):
                world.belongings[FILES, change.path] = name
    world.parties[NEWCOMER] = Party(NEWCOMER, cloud.people[NEWCOMER])


def _learn_owner_keys(world: World, change: Change, user: WxUser) -> None:
    """An arranged document shows under which fields its collection keeps whose it is."""
    named = {key for key, value in (change.after or {}).items() if isinstance(value, str) and value in ids_of(user)}
    if named:
        world.owner_keys.setdefault(change.collection, set()).update(named)


def _roles(world: World) -> None:
    operation, cloud = world.operation, world.cloud
    mine, others = world["owner"].resource, world["bystander"].resource
    for role in operation.roles:
        for name, scope in ((role, mine), (f"{role} elsewhere", others), (f"former {role}", mine)):
            party = world.parties[name] = Party(name, cloud.people[name])
            with world.secrets.of(name):
                told(operation, "register", partial(operation.register, cloud, party.user))
            with cloud.db.changes() as changes:
                told(operation, "grant", partial(operation.grant, cloud, party.user, role, scope))
            if not changes:
                raise ContractError(
                    f"{name_of(operation)}.grant(cloud, person, {role!r}) changed nothing in the database. "
                    "It has to store what makes somebody a holder of the role."
                )
            world.grants.append(Grant(role, party.user, list(changes)))
            if name.startswith("former"):
                _revoke(world, party.user, role, scope, changes)


def _revoke(world: World, person: WxUser, role: str, scope: Any, granted: Changes[Change]) -> None:
    """Take a role away as the contract says; else undo what granting it wrote."""
    operation, db = world.operation, world.cloud.db
    if told(operation, "revoke", partial(operation.revoke, world.cloud, person, role, scope)) is not NotImplemented:
        return
    for change in granted:
        db[change.collection].delete_many({"_id": change.id})
        if change.before is not None:
            db[change.collection].insert_one(change.before)
