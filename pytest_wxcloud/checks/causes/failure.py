"""Why an app broke down where it should have refused. That a header is missing is one reason of several."""

from __future__ import annotations

from ...carriers.http_headers import http_headers
from ..case import case_of, is_allowed
from ..world import NEWCOMER, held_at
from .suspect import Suspect, with_header

OPENID = "X-WX-OPENID"
REFUSING = "the app breaks down as it refuses: for a stranger, who has an X-WX-OPENID, as well"
UNKNOWN = (
    "who calls is looked up, and taken for found: one whom the back end never saw breaks the app down as well. "
    "Answer 401 or 403 where nobody is found"
)
EMPTY = "an empty X-WX-OPENID is taken for somebody's; answer 401 or 403 where it is empty"
MISSING = "{} is read as if it were always there; answer 401 or 403 where it is missing"


def cause_of_failure(suspect: Suspect) -> str:
    """What, put right, would have the app answer; empty where nothing alone does."""
    attempts, case = suspect.attempts, suspect.case
    stranger = case_of(suspect.world, "stranger")
    if attempts.control().crashed:
        return ""
    if not is_allowed(suspect.world, stranger) and attempts.once(stranger).crashed:
        return REFUSING
    if attempts.once(case_of(suspect.world, NEWCOMER)).crashed:
        return UNKNOWN
    sent = {**http_headers(case.principal).headers, **held_at(case.event, ("headers",))}
    if sent.get(OPENID) == "" and not attempts.once(with_header(case, OPENID, None)).crashed:
        return EMPTY
    for name, value in http_headers(stranger.principal).headers.items():
        if not sent.get(name) and not attempts.once(with_header(case, name, value)).crashed:
            return MISSING.format(name)
    return ""
