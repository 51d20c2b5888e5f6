"""A list has an end, however much its caller asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ...canaries import changed_at, leaves
from ...errors import ContractError
from ..attempt import Attempts
from ..callers import caller_source
from ..case import Case
from ..effects import UNLIMITED, Effect, Evidence
from ..law import Law, require_control, verdict_of
from ..literals import source
from ..names import words
from ..pasted import calling, openids, whole_test
from ..verdict import Verdict, Violation
from ..weakness import CONSUMPTION
from ..world import World, name_of

LAW = Law("pages_are_limited", "no page holds more than page_limit entries", lambda _: (), weakness=CONSUMPTION)
#: Names under which clients say how long a page they want.
LENGTHS = ("limit", "pageSize", "pagesize", "page_size", "size", "count", "num", "perPage", "per_page", "max", "take")
ASKED = 100_000
MORE = 20  # than a page holds is there
Place = tuple[str | int, ...]


def pages_are_limited(attempts: Attempts) -> list[Verdict]:
    """Who may asks for very long pages, where there is more than `page_limit` of everything that the owner has.

    Raises:
        ContractError: when the answer holds no list.
        Inconclusive: when the control has no effect.
        Violation: when a list is longer than `page_limit`.
    """
    require_control(LAW, attempts)
    world, plain = attempts.world, attempts.controls()[0]
    limit = world.operation.page_limit
    one_of_each, played = _one_of_each(world), []
    with world.cloud.scene():
        world.cloud.db.seed({name: [one] * (limit + MORE) for name, one in one_of_each.items()})
        for case in (plain, _greedy(world, plain)):
            with world.cloud.scene():
                played.append(attempts.play(case))
    longest = [max(_lists(evidence.outcome.value), default=(0, ())) for evidence in played]
    if not any(length for length, _ in longest):
        raise ContractError(f"{name_of(world.operation)} demands 'pages_are_limited', but its answer holds no list.")
    verdicts = [_verdict(attempts, *found, one_of_each) for found in zip(played, longest, strict=True)]
    broken = [verdict for verdict in verdicts if verdict.effects]
    if broken:
        raise Violation(broken)
    return verdicts


def _verdict(
    attempts: Attempts, evidence: Evidence, found: tuple[int, Place], one_of_each: Mapping[str, Any]
) -> Verdict:
    world, (length, place) = attempts.world, found
    limit = world.operation.page_limit
    if length <= limit:
        return verdict_of(LAW, attempts, evidence, [])
    said = f"a list of {length} entries, where the contract's page_limit is {limit}"
    verdict = verdict_of(LAW, attempts, evidence, [Effect(UNLIMITED, "", said)])
    code = _reproduction(world, evidence.case, place, one_of_each)
    return attempts.retell(verdict, replace(verdict, reproduction=code))


def _one_of_each(world: World) -> dict[str, dict[str, Any]]:
    """A document of the owner's from each collection, without its id."""
    found = {}
    for (collection, key), whose in world.belongings.items():
        document = world.cloud.db[collection].find_one({"_id": key}) if whose == "owner" and collection else None
        if document is not None:
            found[collection] = {name: held for name, held in document.items() if name != "_id"}
    return found


def _greedy(world: World, case: Case) -> Case:
    """`case` with very long pages asked for, under every usual name that the function uses, or else under all."""
    used = words(world)
    names = [name for name in LENGTHS if name in used] or LENGTHS
    event: Mapping[str, Any] = case.event
    for place, value in leaves(case.event):
        if place and place[-1] in LENGTHS and not isinstance(value, bool):
            event = changed_at(event, place, ASKED)
    return case.with_event({**dict.fromkeys(names, ASKED), **event}, f"asking for pages of {ASKED}")


def _lists(answer: Any, place: Place = ()) -> Iterator[tuple[int, Place]]:
    """The length of each list in an answer, and the way to it."""
    if isinstance(answer, list):
        yield len(answer), place
    steps = answer.items() if isinstance(answer, Mapping) else ()
    for step, held in steps:
        yield from _lists(held, (*place, step))


def _reproduction(world: World, case: Case, place: Place, one_of_each: Mapping[str, Any]) -> str:
    """A test that asks for more than a page, where there is more."""
    caller = caller_source(world, case.principal)
    names = {**openids(world), **caller.names}
    limit = world.operation.page_limit
    lines = [
        *caller.lines,
        f"one_of_each = {source(one_of_each, names, indent=4)}",
        f"with wx_cloud.scenario({{name: [one] * {limit + MORE} for name, one in one_of_each.items()}}):",
        *(f"    {line}" for line in calling(world, case, names, outcome="outcome = ")),
        f"assert len(outcome.value{''.join(f'[{step!r}]' for step in place)}) <= {limit}",
    ]
    return whole_test(world, LAW.name, [f"    {line}" for line in lines])
