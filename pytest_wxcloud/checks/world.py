"""The people around one operation, and what each of them has. It stays the same; only the caller varies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

from ..canaries import Secrets, leaves
from ..changes import Change
from ..cloud import WxCloud
from ..errors import ContractError, ToolchainError, WxCloudError, users_mistake
from ..frozen import REAL_TIME
from ..identity import WxUser
from .known import Known
from .operation import OWNER_KEYS, Operation
from .requests import Place, Template, template_of, why_no_request
from .shared_secrets import guessed, secret_of, with_secret

if TYPE_CHECKING:
    from ..web_app import WebApp

__tracebackhide__ = users_mistake

#: People who are registered and have a resource of their own.
OWNERS = ("owner", "stranger", "bystander")
NEWCOMER = "newcomer"  # whom the back end never saw
FILES = ""  # stands for the collection of a file, whose path is its id
Key = tuple[str, str]  # collection and _id
_ONCE_FOR_ALL = (
    " register and arrange are called once for each of several people: what is there once for all of them is stored "
    "only if it is not there yet."
)
T = TypeVar("T")
_NOBODY = " It was asked for what nobody sends, for which caller is None."


@dataclass
class Party:
    """One person of a world: as a user, and with what `arrange` answered; None for who has nothing.

    `papers` are the documents that make a role's holder known, where those are not among the world's belongings.
    """

    name: str
    user: WxUser
    resource: Any = None
    papers: list[Key] = field(default_factory=list)


@dataclass
class Grant:
    """What giving a role to `holder`, over the resource of `over`, wrote."""

    role: str
    holder: WxUser
    changes: list[Change]
    holder_name: str = ""
    over: str = "owner"


@dataclass
class World:
    """Parties by name, whose each document is, and what granting each role writes."""

    operation: Operation
    cloud: WxCloud
    secrets: Secrets
    web: WebApp | None = None  # what is asked, where it is no function
    parties: dict[str, Party] = field(default_factory=dict)
    belongings: dict[Key, str] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)  # ids of those that are no text, as in tables
    grants: list[Grant] = field(default_factory=list)
    known: Known = field(default_factory=Known)  # by what the back end itself knows people
    owner_keys: dict[str, set[str]] = field(default_factory=dict)
    hanging: dict[Key, str] = field(default_factory=dict)  # membership → over whose resource it is
    company: dict[str, str] = field(default_factory=dict)  # member → the same
    usual_keys: set[str] = field(default_factory=set)  # where no arranged document shows them
    texts: dict[str, set[str]] = field(default_factory=dict)  # person → what their documents say
    secret_at: dict[Any, tuple[str, Any, str]] = field(default_factory=dict)  # secret → collection, _id, field
    private: dict[str, dict[str, str]] = field(default_factory=dict)  # person → value → what it is
    written: list[Any] = field(default_factory=list)  # all changes that arranging it made
    others: list[Any] = field(default_factory=list)  # what strangers are told where the owner's secrets are others
    same: list[Any] = field(default_factory=list)  # and in a world like this one, where it is arranged otherwise
    instant: str = ""
    sources: dict[Any, list[str]] = field(default_factory=dict)  # its own files, as text, by function and kind
    tried: dict[Any, Any] = field(default_factory=dict)  # what came of each call, by caller and event
    route: str = ""  # of a web app: the one that the requests come to
    untried: bool = True  # its first call finds a fresh instance, the others a warm one

    def __getitem__(self, name: str) -> Party:
        return self.parties[name]

    def party_of(self, user: WxUser | None) -> Party | None:
        """The party that `user` is."""
        return next((party for party in self.parties.values() if party.user == user), None)

    def event(self, resource_of: str, caller: WxUser | None) -> dict[str, Any]:
        """The event by which `caller` asks for the operation on somebody's resource; see `requests` for a web app's.

        Raises:
            ContractError: when the contract's `event` or `request` raises, or answers none.
        """
        if self.web is not None:
            return self.template.event(self._request(resource_of, caller))
        resource = self.parties[resource_of].resource
        event = told(
            self.operation, "event", partial(self.operation.event, resource, caller), _NOBODY * (caller is None)
        )
        if not isinstance(event, dict):
            raise ContractError(f"{name_of(self.operation)}.event answered {event!r}; an event is a dict.")
        return self._with_secrets(event, resource_of, caller)

    @cached_property
    def template(self) -> Template:
        """What all requests of the operation have in common."""
        own = [self._request(name, self.parties[name].user) for name in OWNERS]
        return template_of([*own, self._request("owner", self.parties["stranger"].user)])

    def _request(self, resource_of: str, caller: WxUser | None) -> Mapping[str, Any]:
        operation, resource = self.operation, self.parties[resource_of].resource
        work = partial(operation.request, resource, caller)
        request: Mapping[str, Any] = told(operation, "request", work, _NOBODY * (caller is None))
        wrong = why_no_request(request)
        if wrong:
            raise ContractError(f"{name_of(operation)}.request {wrong}.")
        return self._with_secrets(request, resource_of, caller)

    def _with_secrets(self, event: Mapping[str, Any], resource_of: str, caller: WxUser | None) -> dict[str, Any]:
        """`event` with what its sender knows, or else guesses, where to know it is to hold a role."""
        party = self.party_of(caller) if caller is not None else None
        sender, sent = "" if party is None else party.name, dict(event)
        for role in sorted(self.operation.roles, key=lambda role: role == sender.removesuffix(" elsewhere")):
            wanted = self.shared_secret(role, resource_of)
            over = {role: "owner", f"former {role}": "owner", f"{role} elsewhere": "bystander"}.get(sender)
            if sender in OWNERS and self.has_secret_of_each(role):  # what is about their own they know, too
                over = sender
            sent = with_secret(sent, guessed(wanted) if over is None else self.shared_secret(role, over))
        return sent

    def shared_secret(self, role: str, over: str) -> Mapping[str, Any]:
        """What holders of a role over somebody's resource know; nothing where it is stored."""
        resource = self.parties[over].resource
        return told(self.operation, "knows", partial(secret_of, self.operation, resource, role))

    def has_secret_of_each(self, role: str) -> bool:
        """Whether to hold a role is to know something about one resource: the code of a group, not one password."""
        return self.shared_secret(role, "owner") != self.shared_secret(role, "bystander")

    def places(self, event: Any) -> list[Place]:
        """Where whoever sends `event` may put names of their own: each object in it."""
        return list(places(event) if self.web is None else self.template.places(event))

    def main_place(self, event: Any) -> Place:
        """Where the operation looks first for what it is told."""
        return () if self.web is None else self.template.main(event)

    def owners(self, change: Change) -> set[str]:
        """Whose a document is: who it was arranged for, else whose ids stand in its owner keys before the call."""
        arranged = self.belongings.get((change.collection, str(change.id)))
        if arranged is not None:
            return {arranged}
        over = self.hanging.get((change.collection, str(change.id)))
        return self.named_in(change.collection, change.before or {}) | ({over} if over is not None else set())

    def things_of(self, name: str) -> set[str]:
        """What names things of a person: the ids of their documents, and values that only their resource has."""
        mine, *others = (
            {str(value) for _, value in leaves(self.parties[one].resource) if isinstance(value, str | int)}
            for one in (name, *(other for other in OWNERS if other != name))
        )
        return {key for (_, key), whose in self.belongings.items() if whose == name} | mine.difference(*others)

    def columns_of(self, user: WxUser) -> set[tuple[str, str]]:
        """Collections, and fields of them, in which the openid of `user` was stored as the world was arranged."""
        return {
            (change.collection, name)
            for change in self.written
            if isinstance(change, Change)
            for name, value in (change.after or {}).items()
            if value == user.openid
        }

    def keys_of(self, collection: str) -> set[str]:
        """The fields under which a collection keeps whose a document is."""
        return self.owner_keys.get(collection) or self.usual_keys or set(OWNER_KEYS)

    def named_in(self, collection: str, document: dict[str, Any], also: AbstractSet[str] = frozenset()) -> set[str]:
        """The parties whose ids the owner keys of `document` hold: WeChat's, or those of their own documents.

        `also` are keys that a plain call shows.
        """
        keys = self.keys_of(collection)
        if also:
            keys = {*also, *self.owner_keys.get(collection, {"_openid"})}
        held = {str(document[key]) for key in keys if isinstance(document.get(key), str | int)}
        named = {party.name for party in self.parties.values() if held & self.known.texts(party.user)}
        named |= self._known_in(collection, document, keys)
        return named | {whose for (_, key), whose in self.belongings.items() if key in held}

    def _known_in(self, collection: str, document: dict[str, Any], keys: AbstractSet[str]) -> set[str]:
        """The parties whom fields name that are known to hold something that names people."""
        fields = [key for key in keys if self.known.kinds_at((collection, key))]
        return {
            party.name
            for party in self.parties.values()
            if any(self.known.names(party.user, (collection, key), document.get(key)) for key in fields)
        }


def held_at(event: Any, place: Place) -> Mapping[str, Any]:
    """The object at a place; an empty one where there is none yet."""
    for step in place:
        event = event.get(step, {}) if isinstance(event, Mapping) else event[step]
    return event if isinstance(event, Mapping) else {}


def places(event: Any, at: Place = ()) -> Iterator[Place]:
    """Each object in JSON data."""
    if isinstance(event, Mapping):
        yield at
        for key, held in event.items():
            yield from places(held, (*at, key))
    elif isinstance(event, list):
        for number, held in enumerate(event):
            yield from places(held, (*at, number))


def name_of(operation: Operation) -> str:
    """The contract's own name, for messages."""
    return type(operation).__name__


def told(operation: Operation, method: str, work: Callable[[], T], hint: str = "") -> T:
    """Run what the contract's author wrote.

    Raises:
        ContractError: instead of what it raises: a broken arrangement is neither a pass nor a finding.
    """
    try:
        return work()
    except (ContractError, ToolchainError):
        raise
    except Exception as error:
        if isinstance(error, WxCloudError) and method == "decide":  # of the outcome, and not of the contract
            raise
        why = f"{type(error).__name__}: {error}".removesuffix(".")
        hint = hint or (_ONCE_FOR_ALL if "duplicate key" in why.lower() and method in ("register", "arrange") else "")
        raise ContractError(f"{name_of(operation)}.{method} raised {why}. Nothing was judged.{hint}") from error


@contextmanager
def frozen(instant: str = "") -> Iterator[str]:
    """Time stands at `instant`, or now: what is computed from it is the same in every call and every world."""
    from freezegun import freeze_time

    instant = instant or datetime.now(timezone.utc).replace(microsecond=0, tzinfo=None).isoformat()
    at: str | datetime = instant
    with suppress(ValueError):  # any other way of writing it is left to freezegun, which takes longer to read any
        at = datetime.fromisoformat(instant)
    with freeze_time(at, real_asyncio=True, ignore=list(REAL_TIME)):
        yield instant
