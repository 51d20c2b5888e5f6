"""tcb-admin-node used by itself, as functions before wx-server-sdk do; wx-server-sdk 1.x runs with the others."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from pytest_wxcloud import BlockedError

from .conftest import ADMIN_VERSIONS, outcome_of


@pytest.fixture(params=ADMIN_VERSIONS)
def admin(request, cloud):
    """Runs JavaScript before tcb-admin-node."""

    def admin(code, **arguments):
        return outcome_of(cloud, f"admin-{request.param}", code, **arguments).result

    admin.version = tuple(map(int, request.param.split(".")))
    return admin


def test_documents(cloud, admin) -> None:
    """Add, get, count, set, update and remove, with commands, order and fields."""
    cloud.db.create_collection("people")
    added, page, count, created, updated, several, missing, removed = admin("""
        const people = db.collection('people')
        return [
          [(await people.add({ n: 1 })).id, (await people.add({ n: 2, home: { city: '深圳', zip: 1 } })).id],
          (await people.where({ n: _.gt(0) }).orderBy('n', 'desc').skip(0).limit(5).field({ n: 1, _id: 0 }).get()).data,
          (await people.where(_.or([{ n: 1 }, { n: _.in([2]) }])).count()).total,
          (await people.doc('mine').set({ n: 3 })).updated,
          (await people.doc('mine').update({ n: _.inc(1), tags: ['a'] })).updated,
          (await people.where({ n: _.lt(3) }).update({ 'home.city': '北京', more: _.push ? 1 : 0 })).updated,
          (await people.doc('yours').get()).data,
          (await people.doc('mine').remove()).deleted,
        ]
    """)

    assert all(len(one) == 32 for one in added)
    assert page == [{"n": 2}, {"n": 1}]
    assert (count, created, updated, several, missing, removed) == (2, 0, 1, 2, [], 1)
    first, second = cloud.db["people"].find()
    assert (first["home"], second["home"]) == ({"city": "北京"}, {"city": "北京", "zip": 1})


def test_dates_and_patterns(cloud, admin) -> None:
    """Dates cross both ways, the server's time is the test's, and a pattern selects."""
    at = datetime(2025, 6, 1, 8, tzinfo=timezone.utc)
    cloud.db.seed(
        {"people": [{"_id": "1", "name": "Ann", "at": at, "deep": {"at": [at]}}, {"_id": "2", "name": "bob"}]}
    )
    answer = admin("""
        const people = db.collection('people')
        const one = (await people.doc('1').get()).data[0]
        await people.doc('2').update({ at: new Date(1e12), seen: db.serverDate({ offset: 0 }) })
        const found = (await people.where({ name: /^a/i }).get()).data.length
        const same = (await people.where({ name: db.RegExp({ regexp: '^a', options: 'i' }) }).get()).data.length
        return [one.at instanceof Date, one.deep.at[0].toISOString(), found, same]
    """)

    assert answer == [True, "2025-06-01T08:00:00.000Z", 1, 1]
    second = cloud.db["people"].find_one({"_id": "2"})
    assert second["at"] == datetime.fromtimestamp(1e9, timezone.utc)
    assert isinstance(second["seen"], datetime)


def test_refusals(cloud, admin) -> None:
    """A refusal is told by the code that later SDKs tell by their own."""
    cloud.db.create_collection("people")
    missing, twice, refused = admin("""
        await db.collection('people').doc('1').set({ name: 'ann' })
        return [
          await db.collection('nowhere').get(),
          await db.createCollection('people'),
          await db.collection('people').doc('1').update({ name: _.inc(1) }),
        ]
    """)

    assert missing["code"] == "DATABASE_COLLECTION_NOT_EXIST"
    assert twice["code"] == "DATABASE_COLLECTION_ALREADY_EXIST"
    assert (refused["code"], "non-numeric" in refused["message"]) == ("DATABASE_REQUEST_FAILED", True)


def test_aggregate_and_transactions(cloud, admin) -> None:
    """Where the SDK has them."""
    if admin.version < (1, 16):
        pytest.skip("this SDK has neither")
    cloud.db.seed(
        {"people": [{"_id": str(n), "n": n, "at": datetime(2025, 1, n, tzinfo=timezone.utc)} for n in (1, 2, 3)]}
    )
    grouped, seen, again = admin("""
        const people = db.collection('people')
        const { data } = await people.aggregate().match({ at: _.gt(new Date('2025-01-01')), n: _.lt(9) })
          .group({ _id: null, n: _.aggregate.sum('$n'), last: _.aggregate.max('$at') }).end()
        const one = await db.startTransaction()
        const two = one.collection('people')
        await two.doc('1').update({ n: _.inc(10), at: new Date(0) })
        await two.doc('2').set({ n: 0, at: db.serverDate() })
        await two.doc('3').delete()
        await two.add({ _id: '4', n: 4 })
        const seen = [(await two.doc('1').get()).data.n, (await two.doc('3').get()).data, (await people.count()).total]
        await one.commit()
        const lost = await db.startTransaction()
        await lost.collection('people').doc('1').delete()
        await people.doc('1').update({ n: 12 })
        return [data, seen, await lost.commit().catch(({ code }) => code)]
    """)

    assert grouped == [{"_id": None, "n": 5, "last": "2025-01-03T00:00:00.000Z"}]
    assert seen == [11, None, 3]
    assert again == "DATABASE_TRANSACTION_CONFLICT"
    assert {doc["_id"]: doc["n"] for doc in cloud.db["people"].find()} == {"1": 12, "2": 0, "4": 4}
    assert isinstance(cloud.db["people"].find_one({"_id": "2"})["at"], datetime)


def test_it_calls_functions(cloud, admin) -> None:
    """With data and without."""
    (event, openid, _), nothing = admin("""
        const call = (data) => tcb.callFunction({ name: 'python', data })
        return [(await call({ n: 1 })).result, (await call()).result[0].n]
    """)

    assert (event["n"], openid, nothing) == (1, cloud.people["alice"].openid, None)


def test_what_is_not_served_is_told(cloud) -> None:
    """By the name of the call, whatever the function makes of it."""
    code = "await tcb.getFileAuthority({ fileList: [{ path: 'a', type: 'READ' }] }).catch(() => {})"
    with pytest.raises(BlockedError, match=r"storage\.getFileAuthority"):
        outcome_of(cloud, "admin-1.23.0", code)
