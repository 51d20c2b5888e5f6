"""What a check answers: the promise, who called with what, what happened, and how to see it again."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from unittest import SkipTest

from ..changes import Change
from ..errors import WxCloudError
from ..http_outcome import HttpOutcome
from .difference import difference
from .effects import Effect, Evidence
from .literals import short, source
from .weakness import BFLA, BOLA, BOPLA, CREDENTIALS, DENIED, ESCALATION, MISTAKEN, UNHANDLED, Weakness

WIDTH = 100  # of what is told
INDENT = 13  # of what is told beside a word
MOST = 3  # effects that are told in full


class Standing(Enum):
    """What was seen of one call. Only the first two are judgements."""

    VIOLATED = "violated"  #: it broke the law
    INCONCLUSIVE = "inconclusive"  #: one who may, by whom the others are measured, had no effect that can be seen
    UNREFUSED = "unrefused"  #: one who may not got nowhere, and only because the function crashed
    CRASHED = "crashed"  #: the function crashed for one who may, or asked for what is not served
    EFFECT = "had effect"  #: something changed or was called, or a secret was shown, nothing of it anybody else's
    YES = "answered yes"  #: nothing but the answer, which says yes
    REFUSED = "refused"  #: nothing but the answer, which says no


@dataclass(frozen=True)
class Verdict:
    """One case, judged. `operation` is the function and, of a router, its action."""

    standing: Standing
    operation: str
    law: str
    promise: str
    evidence: Evidence
    effects: Sequence[Effect] = ()
    cause: str = ""
    reproduction: str = ""
    weakness: Weakness = field(default=BOLA)
    allowed: bool = False  # whether the contract lets this caller do this
    where: str = ""  # on which platform, where that makes the difference and no documentation says how it is

    def __str__(self) -> str:
        return "\n".join(self.lines())

    @property
    def title(self) -> str:
        """Who did what, in one line."""
        return f"{self.operation}: {self.evidence.case} {_headline(self.effects)}".rstrip()

    def lines(self) -> list[str]:
        """The verdict as a person reads it, in lines of `WIDTH`."""
        case, outcome = self.evidence.case, self.evidence.outcome
        lines = [
            self.title,
            *_beside("weakness", str(self.weakness)),
            *_beside("promised", self.promise),
            *_beside("caller", f"{case.principal!r}{_id_of(case.principal.user)}"),
            *_sent(self.evidence),
            *_beside("answer", f"{outcome.decision.value}, {answer_of(self.evidence)}"),
        ]
        if self.where:
            lines += _beside("holds", f"{self.where}; WeChat's documentation leaves that open")
        for at, effect in enumerate(self.effects[:MOST]):
            lines += _beside("happened" if at == 0 else "", _told(effect))
            if isinstance(effect.change, Change):
                lines += [" " * INDENT + line for line in difference(effect.change, width=WIDTH - INDENT)]
        if len(self.effects) > MOST:
            lines += _beside("", f"and {len(self.effects) - MOST} more")
        if self.cause:
            lines += _beside("cause", self.cause)
        if self.reproduction:
            lines += ["", "  As a plain test:", "", *textwrap.indent(self.reproduction, "    ").splitlines()]
        return lines


class Violation(WxCloudError, AssertionError):
    """A law was broken. `verdicts` say by whom and how, the simplest first."""

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        self.verdicts = tuple(verdicts)
        first, *more = verdicts
        self.title = first.title
        lines = first.lines()
        if more:
            others = list(dict.fromkeys(str(verdict.evidence.case) for verdict in more))
            lines += ["", "  The same for:", *(f"    {other}" for other in others[:10])]
            if len(others) > 10:
                lines.append(f"    and {len(others) - 10} more")
        super().__init__("\n".join(lines))


class Inconclusive(WxCloudError, AssertionError):
    """Nothing could be concluded, because one who may do it had no effect that can be seen. That is a failure."""

    @property
    def title(self) -> str:
        """What happened, in one line."""
        return str(self).partition("\n")[0]


class Crashed(WxCloudError, SkipTest):
    """All who may not were answered by a crash, which is neither a refusal nor a finding. Test runners skip on it."""

    def __init__(self, promise: str, verdicts: Sequence[Verdict], whom: str = "for those who may not") -> None:
        self.verdicts = tuple(verdicts)
        first = verdicts[0].evidence
        super().__init__(
            f"crashed, so it is not known whether {promise}: {verdicts[0].operation} did nothing but crash {whom}, "
            f"the first time for {first.case}: {answer_of(first)}"
        )


#: Of what happened, where nothing else did.
OF_ALONE = {"failed": UNHANDLED, "lost": DENIED, "set": BOPLA, "taken": MISTAKEN}


def weakness_of(effects: Sequence[Effect], function_level: bool) -> Weakness:
    """The class of what happened."""
    kinds = {effect.kind for effect in effects}
    if "gained" in kinds:
        return ESCALATION
    if "exposed" in kinds:
        return CREDENTIALS
    function = BFLA if function_level else BOLA
    return OF_ALONE.get(next(iter(kinds)), function) if len(kinds) == 1 else function


def told_of(evidence: Evidence) -> list[str]:
    """What was sent and answered, as lines."""
    answer = f"{evidence.outcome.decision.value}, {answer_of(evidence)}"
    return [*_sent(evidence), *_beside("answer", answer)]


def _headline(effects: Sequence[Effect]) -> str:
    kinds = list(dict.fromkeys(effect.kind for effect in effects))
    whose = " and ".join(dict.fromkeys(effect.whose for effect in effects if effect.whose))
    theirs = f"belongs to {whose}" if whose else ""
    said = {
        "changed": f"changed what {theirs or 'only others may change'}",
        "removed": f"removed what {theirs or 'only others may remove'}",
        "planted": f"planted a record in the name of {whose}",
        "inserted": "inserted what only others may insert",
        "revealed": f"was shown what {theirs or 'only others may see'}",
        "answered": "was told yes to what only others may have",
        "called": "caused a call that only others may cause",
        "gained": "gained a role",
        "taken": f"was taken for {whose}",
        "set": "set a value that nobody may set",
        "lost": "could not do what they may",
        "late": "still had an effect",
        "exposed": "brought out credentials of the back end itself",
        "failed": "broke the app down, where it should have refused",
        "logged": f"had a log written of what {theirs or 'is private'}",
        "unowned": "left a document that is nobody's",
        "distinct": "could tell what is denied from what does not exist",
        "unlimited": "got a page without an end",
    }
    return ", ".join(said[kind] for kind in kinds)


def _told(effect: Effect) -> str:
    """An effect in words; the document stands below it."""
    change, belongs = effect.change, f", which belongs to {effect.whose}" if effect.whose else ""
    if not isinstance(change, Change):
        return f"{effect.what}{belongs}"
    place = f"{change.collection}/{change.id}"
    if effect.kind == "planted":
        done = "was inserted" if change.kind == "inserted" else "is now"
        return f"{place} {done} in the name of {effect.whose}"
    added = effect.what.removeprefix(str(change)) if effect.what.startswith(str(change)) else f": {effect.what}"
    return f"{place}{belongs}, was {change.kind}{added}".replace(f"{place}, was", f"{place} was")


def _beside(word: str, text: str) -> list[str]:
    """`text` beside its word, wrapped at spaces."""
    first = f"  {word:<{INDENT - 3}} "
    wrapped = textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=" " * INDENT, break_long_words=True, break_on_hyphens=False
    )
    return wrapped or [first.rstrip()]


def _data(word: str, value: Any) -> list[str]:
    said = source(short(value), indent=INDENT, width=WIDTH)
    return f"  {word:<{INDENT - 3}} {said}".splitlines()


def _sent(evidence: Evidence) -> list[str]:
    """What the caller sent: an event, or a request."""
    outcome = evidence.outcome
    if not isinstance(outcome, HttpOutcome):
        return _data("event", dict(evidence.case.event))
    request = dict(outcome.event)
    lines = _beside("request", f"{request.pop('method')} {request.pop('path')}")
    for part, value in request.items():
        lines += _data("", {part: value})
    return lines


def _id_of(user: Any) -> str:
    return "" if user is None else f" ({user.openid})"


def answer_of(evidence: Evidence) -> str:
    """The answer in a line."""
    outcome, error = evidence.outcome, evidence.outcome.error
    if isinstance(outcome, HttpOutcome):
        raised = f" and raised {error}" if error is not None else ""
        return f"{short(f'{outcome.status} {outcome.text}', 400)}".strip() + raised
    said = (
        f"threw {error}" if error is not None else json.dumps(evidence.outcome.value, ensure_ascii=False, default=repr)
    )
    return said if len(said) <= 400 else f"{said[:400]} …"
