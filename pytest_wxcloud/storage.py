"""The test's hand on the cloud storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from .changes import Changes, FileChange
from .errors import InvalidFileError, UnknownFileError, did_you_mean, users_mistake
from .local_cloud import Ask, LocalCloud

__tracebackhide__ = users_mistake


class Storage:
    """The local cloud storage: ``storage.put("avatars/1.png", b"…")`` answers the fileID that a function downloads.

    A file is named by its path, or by its fileID, ``cloud://<environment>.<bucket>/<path>``. A path means the
    file in the environment under test, or else in whichever a function named in ``cloud.init``.
    """

    def __init__(self, ask: Ask, local: LocalCloud, environment: Callable[[], str]) -> None:
        self._ask = ask
        self._local = local
        self._environment = environment

    def put(self, file: str, content: bytes | str) -> str:
        """Put a file there, over the one that is there; a str in UTF-8. Answers its fileID.

        Raises:
            InvalidFileError: for a path that the platform refuses, or a content that is neither bytes nor str.
        """
        if isinstance(content, str):
            content = content.encode()
        if not isinstance(content, bytes | bytearray | memoryview):
            raise InvalidFileError(
                f"The content of {file!r} is {type(content).__name__} ({content!r}); a file is bytes, or a str."
            )
        self._local.gone_back()
        digest = self._local.contents.keep(bytes(content))
        file_id: str = self._do("put_file", file, digest=digest, size=len(content))
        return file_id

    def read(self, file: str) -> bytes:
        """The content of a file.

        Raises:
            UnknownFileError: when there is no such file, naming the near ones.
        """
        digest: str | None = self._do("read_file", file)
        if digest is None:
            raise self._unknown(file)
        return self._local.contents.read(digest)

    def exists(self, file: str) -> bool:
        """Whether there is such a file."""
        there: bool = self._do("has_file", file)
        return there

    def list(self, prefix: str = "") -> list[str]:
        """The paths that start with `prefix`, sorted."""
        return sorted({path for path in self._ask({"command": "files"}) if path.startswith(prefix)})

    def remove(self, file: str) -> None:
        """Remove a file.

        Raises:
            UnknownFileError: when there is no such file, naming the near ones.
        """
        if not self._do("remove_file", file):
            raise self._unknown(file)

    @contextmanager
    def changes(self) -> Iterator[Changes[FileChange]]:
        """Which files the block adds, changes and removes, with their contents."""
        with self._local.changes() as everything:
            yield Changes(lambda: [change for change in everything if isinstance(change, FileChange)])

    def _do(self, command: str, file: str, **arguments: Any) -> Any:
        if not isinstance(file, str):
            raise InvalidFileError(f"A file is named by its path or its fileID, a str, not {type(file).__name__}.")
        return self._ask({"command": command, "file": file, "environment": self._environment(), **arguments})

    def _unknown(self, file: str) -> UnknownFileError:
        paths = self.list()
        known = did_you_mean(file, paths) if paths else "The storage is empty."
        return UnknownFileError(f"There is no file {file!r} in the storage. {known}")
