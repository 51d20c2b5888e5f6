"""The SDK's own commands, in a function, beside an engine written by others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pytest_wxcloud.extended_json import from_extended, to_extended

from . import drawn, drawn_expressions
from .conftest import MODERN, outcome_of

pytest.importorskip("pymongo", reason="the engine to compare with comes with the dependency group dev")
from .comparing import compared
from .reference import Refused, comparable

sampled = settings(compared, max_examples=40)

#: Dates and patterns do not survive the way of an event and of an answer by themselves.
CROSSING = """
const revive = (value) => {
  if (value === null || typeof value !== 'object') return value;
  if (value.$date) return new Date(Number(value.$date.$numberLong));
  if (value.$regularExpression) return new RegExp(value.$regularExpression.pattern, value.$regularExpression.options);
  if (Array.isArray(value)) return value.map(revive);
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, revive(held)]));
};
const mark = (value) => {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return { $date: { $numberLong: String(value.getTime()) } };
  if (Array.isArray(value)) return value.map(mark);
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, mark(held)]));
};
const commanded = ([name, ...given]) => _[name](...given.map((one) => (Array.isArray(one) && one[0] === 'command' ? commanded(one.slice(1)) : revive(one))));
const one = db.collection('one');
"""


def in_function(cloud: Any, version: str, contents: Any, code: str, **arguments: Any) -> Any:
    """What `code` returns or refuses, and every document after it."""
    with cloud.scenario(contents):
        extended = {name: to_extended(value) for name, value in arguments.items()}
        found = outcome_of(
            cloud, version, f"{CROSSING} return mark(await t(async () => {{ {code} }}))", **extended
        ).result
        after = cloud.db["one"].find()
    if isinstance(found, dict) and "errCode" in found:
        assert found["errCode"] == -502001, found
        return Refused(found["errMsg"]), after
    return from_extended(found), after


PLAIN = st.one_of(drawn.NUMBERS, drawn.STRINGS, drawn.DATES, st.booleans())
QUERY_COMMANDS = {
    "eq": "$eq", "neq": "$ne", "lt": "$lt", "lte": "$lte", "gt": "$gt", "gte": "$gte", "in": "$in", "nin": "$nin", "exists": "$exists",
    "all": "$all", "size": "$size", "mod": "$mod", "elemMatch": "$elemMatch",
}  # fmt: skip
COMPARED = st.one_of(
    st.tuples(st.sampled_from(["eq", "neq", "lt", "lte", "gt", "gte"]), PLAIN),
    st.tuples(st.sampled_from(["in", "nin", "all"]), st.lists(PLAIN, max_size=2)),
    st.tuples(st.just("exists"), st.booleans()),
    st.tuples(st.just("size"), st.integers(0, 3)),
    st.tuples(st.just("mod"), st.tuples(st.sampled_from([2, 3]), st.integers(0, 2)).map(list)),
)
LOGIC = st.sampled_from(["and", "or", "nor"])


def as_mongodb(command: Any) -> dict[str, Any]:
    name, operand = command
    return {QUERY_COMMANDS[name]: operand}


@pytest.mark.parametrize("version", MODERN)
@sampled
@given(documents=drawn.DOCUMENTS, path=drawn.DOTTED, one=COMPARED, other=COMPARED, logic=LOGIC, negated=st.booleans())
def test_query_commands(session_cloud, reference, version, documents, path, one, other, logic, negated) -> None:
    """`_.gt(…)`, `_.and`, `_.not` and so on select what their operators do."""
    contents = {"one": documents}
    condition = ["elemMatch", ["command", *one]] if negated and one[0] not in ("exists", "size", "all") else list(one)
    wanted = {"$elemMatch": as_mongodb(one)} if condition[0] == "elemMatch" else as_mongodb(one)
    code = """
        const query = _[event.logic]([{ [event.path]: commanded(event.one) }, { [event.path]: commanded(event.other) }]);
        return (await one.where(query).get()).data
    """
    ours, _ = in_function(
        session_cloud, version, contents, code, path=path, one=condition, other=list(other), logic=logic
    )
    reference.seed(contents)
    theirs = reference.find({f"${logic}": [{path: wanted}, {path: as_mongodb(other)}]})

    assert comparable(ours) == comparable(theirs), (ours, theirs)


UPDATE_COMMANDS = st.one_of(
    st.tuples(st.sampled_from(["set", "inc", "mul", "min", "max"]), PLAIN),
    st.tuples(st.just("remove")),
    st.tuples(st.just("push"), st.lists(PLAIN, min_size=1, max_size=2)),
    st.tuples(st.just("push"), st.fixed_dictionaries({"each": st.lists(PLAIN, max_size=2)}, optional={"position": st.integers(0, 2), "slice": st.integers(-2, 2), "sort": st.sampled_from([1, -1])})),
    st.tuples(st.sampled_from(["unshift", "pullAll"]), st.lists(PLAIN, min_size=1, max_size=2)),
    st.tuples(st.sampled_from(["pop", "shift"])),
    st.tuples(st.sampled_from(["pull", "addToSet"]), PLAIN),
    st.tuples(st.just("rename"), st.sampled_from(["d", "b"])),
)  # fmt: skip


def as_update(path: str, command: Any) -> dict[str, Any]:
    name, *given = command
    if name == "push" and isinstance(given[0], dict):
        return {"$push": {path: {f"${key}": value for key, value in given[0].items()}}}
    if name in ("push", "unshift"):
        return {"$push": {path: {"$each": given[0], **({"$position": 0} if name == "unshift" else {})}}}
    if name in ("pop", "shift"):
        return {"$pop": {path: 1 if name == "pop" else -1}}
    if name == "remove":
        return {"$unset": {path: ""}}
    return {f"${name}": {path: given[0]}}


@pytest.mark.parametrize("version", MODERN)
@sampled
@given(documents=drawn.DOCUMENTS, path=drawn.PATHS, command=UPDATE_COMMANDS)
def test_update_commands(session_cloud, reference, version, documents, path, command) -> None:
    """`_.push(…)`, `_.inc(…)` and so on change what their operators do."""
    assume(command[0] != "rename" or "0" not in path)  # to the other engine what is inside an array is never in the way
    contents = {"one": documents}
    code = "return (await one.where({ _id: _.neq('') }).update({ data: { [event.path]: commanded(event.command) } })).stats.updated"
    ours, after = in_function(session_cloud, version, contents, code, path=path, command=list(command))
    reference.seed(contents)
    counts, theirs = reference.update({}, as_update(path, command), True)

    assert comparable([ours, after]) == comparable([counts if isinstance(counts, Refused) else counts[1], theirs])


@pytest.mark.parametrize("version", MODERN)
@sampled
@given(documents=drawn.DOCUMENTS, expression=drawn_expressions.values(1), order=drawn.SORTS)
def test_aggregations(session_cloud, reference, version, documents, expression, order) -> None:
    """The stages of `aggregate()` reach the database as they were given."""
    contents = {"one": documents}
    code = """
        const { expression, order } = revive(event);
        return (await one.aggregate().sort(order).addFields({ v: expression }).limit(3).end()).list
    """
    ours, _ = in_function(session_cloud, version, contents, code, expression=expression, order=order)
    reference.seed(contents)
    theirs = reference.aggregate([{"$sort": order}, {"$addFields": {"v": expression}}, {"$limit": 3}])

    assert comparable(ours) == comparable(theirs), (ours, theirs)
