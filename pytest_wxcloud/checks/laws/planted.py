"""No record is created in another person's name."""

from __future__ import annotations

from collections.abc import Iterator

from ..attempt import Attempts
from ..case import Case, anonymous, case_of, own
from ..effects import PLANTED
from ..law import Law
from ..world import NEWCOMER
from .forged import claims, claims_to_be


def cases(attempts: Attempts) -> Iterator[Case]:
    """The forged events again, this time looking at whose the new records are."""
    world = attempts.world
    yield case_of(world, "stranger")
    for case in (own(world), anonymous(world)):
        yield from claims(world, case)
        yield from claims_to_be(world, case, "openid of one the back end never saw", world[NEWCOMER].user.openid)


LAW = Law(
    "nothing_is_planted",
    "no record is created under another person's owner key",
    cases,
    frozenset({PLANTED}),
)
