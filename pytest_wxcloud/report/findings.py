"""Everything that the contracts of a run found: collected law by law, merged over processes, written as JSON.

The JSON (`Findings.as_json`), version 2::

    {
      "version": 2,
      "operations": [{
        "name": "shareTodo accept",            # the function and, of a router, the action
        "function": "shareTodo", "action": "accept",
        "contracts": ["TestAccept"],
        "allow": ["anyone"], "roles": [],
        "callers": {"stranger": {"refused": 38, …}, …},   # counts of standings, a column of the matrix each
        "failures": ["TestAccept.arrange raised …"],       # set-up: nothing was judged
        "notes": {"unrefused": "nobody through timer got nowhere, and only because it crashed: …"}
      }],
      "laws": {"nobody_has_no_effect": "a call without identity fails closed, …"},
      "verdicts": [{
        "operation": "shareTodo accept", "contract": "TestAccept", "law": "nobody_has_no_effect",
        "standing": "refused",                 # what was seen; see `Standing`
        "allowed": false,                      # whether the contract lets this caller do this
        "caller": "nobody through timer",      # the relation to the resource, and what is odd about the call
        "column": "nobody", "note": "", "target": "owner", "channel": "timer", "openid": null,
        "event": {…},
        "answer": {"decision": "deny", "value": {…}, "error": null},
        "effects": [{"kind": "removed", "whose": "owner", "what": "todos/1 removed (…)"}],
        "calls": ["the open API security.msgSecCheck"],
        "weakness": null, "cwe": null,         # of a violation: "broken object level …", 639
        "where": "",                           # on which platform, if what is documented nowhere decides
        "cause": "", "reproduction": ""
      }]
    }
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..checks.operation import Operation, app_name, is_web, label_of
from ..checks.verdict import Standing, Verdict
from ..checks.world import name_of
from ..http_outcome import HttpOutcome
from .columns import column_of

VERSION = 2


@dataclass
class Row:
    """What was found about one operation. `callers` has the counts of each standing, for each kind of caller."""

    name: str
    function: str
    action: str
    contracts: list[str] = field(default_factory=list)
    allow: list[str] = field(default_factory=list)
    roles: list[str] = field(default_factory=list)
    callers: dict[str, Counter[str]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Its fields, as JSON data."""
        callers = {caller: dict(counts) for caller, counts in self.callers.items()}
        return {**vars(self), "callers": callers}

    def merge(self, other: Row) -> None:
        """Add what another process found about the same operation."""
        for mine, theirs in (
            (self.contracts, other.contracts),
            (self.allow, other.allow),
            (self.roles, other.roles),
            (self.failures, other.failures),
        ):
            mine.extend(one for one in theirs if one not in mine)
        self.notes = other.notes | self.notes
        for caller, counts in other.callers.items():
            self.callers.setdefault(caller, Counter()).update(counts)


@dataclass
class Findings:
    """Rows by the operation's name. Single verdicts are kept only when they are `detailed`."""

    detailed: bool = False
    rows: dict[str, Row] = field(default_factory=dict)
    laws: dict[str, str] = field(default_factory=dict)
    verdicts: list[dict[str, Any]] = field(default_factory=list)

    def add(self, operation: Operation, verdicts: Iterable[Verdict], notes: Mapping[str, str]) -> None:
        """Take in what a law found about an operation."""
        row = self._row(operation)
        row.notes = dict(notes) | row.notes
        for verdict in verdicts:
            self.laws[verdict.law] = verdict.promise
            row.callers.setdefault(column_of(verdict.evidence.case), Counter())[verdict.standing.value] += 1
            if self.detailed:
                self.verdicts.append({"operation": row.name, "contract": name_of(operation), **_as_json(verdict)})

    def fail(self, operation: Operation, why: str) -> None:
        """Note that nothing could be judged, because the contract or what it arranges does not work."""
        row = self._row(operation)
        if why not in row.failures:
            row.failures.append(why)

    def merge(self, other: Findings) -> None:
        """Add what another process found."""
        for name, row in other.rows.items():
            if name in self.rows:
                self.rows[name].merge(row)
            else:
                self.rows[name] = row
        self.laws.update(other.laws)
        self.verdicts += other.verdicts

    def as_json(self) -> dict[str, Any]:
        """JSON data, as the docstring of this module has it."""
        return {
            "version": VERSION,
            "operations": [row.as_json() for row in sorted(self.rows.values(), key=lambda row: row.name)],
            "laws": self.laws,
            "verdicts": self.verdicts,
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Findings:
        """What `as_json` made."""
        rows = (Row(**row) for row in said["operations"])
        found = cls(True, {row.name: row for row in rows}, dict(said["laws"]), list(said["verdicts"]))
        for row in found.rows.values():
            row.callers = {caller: Counter(counts) for caller, counts in row.callers.items()}
        return found

    def _row(self, operation: Operation) -> Row:
        name = label_of(operation)
        function = app_name(operation) if is_web(operation) else name.removesuffix(f" {operation.action}")
        row = self.rows.setdefault(name, Row(name, function, operation.action))
        row.merge(Row(name, "", "", [name_of(operation)], sorted(_names(operation.allow)), _names(operation.roles)))
        return row


def _names(said: object) -> list[str]:
    """Names that a contract says; none where what it says is no collection of them, which is told in its set-up."""
    return [str(name) for name in said] if isinstance(said, Iterable) and not isinstance(said, str) else []


def _as_json(verdict: Verdict) -> dict[str, Any]:
    evidence, case = verdict.evidence, verdict.evidence.case
    outcome, user = evidence.outcome, case.principal.user
    violated = verdict.standing is Standing.VIOLATED
    return {
        "law": verdict.law,
        "standing": verdict.standing.value,
        "allowed": verdict.allowed,
        "caller": case.caller,
        "column": column_of(case),
        "note": case.note,
        "target": case.target,
        "channel": case.principal.channel.name,
        "openid": None if user is None else user.openid,
        "event": _plain(outcome.event if isinstance(outcome, HttpOutcome) else dict(case.event)),
        "answer": {
            "decision": outcome.decision.value,
            "value": _plain(outcome.value),
            "error": None if outcome.error is None else str(outcome.error),
        },
        "effects": [{"kind": effect.kind, "whose": effect.whose, "what": effect.what} for effect in verdict.effects],
        "calls": list(evidence.calls),
        "weakness": verdict.weakness.name if violated else None,
        "cwe": verdict.weakness.cwe if violated else None,
        "where": verdict.where,
        "cause": verdict.cause,
        "reproduction": verdict.reproduction,
    }


def _plain(value: Any) -> Any:
    """`value` as nothing but JSON data."""
    return json.loads(json.dumps(value, default=repr))
