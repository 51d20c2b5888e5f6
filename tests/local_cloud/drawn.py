"""Documents, queries, updates and pipelines, drawn so that they meet each other often."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

from hypothesis import strategies as st

Strategy = st.SearchStrategy[Any]

NUMBERS = st.sampled_from([0, 1, 2, 3, 7, -1, 0.5, 2.5, -1.5, 2**40])
STRINGS = st.sampled_from(["", "a", "b", "ab", "A", "1", "深", "😀", "\ue000"])
DATES = st.sampled_from(
    [datetime(2024, 2, 29, 23, 30, 5, 7000, tzinfo=timezone.utc), datetime(2025, 1, 1, tzinfo=timezone.utc)]
)
SCALARS: Strategy = st.one_of(st.none(), st.booleans(), NUMBERS, STRINGS, DATES)
NAMES = st.sampled_from(["a", "b", "c"])
VALUES: Strategy = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=5
)
DOTTED = st.sampled_from(["a", "b", "c", "a.b", "b.a", "a.b.c", "b.c"])
INDEXED = st.sampled_from(["a.0", "a.0.b", "a.1", "a.b.0"])
PATHS = DOTTED | INDEXED
PATTERNS = st.sampled_from([re.compile("a"), re.compile("^A"), re.compile("^a", re.IGNORECASE), re.compile("b$")])

DOCUMENTS: Strategy = st.lists(
    st.fixed_dictionaries(
        {}, optional={"a": VALUES, "b": VALUES, "c": VALUES, "d": st.dictionaries(NAMES, SCALARS, max_size=2)}
    ),
    min_size=1,
    max_size=4,
).map(lambda drawn: [{"_id": str(i), **document} for i, document in enumerate(drawn)])


def _operators(depth: int) -> Strategy:
    """`{$gt: …}`: what a field's value may be asked."""
    compared = st.sampled_from(["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"])
    several = st.sampled_from(["$in", "$nin"])
    one = st.one_of(
        st.builds(lambda name, value: {name: value}, compared, VALUES),
        st.builds(lambda name, values: {name: values}, several, st.lists(VALUES | PATTERNS, max_size=3)),
        st.builds(lambda values: {"$all": values}, st.lists(NUMBERS | STRINGS | PATTERNS, max_size=2)),
        st.builds(lambda value: {"$exists": value}, st.booleans()),
        st.builds(lambda value: {"$size": value}, st.integers(0, 3)),
        st.builds(lambda value: {"$type": value}, st.sampled_from(TYPES)),
        st.builds(lambda by, rest: {"$mod": [by, rest]}, st.sampled_from([1, 2, 3, -2, 2.5]), NUMBERS),
        st.builds(
            lambda pattern, options: {"$regex": pattern, "$options": options},
            STRINGS,
            st.sampled_from(["", "i", "m", "is"]),
        ),
    )
    if depth == 0:
        return one
    inner = _operators(depth - 1)
    return st.one_of(
        one,
        st.builds(lambda first, second: {**first, **second}, one, one),
        st.builds(lambda operand: {"$not": operand}, inner | PATTERNS),
        st.builds(lambda operand: {"$elemMatch": operand}, inner | queries(depth - 1)),
        st.builds(lambda operand: {"$all": [{"$elemMatch": operand}]}, inner | queries(depth - 1)),
    )


TYPES = [
    "double",
    "string",
    "object",
    "array",
    "bool",
    "date",
    "null",
    "int",
    "long",
    "number",
    "regex",
    1,
    2,
    10,
    16,
    ["string", "int"],
]


def queries(depth: int = 2) -> Strategy:
    field = st.builds(lambda path, wanted: {path: wanted}, DOTTED, VALUES | PATTERNS | _operators(min(depth, 1)))
    # What has no such entry is null to the other engine, see DIFFERENCES.md.
    compared = st.builds(
        lambda name, value: {name: value}, st.sampled_from(["$eq", "$ne", "$gt", "$lte"]), NUMBERS | STRINGS
    )
    field = field | st.builds(
        lambda path, wanted: {path: wanted}, INDEXED, compared | st.booleans().map(lambda there: {"$exists": there})
    )
    if depth == 0:
        return field
    inner = queries(depth - 1)
    return st.one_of(
        field,
        st.builds(lambda one, other: {**one, **other}, field, field),
        st.builds(
            lambda name, all_: {name: all_},
            st.sampled_from(["$and", "$or", "$nor"]),
            st.lists(inner, min_size=1, max_size=2),
        ),
    )


PUSHED = st.fixed_dictionaries(
    {"$each": st.lists(VALUES, max_size=3)},
    optional={
        "$position": st.sampled_from([0, 1, -1, 9]),
        "$slice": st.sampled_from([0, 1, 2, -1, -2]),
        "$sort": st.sampled_from([1, -1, 2]),
    },
)
# No two alike: in which order MongoDB leaves those is not told.
RANKED = st.builds(
    lambda ranks, order: {"$each": [{"a": rank} for rank in ranks], "$sort": {"a": order}},
    st.lists(st.integers(0, 9), unique=True, max_size=3), st.sampled_from([1, -1]),
)  # fmt: skip
ENDS = st.sampled_from([1, -1, 2, "a"])
CHANGES = st.one_of(
    st.builds(lambda path, value: {"$set": {path: value}}, PATHS, VALUES),
    st.builds(lambda path: {"$unset": {path: ""}}, PATHS),
    st.builds(
        lambda name, path, value: {name: {path: value}}, st.sampled_from(["$inc", "$mul"]), PATHS, NUMBERS | SCALARS
    ),
    st.builds(lambda name, path, value: {name: {path: value}}, st.sampled_from(["$min", "$max"]), PATHS, VALUES),
    st.builds(lambda path, value: {"$push": {path: value}}, PATHS, VALUES | PUSHED),
    RANKED.map(lambda pushed: {"$push": {"new": pushed}}),
    st.builds(
        lambda path, value: {"$addToSet": {path: value}},
        PATHS,
        VALUES | st.builds(lambda each: {"$each": each}, st.lists(VALUES, max_size=3)),
    ),
    st.builds(lambda path, end: {"$pop": {path: end}}, PATHS, ENDS),
    st.builds(lambda path, wanted: {"$pull": {path: wanted}}, PATHS, VALUES | PATTERNS | _operators(1)),
    st.builds(lambda path, wanted: {"$pullAll": {path: wanted}}, PATHS, st.lists(VALUES, max_size=3) | SCALARS),
    st.builds(lambda path, to: {"$rename": {path: to}}, DOTTED, PATHS),
    st.builds(
        lambda path, name, value: {"$bit": {path: {name: value}}}, PATHS, st.sampled_from(["and", "or", "xor"]), NUMBERS
    ),
)
UPDATES: Strategy = CHANGES | st.builds(lambda one, other: {**one, **other}, CHANGES, CHANGES)
SORTS = st.dictionaries(NAMES | st.sampled_from(["d.a", "d.b"]), st.sampled_from([1, -1]), max_size=2).map(
    lambda order: {**order, "_id": 1}
)
SHOWN = st.dictionaries(
    st.sampled_from(["a", "b", "a.b", "a.b.c", "_id", "b.a"]),
    st.sampled_from([1, 0, True, False]),
    min_size=1,
    max_size=3,
)
PROJECTIONS = st.one_of(
    SHOWN,
    st.builds(lambda cut: {"a": {"$slice": cut}}, st.sampled_from([0, 1, -1, [1, 1], [-2, 1], [0, 0], [5, 2]])),
    st.builds(
        lambda query: {"a": {"$elemMatch": query}},
        _operators(0) | st.dictionaries(NAMES, NUMBERS | STRINGS, min_size=1, max_size=1),
    ),
)
