"""What came of an invocation."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import TYPE_CHECKING, Any

from .errors import GuessedError, WxCloudError, did_you_mean, users_mistake
from .identity import Principal

__tracebackhide__ = users_mistake

_MISSING_COLLECTION = re.compile(r"-502005\b.*?Db or Table not exist: ([\w-]+)")


class Decision(Enum):
    """What a function decided about its caller. A crash is not a refusal."""

    ALLOW = "allow"
    DENY = "deny"
    CRASH = "crash"


class Failure(Enum):
    """In which way an invocation ended without an answer."""

    THROWN = "thrown"  #: the function threw, or its promise was rejected
    UNCAUGHT = "uncaught"  #: an error in a callback took the instance down
    EXITED = "exited"  #: the process ended: process.exit, abort, out of memory
    TIME_LIMIT = "time_limit"  #: no answer within the time limit
    NEVER_SETTLED = "never_settled"  #: the returned promise cannot settle any more
    UNSERIALIZABLE = "unserializable"  #: the answer is not JSON: circular, a BigInt, a datetime
    TOO_LARGE = "too_large"  #: the answer is larger than the platform allows


@dataclass(frozen=True)
class FunctionError:
    """Why an invocation has no result: the function's own error, as plain data.

    `name` is the error's class, empty when something that is no error was thrown; then `value` is
    that thing, as JSON. `code` and `err_code` are the error's properties of these names.
    `programming_error` marks the classes that mean a mistake in the code (``TypeError``…).
    """

    failure: Failure
    name: str
    message: str
    stack: str = ""
    code: Any = None
    err_code: Any = None
    value: Any = None
    programming_error: bool = False

    def __str__(self) -> str:
        return f"{self.name}: {self.message}" if self.name else self.message


@dataclass(frozen=True)
class LogLine:
    """A piece of console output: ``stdout`` (log, info, debug) or ``stderr`` (warn, error)."""

    stream: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Blocked:
    """A call that was refused: out of the machine, or to what the local cloud does not serve.

    `what` is "a connection to", "a name lookup of" and so on, with its `address`; or "unserved", with
    the name of the cloud call.
    """

    what: str
    address: str

    @property
    def unserved(self) -> bool:
        """Whether this is a call of the cloud's own that is not served here."""
        return self.what == "unserved"

    def __str__(self) -> str:
        return self.address if self.unserved else f"{self.what} {self.address}"


@dataclass(frozen=True)
class LateAttempt(Blocked):
    """One that a function made when it had answered: what `function`, and which test had called it.

    `allowed` tells that the call was made with ``allow_blocked``.
    """

    function: str = "a function"
    origin: str = ""
    allowed: bool = False

    @property
    def by(self) -> str:
        """Who made it, for a message."""
        return f"{self.function}{f' (called in {self.origin})' if self.origin else ''}, when it had answered,"

    __str__ = Blocked.__str__


@dataclass(frozen=True)
class Answer:
    """What a runtime got back: a value or an error, and what was seen on the way."""

    value: Any = None
    error: FunctionError | None = None
    logs: tuple[LogLine, ...] = ()
    blocked: tuple[Blocked, ...] = ()


class CrashedError(WxCloudError, AssertionError):
    """A crashed outcome was asked what it decided. `outcome` has the details."""

    def __init__(self, message: str, outcome: Outcome) -> None:
        super().__init__(message)
        self.outcome = outcome


class AmbiguousOutcomeError(WxCloudError, TypeError):
    """An outcome was used as a truth value."""


class BlockedError(WxCloudError, AssertionError):
    """A function called what it cannot have in a test. `outcome` has the details, when there is one."""

    def __init__(self, message: str, outcome: Outcome | None = None) -> None:
        super().__init__(message)
        self.outcome = outcome


#: Decides about an outcome; see `pytest_wxcloud.decision` for what True, False and None mean.
Rule = Callable[["Outcome"], "Decision | bool | None"]


@dataclass(frozen=True)
class Outcome:  # noqa: PLW1641  # the dataclass makes it
    """What came of one invocation: a result or an error, the logs, and what was decided.

    `event` is what the function was called with, without the platform's additions. `duration` is in
    seconds of real time, from request to answer.
    """

    function: str
    principal: Principal
    event: Any
    rule: Callable[[Outcome], Decision] = field(repr=False, compare=False)
    value: Any = None
    error: FunctionError | None = None
    logs: tuple[LogLine, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    duration: float = field(default=0.0, compare=False)

    @property
    def decision(self) -> Decision:
        """What the function decided: see `pytest_wxcloud.decision` for the rule and how to replace it."""
        return self.rule(self)

    @property
    def result(self) -> Any:
        """What the function returned, as the client gets it.

        Raises:
            CrashedError: when it returned nothing because it threw or died.
        """
        if self.error is not None:
            raise CrashedError(self._tell("has no result"), self)
        return self.value

    @property
    def allowed(self) -> bool:
        """Whether the caller got what it asked for.

        Raises:
            CrashedError: when the function crashed; then nothing was decided.
        """
        return self._decided() is Decision.ALLOW

    @property
    def denied(self) -> bool:
        """Whether the caller was refused.

        Raises:
            CrashedError: when the function crashed; then nothing was decided.
        """
        return self._decided() is Decision.DENY

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Mapping | list | str | int | float):
            raise AmbiguousOutcomeError(
                f"An Outcome is no answer, and equals none ({other!r}). Compare .result, which is what the function "
                "returned; or ask for .allowed or .denied."
            )
        if other.__class__ is not self.__class__:
            return NotImplemented
        compared = (one.name for one in fields(self) if one.compare)
        return all(getattr(self, name) == getattr(other, name) for name in compared)

    if not TYPE_CHECKING:  # to a type checker such a name is wrong as it is

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            known = [one for one in (*vars(Outcome), *(one.name for one in fields(self))) if not one.startswith("_")]
            raise GuessedError(f"An Outcome has no {name!r}. {did_you_mean(name, known)}")

    def __bool__(self) -> bool:
        raise AmbiguousOutcomeError("An Outcome is neither true nor false: ask for .allowed, .denied or .result.")

    def __str__(self) -> str:
        answer = f"error {self.error}" if self.error else json.dumps(self.value, ensure_ascii=False)
        return f"{self.function} called by {self.principal!r}: {self.decision.value}, {answer}"

    def _decided(self) -> Decision:
        decision = self.decision
        if decision is Decision.CRASH:
            raise CrashedError(self._tell("crashed, so it neither allowed nor denied"), self)
        return decision

    def _tell(self, what: str) -> str:
        event = json.dumps(self.event, ensure_ascii=False, default=repr)
        lines = [f"{self.function} {what}.", f"  caller: {self.principal!r}", f"  event:  {event[:500]}"]
        error = self.error
        if error is None:
            answer = json.dumps(self.value, ensure_ascii=False)
            lines.append(f"  answer: {answer[:500]} (reports a programming error it caught)")
        else:
            lines.append(f"  {error.failure.value.replace('_', ' ')}: {error}")
            lines.extend(f"    {line}" for line in error.stack.splitlines()[:12])
        missing = _MISSING_COLLECTION.search("\n".join(lines))
        lines.extend(f"  {log.stream}: {log.text.rstrip()}" for log in self.logs[-5:])
        if missing is not None:
            lines.append(f"A collection exists once it is made: wx_db.create_collection({missing[1]!r}), or seed it.")
        return "\n".join(lines)
