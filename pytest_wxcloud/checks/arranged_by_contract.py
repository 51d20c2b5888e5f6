"""A finding as a plain test, where what people have is in a database that only the contract knows how to fill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..changes import Change
from ..http_outcome import HttpOutcome
from .asserted import assertion, marks_of, secret_of, shows_secret
from .callers import caller_source, variable_of
from .case import Case
from .effects import ANSWERED, CHANGED, EXPOSED, LATE, LOGGED, LOST, REMOVED, Effect, Evidence
from .literals import source
from .oddity import Oddity
from .operation import revokes
from .pasted import Lines, calling, compared, indented, openids, whole_test
from .world import NEWCOMER, OWNERS, World, name_of


def arranged_by_contract(
    world: World, evidence: Evidence, effect: Effect, *, law: str, before: Case | None, instant: str
) -> str:
    """The source of a test for the contract's own file; empty where what is wrong cannot be told by it."""
    caller = caller_source(world, evidence.case.principal)
    names = {**openids(world), **caller.names}
    code = [f"contract = {name_of(world.operation)}()", *caller.lines]
    arrange = arranging(world, evidence.case)
    if effect.kind == LOST:
        code += compared(world, evidence, effect, names, "wx_cloud.scenario()", arrange)
        return whole_test(world, law, indented(code, 4), instant)
    asserted = _asserted(world, evidence, effect, names)
    if asserted is None:
        return ""
    keeping, watching, asserts = asserted
    outcome = "outcome = " if any("outcome" in line for line in asserts) else ""
    act = calling(world, before, names, fresh=True) if before is not None else []
    act += [*calling(world, evidence.case, names, outcome=outcome, indent=12), "wx_cloud.settle()"]
    arrange = [keeping, *indented(arrange, 4)] if keeping else arrange
    act = [watching, *indented(act, 4)] if watching else act
    code += ["with wx_cloud.scenario():", *indented([*arrange, *act, *asserts], 4)]
    return whole_test(world, law, indented(code, 4), instant)


def arranging(world: World, case: Case) -> Lines:
    """What the contract does before the call, in lines that know it as `contract`."""
    role = [*_vacated(world, case), *_role(world, case)]
    people = ", ".join(f'"{name}"' for name in OWNERS)
    arrange = "contract.arrange(wx_cloud, wx_users[name])"
    return [
        *(["things = {}"] if any("things" in line for line in role) else []),
        f"for name in ({people}):",
        "    contract.register(wx_cloud, wx_users[name])",
        f"    things[name] = {arrange}" if any("things" in line for line in role) else f"    {arrange}",
        *role,
    ]


def _vacated(world: World, case: Case) -> Lines:
    """Who held the role has it no more."""
    if case.oddity is not Oddity.VACANT or case.target != "owner" or not revokes(world.operation):
        return []
    lines = []
    for role in (role for role in world.operation.roles if role in world.operation.allow):
        person = f'wx_cloud, wx_users["{role}"]'
        lines.append(f"contract.register({person})")
        lines += [f'contract.{done}({person}, "{role}", things["owner"])' for done in ("grant", "revoke")]
    return lines


def _role(world: World, case: Case) -> Lines:
    """The caller is registered, and given what makes them who they are."""
    party = world.party_of(case.principal.user)
    if party is None or party.name in (*OWNERS, NEWCOMER):
        return []
    person = variable_of(party.name)
    lines = [f"contract.register(wx_cloud, {person})"]
    grant = next((grant for grant in world.grants if grant.holder_name == party.name), None)
    if grant is not None:
        lines.append(f'contract.grant(wx_cloud, {person}, "{grant.role}", things["{grant.over}"])')
    elif party.name.startswith("former "):
        given = f'(wx_cloud, {person}, "{party.name.removeprefix("former ")}", things["owner"])'
        lines += [f"contract.{done}{given}" for done in ("grant", "revoke")] if revokes(world.operation) else []
    return lines


def _asserted(
    world: World, evidence: Evidence, effect: Effect, names: Mapping[Any, str]
) -> tuple[str, str, Lines] | None:
    """What is kept of the arrangement, what is watched during the call, and what is asserted after it."""
    change = effect.change
    if isinstance(change, Change) and effect.kind == EXPOSED:
        found = effect.what.rpartition("holds ")[2]
        return "", "with wx_cloud.changes() as changes:", [f"assert {found} not in str([row.after for row in changes])"]
    if isinstance(change, Change):
        return "", "with wx_cloud.changes() as changes:", [_not_among(world, evidence, effect, change, names)]
    if effect.kind == ANSWERED:  # a yes in other words may be one as well
        return "", "", ["assert not contract.decide(outcome)"]
    if effect.kind == EXPOSED or not shows_secret(evidence, effect):
        return "", "", assertion(world, evidence, effect, {}, names)
    if secret_of(evidence, effect) not in world.secret_at:
        return None
    collection, key, field = world.secret_at[secret_of(evidence, effect)]
    where = source([collection, key])
    told = "value" if evidence.outcome.error is None else "error"
    told = "logs" if effect.kind == LOGGED else told
    if isinstance(evidence.outcome, HttpOutcome):
        told = "text" if str(secret_of(evidence, effect)) in evidence.outcome.text else "headers"
    asserts = [
        f"secret = next(row.after[{source(field)}] for row in arranged if (row.collection, row.id) == ({where[1:-1]}))",
        f"assert str(secret) not in str(outcome.{told})",
    ]
    return "with wx_cloud.changes() as arranged:", "", asserts


def _not_among(world: World, evidence: Evidence, effect: Effect, change: Change, names: Mapping[Any, str]) -> str:
    """No change is one to the same row, or one that writes the same where the row may be the caller's own."""
    if change.kind != "inserted" and effect.kind in (CHANGED, REMOVED, LATE):
        wrong = source([change.collection, change.id])[1:-1]
        return f"assert ({wrong}) not in [(row.collection, row.id) for row in changes]"
    marks = marks_of(world, evidence, effect, change)
    if not marks:
        return f'assert ("{change.collection}", "inserted") not in [(row.collection, row.kind) for row in changes]'
    return f"assert not any({source(marks, names)}.items() <= (row.after or {{}}).items() for row in changes)"
