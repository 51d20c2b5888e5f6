"""The local cloud in the worker as one layer: documents and files are taken back and compared together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .changes import Change, Changes, FileChange
from .errors import users_mistake
from .extended_json import from_extended

__tracebackhide__ = users_mistake

Ask = Callable[[dict[str, Any]], Any]

EMPTY = 0  # the snapshot of the empty cloud


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


class LocalCloud:
    """What functions reach through the SDK: the database and the storage.

    Args:
        ask: has the worker do a command, see `node/local/commands.js`.
        in_use: whether there may be anything in it. A cloud that nobody has used costs nothing.
        contents: the bytes of the storage's files.
    """

    def __init__(self, ask: Ask, in_use: Callable[[], bool], contents: Contents) -> None:
        self._ask = ask
        self._in_use = in_use
        self.contents = contents

    @contextmanager
    def scene(self) -> Iterator[None]:
        """Take back, after the block, whatever it does to the cloud. Scenes nest."""
        before = self._present()
        try:
            yield
        finally:
            if self._in_use():
                self._ask({"command": "restore", "snapshot": before})

    @contextmanager
    def changes(self) -> Iterator[Changes[Change | FileChange]]:
        """What the block inserts, updates and removes."""
        before = self._present()
        changes = Changes(lambda: self._changed_since(before))
        try:
            yield changes
        finally:
            changes.keep()
            if before != EMPTY:
                self._ask({"command": "forget", "snapshot": before})

    def _changed_since(self, snapshot: Any) -> list[Change | FileChange]:
        if not self._in_use():
            return []
        told = self._ask({"command": "changes", "since": snapshot})
        documents = [Change(*from_extended(one)) for one in told["documents"]]
        return [*documents, *(self._file_change(*one) for one in told["files"])]

    def _file_change(self, path: str, file_id: str, before: str | None, after: str | None) -> FileChange:
        was, now = (None if digest is None else self.contents.read(digest) for digest in (before, after))
        return FileChange(path, file_id, was, now)

    def _present(self) -> Any:
        return self._ask({"command": "snapshot"}) if self._in_use() else EMPTY
