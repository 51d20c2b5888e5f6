"""The likely cause of a finding: what happened, what is odd about the call, who makes it, in that order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...canaries import leaves
from ...errors import WxCloudError
from ...outcome import Decision
from ..attempt import Attempts
from ..effects import (
    CALLED,
    CHANGED,
    EXPOSED,
    FAILED,
    GAINED,
    LATE,
    LOST,
    PLANTED,
    REMOVED,
    REVEALED,
    SET,
    Effect,
    Evidence,
)
from ..oddity import Oddity
from ..session_keys import session_keys_in
from ..shortest import with_differences
from .callers import caller_cause, more_than_named
from .failure import cause_of_failure
from .odd import CHAIN, OVERLAPPING, SAID, SOURCE, odd_cause
from .suspect import Suspect

STORED = "the event is stored as it came; take from it only the fields that a caller may set"
TAKEN = "what no caller may set is taken from the event; take it from what the back end itself has stored"
OWNER_TAKEN = "the owner of the record is taken from the event; take it from getWXContext().OPENID"
BEFORE = "the call is made before the caller's right is checked"
EXPOSED_WHOLE = (
    "the environment, the context, the headers or what WeChat answered is handed on as it came; pick from it what the "
    "caller needs"
)
SESSION_KEY = "what code2Session answers is handed on; keep session_key in the back end"
TWO_IDS = (
    "who shows a UNIONID is not found as who they are without one; find people by one of the two ids, wherever they "
    "come from"
)
#: Of one who could do less than in a plain call.
LOSING = {
    Oddity.UNIONID: TWO_IDS,
    Oddity.CHANNEL: SOURCE,
    Oddity.CHAIN: CHAIN,
    Oddity.OVERLAPPING: OVERLAPPING,
}
#: What is called otherwise where a web app is asked.
IN_AN_APP = {
    "getWXContext().OPENID": "the header X-WX-OPENID",
    "read getWXContext()": "read X-WX-OPENID",
    "the function": "the app",
    "the event": "the request",
    "an event": "a request",
    "there is no OPENID": "there is no X-WX-OPENID",
    "without OPENID": "without X-WX-OPENID",
    "there is no UNIONID": "there is no X-WX-UNIONID",
    "without UNIONID": "without X-WX-UNIONID",
    "there is a UNIONID": "there is an X-WX-UNIONID",
    "about OPENID": "about X-WX-OPENID",
    "(SOURCE)": "(X-WX-SOURCE)",
    "SOURCE decides": "X-WX-SOURCE decides",
}
_ANY_NAME, _ANYTHING = "wxcloudAnyName", "anything"


def likely_cause(
    attempts: Attempts,
    evidence: Evidence,
    effects: Sequence[Effect],
    judge: Callable[[Evidence], Sequence[Effect]],
) -> str:
    """One sentence, or nothing where no call confirms any. `judge` tells what another call would be accused of."""
    suspect = Suspect(attempts, evidence, effects, judge)
    try:
        cause = _cause(suspect)
    except WxCloudError:  # one of the calls cannot be made; the finding stands without
        return ""
    for of_functions, of_apps in IN_AN_APP.items() if attempts.world.web is not None else ():
        cause = cause.replace(of_functions, of_apps)
    return cause


def _cause(it: Suspect) -> str:
    if FAILED in it.kinds:
        return cause_of_failure(it)
    if EXPOSED in it.kinds:
        return EXPOSED_WHOLE  # the law has seen a credential of the back end's; no caller needs one
    if it.case.genuine or LATE in it.kinds:
        return more_than_named(it) if it.kinds <= {CHANGED, REMOVED} else ""
    if LOST in it.kinds:
        return LOSING.get(it.case.oddity, "") if it.case.oddity is not None and not it.evidence.crashed else ""
    if not it.judge(it.evidence):  # it takes two worlds to see it, and no call alone does
        return ""
    found = (find(it) for find in (_session_key, _stored, _planted, odd_cause, _before, caller_cause))
    return next(filter(None, found), "")


def _session_key(it: Suspect) -> str:
    told = it.effects[0].kind == REVEALED and it.effects[0].change is None and not it.effects[0].whose
    return SESSION_KEY if told and any(session_keys_in(it.world, it.evidence.outcome)) else ""


def _stored(it: Suspect) -> str:
    """Whether a name that nobody knows is stored, too; else what was claimed is."""
    if not it.kinds & {GAINED, SET} or not it.odd or it.plain_does:
        return ""
    beside = [((*place[:-1], _ANY_NAME), _ANYTHING) for place, _ in it.odd]
    made = it.attempts.once(it.sending(with_differences(it.case.event, beside)))
    kept = [place for change in made.documents for place, held in leaves(change.after or {}) if held == _ANYTHING]
    return STORED if any(place[-1] == _ANY_NAME for place in kept) else (SAID if GAINED in it.kinds else TAKEN)


def _planted(it: Suspect) -> str:
    """Whether with a bystander's id in the event the record is the bystander's."""
    other = it.exchanged() if PLANTED in it.kinds else None
    return OWNER_TAKEN if other is not None and it.befalls(other, "bystander") else ""


def _before(it: Suspect) -> str:
    """Whether the caller was refused once the call was made: the rest of what one who may does was not done."""
    if it.kinds != {CALLED} or it.case.plain is not None:
        return ""
    stopped = it.evidence.outcome.decision is not Decision.ALLOW or len(it.evidence.changes) < len(it.control.changes)
    return BEFORE if stopped else ""
