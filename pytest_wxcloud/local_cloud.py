"""The local cloud in the worker as one layer: documents and files are taken back and compared together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .changes import Change, Changes, FileChange
from .errors import users_mistake
from .extended_json import from_extended
from .runtimes.snapshots import Snapshots

__tracebackhide__ = users_mistake

Ask = Callable[[dict[str, Any]], Any]


class Contents:
    """The bytes of files, as `node/local/contents.js` keeps them: in a folder, each under its SHA-256."""

    def __init__(self, folder: Callable[[], Path]) -> None:
        self._folder = folder

    def keep(self, content: bytes) -> str:
        """Write `content`; answers the name to read it by."""
        digest = hashlib.sha256(content).hexdigest()
        folder = self._folder()
        folder.mkdir(exist_ok=True)
        (folder / digest).write_bytes(content)
        return digest

    def read(self, digest: str) -> bytes:
        """What was kept under that name, here or by a function."""
        return (self._folder() / digest).read_bytes()


@dataclass(eq=False)
class Scene:
    """An open scene: the snapshot to go back to, and the scope of the pytest fixture that opened it, if one did."""

    snapshot: int
    scope: str = ""


class LocalCloud:
    """What functions reach through the SDK: the database and the storage.

    Args:
        ask: has the worker do a command, see `node/local/commands.js`.
        in_use: whether there may be anything in it. A cloud that nobody has used costs nothing.
        contents: the bytes of the storage's files.
        snapshots: takes them.
    """

    def __init__(self, ask: Ask, in_use: Callable[[], bool], contents: Contents, snapshots: Snapshots) -> None:
        self._ask = ask
        self._in_use = in_use
        self._snapshots = snapshots
        self.contents = contents
        self.scenes: list[Scene] = []  # innermost last
        self._empty = 0

    @contextmanager
    def scene(self, seeds: dict[str, list[Any]] | None = None) -> Iterator[None]:
        """Take back, after the block, whatever it does to the cloud. Scenes nest.

        `seeds` are documents, as they travel, to begin it with.
        """
        scene = Scene(self._present())
        self.scenes.append(scene)
        try:
            if seeds is not None:
                self._ask({"command": "seed", "contents": seeds})
            yield
        finally:
            known = scene in self.scenes
            self.scenes = self.scenes[: self.scenes.index(scene)] if known else []
            if self._in_use() and not self._snapshots.give_back(scene.snapshot):
                self._go_back(scene.snapshot, known)

    @contextmanager
    def changes(self) -> Iterator[Changes[Change | FileChange]]:
        """What the block inserts, updates and removes."""
        before = self._present()
        changes = Changes(lambda: self._changed_since(before))
        try:
            yield changes
        finally:
            changes.keep()
            self._forget(before)

    @contextmanager
    def watching(self) -> Iterator[list[tuple[str, Any]]]:
        """What functions ask the database for in the block, as the SDK has written it; complete when it has ended.

        Each is a collection and the query for it, JSON data.
        """
        queries: list[tuple[str, Any]] = []
        if not self._in_use():
            yield queries
            return
        self._ask({"command": "watch"})
        try:
            yield queries
        finally:
            for collection, text in self._ask({"command": "watched"}) or ():  # a worker that died has seen none
                with suppress(TypeError, ValueError):  # older SDKs send what is no text
                    queries.append((collection, json.loads(text)))

    def conclude(self) -> list[Change | FileChange]:
        """What has changed since the innermost scene was opened, once calls have settled; and back to there."""
        if not self._in_use():
            return []
        return self._told("conclude", self.scenes[-1].snapshot, settled=True)

    @contextmanager
    def beneath(self, scenes: Sequence[Scene]) -> Iterator[None]:
        """What the block does stays when `scenes`, which are open, end: as if it had been done before them.

        Scenes that are opened in the block and stay open lie beneath them as well.
        """
        before = self._present()
        known = list(self.scenes)
        try:
            yield
        finally:
            own = [scene for scene in self.scenes if scene not in known]
            if self._in_use():
                into, mine = ([scene.snapshot for scene in group] for group in (scenes, own))
                self._ask({"command": "fold", "since": before, "into": into, "own": mine})
            self._forget(before)
            first = min(map(known.index, scenes))
            self.scenes = [*known[:first], *own, *known[first:]]

    def _changed_since(self, snapshot: int) -> list[Change | FileChange]:
        if not self._in_use() or self._snapshots.is_new(snapshot):
            return []
        return self._told("changes", snapshot)

    def _told(self, command: str, since: int, **how: bool) -> list[Change | FileChange]:
        told = self._ask({"command": command, "since": since, **how})
        documents = [Change(*from_extended(one)) for one in told["documents"]]
        return [*documents, *(self._file_change(*one) for one in told["files"])]

    def _file_change(self, path: str, file_id: str, before: str | None, after: str | None) -> FileChange:
        was, now = (None if digest is None else self.contents.read(digest) for digest in (before, after))
        return FileChange(path, file_id, was, now)

    def _present(self) -> int:
        """A snapshot. Those of a cloud that was never used are numbered downwards."""
        if self._in_use():
            return self._snapshots.take()
        self._empty -= 1
        return self._empty

    def gone_back(self) -> None:
        """Have what is to be taken back be so now, before a content is written that it would take for an old one."""
        if self._snapshots.has_way_back:
            self._ask({"command": "names"})

    def _go_back(self, snapshot: int, known: bool) -> None:
        """To what was there when a scene began; one that is not `known` was taken back already, which is refused."""
        if known:
            self._snapshots.go_back(snapshot, [scene.snapshot for scene in self.scenes])
        else:
            self._ask({"command": "restore", "snapshot": snapshot})

    def _forget(self, snapshot: int) -> None:
        if snapshot > 0 and not self._snapshots.give_back(snapshot):
            self._ask({"command": "forget", "snapshot": snapshot})
