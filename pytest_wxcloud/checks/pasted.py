"""The pieces of a test that is pasted: who is in it, how somebody calls, and what it imports."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..canaries import leaves
from ..outside.open_data import CloudID
from .callers import caller_source, variable_of
from .case import Case
from .effects import Effect, Evidence
from .literals import source
from .operation import makes_genuine
from .world import OWNERS, World, name_of

ROOM = 84  # for a line of a test, in a block
Lines = list[str]  # of a test; what follows the first line of an expression is indented already


def _person(world: World, name: str) -> str:
    openid = world.operation.holders.get(name)
    return f'wx_users["{name}"]' if openid is None else f'wx_cloud.people.user("{name}", openid="{openid}")'


def whole_test(world: World, law: str, code: Lines, instant: str = "") -> str:
    """A whole test out of its `code`, with the people and the imports that this uses."""
    text = "\n".join(code)
    users = [
        f"    {variable_of(name)} = {_person(world, name)}"
        for name in world.parties
        if re.search(rf"(?<![\w\"']){variable_of(name)}\b", text)
    ]
    operation = world.operation
    if not instant and (operation.at or re.search(r"\bdatetime\(|\b1\d{9}(\d{3})?\b", text)):
        instant = world.instant
    mark = [f'@pytest.mark.wx_time("{instant}")'] if instant else []
    test = [*mark, f"def test_{law}(wx_cloud, wx_users):", *users, *code]
    imports = _imports(world, "\n".join(test))
    return "\n".join([*imports, *([""] * 2 if imports else []), *test])


def calling(
    world: World, case: Case, names: Mapping[Any, str], *, outcome: str = "", fresh: bool = False, indent: int = 8
) -> Lines:
    """The lines that make the call of a case, in a block that is indented."""
    if world.web is not None:
        return _requesting(world, case, names, outcome)
    event = source(dict(case.event), names, indent=indent)
    called = _called(world)
    caller = caller_source(world, case.principal).expression
    more = ", fresh=True" if fresh else ""
    if case.genuine and makes_genuine(world.operation):
        event = f"{name_of(world.operation)}().genuine(wx_cloud, {event})"
    whole = f"{outcome}wx_cloud.call({called}, {event}, caller={caller}{more})"
    if "\n" not in event and len(whole) <= ROOM:
        return [whole]
    whole = f"{outcome}wx_cloud.call({called}, event, caller={caller}{more})"
    if len(whole) <= ROOM:
        return [f"event = {event}", whole]
    return [f"event = {event}", f"caller = {caller}", f"{outcome}wx_cloud.call({called}, event, caller=caller{more})"]


def _requesting(world: World, case: Case, names: Mapping[Any, str], outcome: str) -> Lines:
    """The lines that make a request, in a block that is indented by 8."""
    request = world.template.request(case.event)
    app = world.operation.app
    named = source(app) if isinstance(app, str) else f"{name_of(world.operation)}.app"
    caller = caller_source(world, case.principal).expression
    call = f"{outcome}wx_cloud.app({named}).request("
    given = [source(request.pop("method")), source(request.pop("path"), names)]
    given += [f"{part}={source(value, names, indent=12)}" for part, value in request.items()]
    given.append(f"caller={caller}")
    whole = f"{call}{', '.join(given)})"
    if "\n" not in whole and len(whole) <= ROOM:
        return [whole]
    return [call, *(f"    {one}," for one in given), ")"]


def compared(
    world: World,
    evidence: Evidence,
    effect: Effect,
    names: Mapping[Any, str],
    scenario: str,
    arranging: Sequence[str] = (),
) -> Lines:
    """The call in the usual and in the unusual way, which have to come to the same, each in a scenario of its own."""
    case = evidence.case
    usual = caller_source(world, (case.plain or case).principal).expression
    unusual = caller_source(world, case.principal).expression
    called = calling(world, case, names, outcome="outcome = ", indent=12)
    told = "value" if any(evidence.secrets.values()) or "saw" in effect.what else "decision"
    return [
        "seen = []",
        f"for caller in ({usual}, {unusual}):",
        f"    with {scenario}:",
        *indented(arranging, 8),
        "        with wx_cloud.changes() as changes:",
        *indented(
            [line.replace(f"caller={unusual}", "caller=caller") for line in called if line != f"caller = {unusual}"], 12
        ),
        "            wx_cloud.settle()",
        "        what = [(change.collection, change.kind) for change in changes]",
        f"        seen.append((outcome.{told}, what))",
        "assert seen[0] == seen[1]",
    ]


def openids(world: World) -> dict[Any, str]:
    """An expression for each id of a person that may stand in documents and events, and for each CloudID in these."""
    found: dict[Any, str] = {}
    for name, party in world.parties.items():
        found[party.user.openid] = f"{variable_of(name)}.openid"
        if party.user.unionid:
            found[party.user.unionid] = f"{variable_of(name)}.unionid"
    for name in (one for one in OWNERS if one in world.parties):
        for _, value in leaves(world.event(name, world[name].user)):
            if isinstance(value, CloudID) and value.made:
                found[value] = _made_anew(world, value)
    return found


def _made_anew(world: World, cloud_id: CloudID) -> str:
    """How a test makes a CloudID of the same kind."""
    given = [f"{name}={source(value)}" for name, value in cloud_id.made.items() if name != "user"]
    party = world.party_of(cloud_id.made["user"])
    given += [f"user={variable_of(party.name)}"] if party is not None else []
    return f"wx_cloud.cloud_id({', '.join(given)})"


def _called(world: World) -> str:
    function = world.operation.function
    if isinstance(function, str):
        return source(function)
    return str(getattr(function, "__name__", "handler"))


def _imports(world: World, text: str) -> Lines:
    lines: Lines = []
    if "datetime(" in text:
        lines.append("from datetime import datetime, timezone")
    if "re.compile(" in text:
        lines.insert(0, "import re")
    if re.search(r"(?<!\.)\breplace\(", text):
        lines.append("from dataclasses import replace")
    if "@pytest." in text:
        lines += ["", "import pytest"] if lines else ["import pytest"]
    own = [f"from pytest_wxcloud import {name}" for name in ("Principal",) if f"{name}(" in text]
    function = world.operation.function
    if f"{name_of(world.operation)}.app" in text:
        own.append(f"from {type(world.operation).__module__} import {name_of(world.operation)}")
    if not isinstance(function, str) and "<locals>" not in getattr(function, "__qualname__", "<locals>"):
        own.append(f"from {function.__module__} import {_called(world)}")
    return [*lines, *([""] if lines and own else []), *own]


def indented(lines: Sequence[str], by: int) -> Lines:
    """`lines`, `by` spaces further in."""
    return [" " * by + line for line in lines]
