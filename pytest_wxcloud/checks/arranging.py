"""Arranges the world of a contract: registers people, gives each a resource, grants and takes away roles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from ..canaries import Secrets, as_text, leaves
from ..changes import AnyChange, Change, FileChange
from ..cloud import WxCloud
from ..errors import ContractError, users_mistake
from ..identity import WxUser
from ..invocation import as_json
from ..runtimes.web_routes import route_of
from .known import OWN_KEYS, ids_of, named_leaves
from .leaks import told_to_strangers
from .names import words
from .operation import OWNER_KEYS, Operation, grants, has_own, is_web
from .other_worlds import differ_by_themselves
from .scopes import learn_scopes
from .validation import validate
from .world import FILES, NEWCOMER, OWNERS, Grant, Key, Party, World, frozen, name_of, told

if TYPE_CHECKING:
    from ..web_app import WebApp

__tracebackhide__ = users_mistake

_PHONE = re.compile(r"phone|mobile|(^|_)tel", re.IGNORECASE)


@contextmanager
def arranged(operation: Operation, cloud: WxCloud) -> Iterator[World]:
    """A world for a block; afterwards everything is as it was.

    Before that, strangers are asked in a world in which the owner's secrets are others; in two of each kind, where
    what is arranged differs by itself.

    Raises:
        ContractError: when the contract cannot be judged, or cannot arrange its world.
    """
    validate(operation, cloud)
    web = cloud.app(operation.app) if is_web(operation) else None
    if web is not None:
        web.load()  # before the first scene, at whose end it would be shut down
    with frozen(operation.at) as instant:
        build = partial(_build, operation, cloud, web, instant)
        with cloud.scene():
            twin = build(Secrets(other=frozenset({"owner"})))
            others = told_to_strangers(twin) if twin.secrets.planted.get("owner") else []
        with cloud.scene():
            world = build(Secrets())
            if not others or not differ_by_themselves(twin, world):
                world.others = others
                _try_events(world)
                yield world
                return
            same = told_to_strangers(world)
        with cloud.scene():
            others += told_to_strangers(build(Secrets(other=frozenset({"owner"}))))
        with cloud.scene():
            world = build(Secrets())
            world.others, world.same = others, same
            _try_events(world)
            yield world


def _build(operation: Operation, cloud: WxCloud, web: WebApp | None, instant: str, secrets: Secrets) -> World:
    world = World(operation, cloud, secrets, web, instant=instant)
    if web is None or cloud.node.running:  # a web app need not use the local cloud at all
        cloud.db.have_every_collection()  # a deployed back end has those that are empty, too
    with cloud.planting(secrets), cloud.changes() as changes:
        _people(world)
        _roles(world)
    world.written = list(changes)
    _learn_usual_keys(world)
    return world


def _try_events(world: World) -> None:
    """What is wrong with the contract's events is told now, not as a law's failure."""
    for caller in (world["owner"].user, None):
        event = world.event("owner", caller)
        if world.web is None:
            as_json(event)
    if world.web is not None:
        request = world.template.request(world.event("owner", world["owner"].user))
        world.route = route_of(world.web.app, request["method"], request["path"]) or str(world.template)
        world.operation.action = world.operation.action or world.route


def _learn_usual_keys(world: World) -> None:
    """The fields that say whose a document is, where no arranged document shows it.

    A name that stands neither in the function nor in its event is no field of this back end.
    """
    operation, said = world.operation, words(world)
    if operation.owner_key:
        world.usual_keys = {operation.owner_key}
    elif said and "callFunction" not in said:  # what another function reads is not known
        sent = {str(place[-1]) for place, _ in leaves(world.event("owner", world["owner"].user)) if place}
        world.usual_keys = {"_openid"} | set(OWNER_KEYS) & said.union(sent, *world.owner_keys.values())


def _people(world: World) -> None:
    operation, cloud = world.operation, world.cloud
    documents: dict[Key, dict[str, Any]] = {}
    for name in OWNERS:
        party = world.parties[name] = Party(name, cloud.people[name])
        with world.secrets.of(name), cloud.changes() as changes:
            told(operation, "register", partial(operation.register, cloud, party.user))
            if has_own(operation, "register"):
                world.known.learn(party.user, changes.inserted, world.secrets.planted.get(name, ()))
            party.resource = told(operation, "arrange", partial(operation.arrange, cloud, party.user))
        for change in changes.inserted:
            if isinstance(change, Change):
                key = change.collection, str(change.id)
                world.belongings[key], documents[key] = name, change.after or {}
                world.numbers |= {str(change.id)} if isinstance(change.id, int) else set()
                _learn_owner_keys(world, change, party.user)
                _learn_private(world, change, party)
                _learn_secrets(world, change, name)
            elif isinstance(change, FileChange):
                world.belongings[FILES, change.path] = name
        for change in changes.updated:  # a room, a list that everybody is put into: nobody's own
            if isinstance(change, Change) and world.belongings.get((change.collection, str(change.id)), name) != name:
                del world.belongings[change.collection, str(change.id)]
    _leave_what_is_common(world, documents)
    _learn_known_keys(world, documents)
    for place, whose in world.belongings.items():
        held = leaves(documents.get(place, {}))
        world.texts.setdefault(whose, set()).update(value for _, value in held if isinstance(value, str) and value)
    world.parties[NEWCOMER] = Party(NEWCOMER, cloud.people[NEWCOMER])


def _leave_what_is_common(world: World, documents: Mapping[Key, Mapping[str, Any]]) -> None:
    """A document that is there once, whoever is arranged for first (a shop, a setting), belongs to nobody.

    The first person's resource has more documents in a collection than the second's then; those that name neither
    the person nor anything of theirs, and that no resource or all of them name, are what is common.
    """
    first, second = (
        [key for key, whose in world.belongings.items() if whose == name and key[0] != FILES] for name in OWNERS[:2]
    )
    more = Counter(collection for collection, _ in first) - Counter(collection for collection, _ in second)
    named, others = (as_text([world[name].resource, world.event(name, world[name].user)]) for name in OWNERS[:2])
    theirs = {*ids_of(world[OWNERS[0]].user), *(key for _, key in first)}
    for collection, key in first:
        if not more[collection]:
            continue
        text = [value for _, value in leaves(documents[collection, key])]
        if (key not in named or key in others) and not any(
            value in theirs - {key} for value in text if isinstance(value, str)
        ):
            del world.belongings[collection, key]


def _learn_known_keys(world: World, documents: Mapping[Key, Mapping[str, Any]]) -> None:
    """Fields that hold what the back end knows people by say whose a document is, like those that hold openids."""
    for (collection, key), whose in world.belongings.items():
        for name, value in documents.get((collection, key), {}).items():
            if name not in OWN_KEYS:
                world.known.see(world[whose].user, (collection, name), [value])
    for collection, name in world.known.fields:
        world.owner_keys.setdefault(collection, set()).add(name)


def _learn_secrets(world: World, change: Change, name: str) -> None:
    """Under which field an arranged document holds a secret, or what is private."""
    secret = {*world.secrets.planted.get(name, ()), *world.private.get(name, ())}
    for field, value in (change.after or {}).items():
        if isinstance(value, str | int) and value in secret:
            world.secret_at[value] = (change.collection, change.id, field)


def _learn_owner_keys(world: World, change: Change, user: WxUser) -> None:
    """An arranged document shows under which fields its collection keeps whose it is."""
    named = {key for key, value in (change.after or {}).items() if isinstance(value, str) and value in ids_of(user)}
    if named:
        world.owner_keys.setdefault(change.collection, set()).update(named)


def _learn_private(world: World, change: Change, party: Party) -> None:
    """Phone numbers and unionids that an arranged document holds, but for fields that the contract calls public."""
    mine = world.private.setdefault(party.name, {})
    for place, value in leaves(change.after or {}):
        name = ".".join(str(step) for step in place if isinstance(step, str))
        if f"{change.collection}.{name}" in world.operation.public:
            continue
        if value == party.user.unionid and value is not None:
            mine[str(value)] = "unionid"
        elif _PHONE.search(name) and re.fullmatch(r"[+\d -]{7,20}", str(value)):
            mine[str(value)] = "phone number"


def _roles(world: World) -> None:
    mine, others = world["owner"].resource, world["bystander"].resource
    for role, openid in world.operation.holders.items():
        _register(world, role, openid)
    for role in (one for one in world.operation.roles if one not in world.operation.holders):
        _former(world, f"former {role}", role, mine)  # first: where one holds it at a time, they have to have left it
        for name, scope, over in ((role, mine, "owner"), (f"{role} elsewhere", others, "bystander")):
            _register(world, name)
            written = _granted(world, name, role, scope)
            world.grants += [Grant(role, world[name].user, written, name, over)] if written else []
    for grant in world.grants:
        for change in grant.changes:
            _see_what_names(world, grant.holder, change)
    learn_scopes(world)


def _see_what_names(world: World, holder: WxUser, change: Change) -> None:
    """Under which fields what grants a role says who has it."""
    fields: dict[str, list[Any]] = {}
    for name, value in named_leaves(change.after or {}):
        fields.setdefault(name, []).append(value)
    for name, values in fields.items():
        if name not in OWN_KEYS:
            world.known.see(holder, (change.collection, name), values)


def _register(world: World, name: str, openid: str | None = None) -> None:
    operation, cloud = world.operation, world.cloud
    party = world.parties[name] = Party(name, cloud.people.user(name, openid=openid))
    with world.secrets.of(name), cloud.changes() as changes:
        told(operation, "register", partial(operation.register, cloud, party.user))
    _learn_papers(world, party, changes.inserted)
    if openid is None:
        world.known.learn(party.user, changes.inserted, world.secrets.planted.get(name, ()))


def _learn_papers(world: World, party: Party, inserted: Iterable[AnyChange]) -> None:
    """By which documents the back end knows somebody who arranges none."""
    papers = [(change.collection, change.id) for change in inserted if isinstance(change, Change)]
    world.numbers |= {str(key) for _, key in papers if isinstance(key, int)}
    party.papers += [(collection, str(key)) for collection, key in papers]


def _granted(world: World, name: str, role: str, scope: Any) -> list[Change]:
    """Give a party a role; answers what that wrote, which may be nothing where to hold it is to know something."""
    operation, cloud, person = world.operation, world.cloud, world[name].user
    known = bool(world.shared_secret(role, "owner"))
    if known and not grants(operation):
        return []
    with world.secrets.of(name), cloud.changes() as changes:
        told(operation, "grant", partial(operation.grant, cloud, person, role, scope))
    written = [change for change in changes if isinstance(change, Change)]
    _learn_papers(world, world[name], changes.inserted)
    if not written and not known:
        raise ContractError(
            f"{name_of(operation)}.grant(cloud, person, {role!r}) changed nothing in the database. "
            "It has to store what makes somebody a holder of the role. Where that is to know something, a code or a "
            "password, leave grant out, and answer it from knows(resource, role)."
        )
    return written


def _former(world: World, name: str, role: str, scope: Any) -> None:
    """One who had a role: the contract takes it away, or else it is as if they never had it."""
    operation, cloud = world.operation, world.cloud
    with cloud.scene():
        _register(world, name)
        if not _granted(world, name, role, scope):  # what somebody knows cannot be taken from them
            del world.parties[name]
            return
        person = world[name].user
        revoked = told(operation, "revoke", partial(operation.revoke, cloud, person, role, scope))
    _register(world, name)
    if revoked is not NotImplemented:
        _granted(world, name, role, scope)
        told(operation, "revoke", partial(operation.revoke, cloud, world[name].user, role, scope))
