"""One call of a function, from the event to the outcome."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import Any, ParamSpec, TypeVar

from .errors import InvalidEventError, users_mistake
from .identity import Principal
from .outcome import Blocked, Decision, Outcome
from .runtimes.acting import Acting
from .runtimes.base import Handler, Request
from .runtimes.late import Late, Work

__tracebackhide__ = users_mistake

P = ParamSpec("P")
R = TypeVar("R")
LEFT = "tried to leave this machine"
UNSERVED = "called what the local cloud does not serve"
BLOCKED = """{function} {deeds}.
A function under test reaches the local cloud and nothing else; a call that got no true answer makes what the
function answered worthless. {remedy}
If the call is expected, say so: wx_cloud.call(…, allow_blocked=True); it is refused either way."""
STAND_IN = "Pass the function a stand-in."
OPEN_API = r"the open API (.+)"
#: A refused call → the line that answers it.
REMEDIES = {
    OPEN_API: 'wx_cloud.openapi["{}"] = {{…}}',
    r"a connection to ([\w.-]+):(?:80|443)": 'wx_cloud.http["{}"] = {{…}}',
    r"a name lookup of ([\w.-]+)": 'wx_cloud.http["{}"] = {{…}}  # for urllib, requests and httpx',
}


#: Answers a function's question: see `node/worker.js`.
Answerer = Callable[["Chain", dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Invocation:
    """One call on its way: what runs, for whom, and what it was asked."""

    handler: Handler
    acting: Acting
    event: dict[str, Any]
    request: Request
    rule: Callable[[Outcome], Decision]
    chain: Chain
    started: float


@dataclass
class Chain:
    """What one function asks of others: who for, and what is to be told when it has answered, and in `late` after that.

    `function` and `origin` are its name and what called it, say a test.
    """

    caller: Principal
    late: Late
    function: str
    origin: str = ""
    blocked: list[Blocked] = field(default_factory=list)
    mistakes: list[BaseException] = field(default_factory=list)
    answered: bool = False
    allow_blocked: bool = False

    def refused(self, *attempts: Blocked) -> None:
        """Note calls that were refused."""
        if not self.answered:
            self.blocked.extend(attempts)
        else:
            for attempt in attempts:
                self.late.refused(attempt, self.function, self.origin, allowed=self.allow_blocked)

    def left(self, work: Work) -> None:
        """Note what the function has started beside itself."""
        self.late.left(work)

    def asked(self, answers: Mapping[str, Answerer], question: dict[str, Any]) -> dict[str, Any]:
        """Answer what a function asks the harness for: a `kind`, which names who answers, and its details.

        A failure of ours or of the test's code is no answer of the cloud's: it is raised when the function is done.
        """
        try:
            return answers[question["kind"]](self, question)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            (self.late.mistakes if self.answered else self.mistakes).append(error)
            return {"code": "SYS_ERR", "message": str(error)}


def blocked_message(function: str, attempts: Iterable[Blocked]) -> str:
    """What to say about calls that were refused."""
    attempts = tuple(dict.fromkeys(attempts))
    deeds: dict[str, list[str]] = {}
    for attempt in attempts:
        deeds.setdefault(UNSERVED if attempt.unserved else LEFT, []).append(str(attempt))
    told = " and ".join(f"{deed}: {', '.join(those)}" for deed, those in deeds.items())
    return BLOCKED.format(function=function, deeds=told, remedy=_remedy(attempts))


def unanswered(attempts: Iterable[Blocked]) -> list[str]:
    """The open APIs among calls that were refused."""
    found = (re.fullmatch(OPEN_API, attempt.address) for attempt in attempts if attempt.unserved)
    return [one[1] for one in found if one]


def _remedy(attempts: Iterable[Blocked]) -> str:
    """What a test can write so that these calls are answered."""
    lines = {
        line.format(found[1]): None
        for attempt in attempts
        for pattern, line in REMEDIES.items()
        if (found := re.fullmatch(pattern, str(attempt)))
    }
    return "Answer it in the test:" + "".join(f"\n    {line}" for line in lines) if lines else STAND_IN


def takes_an_event(method: Callable[P, R]) -> Callable[P, R]:
    """Have a method that is called with an event's fields by name say where they go."""
    code: CodeType = method.__code__
    known = frozenset(code.co_varnames[: code.co_argcount + code.co_kwonlyargcount])

    @functools.wraps(method)
    def called(*args: P.args, **keywords: P.kwargs) -> R:
        if not known >= keywords.keys():
            name = next(name for name in keywords if name not in known)
            hint = f'What the client sends is one dict: {code.co_name}("…", {{{name!r}: {keywords[name]!r}}}).'
            raise InvalidEventError(f"{code.co_name} takes no argument {name!r}. {hint}")
        return method(*args, **keywords)

    return called


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
