"""The test's hand on the local database, in pymongo's words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .changes import Change, Changes
from .errors import GuessedError, InvalidDocumentError, did_you_mean, users_mistake
from .extended_json import from_extended, to_extended
from .local_cloud import Ask, LocalCloud

__tracebackhide__ = users_mistake

Document = dict[str, Any]
Query = Mapping[str, Any]

#: What the SDK, the shell and older drivers call it → what it is called here.
ELSEWHERE = {
    "add": "insert_one",
    "insert": "insert_one or insert_many",
    "get": "find",
    "where": "find",
    "doc": "find_one",
    "count": "count_documents",
    "update": "update_one or update_many",
    "set": "update_one(…, upsert=True)",
    "remove": "delete_one or delete_many",
    "delete": "delete_one or delete_many",
}
SEED = 'Give a list of documents for each collection, {"todos": [{…}, {…}]}, or the path of exported files.'


@dataclass(frozen=True)
class InsertOneResult:
    """The `_id` of the inserted document."""

    inserted_id: Any


@dataclass(frozen=True)
class InsertManyResult:
    """The `_id` of each inserted document."""

    inserted_ids: list[Any]


@dataclass(frozen=True)
class UpdateResult:
    """How many documents matched, and how many of them changed; the `_id` of one that an upsert inserted."""

    matched_count: int
    modified_count: int
    upserted_id: Any = None


@dataclass(frozen=True)
class DeleteResult:
    """How many documents were removed."""

    deleted_count: int


class Collection:
    """One collection, in pymongo's words. A write creates the collection if it is not there."""

    def __init__(self, name: str, ask: Ask) -> None:
        self.name = name
        self._ask = ask

    def insert_one(self, document: Query) -> InsertOneResult:
        """Insert one document; without an `_id` it gets one of 32 hexadecimal digits."""
        return InsertOneResult(self.insert_many([document]).inserted_ids[0])

    def insert_many(self, documents: Iterable[Query]) -> InsertManyResult:
        """Insert documents.

        Raises:
            DatabaseError: when an `_id` is there already.
        """
        return InsertManyResult(self._do("insert", documents=_documents(documents, self.name)))

    def find(
        self,
        query: Query | None = None,
        projection: Query | None = None,
        *,
        sort: Mapping[str, int] | Iterable[tuple[str, int]] | None = None,
        skip: int = 0,
        limit: int = 0,
    ) -> list[Document]:
        """Every document that `query` (MongoDB's language) selects; `limit` 0 is no limit.

        `sort` gives 1 (ascending) or -1 for each field: ``{"at": -1}`` or ``[("at", -1)]``.
        """
        sort = None if sort is None else dict(sort)
        found: list[Document] = self._do(
            "find",
            query=to_extended(query or {}),
            projection=to_extended(projection),
            sort=sort,
            skip=skip,
            limit=limit,
        )
        return found

    def aggregate(self, pipeline: Iterable[Query]) -> list[Document]:
        """What the stages of `pipeline` make of the documents."""
        found: list[Document] = self._do("aggregate", pipeline=to_extended(list(pipeline)))
        return found

    def find_one(self, query: Query | None = None) -> Document | None:
        """The first document that `query` selects, or None."""
        found = self.find(query, limit=1)
        return found[0] if found else None

    def count_documents(self, query: Query | None = None) -> int:
        """How many documents `query` selects."""
        return int(self._do("count", query=to_extended(query or {})))

    def update_one(self, query: Query, update: Query, *, upsert: bool = False) -> UpdateResult:
        """Apply update operators to the first document that `query` selects; `upsert` inserts one if there is none."""
        return self._update(query, update, multi=False, upsert=upsert)

    def update_many(self, query: Query, update: Query, *, upsert: bool = False) -> UpdateResult:
        """Apply update operators to every document that `query` selects; `upsert` inserts one where there is none."""
        return self._update(query, update, multi=True, upsert=upsert)

    def delete_one(self, query: Query) -> DeleteResult:
        """Remove the first document that `query` selects."""
        return DeleteResult(self._do("remove", query=to_extended(query), multi=False))

    def delete_many(self, query: Query) -> DeleteResult:
        """Remove every document that `query` selects."""
        return DeleteResult(self._do("remove", query=to_extended(query), multi=True))

    def _update(self, query: Query, update: Query, *, multi: bool, upsert: bool) -> UpdateResult:
        if not update or not all(name.startswith("$") for name in update):
            raise InvalidDocumentError(f'An update names operators, {{"$set": {{…}}}}; this one is {update!r}.')
        done = UpdateResult(**self._do("update", query=to_extended(query), update=to_extended(update), multi=multi))
        if done.matched_count or not upsert:
            return done
        inserted = self.insert_one(
            {name: value for name, value in query.items() if _is_equality(name, value)}
        ).inserted_id
        self._do("update", query={"_id": inserted}, update=to_extended(update), multi=False)
        return UpdateResult(0, 0, inserted)

    if not TYPE_CHECKING:  # to a type checker such a name is wrong as it is

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            known = [one for one in vars(Collection) if not one.startswith("_")]
            hint = f"Did you mean {ELSEWHERE[name]}?" if name in ELSEWHERE else did_you_mean(name, known)
            raise GuessedError(f"A collection has no {name!r}; it speaks pymongo's words. {hint}")

    def _do(self, command: str, **arguments: Any) -> Any:
        return from_extended(self._ask({"command": command, "collection": self.name, **arguments}))


def _is_equality(name: str, value: Any) -> bool:
    """Whether a condition of a query says what a field is; a document that an upsert makes has it."""
    operators = isinstance(value, Mapping) and any(str(key).startswith("$") for key in value)
    return not (operators or name.startswith("$") or "." in name)


class Database:
    """The local database: ``db["todos"].insert_one(…)``, `seed`, `dump`, `changes`."""

    def __init__(self, ask: Ask, local: LocalCloud) -> None:
        self._ask = ask
        self._local = local

    def __getitem__(self, name: str) -> Collection:
        return Collection(name, self._ask)

    if not TYPE_CHECKING:  # to a type checker such a name is wrong as it is

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            raise GuessedError(f'The database has no {name!r}. A collection is looked up by name: wx_db["{name}"].')

    def collection_names(self) -> list[str]:
        """Names of the collections there are, sorted."""
        return sorted(self._ask({"command": "names"}))

    def create_collection(self, name: str) -> None:
        """Make an empty collection, if there is none of that name."""
        self._ask({"command": "create", "collection": name})

    def have_every_collection(self) -> None:
        """Have no collection be missing, whatever a function names, until the scene or scenario is over."""
        self._ask({"command": "complete"})

    def seed(self, contents: Mapping[str, Iterable[Query]] | Path | str) -> None:
        """Add documents to collections: ``{"todos": [{…}, {…}], "users": []}``.

        A path is a folder of the cloud console's export files, ``<collection>.json``, or one of them;
        each holds a JSON list or one document a line.

        Raises:
            DatabaseError: when an `_id` is there already.
            InvalidDocumentError: for what no document can hold.
        """
        self._ask({"command": "seed", "contents": as_seeds(contents)})

    def dump(self) -> dict[str, list[Document]]:
        """Every document, by collection, in the order of insertion."""
        dumped: dict[str, list[Document]] = from_extended(self._ask({"command": "dump"}))
        return dumped

    @contextmanager
    def changes(self) -> Iterator[Changes[Change]]:
        """What the block inserts, updates and removes, per document and field."""
        with self._local.changes() as everything:
            yield Changes(lambda: [change for change in everything if isinstance(change, Change)])


def as_seeds(contents: Mapping[str, Iterable[Query]] | Path | str) -> dict[str, list[Any]]:
    """The documents to `seed`, as they travel.

    Raises:
        InvalidDocumentError: for what no document can hold, saying where it stands.
    """
    if isinstance(contents, Path | str):
        contents = read_exports(Path(contents))
    if not isinstance(contents, Mapping):
        raise InvalidDocumentError(f"{contents!r} is {type(contents).__name__}. {SEED}")
    return {name: _documents(documents, name) for name, documents in contents.items()}


def _documents(documents: Iterable[Query], name: str) -> list[Any]:
    if isinstance(documents, Mapping | str):
        raise InvalidDocumentError(f"{name} is one {type(documents).__name__} ({documents!r}). {SEED}")
    return [_document(document, f"{name}[{index}]") for index, document in enumerate(documents)]


def read_exports(path: Path) -> dict[str, list[Document]]:
    """The documents of export files, as the cloud console writes and reads them.

    Raises:
        InvalidDocumentError: when a file holds neither a JSON list nor a document a line.
    """
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    return {file.stem.removeprefix("database_export-"): _read_export(file) for file in files}


def _read_export(file: Path) -> list[Document]:
    try:
        text = file.read_text("utf-8-sig").strip()
        documents = (
            json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.splitlines() if line]
        )
    except (OSError, ValueError) as error:
        raise InvalidDocumentError(f"{file} is no export of documents: {error}") from None
    decoded: list[Document] = from_extended(documents)
    return decoded


def _document(document: Query, where: str) -> Any:
    if not isinstance(document, Mapping):
        raise InvalidDocumentError(f"{where} is {type(document).__name__} ({document!r}); a document is a dict.")
    return to_extended(document, where)
