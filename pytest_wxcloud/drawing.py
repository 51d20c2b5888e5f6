"""One draw, and everything else made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hypothesis import strategies as st

from .errors import users_mistake

__tracebackhide__ = users_mistake

T = TypeVar("T")
V = TypeVar("V")


def made(drawn: st.SearchStrategy[T], make: Callable[[T], V], name: str, *shown: object) -> st.SearchStrategy[V]:
    """Like ``drawn.map(make)``, of which a failure would show the call, ``make(0)``, and not what it made.

    The strategy itself reads as the call of `name` that it comes from, with what is `shown` of its arguments.
    """

    def making(draw: st.DrawFn, *_: object) -> V:
        return make(draw(drawn))

    making.__name__ = making.__qualname__ = name
    return st.composite(making)(*shown)
