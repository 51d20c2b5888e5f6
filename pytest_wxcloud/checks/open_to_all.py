"""What is open to all: where everybody may, what a plain call shows is granted to whoever makes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from ..canaries import leaves
from .case import ANYONE, NOBODY, Case, is_allowed
from .world import OWNERS, World


def is_open(world: World, case: Case) -> bool:
    """Whether the contract lets this caller because it lets all of the kind: everybody who has an OPENID, or nobody."""
    kind = NOBODY if case.principal.user is None else ANYONE
    return kind in world.operation.allow and is_allowed(world, case)


def plain_calls(world: World, case: Case) -> Iterator[Case]:
    """The calls by which the caller of `case` may see what others have; none where not everybody may.

    About each person's resource. Where the event names nobody's, all of them are one: what it shows, a public list, is
    nobody's own.
    """
    if is_open(world, case):
        plain = case.plain or case
        for target in OWNERS:
            yield replace(plain, event=world.event(target, plain.principal.user), target=target)


def asks_for_all(case: Case) -> bool:
    """Whether the event differs from a plain one only in what it leaves out or has empty: what then comes is a list."""
    usual, here = (dict(leaves(event)) for event in ((case.plain or case).event, case.event))
    differing = [here.get(place) for place in {*usual, *here} if here.get(place) != usual.get(place)]
    return bool(differing) and not any(differing)


def is_listed(secret: str | int, told: Any) -> bool:
    """Whether an answer holds a secret in a list only, as one of several things."""
    places = [place for place, held in leaves(told) if str(secret) in str(held)]
    return bool(places) and all(any(isinstance(step, int) for step in place) for place in places)
