"""CloudBase's own ways, the same on each SDK: pages, missing documents, merging, errors in the platform's words."""

from __future__ import annotations

from typing import Any

import pytest

ONE: list[dict[str, Any]] = [
    {"_id": "1", "a": 1, "n": {"x": 1, "y": {"z": 2}}, "l": [{"k": 1, "v": 1}, {"k": 2, "v": 2}]},
    {"_id": "2", "a": 2},
]

#: What `one.doc('1')` is after an update, beside what it was.
UPDATED = {
    "{ n: { y: { w: 1 } } }": {"n": {"x": 1, "y": {"z": 2, "w": 1}}},
    "{ n: _.set({ w: 1 }) }": {"n": {"w": 1}},
    "{ n: { x: _.remove(), y: _.set({ q: 1 }) } }": {"n": {"y": {"q": 1}}},
    "{ 'm.o.p': 1, 'm.q': _.set(2) }": {"m": {"o": {"p": 1}, "q": 2}},
    "{ u: undefined, b: 1 }": {"b": 1},
    "{ 'l.0.v': 9 }": {"l": [{"k": 1, "v": 9}, {"k": 2, "v": 2}]},
    "{ l: _.pull({ k: _.gt(1) }) }": {"l": [{"k": 1, "v": 1}]},
    "{ l: _.push([{ k: 3 }]) }": {"l": [{"k": 1, "v": 1}, {"k": 2, "v": 2}, {"k": 3}]},
    "{ b: _.bit({ or: 6 }) }": {"b": 6},
}


@pytest.mark.parametrize("data, fields", UPDATED.items())
def test_what_an_update_merges(cloud, run, data: str, fields: dict[str, Any]) -> None:
    """Objects are merged into what is there, `_.set` replaces them."""
    cloud.db.seed({"one": ONE})
    run(f"await db.collection('one').doc('1').update({{ data: {data} }})")

    assert cloud.db["one"].find_one({"_id": "1"}) == {**ONE[0], **fields}


@pytest.mark.parametrize(
    "query",
    [
        "{ 'l.k': 2 }",
        "{ _id: '1', 'l.k': 2 }",
        "{ l: _.elemMatch({ k: 2 }) }",
        "{ l: _.elemMatch({ k: _.gt(1), v: 2 }) }",
    ],
)
def test_the_entry_that_a_query_found(cloud, run, query: str) -> None:
    """`$` in a path is the entry that the query selected."""
    cloud.db.seed({"one": ONE})
    run(f"await db.collection('one').where({query}).update({{ data: {{ 'l.$.v': _.inc(5) }} }})")

    assert cloud.db["one"].find_one({"_id": "1"})["l"] == [{"k": 1, "v": 1}, {"k": 2, "v": 7}]


NOTHING = "'$set' is empty. You must specify a field like so"
SAID = {
    "one.doc('1').update({ data: { a: undefined } })": (-502001, NOTHING),
    "one.doc('1').update({ data: { n: {} } })": (-502001, NOTHING),
    "one.doc('1').set({ data: { b: _.inc(1) } })": (-502001, "update operator complicit"),
    "one.doc('1').set({ data: { _id: '1' } })": (-501007, "不能更新_id的值"),
    "one.doc('1').update({ data: { _id: '1' } })": (-501007, "不能更新_id的值"),
    "one.add({ data: { _id: '1' } })": (-502001, "[FailedOperation] multiple write errors: [{write errors: [{E11000 duplicate key error"),
    "one.doc('9').get()": (-1, "document with _id 9 does not exist"),
    "one.skip(-1).get()": (-502001, "Skip value must be non-negative"),
    "one.limit(-1).get()": (-502001, "Limit value must be non-negative"),
    "one.where({ a: undefined }).get()": (None, "查询参数对象值不能均为undefined"),
    "none.doc('1').get()": (-502005, "Db or Table not exist"),
    "none.doc('1').set({ data: { a: 1 } })": (-502005, "Db or Table not exist"),
    "none.where({}).update({ data: { a: 1 } })": (-502005, "Db or Table not exist"),
    "none.where({}).remove()": (-502005, "Db or Table not exist"),
    "none.count()": (-502005, "Db or Table not exist"),
    "one.watch({})": (None, "watch is not a function"),
    "db.createCollection('one')": (..., "[ResourceUnavailable.ResourceExist] Table exist"),
    "one.aggregate().match({ a: _.in(1) }).end()": (..., "$in needs an array"),
}  # fmt: skip


@pytest.mark.parametrize("call, error", SAID.items())
def test_errors_in_the_platforms_words(cloud, run, call: str, error: tuple[Any, str]) -> None:
    """Codes and texts that deployed code compares; 4.0.2 has no code for aggregations and createCollection."""
    cloud.db.seed({"one": ONE})
    told = run(f"const one = db.collection('one'), none = db.collection('none'); return t(() => {call})")

    assert error[1] in told["errMsg"]
    assert error[0] in (told.get("errCode"), ...)
    assert cloud.db.dump() == {"one": ONE}


def test_writes_of_many(cloud, run) -> None:
    """A query without conditions is one for every document."""
    cloud.db.seed({"one": ONE})
    answers = run("""
        const one = db.collection('one')
        return [
          (await one.where({}).update({ data: { b: 1 } })).stats,
          (await one.where({ b: 1 }).update({ data: { b: 1 } })).stats,
          (await one.add({ data: { a: 3 } })).errMsg,
          (await one.where({ a: _.gt(2) }).remove()).stats,
          (await one.where({}).remove()).stats,
        ]
    """)

    assert answers == [{"updated": 2}, {"updated": 0}, "collection.add:ok", {"removed": 1}, {"removed": 2}]


def test_what_crosses_and_what_does_not(cloud, run) -> None:
    """Geo values come back as the SDK's own classes; what is undefined or a function is not written."""
    cloud.db.create_collection("one")
    names, point, found = run("""
        const one = db.collection('one'), { Geo } = db
        const place = Geo.Point(1, 2), line = Geo.LineString([place, Geo.Point(3, 4)])
        const area = Geo.Polygon([Geo.LineString([place, Geo.Point(3, 4), Geo.Point(5, 6), place])])
        const places = Geo.MultiPoint([place, place])
        await one.add({ data: { _id: '1', place, line, area, places, nothing: undefined, method: () => 1, is: null } })
        const { data } = await one.doc('1').get()
        return [
          ['place', 'line', 'area', 'places'].map((name) => data[name].constructor.name), data.place, Object.keys(data),
        ]
    """)

    assert names == ["Point", "LineString", "Polygon", "MultiPoint"]
    assert point == {"type": "Point", "coordinates": [1, 2]}
    assert sorted(found) == ["_id", "area", "is", "line", "place", "places"]


def test_server_dates(cloud, run) -> None:
    """With an offset, inside objects, and in queries."""
    cloud.db.seed({"one": ONE})
    answer = run("""
        const one = db.collection('one').where({ _id: '1' })
        await one.update({ data: { at: db.serverDate({ offset: 60000 }), n: { at: db.serverDate() } } })
        const { at, n } = (await one.get()).data[0]
        const count = async (query) => (await db.collection('one').where(query).count()).total
        return [at - n.at, await count({ at: _.gt(db.serverDate()) }), await count({ 'n.at': _.gt(db.serverDate()) })]
    """)

    assert answer == [60000, 1, 0]


def test_a_transaction_of_its_own(cloud, run) -> None:
    """What callbacks return, throw and roll back; a missing document; a transaction that is over."""
    cloud.db.seed({"one": ONE})
    answers = run("""
        const run = (work) => t(() => db.runTransaction((transaction) => work(transaction.collection('one'), transaction)))
        const told = [
          await run(async (one) => (await one.doc('1').get()).data.a),
          await run(async (one) => { await one.doc('1').update({ data: { a: 9 } }); throw new Error('boom') }),
          await run(async (one) => one.doc('9').get()),
          await run(async (one) => (await one.doc('9').update({ data: { a: 1 } })).stats),
          await run(async (one) => (await one.doc('3').set({ data: { a: 3 } })).stats.updated),
        ]
        const why = await db.runTransaction(async (one) => one.rollback('why')).catch((error) => error)
        const over = await db.startTransaction()
        await over.commit()
        return [...told, why, (await t(() => over.collection('one').doc('1').get())).errCode]
    """)

    assert answers[0] == 1
    assert answers[1] == {"errMsg": "boom"}
    assert "document with _id 9 does not exist" in answers[2]["errMsg"]
    assert answers[3:] == [{"updated": 0}, 0, "why", -501001]
    assert cloud.db["one"].find() == [*ONE, {"_id": "3", "a": 3}]


def test_two_transactions_at_once(cloud, run) -> None:
    """The second to write a document is told at once; the SDK does not try it again, as its error has no code."""
    cloud.db.seed({"one": ONE})
    tries, told, document = run("""
        let tries = 0
        const add = () => db.runTransaction(async (transaction) => {
          tries += 1
          const { data } = await transaction.collection('one').doc('1').get()
          await transaction.collection('one').doc('1').update({ data: { a: data.a + 1 } })
        })
        const told = await Promise.all([t(add), t(add)])
        return [tries, told, (await db.collection('one').doc('1').get()).data]
    """)

    assert tries == 2
    assert told[0] is None
    assert "TransactionConflict" in told[1]["errMsg"]
    assert told[1]["errCode"] == -501001
    assert document["a"] == 2


def test_a_transaction_that_writes_what_has_changed(cloud, run) -> None:
    """It sees the database as it was, and may not write over what was done since."""
    cloud.db.seed({"one": ONE})
    seen, told = run("""
        const transaction = await db.startTransaction()
        await db.collection('one').doc('1').update({ data: { a: 5 } })
        const one = transaction.collection('one').doc('1')
        return [(await one.get()).data.a, await t(() => one.update({ data: { a: 6 } }))]
    """)

    assert seen == 1
    assert "TransactionConflict" in told["errMsg"]
    assert cloud.db["one"].find_one({"_id": "1"})["a"] == 5
