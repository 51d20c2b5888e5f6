"""One draw, and everything else made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
V = TypeVar("V")


def made(drawn: st.SearchStrategy[T], make: Callable[[T], V]) -> st.SearchStrategy[V]:
    """Like ``drawn.map(make)``, of which a failure would show the call, ``make(0)``, and not what it made."""

    @st.composite
    def making(draw: st.DrawFn) -> V:
        return make(draw(drawn))

    return making()
