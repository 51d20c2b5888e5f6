"""The same person in another app is somebody else, unless the contract keys by unionid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

from ...identity.principal import RESOURCE_SHARING
from ..attempt import Attempts
from ..case import Case, case_as, case_of, who_may
from ..doubts import both_ways
from ..law import Law
from ..oddity import Oddity


def cases(attempts: Attempts) -> Iterator[Case]:
    """Who may, in a bound and in an unbound app, called and by resource sharing."""
    world = attempts.world
    stranger = world["stranger"].user
    plain = case_of(world, "stranger")
    if world.operation.keyed_by == "unionid":
        return
    app = world.cloud.people.fabricate_app(1)
    wheres = (("another app", stranger.app.platform), ("an unbound app", None))
    for who, (where, platform) in product(who_may(world), wheres):
        there = world[who].user.in_app(replace(app, platform=platform))
        case = case_as(world, f"the {who} in {where}", there, shows_unionid=there.unionid is not None)
        case = replace(case, oddity=Oddity.ELSEWHERE, plain=plain)
        yield case
        if RESOURCE_SHARING.name in world.operation.allow:
            continue  # whoever comes from there may
        shared = replace(case.principal, channel=RESOURCE_SHARING)
        yield from both_ways(world, replace(case, principal=shared, note="through resource sharing", plain=case))


LAW = Law("another_app_is_another_person", "an openid is of one app; UNIONID and FROM_OPENID give no right", cases)
