"""Strangers, bystanders and near misses have no effect on what is not theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...identity import WxUser
from ..asking import asking, without_ids
from ..attempt import Attempts
from ..case import Case, case_as, case_of, is_allowed, is_entitled, own, refused_own, who_may
from ..doubts import both_ways
from ..law import Law
from ..oddity import Oddity
from ..vacant import of_strangers
from ..world import NEWCOMER, World


def cases(attempts: Attempts) -> Iterator[Case]:
    """Each asks for the operation on the owner's resource; people whose openid is nearly that of one who may too.

    A stranger also asks for more than that, or without saying for what, of their own resource and the owner's.
    """
    world = attempts.world
    yield from both_ways(world, case_of(world, "stranger"))
    for caller in ("bystander", NEWCOMER):
        yield case_of(world, caller)
    yield from refused_own(world)
    yield from of_strangers(world)
    for who in who_may(world):
        yield from near_misses(world, who)
    for case in (case_of(world, "stranger"), own(world)):
        if not is_allowed(world, case_of(world, "stranger")):
            yield from without_ids(world, case)
        if case.target == "stranger" or not is_entitled(world, case):  # where anyone may, they may in every way
            yield from asking(world, case)


def near_misses(world: World, who: str) -> Iterator[Case]:
    """People whose openid is nearly somebody's: another case, another character, the unionid."""
    owner = world[who].user
    last = "A" if owner.openid[-1] != "A" else "B"
    near = {
        "in other case": (Oddity.OTHER_CASE, owner.openid[0] + owner.openid[1:].swapcase()),
        "one character off": (Oddity.ONE_OFF, owner.openid[:-1] + last),
    }
    if owner.unionid and len(owner.unionid) == len(owner.openid):
        near[f"the {who}'s unionid"] = Oddity.AS_UNIONID, owner.unionid
    for how, (oddity, openid) in near.items():
        if openid != owner.openid and not _is_the_same_there(world, owner, openid):
            of = "" if who == "owner" else f" from the {who}'s"
            user = replace(owner, openid=openid, unionid=None, person=f"near miss {how}{of}", label="near miss")
            yield replace(case_as(world, "near miss", user), note=f"openid {how}{of}", oddity=oddity)


def _is_the_same_there(world: World, person: WxUser, openid: str) -> bool:
    """Whether a database finds the person's own rows by another openid, whatever the app does.

    Columns that compare without regard to case do, as MySQL's by default: of that no app is accused.
    """
    return any(world.cloud.finds(table, column, openid) for table, column in world.columns_of(person))


LAW = Law("strangers_have_no_effect", "nobody but those in allow touches or sees what belongs to the owner", cases)
