"""Has Hypothesis tell stories, and makes the one that goes wrong as short as it can be."""

from __future__ import annotations

from functools import partial
from random import Random

import hypothesis
from hypothesis import strategies as st
from hypothesis.errors import Flaky

from ...errors import users_mistake
from ..shortest import fewest
from ..verdict import Violation
from .choosing import renamed, shorter_than, steps
from .story import Script, Step, Story

__tracebackhide__ = users_mistake

STEPS = 16
#: What a story's steps follow. No number: of those Hypothesis prefers some that stand in whatever modules are there.
SEEDS = st.lists(st.booleans(), min_size=64, max_size=64)


def tell_stories(script: Script, settings: hypothesis.settings | None = None) -> None:
    """Tell as many stories as `settings` say, each of ``stateful_step_count`` steps.

    Hypothesis draws one seed a story, of which its steps follow. It need not shrink that: a story knows who did what to
    what, so steps are left out of it as long as it still goes wrong.

    Raises:
        Violation: telling the shortest story in which somebody gets what is not theirs.
    """
    settings = settings or hypothesis.settings(stateful_step_count=STEPS)
    found: list[list[Step]] = []

    def tell(seed: list[bool]) -> None:
        random = Random(repr(seed))  # noqa: S311  # no secret
        with Story(script).told() as story:
            try:
                for step in steps(story, random, settings.stateful_step_count):
                    story.play(step)
            except Violation:
                found.append(story.steps)
                raise

    tell.__name__ = f"{script.title}_stories"  # under which Hypothesis keeps what failed
    try:
        hypothesis.settings(
            settings,
            deadline=None,
            phases=[phase for phase in settings.phases if phase is not hypothesis.Phase.shrink],
            print_blob=False,
            suppress_health_check=list(hypothesis.HealthCheck),
        )(hypothesis.given(SEEDS)(tell))()
    except (Violation, Flaky):
        if not found:
            raise
        _tell(script, _shortest(script, found[-1]), fresh=True)  # what new instances do not do is no finding


def _shortest(script: Script, told: list[Step]) -> list[Step]:
    """Leave out steps, also such that others have to take the ones after them; and name people as they come."""
    told = fewest(told, partial(_goes_wrong, script))
    shorter: list[Step] | None = told
    while shorter is not None:
        told = shorter
        shorter = next(filter(partial(_goes_wrong, script), shorter_than(told)), None)
    named = renamed(told)
    return named if _goes_wrong(script, named) else told


def _tell(script: Script, told: list[Step], *, fresh: bool = False) -> None:
    with Story(script, fresh=fresh).told() as story:
        for step in told:
            story.play(step)


def _goes_wrong(script: Script, told: list[Step]) -> bool:
    try:
        _tell(script, told)
    except Violation:
        return True
    return False
