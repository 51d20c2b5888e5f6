"""What a call did that its caller had no right to. An effect accuses; an answer alone never does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..canaries import as_text
from ..changes import AnyChange, Change, FileChange
from ..outcome import Decision, Outcome
from .case import Case, is_allowed
from .world import FILES, World, ids_of


@dataclass(frozen=True)
class Evidence:
    """What was seen of one call: the answer, what it changed, and which calls it made of its own."""

    case: Case
    outcome: Outcome
    changes: tuple[AnyChange, ...] = ()
    calls: tuple[str, ...] = ()  # "openapi security.msgSecCheck", "http POST api.example.com"
    secrets: Mapping[str, list[str | int]] = field(default_factory=dict)

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
        """Whether the function crashed, which is no refusal."""
        return self.outcome.decision is Decision.CRASH


@dataclass(frozen=True)
class Effect:
    """One thing that happened: what kind, to whom it belongs, and the change or secret itself."""

    kind: str  # one of the words below
    whose: str
    what: str
    change: AnyChange | None = None

    def __str__(self) -> str:
        return f"{self.what}{f'   (belongs to {self.whose})' if self.whose else ''}"


#: Names that mean a right wherever people are kept.
RIGHTS = frozenset(("role", "roles", "userRole", "user_role", "permission", "permissions", "authority")) | frozenset(
    ("isAdmin", "is_admin", "admin", "isSuperAdmin", "isManager", "vip", "isVip", "is_vip")
)
_PEOPLE = re.compile(r"user|member|account|profile|admin|staff|people|person|player|student|teacher|customer", re.I)
CHANGED, REMOVED, PLANTED, INSERTED = "changed", "removed", "planted", "inserted"
REVEALED, CALLED, GAINED, SET = "revealed", "called", "gained", "set"


def answered(outcome: Outcome) -> Any:
    """What the caller got to see."""
    error = outcome.error
    return outcome.value if error is None else [error.message, error.value]


def foreign_effects(world: World, evidence: Evidence, control: Evidence | None) -> list[Effect]:
    """What the call did beyond its caller's rights. `control` is what one who may does with it."""
    case = evidence.case
    me = next((name for name, party in world.parties.items() if party.user == case.principal.user), None)
    allowed = is_allowed(world, case)
    mine = {name for name in (me, case.target if allowed else None) if name is not None}
    effects = [*_documents(world, evidence, mine, allowed, control), *_files(world, evidence, mine)]
    effects += _revealed(world, evidence, mine)
    effects += _calls(evidence, allowed, control)
    if me is None or me not in world.operation.roles:
        effects += _gained(world, evidence)
    effects += _set(world, evidence)
    return effects


def _documents(
    world: World, evidence: Evidence, mine: set[str], allowed: bool, control: Evidence | None
) -> Iterator[Effect]:
    for change in evidence.documents:
        if change.collection in world.operation.ignore or _only_shared(world, change):
            continue
        if change.kind == "inserted":
            yield from _inserted(world, change, evidence, mine, allowed, control)
            continue
        owners = world.owners(change)
        kind = REMOVED if change.kind == "removed" or world.operation.gone(change.after or {}) else CHANGED
        if owners:
            if not owners & mine:
                yield Effect(kind, " and ".join(sorted(owners)), str(change), change)
        elif not allowed and control is not None and _promised(change, control):
            yield Effect(kind, "", str(change), change)


def _only_shared(world: World, change: Change) -> bool:
    return change.kind == "updated" and all(
        f"{change.collection}.{name}" in world.operation.shared for name in change.fields
    )


def _promised(change: Change, control: Evidence) -> bool:
    """Whether somebody who may does the same thing to this document."""
    return any((one.collection, one.id) == (change.collection, change.id) for one in control.documents)


def _inserted(
    world: World, change: Change, evidence: Evidence, mine: set[str], allowed: bool, control: Evidence | None
) -> Iterator[Effect]:
    document = change.after or {}
    named = world.named_in(change.collection, document)
    if named and not named & mine:
        yield Effect(PLANTED, " and ".join(sorted(named)), str(change), change)
    elif not allowed and control is not None and evidence is not control:
        same = [one for one in control.documents if one.kind == "inserted" and one.collection == change.collection]
        if same and ("owner" not in world.operation.allow or _hangs_on_target(world, change, evidence.case.target)):
            yield Effect(INSERTED, "", str(change), change)


def _hangs_on_target(world: World, change: Change, target: str) -> bool:
    """Whether an inserted document names a document of the target, as a comment names its post."""
    ids = {key for (_, key), whose in world.belongings.items() if whose == target}
    return any(isinstance(value, str) and value in ids for name, value in (change.after or {}).items() if name != "_id")


def _files(world: World, evidence: Evidence, mine: set[str]) -> Iterator[Effect]:
    for change in evidence.files:
        whose = world.belongings.get((FILES, change.path))
        if whose is not None and whose not in mine:
            yield Effect(REMOVED if change.after is None else CHANGED, whose, str(change), change)


def _revealed(world: World, evidence: Evidence, mine: set[str]) -> Iterator[Effect]:
    for person, secrets in evidence.secrets.items():
        if person not in mine:
            yield Effect(REVEALED, person, f"the answer holds {secrets[0]!r}")
    for change in evidence.documents:  # a copy that the caller may read later
        fresh = {name: after for name, (_, after) in change.fields.items()}
        for person, secrets in world.secrets.seen_in(fresh, [evidence.case.event, change.before]).items():
            if person not in mine and person not in world.owners(change):
                yield Effect(REVEALED, person, f"{change.collection}/{change.id} now holds {secrets[0]!r}", change)


def _calls(evidence: Evidence, allowed: bool, control: Evidence | None) -> Iterator[Effect]:
    if allowed or control is None:
        return
    for call in dict.fromkeys(evidence.calls):
        if call in control.calls:
            yield Effect(CALLED, "", call)


def _gained(world: World, evidence: Evidence) -> Iterator[Effect]:
    """Whether the call wrote about its caller what granting a role writes."""
    user = evidence.case.principal.user
    if user is None:
        return
    yield from _claimed(evidence)
    for grant in world.grants:
        for granted in grant.changes:
            wanted = {name: after for name, (_, after) in granted.fields.items() if name != "_id" and after is not None}
            named = {name for name, value in wanted.items() if value in ids_of(grant.holder)}
            rights = {name: value for name, value in wanted.items() if name not in named and not _is_incidental(value)}
            for change in evidence.documents:
                if change.collection != granted.collection or change.after is None:
                    continue
                after = change.after
                about_me = as_text(after).find(user.openid) >= 0 or world.owners(change) == {_me(world, user)}
                got = rights or dict.fromkeys(named, user.openid)
                if (
                    about_me
                    and all(after.get(n) == v for n, v in got.items())
                    and not (change.before is not None and all(change.before.get(n) == v for n, v in got.items()))
                ):
                    yield Effect(GAINED, "", f"{change} makes the caller a holder of the role {grant.role!r}", change)
                    return


def _claimed(evidence: Evidence) -> Iterator[Effect]:
    """Whether a right that the event claims was written where the back end keeps people."""
    claimed = evidence.case.claimed
    for change in evidence.documents:
        if not _PEOPLE.search(change.collection):
            continue
        for name, (_, after) in change.fields.items():
            if name in claimed and name in RIGHTS and after == claimed[name]:
                yield Effect(GAINED, "", str(change), change)
                break


def _me(world: World, user: Any) -> str:
    party = world.party_of(user)
    return party.name if party is not None else ""


def _is_incidental(value: Any) -> bool:
    """Dates and long random text differ from grant to grant and give no right."""
    return not isinstance(value, str | bool | int | list) or (isinstance(value, str) and len(value) > 24)


def _set(world: World, evidence: Evidence) -> Iterator[Effect]:
    for path, values in world.operation.may_not_set.items():
        collection, _, name = path.partition(".")
        for change in evidence.documents:
            if change.collection != collection or name not in change.fields:
                continue
            before, after = change.fields[name]
            if after != before and after is not None and (not values or after in values):
                yield Effect(SET, "", str(change), change)
