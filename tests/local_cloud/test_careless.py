"""What careless functions send, and what their libraries do to the language."""

from __future__ import annotations

import pytest

from pytest_wxcloud.extended_json import DistantDate

SEVERAL = ("1.8.3", "2.6.3", "4.0.2")

NO_DATES = {
    "add": "one.add({ data: { at: new Date(event.missing) } })",
    "update": "one.where({ n: 1 }).update({ data: { at: new Date('soon') } })",
    "where": "one.where({ at: _.gte(new Date(event.missing)) }).get()",
}


@pytest.mark.parametrize("version", SEVERAL)
@pytest.mark.parametrize("call", NO_DATES.values(), ids=NO_DATES)
def test_an_invalid_date_is_refused(cloud, version: str, call: str) -> None:
    """No document can hold one: the function gets an error, and nothing is stored."""
    cloud.db.seed({"one": [{"n": 1}]})
    before = cloud.db["one"].find()
    event = {"code": f"const one = db.collection('one'); return t(() => {call})"}
    outcome = cloud.call(f"run-{version}", event, caller=cloud.people["alice"])

    assert "is no date" in outcome.result["errMsg"]
    assert cloud.db["one"].find() == before


@pytest.mark.parametrize("version", SEVERAL[1:])
def test_an_offset_that_is_no_number_is_refused(cloud, version: str) -> None:
    """Made of a number of days that a client sent as a text. SDKs 1.x send null for it, which is none."""
    cloud.db.seed({"one": []})
    code = "return t(() => db.collection('one').add({ data: { at: db.serverDate({ offset: event.days * 864e5 }) } }))"
    outcome = cloud.call(f"run-{version}", {"code": code, "days": "a week"}, caller=cloud.people["alice"])

    assert "the offset is no number" in outcome.result["errMsg"]
    assert not cloud.db["one"].find()


@pytest.mark.parametrize("version", SEVERAL)
@pytest.mark.parametrize("milliseconds", [8_640_000_000_000_000, 253_402_300_800_000, -62_135_596_800_001])
def test_dates_that_python_cannot_hold_cross_both_ways(cloud, version: str, milliseconds: int) -> None:
    cloud.db.seed({"one": []})
    code = "return t(() => db.collection('one').add({ data: { at: new Date(event.at) } }))"
    cloud.call(f"run-{version}", {"code": code, "at": milliseconds}, caller=cloud.people["alice"])
    there = cloud.db["one"].find_one()
    cloud.db["one"].insert_one({**there, "_id": "copy"})
    code = "return (await db.collection('one').get()).data.map(({ at }) => at.getTime())"
    outcome = cloud.call(f"run-{version}", {"code": code}, caller=cloud.people["alice"])

    assert there["at"] == DistantDate(milliseconds)
    assert outcome.result == [milliseconds] * 2


@pytest.mark.parametrize("stage", ["limit", "skip", "sort"])
def test_a_stage_without_a_value_is_refused(cloud, stage: str) -> None:
    """As a function makes it of a page that nobody sent: the error is the database's, not a call that is not served."""
    cloud.db.seed({"one": [{"n": 1}]})
    event = {"code": f"return t(() => db.collection('one').aggregate().{stage}(event.missing).end())"}
    outcome = cloud.call("run-4.0.2", event, caller=cloud.people["alice"])

    assert "FailedOperation" in outcome.result["errMsg"]


@pytest.mark.parametrize("version", SEVERAL)
def test_a_library_that_replaces_find_breaks_nothing_here(cloud, version: str) -> None:
    """Some give arrays a `find` of their own, which takes a value instead of a test."""
    code = """
        const real = Array.prototype.find
        Array.prototype.find = function (value) { return this.indexOf(value) }
        try {
          const { fileID } = await cloud.uploadFile({ cloudPath: 'sheets/1.csv', fileContent: Buffer.from('a,b') })
          await db.collection('one').where({ n: 1 }).update({ data: { file: fileID } })
          return (await cloud.downloadFile({ fileID })).fileContent.toString()
        } finally { Array.prototype.find = real }
    """
    cloud.db.seed({"one": [{"n": 1}]})
    outcome = cloud.call(f"run-{version}", {"code": code}, caller=cloud.people["alice"])

    assert outcome.result == "a,b"
    assert cloud.db["one"].find_one()["file"].endswith("/sheets/1.csv")


@pytest.mark.parametrize("name", [{"$ne": ""}, ["one"], 7])
def test_a_collection_is_named_by_a_text(cloud, name: object) -> None:
    """Whatever a client sends in its place is refused, and makes no collection."""
    code = "return t(() => db.collection(event.name).add({ data: { n: 1 } }))"
    outcome = cloud.call("run-4.0.2", {"code": code, "name": name}, caller=cloud.people["alice"])

    assert outcome.result["errCode"] != 0
    assert not cloud.db.dump()


def test_the_hand_updates_or_inserts(cloud) -> None:
    """As pymongo does: what the query says of fields stands in the document that an upsert makes."""
    shops = cloud.db["shops"]
    made = shops.update_one({"_id": "s1", "open": True, "n": {"$gt": 3}}, {"$set": {"name": "tea"}}, upsert=True)

    assert made.upserted_id == "s1"
    assert shops.find() == [{"_id": "s1", "open": True, "name": "tea"}]
    again = shops.update_many({"_id": "s1"}, {"$set": {"name": "coffee"}}, upsert=True)
    assert (again.matched_count, again.modified_count, again.upserted_id) == (1, 1, None)
    assert shops.count_documents() == 1
