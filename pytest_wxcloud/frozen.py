"""Reads the clock that freezegun holds, without importing it and without advancing it."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import Any

from .runtimes.base import FrozenTime

#: Modules that go on seeing real time: the report would give the set-up's duration in years, and Hypothesis
#: asks the clock at each garbage collection, which advances one that ticks when it is asked.
REAL_TIME = ("_pytest.timing", "hypothesis.internal.conjecture.junkdrawer")

# A tuple and a class attribute: freezegun replaces the names it finds, and this must be the real epoch.
_EPOCH = (datetime(1970, 1, 1),)
_MILLISECOND = (timedelta(milliseconds=1),)


def frozen_time() -> FrozenTime | None:
    """The instant at which the test's time stands, or None when it is real.

    An auto-ticking clock advances each time it is asked, so its instant is read, not asked for.
    """
    api: Any = sys.modules.get("freezegun.api")
    factories = getattr(api, "freeze_factories", None)
    if not factories:
        return None
    factory = factories[-1]
    ticking = isinstance(factory, api.TickingDateTimeFactory)
    instant = factory() if ticking else factory.time_to_freeze
    return FrozenTime((instant - _EPOCH[0]) / _MILLISECOND[0], ticking)
