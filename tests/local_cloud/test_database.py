"""The database as a function meets it, through the real SDKs."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

PEOPLE = [
    {"_id": "1", "name": "ann", "age": 30, "tags": ["a", "b"], "home": {"city": "深圳", "zip": 1}},
    {"_id": "2", "name": "bob", "age": 20, "tags": ["b"], "home": {"city": "广州"}},
    {"_id": "3", "name": "cyd", "age": 40, "tags": [], "gone": None},
]

QUERIES = {
    "{}": "123",
    "{ name: 'ann' }": "1",
    "{ name: undefined, age: 20 }": "2",
    "{ age: _.gt(20) }": "13",
    "{ age: _.gte(20).and(_.lt(40)) }": "12",
    "{ age: _.eq(20).or(_.eq(40)) }": "23",
    "{ age: _.neq(20) }": "13",
    "{ name: _.in(['ann', 'cyd']) }": "13",
    "{ name: _.nin(['ann']) }": "23",
    "{ 'home.city': '深圳' }": "1",
    "{ home: { city: '广州' } }": "2",
    "{ tags: 'b' }": "12",
    "{ tags: _.all(['a', 'b']) }": "1",
    "{ tags: _.size(0) }": "3",
    "{ tags: _.elemMatch(_.eq('a')) }": "1",
    "{ gone: _.exists(true) }": "3",
    "{ gone: null }": "123",
    "{ age: _.mod(20, 0) }": "23",
    "{ name: /^B/i }": "2",
    "{ name: db.RegExp({ regexp: 'y', options: '' }) }": "3",
    "_.or([{ name: 'ann' }, { age: 20 }])": "12",
    "_.and([{ name: 'ann' }, { age: 30 }])": "1",
    "_.nor([{ name: 'ann' }, { age: 20 }])": "3",
    "_.expr($.gt(['$age', 25]))": "13",
    "{ _id: { $ne: '' } }": "123",
}


@pytest.mark.parametrize("query, ids", QUERIES.items())
def test_where(cloud, run, query: str, ids: str) -> None:
    """`where` selects what MongoDB's language says."""
    cloud.db.seed({"people": PEOPLE})

    assert (
        "".join(doc["_id"] for doc in run(f"return (await db.collection('people').where({query}).get()).data")) == ids
    )


UPDATES = {
    "age: _.inc(2)": {"age": 32},
    "age: _.mul(2)": {"age": 60},
    "fresh: _.inc(1)": {"fresh": 1},
    "age: _.max(99)": {"age": 99},
    "age: _.min(1)": {"age": 1},
    "'home.city': '北京'": {"home": {"city": "北京", "zip": 1}},
    "home: { city: '北京' }": {"home": {"city": "北京", "zip": 1}},
    "home: _.set({ city: '北京' })": {"home": {"city": "北京"}},
    "tags: _.push('c')": {"tags": ["a", "b", "c"]},
    "tags: _.push(['c', 'd'])": {"tags": ["a", "b", "c", "d"]},
    "tags: _.push({ each: ['c'], position: 0 })": {"tags": ["c", "a", "b"]},
    "tags: _.unshift('c')": {"tags": ["c", "a", "b"]},
    "tags: _.pop()": {"tags": ["a"]},
    "tags: _.shift()": {"tags": ["b"]},
    "tags: _.pull('a')": {"tags": ["b"]},
    "tags: _.pullAll(['a', 'b'])": {"tags": []},
    "tags: _.addToSet('b')": {"tags": ["a", "b"]},
    "tags: _.addToSet('c')": {"tags": ["a", "b", "c"]},
    "age: null": {"age": None},
}


@pytest.mark.parametrize("data, fields", UPDATES.items())
def test_update(cloud, run, data: str, fields: dict) -> None:
    """`update` changes these fields and no others."""
    cloud.db.seed({"people": PEOPLE})
    run(f"await db.collection('people').doc('1').update({{ data: {{ {data} }} }})")

    assert cloud.db.dump()["people"] == [{**PEOPLE[0], **fields}, *PEOPLE[1:]]


def test_update_removes_and_renames_fields(cloud, run) -> None:
    """`_.remove` and `_.rename` take a field away."""
    cloud.db.seed({"people": PEOPLE[:1]})
    run("await db.collection('people').doc('1').update({ data: { age: _.remove(), name: _.rename('called') } })")

    assert cloud.db.dump()["people"] == [
        {"_id": "1", "tags": ["a", "b"], "home": {"city": "深圳", "zip": 1}, "called": "ann"}
    ]


REFUSED = {
    "name: _.inc(1)": "Cannot apply $inc to a value of non-numeric type",
    "name: _.push('x')": "The field 'name' must be an array but is of type string",
    "name: _.addToSet('x')": "Cannot apply $addToSet to non-array field",
    "'name.first': 'x'": "Cannot create field 'first' in element",
    "'age.x': _.inc(1)": "Cannot create field 'x' in element",
}


@pytest.mark.parametrize("data, said", REFUSED.items())
def test_a_refused_update_raises_and_changes_nothing(cloud, run, data: str, said: str) -> None:
    """Where MongoDB raises, so does the local database."""
    cloud.db.seed({"people": PEOPLE})
    told = run(f"return t(() => db.collection('people').doc('1').update({{ data: {{ {data} }} }}))")

    assert told["errCode"] == -502001
    assert said in told["errMsg"]
    assert cloud.db.dump()["people"] == PEOPLE


def test_stats(cloud, run) -> None:
    """What each write answers."""
    cloud.db.seed({"people": PEOPLE})
    answers = run("""
        const people = db.collection('people')
        return [
          (await people.where({ age: _.gt(20) }).update({ data: { old: true } })).stats,
          (await people.where({ age: _.gt(20) }).update({ data: { old: true } })).stats,
          (await people.doc('nobody').update({ data: { old: true } })).stats,
          (await people.doc('9').set({ data: { name: 'new' } })).stats,
          (await people.doc('9').set({ data: { name: 'newer' } })).stats,
          (await people.where({ old: true }).remove()).stats,
          (await people.doc('2').remove()).stats,
          (await people.doc('2').remove()).stats,
          (await people.count()).total,
        ]
    """)

    assert answers == [
        {"updated": 2}, {"updated": 0}, {"updated": 0}, {"updated": 0, "created": 1}, {"updated": 1, "created": 0},
        {"removed": 2}, {"removed": 1}, {"removed": 0}, 1,
    ]  # fmt: skip
    assert cloud.db.dump() == {"people": [{"_id": "9", "name": "newer"}]}


def test_what_a_page_holds(cloud, run) -> None:
    """100 documents by default, at most 1000; order, skip, limit and field."""
    cloud.db.seed({"many": [{"_id": f"{n:04}", "n": n % 7, "m": n} for n in range(1100)]})
    answers = run("""
        const many = db.collection('many')
        return [
          (await many.get()).data.length,
          (await many.limit(1000).get()).data.length,
          (await many.orderBy('n', 'desc').orderBy('m', 'asc').skip(1).limit(2).field({ m: true }).get()).data,
          (await many.where({ m: 3 }).field({ m: false, _id: false }).get()).data,
        ]
    """)

    assert answers == [100, 1000, [{"_id": "0013", "m": 13}, {"_id": "0020", "m": 20}], [{"n": 3}]]


def test_what_is_not_there(cloud, run) -> None:
    """A missing collection and a missing document are errors; the texts are those that deployed code compares."""
    cloud.db.seed({"people": []})
    missing, document, lenient, empty = run("""
        const lenient = cloud.database({ throwOnNotFound: false })
        return [
          await t(() => db.collection('nowhere').get()),
          await t(() => db.collection('people').doc('1').get()),
          await t(() => lenient.collection('people').doc('1').get()),
          await t(() => db.collection('people').get()),
        ]
    """)

    assert missing["errCode"] == -502005
    assert "Db or Table not exist" in missing["errMsg"]
    assert document["errCode"] == -1
    assert document["errMsg"].partition(";")[0] == "document.get:fail document with _id 1 does not exist"
    assert lenient["data"] is None
    assert empty["data"] == []


def test_collections(cloud, run) -> None:
    """createCollection makes one, once; adding to a missing one is refused."""
    added, _, again = run("""
        return [
          await t(() => db.collection('notes').add({ data: { n: 1 } })),
          await t(() => db.createCollection('notes')),
          await t(() => db.createCollection('notes')),
        ]
    """)

    assert added["errCode"] == -502005
    assert "Table exist" in again["errMsg"]
    assert cloud.db.dump() == {"notes": []}


def test_ids_and_openids(cloud, run) -> None:
    """The server makes string ids, the same ones in each run; no `_openid` is added on the server side."""
    cloud.db.seed({"notes": []})
    answer = run("return db.collection('notes').add({ data: { n: 1 } })")
    twice = run("return t(() => db.collection('notes').add({ data: { _id: event.id } }))", id=answer["_id"])

    assert cloud.db["notes"].find() == [{"_id": answer["_id"], "n": 1}]
    assert len(answer["_id"]) == 32
    assert "duplicate key error" in twice["errMsg"]


def test_dates_and_other_types(cloud, run) -> None:
    """Dates, server dates, geo points and patterns cross both ways."""
    at = datetime(2025, 6, 1, 8, tzinfo=timezone.utc)
    cloud.db.seed({"things": [{"_id": "1", "at": at, "bytes": b"\x00\xff"}]})
    answer = run("""
        const things = db.collection('things')
        await things.add({ data: { _id: '2', at: new Date(0), now: db.serverDate(), place: db.Geo.Point(113, 23) } })
        const { data: [one, two] } = await things.orderBy('_id', 'asc').get()
        const found = (await things.where({ at: _.gt(new Date('2025-01-01')) }).get()).data.map(({ _id }) => _id)
        return [one.at instanceof Date, one.at.toISOString(), two.place.longitude, Date.now() - two.now < 10000, found]
    """)

    assert answer == [True, "2025-06-01T08:00:00.000Z", 113, True, ["1"]]
    first, second = cloud.db["things"].find()
    assert first == {"_id": "1", "at": at, "bytes": b"\x00\xff"}
    assert second["at"] == datetime(1970, 1, 1, tzinfo=timezone.utc)
    assert second["place"] == {"type": "Point", "coordinates": [113, 23]}


def test_aggregate(cloud, run) -> None:
    """Stages, expressions, and lookups of both forms."""
    cloud.db.seed(
        {
            "orders": [
                {"_id": "o1", "by": "1", "sum": 3},
                {"_id": "o2", "by": "1", "sum": 4},
                {"_id": "o3", "by": "2", "sum": 5},
            ],
            "people": PEOPLE,
        }
    )
    grouped, joined, piped = run("""
        const orders = db.collection('orders')
        return [
          (await orders.aggregate().match({ sum: _.gt(3) }).group({ _id: '$by', n: $.sum(1), all: $.sum('$sum') })
            .sort({ _id: 1 }).end()).list,
          (await orders.aggregate().lookup({ from: 'people', localField: 'by', foreignField: '_id', as: 'who' })
            .project({ names: '$who.name' }).sort({ _id: 1 }).limit(1).end()).list,
          (await db.collection('people').aggregate().lookup({
            from: 'orders', let: { id: '$_id' }, as: 'orders',
            pipeline: $.pipeline().match(_.expr($.eq(['$by', '$$id']))).project({ sum: 1, _id: 0 }).done(),
          }).match({ _id: '1' }).project({ orders: 1, label: $.concat(['$name', '!']) }).end()).list,
        ]
    """)

    assert grouped == [{"_id": "1", "n": 1, "all": 4}, {"_id": "2", "n": 1, "all": 5}]
    assert joined == [{"_id": "o1", "names": ["ann"]}]
    assert piped == [{"_id": "1", "orders": [{"sum": 3}, {"sum": 4}], "label": "ann!"}]


def test_transactions(cloud, run) -> None:
    """A transaction is seen when it is committed, and not when it is rolled back."""
    cloud.db.seed({"people": PEOPLE})
    inside, outside, after, result = run("""
        const people = db.collection('people')
        const age = async (from) => (await from.collection('people').doc('1').get()).data.age
        const one = await db.startTransaction()
        await one.collection('people').doc('1').update({ data: { age: 31 } })
        const seen = [await age(one), await age(db)]
        await one.rollback()
        const result = await db.runTransaction(async (two) => {
          await two.collection('people').doc('1').update({ data: { age: _.inc(5) } })
          await two.collection('people').add({ data: { _id: '4' } })
          return 'done'
        })
        return [...seen, await age(db), result]
    """)

    assert (inside, outside, after, result) == (31, 30, 35, "done")
    assert len(cloud.db["people"].find()) == 4


def test_transactions_that_conflict(cloud, run) -> None:
    """Of two transactions that write one document the later is told, and runTransaction tries it again."""
    cloud.db.seed({"people": PEOPLE})
    tries, conflict = run("""
        let tries = 0
        await db.runTransaction(async (one) => {
          tries += 1
          await one.collection('people').doc('1').update({ data: { age: _.inc(1) } })
          if (tries === 1) await db.collection('people').doc('1').update({ data: { age: 50 } })
        })
        const two = await db.startTransaction()
        await two.collection('people').doc('1').update({ data: { age: 1 } })
        await db.collection('people').doc('1').remove()
        return [tries, await t(() => two.commit())]
    """)

    assert tries == 2
    assert "Transaction is conflict" in conflict["errMsg"]
