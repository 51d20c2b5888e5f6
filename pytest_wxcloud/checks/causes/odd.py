"""Causes that lie in what is odd about a call: one just like it, but for that, does nothing of the kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...canaries import as_text, leaves
from ..case import case_of
from ..oddity import Oddity
from ..shortest import with_differences
from ..world import held_at
from .suspect import Suspect, with_header

SAID = "a right is taken from the event; take it from what the back end itself has stored about OPENID"
FORGED = "the function believes who the event says is calling; only getWXContext().OPENID can be believed"
OPERATOR = "a value of the event goes into a query as it came, where an object is an operator"
MISTYPED = "a value of the event is used as it came; check its type first"
DROPPED = (
    "what the event leaves out, or has empty, takes its condition out of the query, because the SDK drops keys that "
    "are undefined and objects that are empty; refuse such an event first"
)
NOT_MISSED = "what the event leaves out is not missed; refuse an event without it first"
ASKED = "a parameter of the event decides whose data is found, and nothing checks that its caller may ask so"
SPLICED = "only one of the ids in the event is checked against the caller"
OVERLAPPING = (
    "what holds the caller is outside of the request, a variable of the module say, and both requests share it; keep "
    "what is of one request in an argument, in flask.g or request.state, or in a context variable"
)
WARM = (
    "a variable of the module keeps the previous caller, or what was found for them; read getWXContext() and what "
    "hangs on it in each call"
)
HEADER = "the caller is looked for under more names than X-WX-OPENID"
LAST_WINS = "the last of two X-WX-OPENID headers wins"
SOURCE = "SOURCE decides; it says how a call came, not who makes it"
CHAIN = "SOURCE decides; it says how a call came, and grows along a chain of functions"
SHAPED = "the shape of the event is believed, which any client can send; only the channel tells (SOURCE)"
SHOWN = "that there is a UNIONID decides; it says who somebody is in every app, and gives no right"
VACANT = (
    "there is no OPENID, and where nobody holds the role what says who does is missing, too: undefined === undefined. "
    "Refuse a call without OPENID first"
)
FREE = "nothing is checked where nobody holds the role"
OWNERLESS = (
    "there is no OPENID, and a document without an owner has none, either: undefined === undefined. Refuse a call "
    "without OPENID first"
)
NEARLY = {
    Oddity.OTHER_CASE: "openids are compared without regard to case; compare them as they are",
    Oddity.ONE_OFF: "openids are compared by a part of them; compare them whole",
    Oddity.AS_UNIONID: "OPENID is compared with a unionid; compare each with its own kind",
}


def odd_cause(it: Suspect) -> str:
    """What is odd about the call, where the plain one does not do it and what is tried beside it does not either."""
    find = BY_ODDITY.get(it.case.oddity) if it.case.oddity is not None else None
    return "" if find is None or (it.case.plain is not None and it.plain_does) else find(it)


def _forged(it: Suspect) -> str:
    other = it.exchanged()
    return FORGED if other is not None and not it.repeats(other) else ""


def _operator(it: Suspect) -> str:
    """Whether the object stands in a query; where queries are not seen, whether one that matches nothing does it."""
    if it.world.web is None and it.queries(it.case):
        return OPERATOR if _in_a_query(it) else _mistyped(it)
    nothing = with_differences(it.case.event, [(place, {"$in": []}) for place, _ in it.odd])
    return OPERATOR if not it.does(it.sending(nothing)) else _mistyped(it)


def _in_a_query(it: Suspect) -> bool:
    asked = [as_text(query) for _, query in it.queries(it.case)]
    return any(as_text(value) in query for _, value in it.odd for query in asked)


def _mistyped(it: Suspect) -> str:
    """Whether a value of the same type that is nobody's does not do it."""
    assert it.case.plain is not None
    if it.drops(it.case.plain, _values_of_plain(it)):
        return DROPPED
    if any(isinstance(value, str) and value for _, value in it.odd):
        return ""
    nothing = with_differences(it.case.event, [(place, "nobody-has-this-id") for place, _ in it.odd])
    return MISTYPED if not it.does(it.sending(nothing)) else ""


def _values_of_plain(it: Suspect) -> set[str]:
    plain = it.case.plain or it.case
    held = dict(leaves(plain.event))
    return {str(held[place]) for place, _ in it.odd if place in held}


def _left_out(it: Suspect) -> str:
    """Whoever sends it; where only nobody may leave it out, that there is no OPENID is what counts."""
    if it.case.principal.context.openid is None and not it.does(it.as_stranger()):
        return ""
    assert it.case.plain is not None
    return DROPPED if it.drops(it.case.plain, _values_of_plain(it)) else NOT_MISSED


def _header(it: Suspect) -> str:
    names = [place[-1] for place, _ in it.odd if place[0] == "headers"]
    other = it.exchanged()
    return HEADER if names and other is not None and not it.repeats(other) else ""


def _twice(it: Suspect) -> str:
    sent = held_at(it.case.event, ("headers",)).get("X-WX-OPENID")
    turned = with_header(it.case, "X-WX-OPENID", [*reversed(sent)]) if isinstance(sent, list) else it.case
    return LAST_WINS if not it.repeats(turned) else ""


def _vacant(it: Suspect) -> str:
    """Whether somebody who has an OPENID does it as well."""
    other = "stranger" if it.case.target != "stranger" else "bystander"
    return FREE if it.does(case_of(it.world, other, it.case.target)) else VACANT


def _nearly(it: Suspect) -> str:
    """Whether a stranger of whom as little is shown does not do it: of one who is nearly somebody, no UNIONID is."""
    assert it.case.oddity is not None
    stranger = case_of(it.world, "stranger")
    bare = replace(stranger, principal=replace(stranger.principal, shows_unionid=it.case.principal.shows_unionid))
    return "" if it.does(bare) else NEARLY[it.case.oddity]


def _sure(cause: str) -> Callable[[Suspect], str]:
    """What the law's own calls confirm: the plain call, or the one after the other."""
    return lambda _: cause


BY_ODDITY: dict[Oddity, Callable[[Suspect], str]] = {
    Oddity.FORGED: _forged,
    Oddity.CLAIMED: _sure(SAID),
    Oddity.OPERATOR: _operator,
    Oddity.MISTYPED: _mistyped,
    Oddity.SPLICED: lambda it: "" if it.strangers_do else SPLICED,
    Oddity.ASKED: _sure(ASKED),
    Oddity.LEFT_OUT: _left_out,
    Oddity.VACANT: _vacant,
    Oddity.OWNERLESS: lambda it: "" if it.strangers_do else OWNERLESS,
    Oddity.SHAPED: _sure(SHAPED),
    Oddity.CHANNEL: _sure(SOURCE),
    Oddity.CHAIN: _sure(CHAIN),
    Oddity.SHOWN: _sure(SHOWN),
    Oddity.WARM: _sure(WARM),
    Oddity.OVERLAPPING: _sure(OVERLAPPING),
    Oddity.HEADER: _header,
    Oddity.TWICE: _twice,
    **dict.fromkeys(NEARLY, _nearly),
}
