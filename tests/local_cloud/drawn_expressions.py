"""Aggregation expressions by the type that they evaluate to, and pipelines of them.

A field is used where it is of the type that is asked for; null is of every type.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .drawn import DATES, DOCUMENTS, NAMES, NUMBERS, SCALARS, STRINGS, Strategy, queries

NULL = st.just({"$literal": None}) | st.just("$missing")
FIELDS = NAMES.map(lambda name: f"${name}")
WHOLE = st.integers(-2, 4)
ZONES = st.sampled_from(["+08:00", "Asia/Shanghai", "America/New_York", "-0330", "UTC"])
FORMATS = st.sampled_from(["%Y-%m-%d", "%H:%M:%S.%L", "%j %w %u %U %V %G", "%z %Z %%"])


def _field(test: Any, otherwise: Any) -> Strategy:
    """A field that passes `test`, or a constant."""
    return st.builds(lambda field, constant: {"$cond": [test(field), field, {"$literal": constant}]}, FIELDS, otherwise)


def _is(name: str) -> Any:
    return lambda field: {"$eq": [{"$type": field}, name]}


def _operator(names: list[str], *arguments: Strategy) -> Strategy:
    one = len(arguments) == 1
    return st.builds(lambda name, *given: {name: given[0] if one else list(given)}, st.sampled_from(names), *arguments)


def numbers(depth: int) -> Strategy:
    leaf = _field(lambda field: {"$isNumber": field}, NUMBERS) | NULL
    if depth == 0:
        return leaf
    number, text, array, date = numbers(depth - 1), texts(depth - 1), arrays(depth - 1), dates(depth - 1)
    positive = st.builds(lambda value: {"$add": [{"$abs": value}, 1]}, number)
    return st.one_of(
        leaf,
        _operator(["$abs", "$ceil", "$floor", "$trunc", "$round", "$toInt", "$toLong", "$toDouble"], number),
        _operator(["$ln", "$log10", "$sqrt"], positive),
        _operator(["$add", "$subtract", "$multiply"], number, number),
        _operator(["$divide", "$mod"], number, st.sampled_from([2, -3, 0.5])),
        _operator(["$pow"], number, st.sampled_from([2, 3, 0])),
        _operator(["$round", "$trunc"], number, st.sampled_from([0, 1, -1])),
        _operator(["$subtract"], date, date),
        _operator(["$cmp"], values(depth - 1), values(depth - 1)),
        _operator(["$strcasecmp"], text, text),
        _operator(["$strLenBytes", "$strLenCP"], st.builds(lambda value: {"$concat": [{"$ifNull": [value, ""]}, "深"]}, text)),
        _operator(["$indexOfCP", "$indexOfBytes"], text, STRINGS),
        _operator(["$indexOfArray"], array, values(0)),
        _operator(["$size"], st.builds(lambda value: {"$ifNull": [value, []]}, array)),
        _operator(["$sum", "$avg", "$min", "$max", "$stdDevPop", "$stdDevSamp"], array),
        _operator(["$sum", "$avg"], number, number),
        st.builds(lambda name, value, zone: {name: {"date": value, "timezone": zone}}, st.sampled_from(DATE_PARTS), date, ZONES),
        st.builds(lambda input_: {"$reduce": {"input": input_, "initialValue": 0, "in": {"$add": ["$$value", {"$cond": [{"$isNumber": "$$this"}, "$$this", 1]}]}}}, array),
    )  # fmt: skip


DATE_PARTS = [
    "$year", "$month", "$dayOfMonth", "$hour", "$minute", "$second", "$millisecond", "$dayOfYear", "$dayOfWeek", "$week",
    "$isoWeek", "$isoWeekYear", "$isoDayOfWeek",
]  # fmt: skip


def texts(depth: int) -> Strategy:
    leaf = _field(_is("string"), STRINGS) | NULL
    if depth == 0:
        return leaf
    text, date = texts(depth - 1), dates(depth - 1)
    return st.one_of(
        leaf,
        _operator(["$concat"], text, text),
        _operator(["$toLower", "$toUpper"], text),
        _operator(["$toString"], st.sampled_from([0, 7, -1, True])),
        _operator(["$substrCP"], text, st.integers(0, 2), st.integers(0, 2)),
        _operator(["$substr", "$substrBytes"], st.sampled_from(["abcd", ""]), st.integers(0, 5), WHOLE),
        st.builds(lambda value, format_, zone: {"$dateToString": {"date": value, "format": format_, "timezone": zone}}, date, FORMATS, ZONES),
        st.builds(lambda name, value: {name: {"input": {"$concat": [" \t", value, " "]}}}, st.sampled_from(["$trim", "$ltrim", "$rtrim"]), text),
        st.builds(lambda name, value, chars: {name: {"input": value, "chars": chars}}, st.sampled_from(["$trim", "$ltrim", "$rtrim"]), text, STRINGS),
        st.builds(lambda name, value, find: {name: {"input": value, "find": find, "replacement": "x"}}, st.sampled_from(["$replaceOne", "$replaceAll"]), text, st.sampled_from(["a", "b"])),
    )  # fmt: skip


def arrays(depth: int) -> Strategy:
    leaf = _field(lambda field: {"$isArray": field}, st.lists(SCALARS, max_size=3))
    if depth == 0:
        return leaf
    array, text = arrays(depth - 1), texts(depth - 1)
    bound = values(depth - 1) | st.sampled_from(["$$this", "$$ROOT"])
    return st.one_of(
        leaf,
        NULL,
        _operator(["$concatArrays"], array, array),
        _operator(["$reverseArray"], array),
        _operator(["$slice"], array, WHOLE),
        _operator(["$slice"], array, WHOLE, st.integers(1, 3)),
        _operator(["$range"], WHOLE, WHOLE, st.sampled_from([1, 2, -1])),
        _operator(["$split"], text, st.sampled_from(["a", "b"])),
        st.builds(lambda input_, in_: {"$map": {"input": input_, "as": "this", "in": in_}}, array, bound),
        st.builds(lambda input_, limit: {"$filter": {"input": input_, "as": "this", "cond": {"$gt": ["$$this", limit]}}}, array, SCALARS.map(lambda value: {"$literal": value})),
        st.builds(lambda inputs, longest: {"$zip": {"inputs": inputs, "useLongestLength": longest}}, st.lists(arrays(0), min_size=1, max_size=2), st.booleans()),
        _operator(["$objectToArray"], objects(depth - 1)),
        st.lists(values(depth - 1), max_size=2),
    )  # fmt: skip


def objects(depth: int) -> Strategy:
    leaf = _field(_is("object"), st.dictionaries(NAMES, SCALARS, max_size=2))
    if depth == 0:
        return leaf
    one = objects(depth - 1)
    return st.one_of(
        leaf,
        _operator(["$mergeObjects"], one, one),
        st.builds(lambda value: {"$arrayToObject": {"$objectToArray": value}}, one),
        st.dictionaries(NAMES, values(depth - 1), min_size=1, max_size=2),
    )


def dates(depth: int) -> Strategy:
    leaf = _field(_is("date"), DATES)
    if depth == 0:
        return leaf
    return st.one_of(
        leaf,
        _operator(["$add", "$subtract"], dates(depth - 1), st.sampled_from([86400000, -1])),
        _operator(["$toDate"], dates(depth - 1)),
        st.builds(lambda year, month, day, zone: {"$dateFromParts": {"year": year, "month": month, "day": day, "timezone": zone}}, st.integers(2023, 2025), st.integers(0, 13), st.integers(-3, 40), ZONES),
        st.builds(lambda week, zone: {"$dateFromParts": {"isoWeekYear": 2024, "isoWeek": week, "timezone": zone}}, st.integers(1, 53), ZONES),
        st.builds(lambda text, zone: {"$dateFromString": {"dateString": text, "timezone": zone}}, st.sampled_from(["2024-02-29", "2024-02-29T10:20:30", "2024-07-01 10:20:30.5"]), ZONES),
        st.builds(lambda zone: {"$dateFromString": {"dateString": "29/02/2024 07:08", "format": "%d/%m/%Y %H:%M", "timezone": zone}}, ZONES),
    )  # fmt: skip


def booleans(depth: int) -> Strategy:
    value, array = values(depth), arrays(depth)
    sets = st.builds(lambda one: {"$ifNull": [one, []]}, array)
    return st.one_of(
        _operator(["$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$and", "$or"], value, value),
        _operator(["$not", "$isArray", "$isNumber", "$toBool"], value),
        _operator(["$in"], st.builds(lambda one: {"$ifNull": [one, 0]}, value), sets),
        _operator(["$setIsSubset", "$setEquals"], sets, sets),
        _operator(["$allElementsTrue", "$anyElementTrue"], st.builds(lambda one: [one], sets)),
        st.builds(lambda text, regex, options: {"$regexMatch": {"input": text, "regex": regex, "options": options}}, texts(depth), st.sampled_from(["^a", "B", "."]), st.sampled_from(["", "i"])),
    )  # fmt: skip


def values(depth: int) -> Strategy:
    """An expression of any type."""
    leaf = st.one_of(FIELDS, SCALARS.map(lambda value: {"$literal": value}), st.just("$$ROOT"))
    if depth == 0:
        return leaf
    inner = values(depth - 1)
    return st.one_of(
        leaf, numbers(depth), texts(depth), arrays(depth), objects(depth), dates(depth), booleans(depth - 1),
        st.builds(lambda one, two, three: {"$cond": [one, two, three]}, inner, inner, inner),
        st.builds(lambda one, two, three: {"$cond": {"if": one, "then": two, "else": three}}, inner, inner, inner),
        st.builds(lambda one, two, three: {"$switch": {"branches": [{"case": one, "then": two}], "default": three}}, inner, inner, inner),
        st.builds(lambda one, other: {"$ifNull": [one, other]}, inner, inner),
        st.builds(lambda one, other: {"$let": {"vars": {"one": one}, "in": [other, "$$one"]}}, inner, inner),
        _operator(["$type"], values(0)),
        _operator(["$arrayElemAt"], arrays(depth - 1), WHOLE),
        _operator(["$first", "$last"], st.builds(lambda array: {"$concatArrays": [array, [1]]}, arrays(depth - 1))),
        _operator(["$min", "$max"], inner, inner),
    )  # fmt: skip


SETS = st.builds(
    lambda name, one, other: {"unordered": {name: [{"$filter": {"input": one, "cond": {"$ne": ["$$this", {}]}}}, other]}},
    st.sampled_from(["$setUnion", "$setIntersection", "$setDifference"]), arrays(1), arrays(0),
)  # fmt: skip
ACCUMULATORS = st.sampled_from(
    ["$sum", "$avg", "$min", "$max", "$push", "$first", "$last", "$stdDevPop", "$stdDevSamp"]
)
GROUPED = st.builds(
    lambda key, name, value, unordered: {"_id": key, "v": {name: value}, "unordered": {"$addToSet": unordered}},
    FIELDS | NULL | NAMES.map(lambda name: {name: f"${name}"}), ACCUMULATORS, FIELDS, FIELDS,
)  # fmt: skip
BY_ID = {"$sort": {"_id": 1}}
#: To the other engine {} and [] are one key.
WITHOUT_EMPTY = {"$match": {name: {"$ne": {}} for name in "abc"}}


def _one(stage: str, spec: Strategy) -> Strategy:
    return spec.map(lambda drawn: [{stage: drawn}])


def pipelines() -> Strategy:
    """Stages that come to the same in any order of equal documents."""
    computed = st.builds(
        lambda name, value: {"_id": 1, name: {"$ifNull": [value, 0]}}, st.sampled_from(["v", "a", "w.x"]), values(1)
    )
    shown = st.dictionaries(st.sampled_from(["a", "b", "a.b", "b.a"]), st.just(1), min_size=1, max_size=1)
    unwound = st.builds(
        lambda name, keep, index: {
            "path": f"${name}",
            "preserveNullAndEmptyArrays": keep,
            **({"includeArrayIndex": "i"} if index else {}),
        },
        NAMES | st.just("a.b"),
        st.booleans(),
        st.booleans(),
    )
    joined = st.builds(
        lambda local, foreign: {"from": "other", "localField": local, "foreignField": foreign, "as": "unordered"},
        NAMES,
        NAMES,
    )
    piped = st.builds(
        lambda local, foreign: {
            "from": "other",
            "let": {"mine": f"${local}"},
            "as": "unordered",
            "pipeline": [{"$match": {"$expr": {"$eq": ["$$mine", f"${foreign}"]}}}, {"$project": {"b": 1}}],
        },
        NAMES,
        NAMES,
    )
    removed = NAMES.map(lambda name: {"v": {"$cond": [{"$isNumber": f"${name}"}, "$$REMOVE", 1]}})
    bucketed = st.builds(
        lambda name, value: {
            "groupBy": f"${name}",
            "boundaries": [0, 1, 3],
            "default": "other",
            "output": {"v": {"$push": value}},
        },
        NAMES,
        FIELDS,
    )
    return st.one_of(
        _one("$match", queries(1)),
        _one("$project", computed),
        _one("$project", shown | removed),
        _one("$addFields", computed.map(lambda spec: {name: value for name, value in spec.items() if name != "_id"})),
        _one("$unset", st.sampled_from(["a", ["a", "b"], "d.a"])),
        GROUPED.map(lambda spec: [WITHOUT_EMPTY, BY_ID, {"$group": spec}, BY_ID]),
        _one("$unwind", unwound),
        NAMES.map(lambda name: [{"$unwind": f"${name}"}]),
        # Whether an empty array is joined with what is missing, MongoDB's versions say differently.
        joined.map(lambda spec: [{"$match": {spec["localField"]: {"$ne": []}}}, {"$lookup": spec}]),
        _one("$lookup", piped),
        _one("$bucket", bucketed),
        NAMES.map(lambda name: [WITHOUT_EMPTY, {"$sortByCount": f"${name}"}, {"$sort": {"count": -1, "_id": 1}}]),
        NAMES.map(lambda name: [{"$match": {name: {"$type": "object"}}}, {"$replaceRoot": {"newRoot": f"${name}"}}]),
        st.builds(lambda skip, limit: [BY_ID, {"$skip": skip}, {"$limit": limit}], st.integers(0, 3), st.integers(1, 3)),
        st.just([{"$facet": {"x": [{"$match": {"a": 1}}, BY_ID], "y": [{"$limit": 1}]}}]),
    )  # fmt: skip


CASES = st.tuples(
    DOCUMENTS,
    DOCUMENTS,
    st.lists(pipelines(), min_size=1, max_size=3).map(lambda stages: [one for stage in stages for one in stage]),
)
