"""The likely cause of a finding, where what was seen points to one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..identity.suppositions import CHAINS_LOSE_IDENTITY
from .attempt import Attempts
from .case import Case, case_of, is_allowed, is_anyone, names_whose
from .effects import CALLED, EXPOSED, FAILED, GAINED, INSERTED, PLANTED, REVEALED, SET, Effect, Evidence
from .names import words
from .oddity import Oddity
from .world import World

Accused = Callable[[Evidence], Sequence[Effect]]

#: For effects of a kind, whoever caused them.
BY_KIND = {
    GAINED: "the event is stored as it came; take from it only the fields that a caller may set",
    SET: "the event is stored as it came; take from it only the fields that a caller may set",
    PLANTED: "the owner of the new record is taken from the event; take it from getWXContext().OPENID",
    EXPOSED: "the environment, the context, the headers or what WeChat answered is handed on as it came; pick from it "
    "what the caller needs",
    FAILED: "X-WX-OPENID is read as if it were always there; answer 401 or 403 where it is missing",
    CALLED: "the call is made before the caller's right is checked",
}
#: For an id that the platform does not tell, and the field under which it is usually stored.
VANISHED = (
    "there is no {id}, and the SDK drops keys that are undefined: where({{{field}: undefined, …}}) selects "
    "everybody's documents. Refuse a call without {id} first"
)
NO_ID = "there is no {id}, and the function goes on all the same. Refuse a call without {id} first"
VACANT = (
    "there is no OPENID, and where nobody holds the role what says who does is missing, too: undefined === undefined. "
    "Refuse a call without OPENID first"
)
FREE = "nothing is checked where nobody holds the role"
LOST_ON_THE_WAY = (
    "a function that is called by another goes on without an OPENID, and the SDK drops keys that are undefined: "
    "where({_openid: undefined, …}) selects everybody's documents. Refuse a call without OPENID there, too"
)
WARM = "a variable of the module keeps the previous caller; read getWXContext() in each call"
ELSEWHERE = (
    "people are found by what they have in other apps as well (UNIONID, FROM_OPENID); find them by OPENID, or say "
    'keyed_by = "unionid" if that is meant'
)
NEARLY = "openids are compared without regard to case, or by a part of them; compare them whole"
#: For what is odd about the case.
BY_ODDITY = {
    Oddity.FORGED: "the function believes who the event says is calling; only getWXContext().OPENID can be believed",
    Oddity.OPERATOR: "a value of the event goes into a query as it came, where an object is an operator",
    Oddity.MISTYPED: "a value of the event goes into a query as it came; check its type first",
    Oddity.SPLICED: "only one of the ids in the event is checked against the caller",
    Oddity.OVERLAPPING: "a variable of the module holds the caller, and both requests share it; keep what is of one "
    "request in an argument, in flask.g or request.state, or in a context variable",
    Oddity.HEADER: "the caller is looked for under more names than X-WX-OPENID",
    Oddity.TWICE: "the last of two X-WX-OPENID headers wins",
    Oddity.WARM: WARM,
    Oddity.UNIONID: "what is found by UNIONID where there is one was stored under OPENID",
    Oddity.SHOWN: "that there is a UNIONID decides; it says who somebody is in every app, and gives no right",
    Oddity.CHANNEL: "SOURCE decides; it says how a call came, not who makes it",
    Oddity.CHAIN: "SOURCE decides; it says how a call came, and grows along a chain of functions",
    Oddity.CLAIMED: "a right is taken from the event; take it from what the back end itself has stored about OPENID",
    Oddity.SHAPED: "the shape of the event is believed, which any client can send; only the channel tells (SOURCE)",
}


#: What is called otherwise where a web app is asked.
IN_AN_APP = {
    "getWXContext().OPENID": "the header X-WX-OPENID",
    "read getWXContext()": "read X-WX-OPENID",
    "the function": "the app",
    "the event": "the request",
    "there is no OPENID": "there is no X-WX-OPENID",
    "without OPENID": "without X-WX-OPENID",
    "there is no UNIONID": "there is no X-WX-UNIONID",
    "without UNIONID": "without X-WX-UNIONID",
    "there is a UNIONID": "there is an X-WX-UNIONID",
    "(SOURCE)": "(X-WX-SOURCE)",
}


def likely_cause(attempts: Attempts, evidence: Evidence, effects: Sequence[Effect], accused: Accused) -> str:
    """One sentence. `accused` tells what another call would be accused of."""
    cause = _cause(attempts, evidence, effects, accused)
    for of_functions, of_apps in IN_AN_APP.items() if attempts.world.web is not None else ():
        cause = cause.replace(of_functions, of_apps)
    return cause


def _cause(attempts: Attempts, evidence: Evidence, effects: Sequence[Effect], accused: Accused) -> str:
    case, world = evidence.case, attempts.world
    kinds = [effect.kind for effect in effects]
    known = [cause for kind, cause in BY_KIND.items() if kind in kinds]
    if not known and _is_lost_on_the_way(attempts, case, accused):
        known.append(LOST_ON_THE_WAY)
    known += [BY_ODDITY[case.oddity]] if case.oddity in BY_ODDITY else []
    if not known and case.oddity is Oddity.VACANT:
        other = "stranger" if case.target != "stranger" else "bystander"
        known.append(FREE if accused(attempts.once(case_of(world, other, case.target))) else VACANT)
    if known:
        return known[0]
    if _lacks_unionid(attempts, case, accused):
        return _missing(world, kinds, "UNIONID", "unionid")
    may = is_allowed(world, case) and not is_anyone(world, case)
    if not may and not accused(attempts.once(case_of(world, "stranger"))):
        if case.principal.context.openid is None:
            return _missing(world, kinds, "OPENID", "_openid")
        if case.caller.endswith((" in another app", " in an unbound app")):
            return ELSEWHERE
        if case.caller == "near miss":
            return NEARLY
    return _nothing_checks(world, case, may, str(effects[0]), "is read" if REVEALED in kinds else "is changed")


def _missing(world: World, kinds: Sequence[str], id: str, field: str) -> str:
    found = not {INSERTED, PLANTED, CALLED}.issuperset(kinds)  # what a query has found
    return (VANISHED if found and _builds_queries(world) else NO_ID).format(id=id, field=field)


def _lacks_unionid(attempts: Attempts, case: Case, accused: Accused) -> bool:
    """Whether it is only done where no UNIONID is shown; of who has none to be shown, a stranger tells."""
    user = case.principal.user
    has_both = user is not None and user.unionid is not None and case.principal.context.openid is not None
    tried = case if has_both else case_of(attempts.world, "stranger")
    if tried.principal.user is None or tried.principal.user.unionid is None:
        return False
    shown, bare = (replace(tried, principal=replace(tried.principal, shows_unionid=one)) for one in (True, False))
    return bool(accused(attempts.once(bare))) and not accused(attempts.once(shown))


def _is_lost_on_the_way(attempts: Attempts, case: Case, accused: Accused) -> bool:
    """Whether a function that is called by this one finds no OPENID, and that makes the difference."""
    if case.principal.supposing != CHAINS_LOSE_IDENTITY:
        return False
    known = replace(case, principal=replace(case.principal, supposing=None))
    return not accused(attempts.once(known))


def _nothing_checks(world: World, case: Case, may: bool, what: str, done: str) -> str:
    if "session_key" in what:
        return "what code2Session answers is handed on; keep session_key in the back end"
    if may and names_whose(world, case):
        return f"more than what the event names {done}; a query lacks the condition that says which one is meant"
    if world.operation.roles:
        return "nothing checks that the caller holds the role"
    if not world.operation.allow & {"owner", "anyone"}:
        return "nothing checks through which channel the call comes (SOURCE)"
    return f"what {done} is found by what the event names alone; nothing compares its owner with the caller"


def _builds_queries(world: World) -> bool:
    """Whether the function is JavaScript, where an undefined value drops its key, and has queries."""
    return "where" in words(world, ("*.js", "*.cjs"))
