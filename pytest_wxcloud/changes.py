"""What a block of calls changed: documents and files, before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar


class AnyChange:
    """What became of one thing that is kept: `before` is None for a new one, `after` for one that is gone."""

    before: Any
    after: Any

    @property
    def kind(self) -> str:
        """ "inserted", "updated" or "removed"."""
        if self.before is None:
            return "inserted"
        return "removed" if self.after is None else "updated"


C = TypeVar("C", bound=AnyChange)


@dataclass(frozen=True)
class Change(AnyChange):
    """What became of one document, or one row: `before` is None for an inserted one, `after` for a removed one."""

    collection: str
    id: Any
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        """Top-level field → value before and after, of the fields that differ; a missing one is None."""
        before, after = self.before or {}, self.after or {}
        names = dict.fromkeys((*before, *after))
        pairs = {name: (before.get(name), after.get(name)) for name in names}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1] or (name in before) != (name in after)}

    def __str__(self) -> str:
        what = ", ".join(f"{name}: {old!r} → {new!r}" for name, (old, new) in self.fields.items())
        return f"{self.collection}/{self.id} {self.kind} ({what})"


@dataclass(frozen=True)
class FileChange(AnyChange):
    """What became of one file: `before` and `after` are its content, None where it was not there."""

    path: str
    file_id: str
    before: bytes | None = field(repr=False)
    after: bytes | None = field(repr=False)

    def __str__(self) -> str:
        sizes = " → ".join(f"{len(content)} bytes" for content in (self.before, self.after) if content is not None)
        return f"{self.file_id} {self.kind} ({sizes})"


class Changes(Generic[C]):
    """What a block of calls changed; while it lasts, what it has changed so far."""

    def __init__(self, find: Callable[[], list[C]]) -> None:
        self._find = find

    def __repr__(self) -> str:
        return f"<Changes: {'; '.join(map(str, self)) or 'none'}>"

    @property
    def all(self) -> list[C]:
        """Everything that is new, differs or is gone."""
        return self._find()

    def keep(self) -> None:
        """Look no further: what has changed by now is what changed."""
        found = self._find()
        self._find = lambda: found

    @property
    def inserted(self) -> list[C]:
        """What is new."""
        return self._of_kind("inserted")

    @property
    def updated(self) -> list[C]:
        """What differs."""
        return self._of_kind("updated")

    @property
    def removed(self) -> list[C]:
        """What is gone."""
        return self._of_kind("removed")

    def _of_kind(self, kind: str) -> list[C]:
        return [change for change in self.all if change.kind == kind]

    def __iter__(self) -> Iterator[C]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)
