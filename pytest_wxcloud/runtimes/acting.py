"""Who acts now: one value for the process, which a context may overlay.

A fixture acts for the whole process, so that threads see it. `acting_as` acts for one context, so that
two tasks of one event loop are two people at once, and for threads started meanwhile, whose context
is empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from ..carriers import Injection
from ..identity import Principal


@dataclass(eq=False)
class Acting:
    """A principal in its place, until it leaves."""

    principal: Principal
    injection: Injection
    present: bool = field(default=True, repr=False)


_process: list[Acting] = []  # innermost last; as process-wide as os.environ, which follows it
_context: ContextVar[Acting | None] = ContextVar("acting", default=None)


def acting() -> Acting | None:
    """Who acts in this context; None when nobody was chosen."""
    mine = _context.get()
    if mine is not None and mine.present:
        return mine
    return _process[-1] if _process else None


def enter(who: Acting) -> None:
    """Let `who` act in the whole process, until `leave`."""
    _process.append(who)


def leave(who: Acting) -> None:
    """Undo `enter`; out of order does no harm."""
    who.present = False
    _process.remove(who)


@contextmanager
def overlaid(who: Acting) -> Iterator[None]:
    """Let `who` act in this context and in threads it starts."""
    enter(who)
    token = _context.set(who)
    try:
        yield
    finally:
        leave(who)
        _context.reset(token)
