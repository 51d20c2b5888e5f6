"""What WeChat entrusts to a back end stays there.

That is its own credentials and session keys always, and phone numbers and unionids of others.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..canaries import as_text, leaves
from ..errors import users_mistake
from .attempt import Attempts
from .case import Case, anonymous, case_of, own
from .effects import REVEALED, Effect, Evidence, answered, rights_of
from .exposed import exposed
from .law import Law, looked_through
from .laws import side_effects
from .session_keys import session_keys_in
from .verdict import Verdict
from .world import World

__tracebackhide__ = users_mistake

#: A kind of note.
OPENIDS = "openids in answers"


def sensitive_data_stays(attempts: Attempts) -> list[Verdict]:
    """Everybody calls who may and who may not, and what they are told is looked through.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when it holds what should have stayed.
    """
    return looked_through(LAW, attempts, partial(_told, attempts))


def cases(attempts: Attempts) -> Iterator[Case]:
    """Who may, on what is theirs and on what is not; who may not; nobody."""
    world = attempts.world
    yield from attempts.controls()
    yield own(world)
    for caller in ("stranger", "newcomer", *world.operation.roles):
        yield case_of(world, caller)
    yield anonymous(world)


def _cases(attempts: Attempts) -> Iterator[Case]:
    """The same, and everybody whom a function may answer with more than it means to: a refusal, an error."""
    yield from cases(attempts)
    for case in side_effects.cases(attempts):
        if case.plain is not None and any(exposed(attempts.once(case))):
            yield case


LAW = Law(
    "sensitive_data_stays",
    "the back end keeps its credentials and every session_key, and others' phone numbers and unionids unless public",
    _cases,
)


def _told(attempts: Attempts, evidence: Evidence) -> Iterator[Effect]:
    yield from exposed(evidence)
    if evidence.case.plain is not None:  # what an odd event shows of others is the finding of the law about it
        return
    _note_openids(attempts, evidence)
    for place, value in session_keys_in(attempts.world, evidence.outcome):
        yield Effect(REVEALED, "", f"the answer holds a session_key: {place} is {value!r}")
    yield from _private(attempts, evidence)


def openids_told(attempts: Attempts, evidence: Evidence) -> Iterator[tuple[str, str]]:
    """Whose openids the caller is told who neither has nor sent them, and which."""
    world, case = attempts.world, evidence.case
    mine = rights_of(world, case, attempts.once).mine
    told, sent = as_text(answered(evidence.outcome)), as_text(case.event)
    for name, party in world.parties.items():
        openid = party.user.openid
        if name not in mine and openid in told and openid not in sent:
            yield name, openid


def _note_openids(attempts: Attempts, evidence: Evidence) -> None:
    """Feeds often tell the openids of those who wrote what they show. That is said, and is no failure."""
    _, openid = next(openids_told(attempts, evidence), ("", ""))
    if not openid:
        return
    held = (place for place, value in leaves(answered(evidence.outcome)) if openid in str(value))
    place = next(held, ())
    where = ".".join(map(str, place)) or "the answer"
    mend = ".field({_openid: false}) leaves it out of a query" if "_openid" in place else "leave it out of the answer"
    attempts.note(
        OPENIDS,
        f"{evidence.case} is told somebody else's openid ({where}); {mend}, and "
        'demand = {"openids_stay"} makes it a failure',
    )


def _private(attempts: Attempts, evidence: Evidence) -> Iterator[Effect]:
    world = attempts.world
    rights = rights_of(world, evidence.case, attempts.once)
    if rights.sees_all:
        return
    may_see = rights.mine if rights.plain is None else rights.mine | {evidence.case.target}
    told, sent = as_text(answered(evidence.outcome)), as_text(evidence.case.event)
    for person, values in world.private.items():
        for value, what in values.items():
            if person not in may_see and value in told and value not in sent and not _is_shared(world, person, value):
                yield Effect(REVEALED, person, f"the answer holds a {what}: {value!r}")


def _is_shared(world: World, person: str, value: str) -> bool:
    """Whether others have the same: then it tells nothing of this person."""
    return any(value in values for other, values in world.private.items() if other != person)
