"""A few lines that show a finding again, as a plain test: it fails on the hole, and passes when that is mended."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from ..changes import Change
from ..cloud import WxCloud
from .arranged_by_contract import arranged_by_contract
from .asserted import assertion
from .callers import caller_source
from .case import Case
from .effects import LOST, Effect, Evidence
from .literals import source
from .names import words
from .pasted import Lines, calling, compared, indented, openids, whole_test
from .world import FILES, World, name_of


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
    if is_elsewhere(world, effect, kept):
        return arranged_by_contract(world, evidence, effect, law=law, before=before, instant=instant)
    caller = caller_source(world, evidence.case.principal)
    names = {**openids(world), **caller.names}
    documents = mentioned(world, kept, effect)
    arrange = [*caller.lines, *_stubs(world, evidence)]
    if documents:
        arrange.append(f"documents = {source(documents, names, indent=4)}")
    if kept.files:
        arrange.append(f"files = {source(kept.files, names, indent=4)}")
    if effect.kind == LOST:
        arrange += compared(world, evidence, effect, names, f"wx_cloud.scenario({'documents' if documents else ''})")
        return whole_test(world, law, indented(arrange, 4), instant)
    asserts = assertion(world, evidence, effect, documents, names)
    outcome = "outcome = " if any("outcome" in line for line in asserts) else ""
    act = calling(world, before, names, fresh=True) if before is not None else []
    act += calling(world, evidence.case, names, outcome=outcome)
    given = ", ".join([*(["documents"] if documents else []), *(["files=files"] if kept.files else [])])
    db = " as db" if any("db[" in line for line in asserts) else ""
    code = [
        *indented(arrange, 4),
        f"    with wx_cloud.scenario({given}){db}:",
        *indented([*act, "wx_cloud.settle()", *asserts], 8),
    ]
    return whole_test(world, law, code, instant)


def is_elsewhere(world: World, effect: Effect, kept: Kept) -> bool:
    """Whether what people have, or what was changed, is in a database that only the contract knows how to fill."""
    if isinstance(effect.change, Change) and effect.change.collection not in kept.documents:
        return True
    there = {collection for collection, _ in world.belongings if collection != FILES}
    return bool(there) and not there & kept.documents.keys()


def mentioned(world: World, kept: Kept, effect: Effect) -> dict[str, list[dict[str, Any]]]:
    """The documents that are kept, and the empty collections that the function may look into."""
    said = words(world)
    said = set() if "callFunction" in said else said
    touched = getattr(effect.change, "collection", "")
    return {name: held for name, held in kept.documents.items() if held or name == touched or not said or name in said}


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
