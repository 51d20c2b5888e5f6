"""Whether the platform shows a UNIONID lets nobody in: not those whose it shows, nor those of whom it shows none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..attempt import Attempts
from ..case import Case, case_of, own
from ..law import Law
from ..oddity import Oddity


def cases(attempts: Attempts) -> Iterator[Case]:
    """Everybody on the owner's resource, and two on their own, the other way than elsewhere: with a UNIONID or without.

    One who may, and of whom the contract's own key is not told, is to be refused, and to touch what is others' least.
    """
    world = attempts.world
    for name in world.parties:
        yield from _other_way(case_of(world, name))
    yield from _other_way(own(world, "stranger"))


def _other_way(case: Case) -> Iterator[Case]:
    principal, user = case.principal, case.principal.user
    if user is None or user.unionid is None:
        return
    shown = not principal.shows_unionid
    note, odd = ("showing UNIONID", Oddity.SHOWN) if shown else ("showing no UNIONID", Oddity.UNSHOWN)
    yield replace(case, principal=replace(principal, shows_unionid=shown), note=note, oddity=odd, plain=case)


LAW = Law("the_unionid_lets_nobody_in", "who may not gets in neither with a UNIONID nor without one", cases)
