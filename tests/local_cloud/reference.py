"""An engine written by others: what it answers is what ours is held against.

SecantusDB speaks MongoDB's protocol, and its project tests it with MongoDB's own suites. It runs in a
process of its own.
"""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

import bson
import freezegun
import pymongo
from bson.codec_options import CodecOptions
from hypothesis import reject
from pymongo.errors import PyMongoError

Document = dict[str, Any]

# Its threads watch over the connection in the tests that come after, and would advance a clock that ticks when asked.
freezegun.configure(extend_ignore_list=["pymongo"])  # type: ignore[no-untyped-call]

SERVER = """
import sys
from secantus import SecantusDBServer
with SecantusDBServer(storage_path=":memory:") as server:
    print(server.uri, flush=True)
    sys.stdin.read()
"""


class Refused:
    """What an operation that was refused came to: any two refusals are equal."""

    def __init__(self, said: str) -> None:
        self.said = said

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Refused)

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return f"Refused({self.said!r})"


class Reference:
    """One database of the reference, as empty as each example needs it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        uri = self._process.stdout.readline().strip()
        self._client: pymongo.MongoClient[Document] = pymongo.MongoClient(uri)
        options: CodecOptions[Document] = CodecOptions(tz_aware=True, tzinfo=timezone.utc)
        self._database = self._client.get_database("compared", codec_options=options)

    def close(self) -> None:
        self._client.close()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def seed(self, contents: Mapping[str, Iterable[Document]]) -> None:
        for name, documents in contents.items():
            self._database[name].delete_many({})
            given = list(documents)
            if given:
                self._database[name].insert_many([dict(document) for document in given])

    def find(
        self, query: Any, projection: Any = None, sort: Mapping[str, int] | None = None, skip: int = 0, limit: int = 0
    ) -> Any:
        order = list(sort.items()) if sort else None
        return self._answer(lambda: list(self._database.one.find(query, projection, skip, limit, sort=order)))

    def count(self, query: Any) -> Any:
        return self._answer(lambda: self._database.one.count_documents(query))

    def update(self, query: Any, changes: Any, many: bool) -> Any:
        """How many matched, and every document after it."""

        def act() -> Any:
            one = self._database.one
            result = one.update_many(query, changes) if many else one.update_one(query, changes)
            return [result.matched_count, result.modified_count]

        counts = self._answer(act)
        return [counts, self._answer(lambda: list(self._database.one.find()))]

    def aggregate(self, pipeline: list[Document]) -> Any:
        return self._answer(lambda: list(self._database.one.aggregate(pipeline)))

    def _answer(self, act: Callable[[], Any]) -> Any:
        try:
            return plain(act())
        except (PyMongoError, bson.errors.BSONError, ValueError, TypeError) as error:
            if "internal server error" in str(error):
                reject()  # it knows no answer
            return Refused(str(error))


def plain(value: Any) -> Any:
    """BSON's types as Python's own."""
    if isinstance(value, Mapping):
        return {name: plain(held) for name, held in value.items()}
    if isinstance(value, list):
        return [plain(held) for held in value]
    if isinstance(value, bson.Regex):
        return value.try_compile()
    return int(value) if isinstance(value, bson.Int64) else value


def comparable(value: Any) -> Any:
    """`value` such that == tells true from 1; what is in a field that is called unordered is sorted."""
    if isinstance(value, Refused):
        return value
    if isinstance(value, dict):
        return {name: _unordered(held) if name == "unordered" else comparable(held) for name, held in value.items()}
    if isinstance(value, list):
        return [comparable(held) for held in value]
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    if isinstance(value, datetime):
        return ("date", value)
    return (type(value) is bool, value)


def _unordered(value: Any) -> Any:
    return sorted(map(repr, comparable(value))) if isinstance(value, list) else comparable(value)
