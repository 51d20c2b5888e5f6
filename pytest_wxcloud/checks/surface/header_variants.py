"""Headers that are nearly WeChat's, or come twice, smuggle no identity in.

Only ASGI hands them on as they were sent: a WSGI server drops a name with an underscore and joins two values. Which
of two values a gateway puts first is documented nowhere; here WeChat's own comes first, and the client's follows.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..attempt import Attempts
from ..case import Case, anonymous, case_of, own
from ..effects import CALLED, CHANGED, INSERTED, PLANTED, REMOVED, REVEALED
from ..law import Law, enforce
from ..oddity import Oddity
from ..verdict import Verdict
from .missing_identity import with_headers

NAMES = ("x_wx_openid", "X_WX_OPENID", "x-wx_openid", "HTTP_X_WX_OPENID", "X-WX-OPENID ")


def _cases(attempts: Attempts) -> Iterator[Case]:
    """A stranger and nobody, each with the owner's openid beside what the platform says."""
    world = attempts.world
    if world.web is None or not world.web.is_asgi:
        return
    victim = world["owner"].user.openid
    for case in (case_of(world, "stranger"), own(world), anonymous(world)):
        for name in NAMES:
            yield with_headers(case, {name: victim}, f"smuggling the owner's openid in {name}", Oddity.HEADER)
        user = case.principal.user
        if user is not None:
            both = {"X-WX-OPENID": [user.openid, victim]}
            yield with_headers(case, both, "smuggling the owner's openid in a second X-WX-OPENID", Oddity.TWICE)


LAW = Law(
    "no_header_smuggles_identity",
    "no header but the platform's own X-WX-OPENID says who calls",
    _cases,
    frozenset({CHANGED, REMOVED, REVEALED, INSERTED, PLANTED, CALLED}),
)


def no_header_smuggles_identity(attempts: Attempts) -> list[Verdict]:
    """Requests with more headers than the platform's are made to an ASGI app.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when they reach what belongs to somebody else.
    """
    return enforce(LAW, attempts)
