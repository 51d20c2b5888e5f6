"""One call of a function, from the event to the outcome."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import InvalidEventError, WxCloudError, users_mistake
from .identity import Principal
from .outcome import Blocked, Rule
from .runtimes.acting import Acting
from .runtimes.base import Handler, Request

__tracebackhide__ = users_mistake

LEFT = "tried to leave this machine"
UNSERVED = "called what the local cloud does not serve"
BLOCKED = """{function} {deeds}.
A function under test reaches the local cloud and nothing else; a call that got no true answer makes what the
function answered worthless. Pass the function a stand-in, or, if the call is expected, say so:
wx_cloud.call(…, allow_blocked=True); it is refused either way."""


@dataclass(frozen=True)
class Invocation:
    """One call on its way: what runs, for whom, and what it was asked."""

    handler: Handler
    acting: Acting
    event: dict[str, Any]
    request: Request
    rule: Rule
    chain: Chain
    started: float


@dataclass
class Chain:
    """The functions that one function calls: who for, and what is to be told when it has answered."""

    caller: Principal
    blocked: list[Blocked] = field(default_factory=list)
    mistakes: list[WxCloudError] = field(default_factory=list)


def blocked_message(function: str, attempts: Iterable[Blocked]) -> str:
    """What to say about calls that were refused."""
    deeds: dict[str, list[str]] = {}
    for attempt in dict.fromkeys(attempts):
        deeds.setdefault(UNSERVED if attempt.unserved else LEFT, []).append(str(attempt))
    told = " and ".join(f"{deed}: {', '.join(those)}" for deed, those in deeds.items())
    return BLOCKED.format(function=function, deeds=told)


def as_json(event: Mapping[str, Any] | None) -> dict[str, Any]:
    """`event` as it arrives on the other side: a copy, through JSON."""
    if event is None:
        return {}
    if not isinstance(event, Mapping):
        raise InvalidEventError(f"An event is a dict, not {type(event).__name__} ({event!r}).")
    try:
        return json.loads(json.dumps(dict(event), allow_nan=False))  # type: ignore[no-any-return]
    except RecursionError:
        raise InvalidEventError("The event is nested too deep, or holds itself.") from None
    except (TypeError, ValueError) as error:
        raise InvalidEventError(
            f"The event is not JSON, so no client could send it: {error}. Send strings, numbers, booleans, "
            f"None, lists and dicts; a date as a string or milliseconds. It was {event!r}."
        ) from None
