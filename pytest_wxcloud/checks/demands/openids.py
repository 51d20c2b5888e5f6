"""Nobody is told another person's openid. Feeds often do tell; WeChat advises against it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from ..attempt import Attempts
from ..effects import REVEALED, Effect, Evidence
from ..law import Law, looked_through
from ..sensitive import cases, openids_told
from ..verdict import Verdict
from ..weakness import EXPOSURE

LAW = Law("openids_stay", "nobody is told another person's openid", cases, weakness=EXPOSURE)


def openids_stay(attempts: Attempts) -> list[Verdict]:
    """Everybody calls who may and who may not, and what they are told is looked through.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when an answer holds an openid that its caller neither has nor sent.
    """
    return looked_through(LAW, attempts, partial(_told, attempts))


def _told(attempts: Attempts, evidence: Evidence) -> Iterator[Effect]:
    for name, openid in openids_told(attempts, evidence):
        yield Effect(REVEALED, name, f"the answer holds an openid: {openid!r}")
