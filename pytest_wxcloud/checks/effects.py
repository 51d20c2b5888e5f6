"""What a call did that its caller had no right to. An effect accuses; an answer alone never does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Any

from ..canaries import leaves
from ..changes import AnyChange, Change, FileChange
from ..http_outcome import HttpOutcome
from ..outcome import Decision, Outcome
from .answers import decided, is_about_others
from .case import Case, is_about_own, is_allowed, is_anyone, is_entitled
from .in_place import in_place_of_caller
from .open_to_all import asks_for_all, is_listed, plain_calls
from .operation import Operation
from .scopes import is_scoped
from .world import FILES, OWNERS, World, name_of, told


@dataclass(frozen=True)
class Evidence:
    """What was seen of one call: the answer, what it changed, and which calls it made of its own."""

    case: Case
    outcome: Outcome
    changes: tuple[AnyChange, ...] = ()
    calls: tuple[str, ...] = ()  # "the open API security.msgSecCheck", "HTTP POST api.example.com/v1"
    secrets: Mapping[str, list[str | int]] = field(default_factory=dict)
    tokens: tuple[str, ...] = ()  # that WeChat gave the back end in the call

    @property
    def documents(self) -> list[Change]:
        """The changes of documents."""
        return [change for change in self.changes if isinstance(change, Change)]

    @property
    def files(self) -> list[FileChange]:
        """The changes of files."""
        return [change for change in self.changes if isinstance(change, FileChange)]

    @property
    def crashed(self) -> bool:
        """Whether the function crashed, or asked for what is not served: neither is a refusal."""
        return self.outcome.decision is Decision.CRASH or bool(self.outcome.blocked)


@dataclass(frozen=True)
class Effect:
    """One thing that happened: what kind, to whom it belongs, and the change or secret itself."""

    kind: str  # one of the words below
    whose: str
    what: str
    change: AnyChange | None = None

    def __str__(self) -> str:
        return f"{self.what}{f'   (belongs to {self.whose})' if self.whose else ''}"


ANSWERED = "answered"  # yes, by the contract's own `decide`
CHANGED, REMOVED, PLANTED, INSERTED = "changed", "removed", "planted", "inserted"
REVEALED, CALLED, GAINED, SET, LOST, LATE = "revealed", "called", "gained", "set", "lost", "late"
EXPOSED = "exposed"  # what the back end alone has to have: keys, tokens
TAKEN = "taken"  # for somebody else
FAILED = "failed"  # a web app, where it should have refused
LOGGED, UNOWNED, DISTINCT, UNLIMITED = "logged", "unowned", "distinct", "unlimited"  # of laws that are demanded

#: Collections in which back ends keep people, themselves and their rights.
PEOPLE = re.compile(r"user|member|account|profile|admin|staff|people|person|player|student|teacher|customer", re.I)
#: Collections that are lists of what happened.
_AUDIT = re.compile(r"audit|trace|(^|[_-])(logs?|Logs?)([_-]|$)|Logs?$")
#: Open APIs and paths that ask something of WeChat, and have no effect on anybody.
_ASKING = re.compile(
    r"security\.|\.(get|query|check|list|search|verify|code2)\w*$|order_?query|sec_check|jscode2session|cgi-bin/token",
    re.IGNORECASE,
)


#: Headers that differ by themselves.
_OF_THE_MOMENT = ("date", "content-length")


def answered(outcome: Outcome) -> Any:
    """What the caller got to see; of a web app its whole answer. What that raises, a client does not see."""
    if isinstance(outcome, HttpOutcome):
        headers = {name: value for name, value in outcome.headers.items() if name.lower() not in _OF_THE_MOMENT}
        return {"status": outcome.status, "body": outcome.value, "headers": headers}
    error = outcome.error
    return outcome.value if error is None else [error.message, error.value]


@dataclass(frozen=True)
class Rights:
    """What a caller may.

    `mine` are the parties whose things are the caller's matter. `plain`, where anyone may do this to what the event
    names, is what the caller's plain call does; that much is granted. `sees_all` is of those who may do this to
    whomever they name: holders of a role over nothing in particular, the platform itself. `plain_calls`, where
    everybody may, are those by which the caller may see something. `usual` makes the call without what is odd about it.
    """

    mine: frozenset[str]
    allowed: bool
    plain: Evidence | None = None
    sees_all: bool = False
    plain_calls: Callable[[], Iterable[Evidence]] = tuple
    usual: Callable[[], Evidence | None] = lambda: None

    def grants(self, change: AnyChange, shared: AbstractSet[str]) -> bool:
        """Whether the plain call does this to the same thing; in collections with shared fields, only those are."""
        if self.plain is None:
            return False
        if isinstance(change, Change) and any(name.partition(".")[0] == change.collection for name in shared):
            return False
        return any(_covers(one, change) for one in self.plain.changes)


def _covers(one: AnyChange, change: AnyChange) -> bool:
    if isinstance(one, Change) and isinstance(change, Change):
        same = one.collection == change.collection and one.kind == change.kind
        if change.kind == "inserted":
            return same and one.fields.keys() == change.fields.keys()
        return same and one.id == change.id and one.fields.keys() >= change.fields.keys()
    return (
        isinstance(one, FileChange)
        and isinstance(change, FileChange)
        and (one.path, one.kind) == (change.path, change.kind)
    )


def rights_of(world: World, case: Case, plain: Callable[[Case], Evidence]) -> Rights:
    """What the caller of `case` may; `plain` makes a plain call."""
    me = next((name for name, party in world.parties.items() if party.user == case.principal.user), None)
    mine = {me} if me is not None else set()
    if me in {f"{role} elsewhere" for role in world.operation.roles if role in world.operation.allow}:
        mine.add("bystander")  # over whose resource they hold the role
    allowed, entitled = is_allowed(world, case), is_entitled(world, case)

    def calls() -> Iterator[Evidence]:
        return map(plain, plain_calls(world, case))

    rights = Rights(frozenset(mine), allowed, None, False, calls, lambda: plain(case.plain) if case.plain else None)
    if not entitled:
        return replace(rights, allowed=allowed or is_about_own(world, case))
    if is_anyone(world, case):
        return replace(rights, plain=plain(case.plain or case))
    to_all = case.principal.user is None or (case.caller in world.operation.roles and not is_scoped(world, case.caller))
    return replace(rights, mine=rights.mine | {case.target}, sees_all=to_all)


def foreign_effects(world: World, evidence: Evidence, control: Evidence, rights: Rights) -> list[Effect]:
    """What the call did beyond its caller's `rights`. `control` is what one who may does with it."""
    effects = [*_documents(world, evidence, control, rights), *_files(world, evidence, rights)]
    effects += _revealed(world, evidence, rights)
    effects += _calls(evidence, control, rights)
    effects += _answered(world, evidence, rights)
    return effects


def _documents(world: World, evidence: Evidence, control: Evidence, rights: Rights) -> Iterator[Effect]:
    operation, case = world.operation, evidence.case
    for change in evidence.documents:
        if change.collection in operation.ignore:
            continue
        if others := in_place_of_caller(world, change, evidence.case, rights.usual):
            yield Effect(PLANTED, " and ".join(sorted(others)), str(change), change)
        if _only_shared(world, change):
            continue
        if change.kind == "updated":
            yield from _rekeyed(world, change, control, rights)
        others = world.owners(change) - rights.mine - {evidence.case.target}
        if not others and rights.grants(change, operation.shared):
            continue
        if change.kind == "inserted":
            yield from _inserted(world, change, evidence, control, rights)
            continue
        owners = world.owners(change)
        kind = REMOVED if change.kind == "removed" or is_gone(world, change) else CHANGED
        if owners & rights.mine:
            if not rights.allowed and _is_promised(control, change):  # to others, of what is one's own: a payment
                yield Effect(kind, "", str(change), change)
        elif owners:
            yield Effect(kind, " and ".join(sorted(owners)), str(change), change)
        elif not rights.allowed and _is_done_by(control, change):
            yield Effect(kind, "", str(change), change)
        elif (case.caller in OWNERS or not rights.allowed) and (taken := _no_longer_in(world, change) - rights.mine):
            yield Effect(kind, " and ".join(sorted(taken)), str(change), change)


def _rekeyed(world: World, change: Change, control: Evidence, rights: Rights) -> Iterator[Effect]:
    """A document of the caller's that now counts as another person's. Where one who may hands over, that is meant."""
    before, after = (world.named_in(change.collection, one or {}) for one in (change.before, change.after))
    if not after or after == before or after & rights.mine:
        return
    keys = world.keys_of(change.collection)
    for one in control.documents:
        same = one.collection == change.collection and one.kind == "updated" and keys & one.fields.keys()
        if same and control.case.caller not in world.named_in(one.collection, one.after or {}):
            return
    yield Effect(PLANTED, " and ".join(sorted(after)), str(change), change)


def _no_longer_in(world: World, change: Change) -> set[str]:
    """Who stands less often than before in the lists of a document that is nobody's own."""
    before = {name: [value for _, value in leaves(held)] for name, held in (change.before or {}).items()}
    after = {name: [value for _, value in leaves(held)] for name, held in (change.after or {}).items()}
    lists = [name for name, held in (change.before or {}).items() if isinstance(held, list)]
    return {
        party.name
        for party in world.parties.values()
        for name in lists
        for id in world.known.texts(party.user)
        if before[name].count(id) > after.get(name, []).count(id)
    }


def is_gone(world: World, change: Change) -> bool:
    """Whether a change removes a document, softly or not, that counted as there."""
    operation = world.operation

    def gone(document: Mapping[str, Any]) -> bool:
        return bool(told(operation, "gone", partial(operation.gone, document)))

    if change.before is None or change.after is None:
        return change.after is None
    return gone(change.after) and not gone(change.before)


def _only_shared(world: World, change: Change) -> bool:
    return change.kind == "updated" and all(
        f"{change.collection}.{name}" in world.operation.shared for name in change.fields
    )


def _is_done_by(control: Evidence, change: Change) -> bool:
    """Whether somebody who may does the same thing to this document."""
    return any((one.collection, one.id) == (change.collection, change.id) for one in control.documents)


def _is_promised(control: Evidence, change: Change) -> bool:
    """Whether somebody who may does just this to this document: removes it, or writes the same there."""
    return any(
        (one.collection, one.id, one.kind) == (change.collection, change.id, change.kind)
        and (change.after is None or any(one.fields.get(name) == held for name, held in change.fields.items()))
        for one in control.documents
    )


def _inserted(world: World, change: Change, evidence: Evidence, control: Evidence, rights: Rights) -> Iterator[Effect]:
    named = world.named_in(change.collection, change.after or {}, _keys_of_plain(world, change.collection, control))
    if named and not named & rights.mine:
        yield Effect(PLANTED, " and ".join(sorted(named)), str(change), change)
    elif not rights.allowed and evidence is not control and _does_the_same(change, control):
        hangs, allow = _hangs_on_target(world, change, evidence.case), world.operation.allow
        if _AUDIT.search(change.collection) or (named and not hangs and PEOPLE.search(change.collection)):
            return  # a line in a log, a first call that makes the caller known: their own
        if hangs or not allow & {"owner", "anyone"}:
            yield Effect(INSERTED, "", str(change), change)


def _keys_of_plain(world: World, collection: str, control: Evidence) -> set[str]:
    """The fields in which a plain call, about another's resource or nobody's, stores who makes it."""
    case = control.case
    if case.caller == case.target or case.principal.user is None:
        return set()
    mine = {key for (_, key), whose in world.belongings.items() if whose == case.caller}
    ids = mine | world.known.texts(case.principal.user)
    new = [one.after or {} for one in control.documents if (one.collection, one.kind) == (collection, "inserted")]
    texts = ((name, held) for document in new for name, held in document.items() if isinstance(held, str))
    return {name for name, held in texts if held in ids and name != "_id"}


def _does_the_same(change: Change, control: Evidence) -> bool:
    """Whether one who may inserts a document that says the same, people and what is random aside.

    What tells of a refusal says so, in a word or a truth value that differs.
    """
    here = _said(change)
    return any(
        one.kind == "inserted" and one.collection == change.collection and _said(one) == here
        for one in control.documents
    )


def _said(change: Change) -> dict[str, Any]:
    after = change.after or {}
    return {name: value for name, value in after.items() if isinstance(value, bool) or _is_word(value)}


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 16 and value.isalpha()


def _hangs_on_target(world: World, change: Change, case: Case) -> bool:
    """Whether an inserted document names a document of the target, as a comment names its post.

    An id that an odd event brought along and that is stored with the rest makes nothing hang on it.
    """
    usual = (case.plain or case).event
    brought = {str(value) for _, value in leaves(case.event)} - {str(value) for _, value in leaves(usual)}
    ids = {key for (_, key), whose in world.belongings.items() if whose == case.target} - brought
    return any(str(value) in ids for place, value in leaves(change.after or {}) if place != ("_id",))


def _files(world: World, evidence: Evidence, rights: Rights) -> Iterator[Effect]:
    for change in evidence.files:
        whose = world.belongings.get((FILES, change.path))
        if whose is not None and whose not in rights.mine and not rights.grants(change, frozenset()):
            yield Effect(REMOVED if change.after is None else CHANGED, whose, str(change), change)


def _revealed(world: World, evidence: Evidence, rights: Rights) -> Iterator[Effect]:
    if rights.sees_all:
        return
    may_see = rights.mine | {member for member, over in world.company.items() if over in rights.mine}
    told = [one for one in _told(world, evidence) if one[0] not in may_see]
    if not told:
        return
    shown = _shown_plainly(world, evidence, rights)
    beyond = min(([one for one in told if one[:2] not in known] for known in shown), key=len, default=told)
    for (person, change), those in groupby(beyond, key=lambda one: (one[0], one[2])):
        secret = next(those)[1]
        where = "the answer holds" if change is None else f"{change.collection}/{change.id} now holds"
        yield Effect(REVEALED, person, f"{where} {secret!r}", change)


def _shown_plainly(world: World, evidence: Evidence, rights: Rights) -> list[set[tuple[str, str | int]]]:
    """What each plain call shows, where everybody may see it.

    An event that names nothing may have another operation done: all that is open, in a list. A query that only lost
    its condition answers in the form of the plain calls.
    """
    plainly = list(rights.plain_calls())
    shown = [{one[:2] for one in _told(world, plain)} for plain in plainly]

    def listed(one: Evidence) -> set[bool]:
        return {is_listed(secret, answered(one.outcome)) for secrets in one.secrets.values() for secret in secrets}

    if asks_for_all(evidence.case) and listed(evidence) == {True} and set().union(*map(listed, plainly)) == {False}:
        return [set().union(*shown)]
    return shown


def _told(world: World, evidence: Evidence) -> Iterator[tuple[str, str | int, Change | None]]:
    """Each secret that the call showed, with whose it is: in the answer, or in a copy that may be read later."""
    for person, secrets in evidence.secrets.items():
        yield from ((person, secret, None) for secret in secrets)
    for change in evidence.documents:
        fresh = {name: after for name, (_, after) in change.fields.items()}
        for person, secrets in world.secrets.seen_in(fresh, [evidence.case.event, change.before]).items():
            if person not in world.owners(change):
                yield from ((person, secret, change) for secret in secrets)


def _calls(evidence: Evidence, control: Evidence, rights: Rights) -> Iterator[Effect]:
    """Calls on somebody's behalf: what one who may causes, too. To ask (moderation, a GET) is no effect.

    Calls of other functions of the project are not counted: what those do is seen itself.
    """
    if rights.allowed:
        return
    for call in dict.fromkeys(evidence.calls):
        if call in control.calls and not _ASKING.search(call) and not call.startswith("HTTP GET"):
            yield Effect(CALLED, "", call)


def _answered(world: World, evidence: Evidence, rights: Rights) -> Iterator[Effect]:
    """A yes, where the contract itself says what a yes is: then it is part of what is promised."""
    if not rights.allowed and decided(world.operation, evidence.outcome) and is_about_others(world, evidence.case):
        yield Effect(ANSWERED, "", said_yes(world.operation))


def said_yes(operation: Operation) -> str:
    """What happened, where the contract says of an answer that it is a yes."""
    return f"decide(outcome) of {name_of(operation)} says that they got what they asked for"
