"""No side effect before the check: nothing is sent, refunded or ordered for one who is then refused."""

from __future__ import annotations

from collections.abc import Iterator

from ..attempt import Attempts
from ..case import Case
from ..effects import CALLED
from ..law import Law
from . import forged, nobody, odd_values, roles, strangers


def cases(attempts: Attempts) -> Iterator[Case]:
    """Everybody who may not, and whoever claims that they may."""
    for law in (strangers, roles, nobody, forged, odd_values):
        yield from law.cases(attempts)


LAW = Law(
    "no_side_effect_before_the_check",
    "nothing goes out of the back end for one who may not",
    cases,
    frozenset({CALLED}),
)
