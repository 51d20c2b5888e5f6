"""What one may not see and what does not exist answer alike: nobody learns which ids there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from ...canaries import changed_at, leaves
from ...errors import ContractError
from ..arranged_by_contract import arranging
from ..attempt import Attempts
from ..callers import caller_source
from ..case import Case, is_allowed
from ..effects import DISTINCT, Effect, Evidence, answered
from ..law import Law, looked_through
from ..laws import nobody, roles, strangers
from ..literals import source
from ..pasted import calling, indented, openids, whole_test
from ..reproduction import Kept, is_elsewhere, mentioned
from ..shortest import Again
from ..verdict import Verdict
from ..weakness import DISCREPANCY
from ..world import World, name_of


def _cases(attempts: Attempts) -> Iterator[Case]:
    for law in (strangers, roles, nobody):
        yield from (case for case in law.cases(attempts) if not is_allowed(attempts.world, case))


LAW = Law(
    "denied_and_missing_answer_alike", "what is denied answers like what does not exist", _cases, weakness=DISCREPANCY
)


def denied_and_missing_answer_alike(attempts: Attempts) -> list[Verdict]:
    """Everybody calls who may not: once on the owner's resource, once on one that there is not.

    Raises:
        ContractError: when the event names no document that was arranged.
        Inconclusive: when the control has no effect.
        Violation: when the two answers differ by more than the id.
    """
    world = attempts.world
    if not _missing(world, attempts.controls()[0].event)[1]:
        raise ContractError(
            f"{name_of(world.operation)} demands 'denied_and_missing_answer_alike', but its event names no document "
            "that arrange stored, so nothing can be missing."
        )
    return looked_through(LAW, attempts, partial(_told_apart, attempts), again=_Both(attempts))


def _missing(world: World, event: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """`event` about what does not exist, and the id of each document that is replaced in it → that of nothing."""
    arranged = {key for (_, key), whose in world.belongings.items() if whose == "owner"}
    ids = {}
    for place, value in leaves(event):
        if not isinstance(value, bool) and str(value) in arranged:
            other = value + 1_000_003 if isinstance(value, int) else _another(str(value))
            ids[str(value)] = str(other)
            event = changed_at(event, place, other)
    return dict(event), ids


def _another(key: str) -> str:
    """An id that looks like `key`: its digits are others."""
    other = re.sub(r"\d", lambda digit: str(9 - int(digit[0])), key)
    return other if other != key else f"{key}0"


def _told_apart(attempts: Attempts, evidence: Evidence) -> Iterator[Effect]:
    event, ids = _missing(attempts.world, evidence.case.event)
    if not ids:
        return
    missing = attempts.once(evidence.case.with_event(event, "on what does not exist"))
    here, there = (_comparable(one, ids) for one in (evidence, missing))
    if here == there or here != _comparable(attempts.attempt(evidence.case), ids):  # or differs by itself
        return
    yield Effect(
        DISTINCT,
        "",
        f"the answer is {answered(evidence.outcome)!r}; of what does not exist, {answered(missing.outcome)!r}",
    )


def _comparable(evidence: Evidence, ids: Mapping[str, str]) -> str:
    text = repr((evidence.outcome.decision, answered(evidence.outcome)))
    for key, other in ids.items():
        text = text.replace(other, key)
    return text


class _Both(Again):
    """Makes the call in question, and asks what does not exist as well."""

    def __init__(self, attempts: Attempts) -> None:
        super().__init__(attempts, partial(_told_apart_list, attempts), lessens=False)

    def source(self, evidence: Evidence, effect: Effect, kept: Kept, law: str) -> str:
        """A test that asks for both, and fails where the answers differ."""
        world, case = self.attempts.world, evidence.case
        missing = case.with_event(_missing(world, case.event)[0], "")
        caller = caller_source(world, case.principal)
        names = {**openids(world), **caller.names}
        if is_elsewhere(world, effect, kept):
            arrange = [f"contract = {name_of(world.operation)}()", "with wx_cloud.scenario():"]
            arrange += indented(arranging(world, case), 4)
        else:
            documents = source(mentioned(world, kept, effect), names, indent=4)
            arrange = [f"documents = {documents}", "with wx_cloud.scenario(documents):"]
        code = [
            *caller.lines,
            *arrange,
            *indented(calling(world, case, names, outcome="denied = "), 4),
            *indented(calling(world, missing, names, outcome="missing = "), 4),
            "assert (denied.value, str(denied.error)) == (missing.value, str(missing.error))",
        ]
        return whole_test(world, law, indented(code, 4))


def _told_apart_list(attempts: Attempts, evidence: Evidence) -> list[Effect]:
    return list(_told_apart(attempts, evidence))
