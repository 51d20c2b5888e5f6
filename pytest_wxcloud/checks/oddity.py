"""What is odd about a call that a law makes, in words of its own: notes are for people, and hold names of theirs."""

from __future__ import annotations

from enum import Enum


class Oddity(Enum):
    """How a call differs from the plain one of the same caller."""

    FORGED = "forged"  # somebody's id, where the event may say who calls
    CLAIMED = "claiming"  # a right, where the event may say what its caller holds
    OPERATOR = "operator"  # an object that a query takes for an operator, in place of a value
    MISTYPED = "mistyped"  # a list, an object or another type, in place of a value
    SPLICED = "spliced"  # one's own ids and somebody else's in one event
    ASKED = "asking with"  # a parameter that the contract's event leaves out, or says otherwise
    LEFT_OUT = "left out"  # an id that is not in the event, or is null or empty
    SHAPED = "sending"  # the names that only the platform's own events have
    CHANNEL = "channel"  # the same caller with the same event, another way
    CHAIN = "chain"  # the same, through a function
    UNIONID = "unionid"  # the same, shown with a UNIONID
    SHOWN = "shown"  # somebody who may not, shown with one
    UNSHOWN = "unshown"  # the same without one, where people are told apart by it
    OTHER_CASE = "other case"  # an openid that is somebody's but for upper and lower case
    ONE_OFF = "one off"  # or but for its last character
    AS_UNIONID = "as unionid"  # or is somebody's unionid
    ELSEWHERE = "elsewhere"  # the same person in another app
    WARM = "warm"  # an instance that somebody else has called before
    OVERLAPPING = "overlapping"  # while somebody else's request is under way
    HEADER = "header"  # nearly the platform's own
    TWICE = "twice"  # the platform's own, and another of its name
    BARE = "bare"  # no header of the platform's, or an empty one
    VACANT = "vacant"  # where nobody holds the role
    OWNERLESS = "ownerless"  # where a document says of nobody that it is theirs
    RETIRED = "retired"  # when not even who may does
