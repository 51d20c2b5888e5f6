"""Who acts now: one value for the process, which a context may overlay.

A fixture acts for the whole process, so that threads see it. `acting_as` and a call act for one context,
so that two tasks of one event loop, or two threads, are two people at once. What is started there goes on
as the same person: tasks inherit the context, and `threads.py` sees to threads and pools.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ..carriers import Injection
from ..carriers.http_headers import http_headers
from ..identity import Principal
from ..outcome import Blocked
from .late import Afterwards, Work


@dataclass(frozen=True, eq=False)
class Acting:
    """A principal, and where its identity is found.

    `own` holds what a function itself set in its environment; None where that is the process's. `in_web_app`
    marks what runs in a request to a web app. `notes` takes what is to be told of a test that fails.
    """

    principal: Principal
    injection: Injection
    own: dict[str, str | None] | None = None
    in_web_app: bool = False
    notes: deque[str] | None = field(default=None, repr=False)

    @cached_property
    def headers(self) -> Mapping[str, str]:
        """What the platform adds to a request to a web app."""
        return {**http_headers(self.principal).headers, **self.injection.headers}

    def anew(self) -> Acting:
        """The same, without what was changed in its environment since `anew` was called on this one."""
        held = self.injection  # and no replace(), which costs each test that acts several microseconds
        injection = Injection(dict(held.environment), held.context, held.event, held.headers)
        return Acting(self.principal, injection, self.own, self.in_web_app, self.notes)


@dataclass(frozen=True)
class Outside:
    """The world outside, for one call: the hosts that a test answers for, and who to ask. See `outgoing`.

    `after` is told what the function does when it has answered.
    """

    hosts: tuple[str, ...]
    ask: Callable[[dict[str, Any]], Any]
    after: Afterwards


@dataclass(eq=False)
class Overlay:
    """One block in which somebody acts; what was started in it may outlive it."""

    who: Acting
    outer: Overlay | None
    refusals: list[Blocked] | None = None  # of a function that may not leave the machine
    outside: Outside | None = None
    present: bool = field(default=True, repr=False)


_process: list[Acting] = []  # innermost last; as process-wide as os.environ, which follows it
overlay: ContextVar[Overlay | None] = ContextVar("overlay", default=None)


def acting() -> Acting | None:
    """Who acts in this context; None when nobody was chosen."""
    mine = overlay.get()
    while mine is not None:
        if mine.present:
            return mine.who
        mine = mine.outer
    return _process[-1] if _process else None


def refusals() -> list[Blocked] | None:
    """Where an attempt of the running function to leave the machine is written down; None when none runs.

    What a function left running is refused, too, when the function has answered.
    """
    mine = overlay.get()
    return None if mine is None else mine.refusals


def refuse(attempt: Blocked) -> None:
    """Write down an attempt of the running function, or of one that has answered, to leave the machine."""
    mine = overlay.get()
    assert mine is not None
    assert mine.refusals is not None
    if mine.present or mine.outside is None:
        mine.refusals.append(attempt)
    else:
        mine.outside.after.refused(attempt)


def left_running(work: Work) -> None:
    """Tell what the running function has started beside itself."""
    mine = overlay.get()
    if mine is not None and mine.outside is not None:
        mine.outside.after.left(work)


def outside() -> Outside | None:
    """Who answers what the running function, or what it left running, asks hosts outside; None when none runs."""
    mine = overlay.get()
    return None if mine is None else mine.outside


def enter(who: Acting) -> None:
    """Let `who` act in the whole process, until `leave`."""
    _process.append(who)


def leave(who: Acting) -> None:
    """Undo `enter`; out of order does no harm."""
    _process.remove(who)


@contextmanager
def overlaid(who: Acting, refusals: list[Blocked] | None = None, outside: Outside | None = None) -> Iterator[None]:
    """Let `who` act in this context, and in tasks and threads it starts.

    With `refusals` it is a function that runs, whose attempts to leave the machine are put there, and for which
    somebody may answer `outside` of it.
    """
    mine = Overlay(who, overlay.get(), refusals, outside)
    token = overlay.set(mine)
    try:
        yield
    finally:
        mine.present = False
        with suppress(ValueError):  # an asynchronous fixture may end in another context: nothing to reset there
            overlay.reset(token)


@contextmanager
def nobody_runs() -> Iterator[None]:
    """Do something of the harness's own amid a function's: a worker may be started, and threads belong to nobody."""
    token = overlay.set(None)
    try:
        yield
    finally:
        overlay.reset(token)
