"""The test's hand on the database, and that nothing stays behind."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta, timezone

import pytest

from pytest_wxcloud.errors import DatabaseError, InvalidDocumentError

from .conftest import outcome_of


def test_pymongos_words(cloud) -> None:
    """insert, find, count, update and delete as pymongo has them."""
    todos = cloud.db["todos"]
    first = todos.insert_one({"n": 1}).inserted_id
    others = todos.insert_many([{"n": 2}, {"_id": "mine", "n": 3}]).inserted_ids

    assert len(first) == 32
    assert others[1] == "mine"
    assert [doc["n"] for doc in todos.find({"n": {"$gt": 1}}, sort={"n": -1})] == [3, 2]
    assert todos.find(projection={"_id": 0}, limit=1) == [{"n": 1}]
    assert todos.find_one({"_id": "mine"}) == {"_id": "mine", "n": 3}
    assert todos.find_one({"_id": "yours"}) is None
    assert todos.count_documents({"n": {"$lt": 3}}) == 2
    assert todos.update_one({}, {"$set": {"n": 9}}).modified_count == 1
    assert todos.update_many({"n": 9}, {"$set": {"n": 9}}).matched_count == 1
    assert todos.delete_many({"n": 9}).deleted_count == 1
    assert cloud.db.collection_names() == ["todos"]
    assert cloud.db["nowhere"].find() == []
    assert cloud.db["nowhere"].count_documents() == 0


def test_values_that_cross(cloud) -> None:
    """Every kind of value comes back as it went in; a naive datetime is UTC."""
    values = {
        "_id": "1", "text": "深圳 😀", "whole": 2**40, "half": 0.5, "yes": True, "none": None, "list": [1, ["x"]],
        "nested": {"a": {"b": 1}}, "at": datetime(2025, 6, 1, 8, 0, 0, 123000, tzinfo=timezone.utc), "bytes": b"\x00",
    }  # fmt: skip
    cloud.db["things"].insert_one({**values, "pattern": re.compile("x", re.IGNORECASE), "naive": datetime(2025, 1, 1)})
    found = cloud.db["things"].find_one()

    assert found.pop("pattern").search("X")
    assert found.pop("naive") == datetime(2025, 1, 1, tzinfo=timezone.utc)
    assert found == values


@pytest.mark.parametrize(
    "document, said",
    [
        ({"a": {"b": [object()]}}, r"todos\[0\].a.b\[0\] is object"),
        ({"a": timedelta(1)}, "a is timedelta"),
        ({1: 2}, "has the key 1; keys are strings"),
        ([1], "a document is a dict"),
    ],
)
def test_what_no_document_can_hold(cloud, document: object, said: str) -> None:
    """The error says where the value stands, and nothing is written."""
    with pytest.raises(InvalidDocumentError, match=said):
        cloud.db["todos"].insert_one(document)
    assert cloud.db.dump() == {}


def test_a_refusal_is_raised(cloud) -> None:
    """What the database refuses a test is raised with its own message."""
    cloud.db.seed({"todos": [{"_id": "1"}]})
    with pytest.raises(DatabaseError, match="duplicate key error"):
        cloud.db.seed({"todos": [{"_id": "1"}]})


def test_changes(cloud) -> None:
    """What a block changed, per document and field."""
    cloud.db.seed({"todos": [{"_id": "1", "n": 1, "same": 0}, {"_id": "2"}], "untouched": [{"_id": "3"}]})
    code = """
        const todos = db.collection('todos')
        await todos.doc('1').update({ data: { n: 2, extra: true } })
        await todos.doc('2').remove()
        await todos.add({ data: { _id: '4', n: 4 } })
    """
    with cloud.db.changes() as changes:
        outcome_of(cloud, "4.0.2", code)

    assert [(change.collection, change.id) for change in changes.updated] == [("todos", "1")]
    assert changes.updated[0].fields == {"n": (1, 2), "extra": (None, True)}
    assert [change.before for change in changes.removed] == [{"_id": "2"}]
    assert [change.after for change in changes.inserted] == [{"_id": "4", "n": 4}]
    assert str(changes.updated[0]) == "todos/1 updated (n: 1 → 2, extra: None → True)"
    with cloud.db.changes() as nothing:
        outcome_of(cloud, "4.0.2", "await db.collection('todos').doc('1').update({ data: { n: 2 } })")
    assert len(nothing) == 0


def test_scenarios_nest(cloud) -> None:
    """Each adds to the present state and takes back everything that happened in it."""
    cloud.db.seed({"todos": [{"_id": "1"}]})
    with cloud.scenario({"todos": [{"_id": "2"}], "users": []}):
        with cloud.scenario():
            outcome_of(cloud, "4.0.2", "await db.collection('todos').where({ _id: _.neq('') }).remove()")
            assert cloud.db.dump() == {"todos": [], "users": []}
        assert cloud.db["todos"].count_documents() == 2
    with pytest.raises(ZeroDivisionError), cloud.scenario({"todos": [{"_id": "3"}]}):
        raise ZeroDivisionError
    assert cloud.db.dump() == {"todos": [{"_id": "1"}]}


def test_the_database_outlives_its_worker(cloud) -> None:
    """A function that takes the process down takes no document along, and scenarios go on."""
    cloud.db.seed({"todos": [{"_id": "1", "at": datetime(2025, 1, 1, tzinfo=timezone.utc)}]})
    before = cloud.db.dump()
    with cloud.scenario({"todos": [{"_id": "2"}]}):
        outcome_of(cloud, "4.0.2", "await db.collection('todos').doc('2').update({ data: { n: 1 } }); process.exit(1)")
        assert cloud.db["todos"].find_one({"_id": "2"}) == {"_id": "2", "n": 1}
        cloud.call("dies", caller=None)
        cloud.call("dies", caller=None)
        assert len(cloud.db["todos"].find()) == 2
    assert cloud.db.dump() == before


def test_exports_of_the_console(cloud, tmp_path) -> None:
    """Files as the cloud console writes them, a document a line or a list, load as they are."""
    at = {"$date": "2025-06-01T08:00:00.000Z"}
    (tmp_path / "todos.json").write_text(f'{{"_id":"1","at":{json.dumps(at)}}}\n{{"_id":"2"}}\n', "utf-8")
    (tmp_path / "users.json").write_text('[{"_id": {"$oid": "5f0c"}, "n": {"$numberLong": "7"}}]', "utf-8")
    cloud.db.seed(tmp_path)

    assert cloud.db.dump() == {
        "todos": [{"_id": "1", "at": datetime(2025, 6, 1, 8, tzinfo=timezone.utc)}, {"_id": "2"}],
        "users": [{"_id": "5f0c", "n": 7}],
    }
    (tmp_path / "todos.json").write_text("{", "utf-8")
    with pytest.raises(InvalidDocumentError, match="is no export of documents"):
        cloud.db.seed(tmp_path)


def test_frozen_time_reaches_the_server(cloud) -> None:
    """serverDate follows the test's clock."""
    from freezegun import freeze_time

    cloud.db.create_collection("todos")
    with freeze_time("2025-06-01 08:00:00"):
        outcome_of(
            cloud, "4.0.2", "await db.collection('todos').add({ data: { at: db.serverDate({ offset: 1000 }) } })"
        )

    assert cloud.db["todos"].find_one()["at"] == datetime(2025, 6, 1, 8, 0, 1, tzinfo=timezone.utc)


def test_every_collection(cloud) -> None:
    """No collection is missing to a function until the scenario is over, also to one that runs in a new process."""
    read = "return t(() => db.collection('todos').get())"
    inside = "const tx = await db.startTransaction(); await tx.collection('todos').add({ data: { n: 1 } }); return t(() => tx.commit())"
    with cloud.scenario():
        cloud.db.have_every_collection()
        assert outcome_of(cloud, "3.0.4", read).result["data"] == []
        cloud.call("dies", caller=None)
        assert "errCode" not in (outcome_of(cloud, "3.0.4", inside).result or {})
        assert cloud.db["todos"].count_documents() == 1
    assert outcome_of(cloud, "3.0.4", read).result["errCode"] == -502005
