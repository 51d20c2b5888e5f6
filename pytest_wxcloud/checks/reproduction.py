"""A few lines that show a finding again, as a plain test: it fails on the hole, and passes when that is mended."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..changes import Change
from ..cloud import WxCloud
from .asserted import assertion
from .callers import caller_source, variable_of
from .case import Case
from .effects import LOST, Effect, Evidence
from .literals import source
from .names import words
from .world import FILES, OWNERS, World, name_of

ROOM = 84  # for a line of a test, in a block
Lines = list[str]  # of a test; what follows the first line of an expression is indented already


@dataclass
class Kept:
    """What a finding needs to be there: documents by collection, and files by path."""

    documents: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, cloud: WxCloud) -> Kept:
        """Everything that is there now."""
        if not cloud.node.running:  # and so nothing ever was
            return cls()
        return cls(cloud.db.dump(), {path: cloud.storage.read(path) for path in cloud.storage.list()})

    @property
    def keys(self) -> list[tuple[str, Any]]:
        """What there is: collection and `_id` of a document, FILES and path of a file."""
        documents = [(name, one["_id"]) for name, held in self.documents.items() for one in held]
        return [*documents, *((FILES, path) for path in self.files)]

    def only(self, keys: Collection[tuple[str, Any]]) -> Kept:
        """These of it. Collections stay, even empty ones."""
        documents = {name: [one for one in held if (name, one["_id"]) in keys] for name, held in self.documents.items()}
        return Kept(documents, {path: content for path, content in self.files.items() if (FILES, path) in keys})

    def put_instead(self, cloud: WxCloud) -> None:
        """Have it be all that there is."""
        if not cloud.node.running:
            return
        for name in cloud.db.collection_names():
            cloud.db[name].delete_many({})
        cloud.db.seed(self.documents)
        for path in cloud.storage.list():
            if path not in self.files:
                cloud.storage.remove(path)


def reproduction(
    world: World,
    evidence: Evidence,
    effect: Effect,
    kept: Kept,
    *,
    law: str,
    before: Case | None = None,
    instant: str = "",
) -> str:
    """The source of a test for a file of the project.

    `kept` is what it starts from, `before` a call that comes first, and `instant` the time where it matters.
    """
    caller = caller_source(world, evidence.case.principal)
    names = {**openids(world), **caller.names}
    if isinstance(effect.change, Change) and effect.change.collection not in kept.documents:
        return whole_test(world, law, _by_contract(world, evidence, effect.change, names), instant)
    documents = mentioned(world, kept, effect)
    arrange = [*caller.lines, *_stubs(world, evidence), f"documents = {source(documents, names, indent=4)}"]
    if kept.files:
        arrange.append(f"files = {source(kept.files, names, indent=4)}")
    if effect.kind == LOST:
        return whole_test(world, law, [*_indented(arrange, 4), *_compared(world, evidence, effect, names)], instant)
    asserts = assertion(world, evidence, effect, documents, names)
    outcome = "outcome = " if any("outcome" in line for line in asserts) else ""
    act = calling(world, before, names, fresh=True) if before is not None else []
    act += calling(world, evidence.case, names, outcome=outcome)
    files = ", files=files" if kept.files else ""
    survive = "wx_cloud.sent_fields_survive(), " if world.cloud.keeps_sent_fields else ""
    db = " as db" if any("db[" in line for line in asserts) else ""
    code = [
        *_indented(arrange, 4),
        f"    with {survive}wx_cloud.scenario(documents{files}){db}:",
        *_indented([*act, "wx_cloud.settle()", *asserts], 8),
    ]
    return whole_test(world, law, code, instant)


def _compared(world: World, evidence: Evidence, effect: Effect, names: Mapping[Any, str]) -> Lines:
    """The call in the usual and in the unusual way, which have to come to the same."""
    case = evidence.case
    usual = caller_source(world, (case.plain or case).principal).expression
    unusual = caller_source(world, case.principal).expression
    called = calling(world, case, names, outcome="outcome = ")
    told = "value" if any(evidence.secrets.values()) or "saw" in effect.what else "decision"
    return [
        "    seen = []",
        f"    for caller in ({usual}, {unusual}):",
        "        with wx_cloud.scenario(documents), wx_cloud.changes() as changes:",
        *_indented(
            [line.replace(f"caller={unusual}", "caller=caller") for line in called if line != f"caller = {unusual}"], 12
        ),
        "            wx_cloud.settle()",
        "        what = [(change.collection, change.kind) for change in changes]",
        f"        seen.append((outcome.{told}, what))",
        "    assert seen[0] == seen[1]",
    ]


def _by_contract(world: World, evidence: Evidence, change: Change, names: Mapping[Any, str]) -> Lines:
    """For rows of a database that only the contract knows how to fill: it arranges them, in its own file."""
    people = ", ".join(f'"{name}"' for name in OWNERS)
    new = change.kind == "inserted"
    told = "(change.collection, change.kind)" if new else "(change.collection, change.id)"
    wrong = source([change.collection, "inserted" if new else change.id])
    return [
        f"    contract = {name_of(world.operation)}()",
        *_indented(caller_source(world, evidence.case.principal).lines, 4),
        "    with wx_cloud.scenario():",
        f"        for name in ({people}):",
        "            contract.register(wx_cloud, wx_users[name])",
        "            contract.arrange(wx_cloud, wx_users[name])",
        "        with wx_cloud.changes() as changes:",
        *_indented(calling(world, evidence.case, names, indent=12), 12),
        "            wx_cloud.settle()",
        f"        assert ({wrong[1:-1]}) not in [{told} for change in changes]",
    ]


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


def mentioned(world: World, kept: Kept, effect: Effect) -> dict[str, list[dict[str, Any]]]:
    """The documents that are kept, and the empty collections that the function may look into."""
    said = words(world)
    said = set() if "callFunction" in said else said
    touched = getattr(effect.change, "collection", "")
    return {name: held for name, held in kept.documents.items() if held or name == touched or not said or name in said}


def openids(world: World) -> dict[Any, str]:
    """An expression for each id of a person that may stand in documents and events."""
    found: dict[Any, str] = {}
    for name, party in world.parties.items():
        found[party.user.openid] = f"{variable_of(name)}.openid"
        if party.user.unionid:
            found[party.user.unionid] = f"{variable_of(name)}.unionid"
    return found


def _called(world: World) -> str:
    function = world.operation.function
    if isinstance(function, str):
        return source(function)
    return str(getattr(function, "__name__", "handler"))


def _stubs(world: World, evidence: Evidence) -> Lines:
    """What the contract registered for the world outside, as far as the call asked for it."""
    lines: Lines = []
    for word, stubs in (("openapi", world.cloud.openapi), ("http", world.cloud.http)):
        for name, answer in stubs.items():
            place = name.partition("/")[0] if word == "http" else name
            if any(place in call for call in evidence.calls):
                said = f"{{}}  # as {name_of(world.operation)} has it" if callable(answer) else source(answer, indent=4)
                lines.append(f"wx_cloud.{word}[{source(name)}] = {said}")
    return lines


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


def _indented(lines: Sequence[str], by: int) -> Lines:
    return [" " * by + line for line in lines]
