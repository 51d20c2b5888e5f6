"""What a test asks of the database that it cannot have, and what a crash teaches."""

from __future__ import annotations

import pytest

from pytest_wxcloud import CrashedError
from pytest_wxcloud.errors import DatabaseError, InvalidDocumentError

from .conftest import outcome_of


@pytest.mark.parametrize(
    "contents, said",
    [
        ([{"_id": "1"}], "is list. Give a list of documents for each collection"),
        ({"todos": {"_id": "1"}}, "todos is one dict .*Give a list of documents"),
        ({"todos": "1"}, "todos is one str"),
        ({"todos": ["1"]}, r"todos\[0\] is str"),
    ],
)
def test_what_cannot_be_seeded(cloud, contents: object, said: str) -> None:
    """The error says what stands where a list of documents is expected."""
    with pytest.raises(InvalidDocumentError, match=said):
        cloud.db.seed(contents)
    assert cloud.db["todos"].count_documents() == 0


def test_changes_are_told_inside_the_block_too(cloud) -> None:
    """An assertion in the block sees what has changed so far; after it, what the block changed and no more."""
    with cloud.db.changes() as changes:
        assert not changes
        cloud.db["todos"].insert_one({"_id": "1"})
        assert [change.id for change in changes.inserted] == ["1"]
    cloud.db["todos"].insert_one({"_id": "2"})

    assert [change.id for change in changes] == ["1"]
    assert repr(changes) == "<Changes: todos/1 inserted (_id: None → '1')>"


def test_delete_one_and_pymongos_sort(cloud) -> None:
    """delete_one removes the first, and sort takes pairs as well as a mapping."""
    cloud.db.seed({"todos": [{"_id": "1", "n": 1}, {"_id": "2", "n": 2}, {"_id": "3", "n": 3}]})

    assert cloud.db["todos"].delete_one({"n": {"$gt": 1}}).deleted_count == 1
    assert [doc["_id"] for doc in cloud.db["todos"].find(sort=[("n", -1)])] == ["3", "1"]
    assert [doc["_id"] for doc in cloud.db["todos"].find(sort={"n": -1})] == ["3", "1"]


@pytest.mark.parametrize("update", [{}, {"n": 1}, {"$set": {"n": 1}, "m": 1}])
def test_an_update_without_operators(cloud, update: dict[str, object]) -> None:
    """As pymongo has it, such an update is a mistake, whether it finds a document or not."""
    cloud.db.seed({"todos": [{"_id": "1"}]})
    for todo in ("1", "2"):
        with pytest.raises(InvalidDocumentError, match="An update names operators"):
            cloud.db["todos"].update_one({"_id": todo}, update)
    with pytest.raises(InvalidDocumentError, match="An update names operators"):
        cloud.db["todos"].update_many({}, update)
    assert cloud.db.dump() == {"todos": [{"_id": "1"}]}


def test_a_missing_collection_teaches(cloud) -> None:
    """The crash tells how a test makes the collection, whether the function caught the error or not."""
    with pytest.raises(CrashedError, match=r"wx_db.create_collection\('nowhere'\)"):
        _ = outcome_of(cloud, "4.0.2", "await db.collection('nowhere').get()").allowed
    caught = "try { await db.collection('nowhere').get() } catch (e) { return { success: false, msg: e.message } }"
    with pytest.raises(CrashedError, match=r"wx_db.create_collection\('nowhere'\)"):
        _ = outcome_of(cloud, "4.0.2", caught).allowed


def test_a_scenario_that_was_taken_back_before_its_end(cloud) -> None:
    """What ends out of turn says so, and what lies around it is as before."""
    outer, inner = cloud.scenario({"todos": [{"_id": "1"}]}), cloud.scenario({"todos": [{"_id": "2"}]})
    with outer:
        inner.__enter__()
    with pytest.raises(DatabaseError, match=r"taken back already.*getfixturevalue"):
        inner.__exit__(None, None, None)
    assert cloud.db.dump() == {}
