"""The local cloud in the worker as one layer: documents and files are taken back and compared together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .changes import Change, Changes, FileChange
from .errors import users_mistake
from .extended_json import from_extended

__tracebackhide__ = users_mistake

Ask = Callable[[dict[str, Any]], Any]

EMPTY = 0  # the snapshot of the empty cloud


class LocalCloud:
    """What functions reach through the SDK: the database and the storage.

    Args:
        ask: has the worker do a command, see `node/local/commands.js`.
        in_use: whether there may be anything in it. A cloud that nobody has used costs nothing.
    """

    def __init__(self, ask: Ask, in_use: Callable[[], bool]) -> None:
        self._ask = ask
        self._in_use = in_use

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
        changes: Changes[Change | FileChange] = Changes()
        try:
            yield changes
        finally:
            if self._in_use():
                told = from_extended(self._ask({"command": "changes", "since": before}))
                if before != EMPTY:
                    self._ask({"command": "forget", "snapshot": before})
                changes.all = [Change(*one) for one in told["documents"]]
                changes.all += [FileChange(*one) for one in told["files"]]

    def _present(self) -> Any:
        return self._ask({"command": "snapshot"}) if self._in_use() else EMPTY
