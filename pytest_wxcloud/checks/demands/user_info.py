"""``event.userInfo`` reaches nobody else even where one that the client sends survives.

The platform adds it to events; whether it replaces one that was sent is documented nowhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...identity.suppositions import SENT_FIELDS_SURVIVE
from ..attempt import Attempts
from ..case import Case, anonymous, case_of, own
from ..law import Law, enforce
from ..oddity import Oddity
from ..verdict import Verdict


def _cases(attempts: Attempts) -> Iterator[Case]:
    world = attempts.world
    owner = world["owner"].user
    claimed = {"openId": owner.openid, "appId": owner.app.appid}
    for case in (case_of(world, "stranger"), own(world), anonymous(world)):
        survives = replace(case.principal, supposing=SENT_FIELDS_SURVIVE)
        forged = case.with_event({**case.event, "userInfo": claimed}, "forged userInfo", Oddity.FORGED)
        yield replace(forged, principal=survives)


LAW = Law("sent_user_info_reaches_nobody", "a userInfo that the client sends makes nobody somebody else", _cases)


def sent_user_info_reaches_nobody(attempts: Attempts) -> list[Verdict]:
    """A stranger and nobody send the owner's userInfo, on a platform that leaves it in the event.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when they reach what is the owner's by it.
    """
    return enforce(LAW, attempts)
