"""An event of two halves, one's own and somebody else's, reaches nobody else."""

from __future__ import annotations

from collections.abc import Iterator

from ...canaries import changed_at, leaves
from ..attempt import Attempts
from ..case import Case, case_of, own
from ..law import Law
from ..oddity import Oddity

MOST = 8


def cases(attempts: Attempts) -> Iterator[Case]:
    """Each value in which the stranger's own event differs from one about the owner's resource, spliced in."""
    world = attempts.world
    mine, theirs = own(world), case_of(world, "stranger")
    there = dict(leaves(theirs.event))
    differing = [place for place, value in leaves(mine.event) if place in there and there[place] != value][:MOST]
    if len(differing) < 2:
        return
    here = dict(leaves(mine.event))
    for place in differing:
        name = ".".join(map(str, place))
        yield mine.with_event(
            changed_at(mine.event, place, there[place]), f"the owner's {name} spliced in", Oddity.SPLICED
        )
        yield theirs.with_event(
            changed_at(theirs.event, place, here[place]), f"only their own {name} spliced in", Oddity.SPLICED
        )


LAW = Law("mixed_ids_reach_nobody", "every id in an event is checked, not only one of them", cases)
