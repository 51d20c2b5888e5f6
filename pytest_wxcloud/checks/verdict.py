"""What a check answers: the promise, who called with what, what happened, and how to see it again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from unittest import SkipTest

from ..errors import WxCloudError
from .effects import Effect, Evidence
from .weakness import BFLA, BOLA, BOPLA, ESCALATION, Weakness


class Standing(Enum):
    """How a law came out for one case."""

    ALLOWED = "allowed"
    DENIED = "denied"
    VIOLATED = "violated"
    CRASHED = "crashed"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True)
class Verdict:
    """One case, judged."""

    standing: Standing
    operation: str
    law: str
    promise: str
    evidence: Evidence
    effects: Sequence[Effect] = ()
    cause: str = ""
    reproduction: str = ""
    weakness: Weakness = field(default=BOLA)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """The verdict as a person reads it."""
        case = self.evidence.case
        lines = [
            f"{self.operation}: {case} {_headline(self.effects)}",
            f"  weakness   {self.weakness}",
            f"  promised   {self.promise}",
            f"  caller     {case.principal!r}{_id_of(case.principal.user)}",
            f"  event      {short(case.event)}",
            f"  answer     {self.evidence.outcome.decision.value}, {answer_of(self.evidence)}",
        ]
        for at, effect in enumerate(self.effects[:5]):
            lines.append(f"  {'happened' if at == 0 else '':<10} {effect}")
        if len(self.effects) > 5:
            lines.append(f"  {'':<10} and {len(self.effects) - 5} more")
        if self.cause:
            lines.append(f"  cause      {self.cause}")
        if self.reproduction:
            lines += ["", "  As a plain test:", *(f"    {line}" for line in self.reproduction.splitlines())]
        return lines


class Violation(WxCloudError, AssertionError):
    """A law was broken. `verdicts` say by whom and how."""

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        self.verdicts = tuple(verdicts)
        first, *more = verdicts
        text = str(first)
        if more:
            text += "\n\n  The same for:" + "".join(f"\n    {verdict.evidence.case}" for verdict in more[:10])
            if len(more) > 10:
                text += f"\n    and {len(more) - 10} more"
        super().__init__(text)


class Inconclusive(WxCloudError, AssertionError):
    """Nothing could be concluded, because one who may do it had no effect that can be seen. That is a failure."""


class Crashed(WxCloudError, SkipTest):
    """Whoever may not was answered by a crash, which is neither a refusal nor a finding. Test runners skip on it."""

    def __init__(self, promise: str, verdicts: Sequence[Verdict]) -> None:
        self.verdicts = tuple(verdicts)
        first = verdicts[0].evidence
        error = first.outcome.error or short(first.outcome.value)
        super().__init__(
            f"crashed, so it is not known whether {promise}: {verdicts[0].operation} did nothing but crash, "
            f"the first time for {first.case}: {error}"
        )


def weakness_of(effects: Sequence[Effect], function_level: bool) -> Weakness:
    """The class of what happened."""
    kinds = {effect.kind for effect in effects}
    if "gained" in kinds:
        return ESCALATION
    if kinds == {"set"}:
        return BOPLA
    return BFLA if function_level else BOLA


def _headline(effects: Sequence[Effect]) -> str:
    kinds = list(dict.fromkeys(effect.kind for effect in effects))
    whose = " and ".join(dict.fromkeys(effect.whose for effect in effects if effect.whose))
    said = {
        "changed": "changed what is not theirs",
        "removed": "removed what is not theirs",
        "planted": "planted a record in another person's name",
        "inserted": "inserted what only others may",
        "revealed": "was shown another person's secret",
        "called": "caused a call of the back end that only others may cause",
        "gained": "gained a role",
        "set": "set a value that nobody may set",
        "lost": "could not do what they may",
    }
    text = ", ".join(said[kind] for kind in kinds)
    return f"{text}{f' ({whose})' if whose else ''}"


def _id_of(user: Any) -> str:
    return "" if user is None else f" ({user.openid})"


def answer_of(evidence: Evidence) -> str:
    """What the caller got, for messages."""
    error = evidence.outcome.error
    return f"threw {error}" if error is not None else short(evidence.outcome.value)


def short(value: Any, limit: int = 400) -> str:
    """`value` as JSON, the rest of a long one left out."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= limit else text[:limit] + " …"
