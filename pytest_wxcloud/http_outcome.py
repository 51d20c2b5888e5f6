"""What came of a request to a web app, and what its status says about the caller."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from wsgiref.headers import Headers

from .errors import users_mistake
from .outcome import CrashedError, Decision, Outcome

__tracebackhide__ = users_mistake

_LOGIN = re.compile(r"\b(log-?in|sign-?in|auth\w*|session)\b", re.IGNORECASE)
#: In the text of a refusal: what was refused is the request, whoever makes it. Django, DRF, Starlette.
_NOT_THE_CALLER = re.compile(r"CSRF|DisallowedHost|Invalid host header")


@dataclass(frozen=True, eq=False)  # it is compared as any outcome is
class HttpOutcome(Outcome):
    """What came of one request: `status`, `headers`, `text`, `json`, and what was decided.

    `function` is the method and the path; `event` is the request as the test wrote it; `result` and
    `value` are the JSON of the answer, or its text when it is none. `status` is 0 when there was no answer.
    `headers` are found in any case, and None where there is none; ``headers.get_all(name)`` lists them.
    `by_hand` are the platform's headers that the test set itself, which won over the caller's.
    """

    status: int = 0
    headers: Headers = field(default_factory=Headers, compare=False)
    body: bytes = b""
    by_hand: Mapping[str, Any] = field(default_factory=dict)
    routed: bool | None = field(default=None, repr=False)

    @property
    def text(self) -> str:
        """The body as text, by the charset that the answer names; UTF-8 without one."""
        return text_of(self.body, self.headers)

    @property
    def json(self) -> Any:
        """The body as JSON, whatever type the answer says it has.

        Raises:
            CrashedError: when it is no JSON.
        """
        try:
            return json.loads(self.body)
        except ValueError:
            raise CrashedError(self._tell("answered no JSON"), self) from None

    def __str__(self) -> str:
        answer = f"error {self.error}" if self.error else f"{self.status} {self.text[:200]}"
        return f"{self.function} called by {self._caller}: {self.decision.value}, {answer}"

    @property
    def _caller(self) -> str:
        set_ = "".join(f", {name} set by hand to {value!r}" for name, value in self.by_hand.items())
        return f"{self.principal!r}{set_}"

    def _tell(self, what: str) -> str:
        event = json.dumps(self.event, ensure_ascii=False, default=repr)
        lines = [f"{self.function} {what}.", f"  caller:  {self._caller}", f"  request: {event[:500]}"]
        if self.status:
            lines.append(f"  answer:  {self.status} {self.text[:500]}".rstrip())
        why = why_no_decision(self)
        if why:
            lines.append(f"  {why}")
        if self.error is not None:
            lines.append(f"  {self.error.failure.value.replace('_', ' ')}: {self.error}")
            lines.extend(f"    {line}" for line in self.error.stack.splitlines()[-20:])
        lines.extend(f"  {log.stream}: {log.text.rstrip()[-3000:]}" for log in self.logs[-5:])
        return "\n".join(lines)


def decide_by_status(outcome: HttpOutcome) -> Decision | None:
    """What the status says; None where the body decides, as it does for functions."""
    if outcome.error is not None or outcome.status >= 500 or why_no_decision(outcome):
        return Decision.CRASH
    if outcome.status >= 400:
        return Decision.DENY
    if 300 <= outcome.status < 400:
        to_login = _LOGIN.search(urlsplit(outcome.headers["Location"] or "").path)
        return Decision.DENY if to_login else Decision.ALLOW
    return None


def why_no_decision(outcome: HttpOutcome) -> str:
    """Why an answer decides nothing about its caller: the request never came to where that is done."""
    asked = str(outcome.event["path"]).partition("?")[0]
    if outcome.status == 404 and outcome.routed is False:
        return f"The app has no route for {asked}. Is it mistyped?"
    if outcome.status == 405:
        return f"The app has {asked}, and not this method. It allows: {outcome.headers['Allow'] or 'it does not say'}."
    if outcome.status in (301, 302, 307, 308):
        told = urlsplit(outcome.headers["Location"] or "").path
        if told != asked and told.rstrip("/") == asked.rstrip("/"):
            return f"The app redirects to {told}: write the path so."
    if outcome.status in (400, 403):
        found = _NOT_THE_CALLER.search(outcome.text)
        if found is not None:
            return f"The app refused the request whoever makes it ({found[0]}). {_REMEDIES[found[0]]}"
    return ""


_HOST = 'Allow the host localhost in tests, or send another: headers={"Host": …}.'
_REMEDIES = {
    "CSRF": "A Mini Program has no CSRF token: exempt its routes, or send one.",
    "DisallowedHost": _HOST,
    "Invalid host header": _HOST,
}


def text_of(body: bytes, headers: Headers) -> str:
    """`body` as text, by the charset that its headers name."""
    charset = re.search(r"charset=\"?([\w-]+)", headers["Content-Type"] or "")
    try:
        return body.decode(charset[1] if charset else "utf-8", "replace")
    except LookupError:  # a charset that nobody knows
        return body.decode("utf-8", "replace")


def value_of(body: bytes, headers: Headers) -> Any:
    """The JSON of an answer, its text when it is none, None when it is empty."""
    if not body:
        return None
    if "json" in (headers["Content-Type"] or ""):
        try:
            return json.loads(body)
        except ValueError:
            pass
    return text_of(body, headers)
