"""Without WeChat's headers the app refuses, and does not break down over them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...canaries import changed_at
from ...carriers.http_headers import http_headers
from ..attempt import Attempts
from ..case import Case, anonymous, is_allowed
from ..effects import FAILED, Effect, Evidence
from ..law import Law, accused, looked_through
from ..oddity import Oddity
from ..verdict import Verdict
from ..world import held_at


def _cases(attempts: Attempts) -> Iterator[Case]:
    """A request from outside of WeChat, one through it with nobody behind, and one with an empty X-WX-OPENID."""
    case = anonymous(attempts.world)
    if is_allowed(attempts.world, case):
        return
    yield with_headers(
        case, dict.fromkeys(http_headers(case.principal).headers), "without any X-WX header", Oddity.BARE
    )
    yield case
    yield with_headers(case, {"X-WX-OPENID": ""}, "with an empty X-WX-OPENID", Oddity.BARE)


LAW = Law(
    "without_identity_it_refuses",
    "without X-WX-SOURCE and X-WX-OPENID an app refuses, and not by breaking down",
    _cases,
)


def without_identity_it_refuses(attempts: Attempts) -> list[Verdict]:
    """Nobody asks in every way in which identity can be missing.

    Raises:
        Inconclusive: when the control has no effect.
        Violation: when that has an effect, or is answered by a 5xx.
    """
    return looked_through(LAW, attempts, lambda evidence: [*accused(LAW, attempts, evidence), *broken_down(evidence)])


def with_headers(case: Case, headers: Mapping[str, object], note: str, oddity: Oddity) -> Case:
    """`case` with headers besides its own; None leaves one out."""
    event = changed_at(case.event, ("headers",), {**held_at(case.event, ("headers",)), **headers})
    return case.with_event(event, note, oddity)


def broken_down(evidence: Evidence) -> Iterator[Effect]:
    """Whether the app failed where it should have refused."""
    status = getattr(evidence.outcome, "status", 0)
    if evidence.outcome.error is not None or status >= 500:
        error = evidence.outcome.error
        yield Effect(FAILED, "", f"the app answered {status}" if error is None else f"the app raised {error}")
