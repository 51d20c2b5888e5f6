"""Causes that lie in who calls: somebody else, with the same event, is refused; or nobody is."""

from __future__ import annotations

from dataclasses import replace

from ...identity.principal import HTTP_API
from ...identity.suppositions import CHAINS_LOSE_IDENTITY
from ..case import Case, anonymous, case_of, is_allowed, is_anyone, names_whose
from ..effects import ANSWERED, CHANGED, GAINED, PLANTED, REMOVED, REVEALED, SET
from ..known import ids_of
from ..oddity import Oddity
from ..scopes import is_scoped
from ..world import NEWCOMER
from .odd import SOURCE
from .suspect import Suspect

#: For an id that the platform does not tell, and the field under which it is usually stored.
VANISHED = (
    "there is no {id}, and the SDK drops keys that are undefined: where({{{field}: undefined, …}}) selects "
    "everybody's documents. Refuse a call without {id} first"
)
NO_ID = "there is no {id}, and the function goes on all the same. Refuse a call without {id} first"
LOST_ON_THE_WAY = (
    "a function that is called by another goes on without an OPENID, and the SDK drops keys that are undefined: "
    "where({_openid: undefined, …}) selects everybody's documents. Refuse a call without OPENID there, too"
)
NONE_ON_THE_WAY = "a function that is called by another goes on without an OPENID; refuse such a call there, too"
MORE = "more than what the event names is {}; narrow each query to what it names"
ELSEWHERE = (
    "people are found by what they have in other apps as well ({}); find them by OPENID, or say "
    'keyed_by = "unionid" if that is meant'
)
ANYBODY = "the answer is yes whoever asks"
UNKNOWN = "who is not found is let in; refuse whoever the back end does not know"
FORMER = "a role that was taken away still counts"
OVER_ANYTHING = "the role is looked for over anything, not over what the event names"
LESSER = "nothing checks that the caller holds the role that may, and not another"
OWN_IS_ENOUGH = "that it is the caller's own is enough; {}"
NO_ROLE = "nothing checks that the caller holds the role"
NO_CHANNEL = "nothing checks through which channel the call comes (SOURCE)"
BY_NAME = "what is {} is found by what the event names alone; nothing compares its owner with the caller"
NOT_COMPARED = "nothing compares whose it is, about which the event is, with the caller"
NOT_NARROWED = "what is {} is not narrowed to what is the caller's own"


def caller_cause(it: Suspect) -> str:
    """Nobody, somebody from elsewhere, a holder of a role that may not; else whoever asks."""
    for find in (_on_the_way, _without_unionid):
        if cause := find(it):
            return cause
    if is_allowed(it.world, it.case) and not is_anyone(it.world, it.case):
        return more_than_named(it)
    if it.case.oddity is Oddity.ELSEWHERE and not it.does(_stranger_there(it)):
        return _somewhere(it)
    if it.case.principal.context.openid is None:
        return _nobody(it)
    return _anybody(it) if it.strangers_do else _somebody(it)


def more_than_named(it: Suspect) -> str:
    """Of one who may: whether the event names whose it is about, so that others are not."""
    return MORE.format(it.done) if names_whose(it.world, it.case) else ""


def _nobody(it: Suspect) -> str:
    """Whether a stranger with the same event does not do it, and nobody another way does; then what is asked for."""
    bare = it.case.oddity is Oddity.BARE and it.case.plain is not None
    same = it.as_stranger(it.case.plain.event if bare and it.case.plain is not None else None)
    if it.does(same):
        return _anybody(it) if it.strangers_do else ""
    channel = it.case.principal.channel
    if it.case.principal.user is None and channel != HTTP_API:
        usual = replace(anonymous(it.world), event=it.case.event)
        if not it.does(usual):
            return SOURCE
    vanished = it.drops(same, ids_of(it.world["stranger"].user))
    return (VANISHED if vanished else NO_ID).format(id="OPENID", field="_openid")


def _on_the_way(it: Suspect) -> str:
    """Whether a function that is called by this one finds no OPENID, and that makes the difference."""
    principal = it.case.principal
    known = replace(it.case, principal=replace(principal, supposing=None))
    if principal.supposing != CHAINS_LOSE_IDENTITY or principal.user is None or it.does(known):
        return ""
    return LOST_ON_THE_WAY if it.drops(known, ids_of(principal.user)) else NONE_ON_THE_WAY


def _without_unionid(it: Suspect) -> str:
    """Whether it is only done where no UNIONID is shown; of who has none to be shown, a stranger tells."""
    principal, stranger = it.case.principal, case_of(it.world, "stranger")
    has_both = (
        principal.user is not None and principal.user.unionid is not None and principal.context.openid is not None
    )
    tried = it.case if has_both else stranger
    user = tried.principal.user
    if user is None or user.unionid is None:
        return ""
    bare, shown = (replace(tried, principal=replace(tried.principal, shows_unionid=one)) for one in (False, True))
    if not it.does(bare) or it.does(shown):
        return ""
    return (VANISHED if it.drops(shown, {user.unionid}) else NO_ID).format(id="UNIONID", field="unionid")


def _stranger_there(it: Suspect) -> Case:
    """A stranger from the same app, the same way."""
    user, principal = it.case.principal.user, it.case.principal
    assert user is not None
    stranger = it.world["stranger"].user.in_app(user.app)
    shown = principal.shows_unionid and stranger.unionid is not None
    return replace(it.case, principal=replace(principal, user=stranger, shows_unionid=shown))


def _somewhere(it: Suspect) -> str:
    """By what people are found who have another OPENID there."""
    principal = it.case.principal
    if principal.shows_unionid and not it.does(replace(it.case, principal=replace(principal, shows_unionid=False))):
        return ELSEWHERE.format("UNIONID")
    return ELSEWHERE.format("FROM_OPENID") if principal.channel.resource_sharing else ""


def _somebody(it: Suspect) -> str:
    """What one has who is let in, where a stranger is not."""
    operation, caller = it.world.operation, it.case.caller
    if it.case.plain is not None or it.case.oddity is not None:
        return ""
    if caller == NEWCOMER:
        return UNKNOWN
    if caller == it.case.target and not is_allowed(it.world, it.case):
        return OWN_IS_ENOUGH.format(_not_checked(it))
    return next(filter(None, (_holder(it, role) for role in operation.roles)), "")


def _holder(it: Suspect, role: str) -> str:
    """What one has who holds this role, or does elsewhere, or did."""
    caller, may = it.case.caller, role in it.world.operation.allow
    if caller == f"former {role}":
        return FORMER
    if caller == f"{role} elsewhere" and may and is_scoped(it.world, role):
        return OVER_ANYTHING
    return LESSER if caller == role and not may else ""


def _not_checked(it: Suspect) -> str:
    """What only others have, where the owner may not."""
    operation = it.world.operation
    return NO_ROLE if operation.allow & {*operation.roles} else NO_CHANNEL


def _anybody(it: Suspect) -> str:
    """What does not stop a stranger, who may not."""
    world, allow = it.world, it.world.operation.allow
    stranger = case_of(world, "stranger")
    if is_allowed(world, stranger):
        return ""
    if it.kinds == {ANSWERED}:
        return ANYBODY if it.does(anonymous(world)) else ""
    if it.kinds <= {GAINED, SET, PLANTED} and "owner" in allow:
        return ""
    if "owner" not in allow:
        return _not_checked(it)
    if stranger.event == case_of(world, "stranger", "bystander").event:
        return NOT_NARROWED.format(it.done)
    named = it.kinds & {CHANGED, REMOVED, REVEALED} and it.befalls(case_of(world, "stranger", "bystander"), "bystander")
    return BY_NAME.format(it.done) if named else NOT_COMPARED
