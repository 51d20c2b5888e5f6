"""Ids that the event claims reach nobody else: the platform says who calls, not the client."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from ...canaries import changed_at, leaves
from ...changes import Change
from ..asking import rows_and_columns
from ..attempt import Attempts
from ..case import Case, anonymous, case_of, own, who_may
from ..inside import ids_in, objects_in, swapped
from ..known import ids_of
from ..law import Law
from ..names import header_names, identity_names, read_names, reads_authorization
from ..oddity import Oddity
from ..world import FILES, OWNERS, Key, World, held_at

#: Objects in which functions look for who calls.
NESTS = ("user", "data", "params", "payload", "query", "wxContext", "context", "auth")

#: Collections whose ids are what proves who calls.
_TOKENS = re.compile(r"session|token|ticket", re.IGNORECASE)
MOST = 12  # values of an event that an id is put in place of


def cases(attempts: Attempts) -> Iterator[Case]:
    """A stranger and nobody claim to be the owner, and to hold each role that may, under all names and one by one."""
    world = attempts.world
    for case in (case_of(world, "stranger"), own(world), anonymous(world)):
        yield from claims(world, case)
    for role in who_may(world)[1:]:
        for case in (case_of(world, "stranger"), anonymous(world)):
            yield from claims(world, case, role)


def claims(world: World, case: Case, whose: str = "owner") -> Iterator[Case]:
    """`case`, with somebody's ids under the names that functions read.

    What an event is about it may say: whoever may do this to that, does no more than ask.
    """
    about = names_of_resource(world, case)
    for word, victim in victims(world, whose):
        yield from claims_to_be(world, case, word, victim)
        main = world.main_place(case.event)
        holder = held_at(case.event, main)
        for name in _free_names(world, holder, about):
            if holder.get(name) != victim:
                event = changed_at(case.event, main, {**holder, name: victim})
                yield case.with_event(event, f"forged {name} = {word}", Oddity.FORGED)
        for place in world.places(case.event):  # one by one, where all at once may be too much
            if place not in (main, ("headers",)):
                for name in _kept_names(world):
                    event = changed_at(case.event, place, {**held_at(case.event, place), name: victim})
                    yield case.with_event(event, f"forged {'.'.join(map(str, (*place, name)))} = {word}", Oddity.FORGED)
        yield from in_authorization(world, case, word, victim)
        if case.principal.user is None:
            yield from in_place_of_constants(world, case, word, victim)
        yield from in_texts_of_json(world, case, word, victim)
    for word, victim in telling(world, whose):
        yield from whatever_is_read(world, case, word, victim)
    yield from in_place_of_own(world, case, whose)


def telling(world: World, whose: str) -> Iterator[tuple[str, Any]]:
    """The first id of each kind, and the first that other documents refer to: of a family or a shop, not its things."""
    found = [*victims(world, whose)]
    yield from dict(reversed(found)).items()
    inner = [one for one in found if one[0].endswith("internal id")]
    yield from [one for one in inner if str(one[1]) in _referred_to(world)][:1] if len(inner) > 1 else ()


def _referred_to(world: World) -> set[str]:
    """What arranged documents hold beside their own ids."""
    written = [change for change in world.written if isinstance(change, Change)]
    return {str(held) for one in written for _, held in leaves(one.after or {}) if str(held) != str(one.id)}


def whatever_is_read(world: World, case: Case, word: str, victim: Any) -> Iterator[Case]:
    """`case`, with one id under the names that the function reads of anything, which need not look like a person's.

    Some at a time, because one that is a page or a date ends the call; each with some others twice.
    """
    for place in world.places(case.event):
        if place in (("headers",), ("cookies",)):
            continue
        holder = held_at(case.event, place)
        known = {*holder, *identity_names(world), "userInfo"}
        for group in rows_and_columns([name for name in read_names(world) if name not in known]):
            event = changed_at(case.event, place, {**dict.fromkeys(group, victim), **holder})
            yield case.with_event(event, f"forged {word} as {', '.join(group)}{_at(place)}", Oddity.FORGED)


def in_authorization(world: World, case: Case, word: str, victim: Any) -> Iterator[Case]:
    """`case`, with one id as the token that it does not send, and that the app may look for."""
    headers = held_at(case.event, ("headers",))
    if "authorization" not in map(str.lower, headers) and reads_authorization(world):
        for token in (f"Bearer {victim}", str(victim)):
            event = changed_at(case.event, ("headers",), {**headers, "Authorization": token})
            yield case.with_event(event, f"forged headers.Authorization = {word}", Oddity.FORGED)


def in_place_of_constants(world: World, case: Case, word: str, victim: Any) -> Iterator[Case]:
    """`case`, with one id in place of each text that says nothing about whom or what it is for.

    Of nobody's alone: in those of people it may be whom they mean to write to, or to give something.
    """
    elsewhere = dict(leaves(world.event("stranger" if case.target == "owner" else "owner", world["bystander"].user)))
    for place, value in list(leaves(case.event))[:MOST]:
        if isinstance(value, str) and elsewhere.get(place) == value and place[0] not in ("headers", "cookies"):
            event = changed_at(case.event, place, victim)
            yield case.with_event(event, f"forged {'.'.join(map(str, place))} = {word}", Oddity.FORGED)


def names_of_resource(world: World, case: Case) -> set[str]:
    """The names under which an event says what it is about; whoever stands there is not who calls."""
    user = case.principal.user
    here, there = (dict(leaves(world.event(party, user))) for party in ("owner", "bystander"))
    return {str(place[-1]) for place, value in here.items() if place and there.get(place) != value}


def in_texts_of_json(world: World, case: Case, word: str, victim: Any) -> Iterator[Case]:
    """`case`, with one id in the objects that it holds as text: the body of an HTTP call, ``JSON.stringify(…)``.

    In those that are encoded under all names at once: a token has several.
    """
    for place, value in leaves(case.event):
        for held, written in objects_in(value):
            free = [name for name in (*_free_names(world, held), *read_names(world)) if not _is_nest(held.get(name))]
            groups = [[name] for name in free] if value.startswith("{") else [free]
            for names in groups:
                event = changed_at(case.event, place, written({**held, **dict.fromkeys(names, victim)}))
                where = ".".join(map(str, (*place, *(names if len(names) == 1 else ()))))
                yield case.with_event(event, f"forged {where} = {word}", Oddity.FORGED)


def _is_nest(value: Any) -> bool:
    return isinstance(value, dict | list)


def in_place_of_own(world: World, case: Case, whose: str = "owner") -> Iterator[Case]:
    """`case`, with somebody's id in place of the caller's, whatever the contract's event calls it; inside texts, too.

    What changes with the resource names that, and not the caller. Nobody sends what a stranger would.
    """
    user = case.principal.user
    party = world.party_of(user) if user is not None else world["stranger"]
    if party is None or party.name not in OWNERS:
        return
    pairs = counterparts(world, party.name, whose)
    event = case.event if user is not None else world.event(case.target, party.user)
    elsewhere = dict(leaves(world.event("owner" if case.target != "owner" else party.name, party.user)))
    another = dict(leaves(world.event(case.target, world["bystander"].user)))
    for place, value in leaves(event):
        if isinstance(value, str | int) and str(value) in pairs and elsewhere.get(place) == value:
            odd: Any = type(value)(pairs[str(value)])
        else:
            mine = ids_in(value, pairs) & ids_in(elsewhere.get(place), pairs) - ids_in(another.get(place), pairs)
            odd = swapped(value, {id: pairs[id] for id in mine}) if mine else value
        if odd != value:
            note = f"forged {'.'.join(map(str, place))} = the {whose}'s"
            yield case.with_event(changed_at(event, place, odd), note, Oddity.FORGED)


def counterparts(world: World, mine: str, theirs: str) -> dict[str, str]:
    """One person's ids, and those of their own documents → the same of another person.

    But for what only the person knows: the ids of sessions, and those that the contract calls secret.
    """
    me, they = world[mine].user, world[theirs].user
    pairs = {me.openid: they.openid, **({me.unionid: they.unionid} if me.unionid and they.unionid else {})}
    numbers = {kind: str(value) for kind, value in world.known.of(me).items() if isinstance(value, int)}
    pairs.update({numbers[kind]: str(value) for kind, value in world.known.of(they).items() if kind in numbers})
    here, there = papers_of(world, mine), papers_of(world, theirs)
    secret = {str(one) for planted in world.secrets.planted.values() for one in planted}
    for collection in {name for name, _ in here if not _TOKENS.search(name)}:
        pairs.update(zip(*([key for name, key in keys if name == collection] for keys in (here, there)), strict=False))
    return {id: other for id, other in pairs.items() if id not in secret}


def papers_of(world: World, party: str) -> list[Key]:
    """The documents of a person, in the order in which they were arranged."""
    kept = [key for key, whose in world.belongings.items() if whose == party and key[0] != FILES]
    return [*kept, *world[party].papers]


def claims_to_be(world: World, case: Case, word: str, victim: Any) -> Iterator[Case]:
    """`case`, with one id under all names at once, in each object that there is and in those that functions look into.

    The platform writes userInfo itself; where nobody calls, nobody could have sent one.
    """
    main = world.main_place(case.event)
    holder = held_at(case.event, main)
    claimed = dict.fromkeys(_free_names(world, holder, names_of_resource(world, case)), victim)
    for place in world.places(case.event):
        names = claimed if place != ("headers",) else dict.fromkeys(header_names(world), victim)
        yield case.with_event(
            _merged(case.event, place, names), f"forged {word} under every name{_at(place)}", Oddity.FORGED
        )
    if main == ("query",):
        return
    nests = [nest for nest in NESTS if _is_free(holder, nest)]
    nested = {nest: {**claimed, **_mapping(holder.get(nest))} for nest in nests}
    event = changed_at(case.event, main, {**holder, **nested})
    yield case.with_event(event, f"forged {word} in user, data and their like", Oddity.FORGED)


def _free_names(world: World, holder: Mapping[str, Any], about: AbstractSet[str] = frozenset()) -> list[str]:
    names = dict.fromkeys([*identity_names(world), *_kept_names(world)])
    taken = {"userInfo", *about}
    return [name for name in names if not isinstance(holder.get(name), dict | list) and name not in taken]


def _kept_names(world: World) -> list[str]:
    """The names under which arranged documents say whose they are; of `_id` no call can make another."""
    return sorted(set().union(*world.owner_keys.values()) - {"_id"})


def victims(world: World, whose: str = "owner") -> Iterator[tuple[str, Any]]:
    """What names a person: the openid, the unionid, and the id that the back end itself gave them."""
    user, possessive = world[whose].user, "" if whose == "owner" else f"the {whose}'s "
    yield f"{possessive}openid", user.openid
    if user.unionid and world.operation.keyed_by == "unionid":
        yield f"{possessive}unionid", user.unionid
    yield from ((f"{possessive}internal id", key) for key in internal_ids(world, whose))


def internal_ids(world: World, party: str) -> list[str | int]:
    """The `_id` of documents about a person that no event names."""
    target = party if party in OWNERS else "owner"
    event_ids = {str(value) for _, value in leaves(world.event(target, world[party].user))}
    told = event_ids | ids_of(world[party].user)
    keys = [key for _, key in papers_of(world, party) if key not in told][:3]
    return [int(key) if key in world.numbers else key for key in keys]


def _merged(event: Any, place: tuple[str | int, ...], claimed: Mapping[str, Any]) -> Any:
    holder = held_at(event, place)
    kept = {name: held for name, held in holder.items() if isinstance(held, dict | list)}
    same = {name: held for name, held in holder.items() if name not in claimed}
    return changed_at(event, place, {**claimed, **same, **kept})


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _is_free(event: Mapping[str, Any], nest: str) -> bool:
    return nest not in event or isinstance(event[nest], Mapping)


def _at(place: tuple[str | int, ...]) -> str:
    return f" in {'.'.join(map(str, place))}" if place else ""


LAW = Law("forged_identity_reaches_nobody", "who calls is what the platform says, never what the event says", cases)
