"""Nothing is silently approximate: what is not served fails the test by its name, what MongoDB refuses is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pytest_wxcloud
from pytest_wxcloud.errors import DatabaseError

DIFFERENCES = Path(pytest_wxcloud.__file__).parent / "node" / "local" / "DIFFERENCES.md"
LISTED = re.findall(
    r"^\| (query|update|stage|expression|group) \| (.*) \|$", DIFFERENCES.read_text("utf-8"), re.MULTILINE
)
UNKNOWN = [(kind, name) for kind, names in LISTED for name in [*re.findall(r"\$\w+", names), "$nonsense"]]

USES = {
    "query": "return t(() => one.where({ a: { [event.name]: 1 } }).get())",
    "stage": "return t(() => one.aggregate().lookup({ from: 'one', as: 'x', pipeline: [{ [event.name]: {} }] }).end())",
    "expression": "return t(() => one.aggregate().project({ v: { [event.name]: 1 } }).end())",
    "group": "return t(() => one.aggregate().group({ _id: null, v: { [event.name]: 1 } }).end())",
}


@pytest.mark.parametrize("kind, name", [pair for pair in UNKNOWN if pair[0] != "update"])
def test_what_is_not_served_fails_by_name(cloud, kind: str, name: str) -> None:
    """Even when the function swallows the error."""
    cloud.db.create_collection("one")  # even when there is no document to look at
    if kind == "stage":
        cloud.db.seed({"one": [{"a": 1}]})
    event = {"code": f"const one = db.collection('one'); {USES[kind]}", "name": name}
    outcome = cloud.call("run-4.0.2", event, caller=cloud.people["alice"], allow_blocked=True)

    assert name in str(outcome.blocked[0])
    assert name in outcome.result["errMsg"]


@pytest.mark.parametrize("name", [name for kind, name in UNKNOWN if kind == "update"])
def test_update_operators_that_are_not_served(cloud, name: str) -> None:
    """The SDK sends none of these but through its raw option."""
    with pytest.raises(DatabaseError, match=re.escape(name)):
        cloud.db["one"].update_one({}, {name: {"a": 1}})


REFUSED = {
    "one.where({ a: _.in('x') }).get()": "$in needs an array",
    "one.where({ a: { $mod: [0, 1] } }).get()": "divisor cannot be 0",
    "one.where({ a: { $size: 'x' } }).get()": "Failed to parse $size",
    "one.where({ a: { $type: 'x' } }).get()": "Unknown type name alias: x",
    "one.where(_.or([])).get()": "must be a nonempty array",
    "one.where({ a: /x/g }).get()": "invalid flag in regex options: g",
    "one.orderBy('a', 'asc').field({ a: true, b: false }).get()": "Cannot do exclusion in inclusion projection",
    "one.aggregate().limit(0).end()": "$limit",
    "one.aggregate().skip(-1).end()": "$skip",
    "one.aggregate().sort({ a: 2 }).end()": "a direction must be 1 or -1",
    "one.aggregate().group({ v: $.sum('$a') }).end()": "must include an _id",
    "one.aggregate().group({ _id: null, v: 1 }).end()": "must be an accumulator object",
    "one.aggregate().unwind('a').end()": "should be prefixed with a '$'",
    "one.aggregate().unwind({ path: '$a', other: 1 }).end()": "Unrecognized option to $unwind: other",
    "one.aggregate().lookup({ from: 'one', as: 'x' }).end()": "'localField' and 'foreignField'",
    "one.aggregate().bucket({ groupBy: '$a', boundaries: [2, 1] }).end()": "must be sorted",
    "one.aggregate().bucket({ groupBy: '$a', boundaries: [5, 6] }).end()": "no default was specified",
    "one.aggregate().replaceRoot({ newRoot: '$a' }).end()": "must evaluate to an object",
    "one.aggregate().project({ v: $.concat(['$a', 'x']) }).end()": "$concat only supports strings, not int",
    "one.aggregate().project({ v: $.divide(['$a', 0]) }).end()": "can't $divide by zero",
    "one.aggregate().project({ v: $.add(['$a', 'x']) }).end()": "$add only supports numeric or date types, not string",
    "one.aggregate().project({ v: $.size('$a') }).end()": "The argument to $size must be an array",
    "one.aggregate().project({ v: $.arrayElemAt(['$a', 0]) }).end()": "$arrayElemAt",
    "one.aggregate().project({ v: $.year('$a') }).end()": "can't convert from BSON type int to Date",
    "one.aggregate().project({ v: $.dateToString({ date: '$a', fromat: '%Y' }) }).end()": "Unrecognized argument to $dateToString: fromat",
    "one.aggregate().project({ v: '$$nobody' }).end()": "Use of undefined variable: nobody",
    "one.aggregate().project({ v: $.subtract(['$a']) }).end()": "takes exactly 2 arguments",
    "one.doc('1').update({ data: { b: _.inc('x') } })": "Cannot increment with non-numeric argument",
    "one.doc('1').update({ data: { 'a.b': 1 } })": "Cannot create field 'b' in element {a: 1}",
    "one.doc('1').update({ data: { a: _.pull(1) } })": "Cannot apply $pull to a non-array value",
    "one.doc('1').update({ data: { a: _.pop() } })": "contains an element of non-array type",
    "one.doc('1').update({ data: { a: 1, 'a.b': 2 } })": "would create a conflict at 'a'",
    "one.doc('1').update({ data: { a: _.rename('a') } })": "must differ",
}


@pytest.mark.parametrize("call, said", REFUSED.items())
def test_what_mongodb_refuses_is_refused(cloud, run, call: str, said: str) -> None:
    """With the platform's code, MongoDB's words, and nothing changed."""
    cloud.db.seed({"one": [{"_id": "1", "a": 1}]})
    told = run(f"const one = db.collection('one'); return t(() => {call})")

    assert told["errCode"] in (-502001, -501007, -1), told
    assert said in told["errMsg"]
    assert cloud.db.dump() == {"one": [{"_id": "1", "a": 1}]}
