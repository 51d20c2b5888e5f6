"""Ids are found in texts, and put in place of others there, however often they are encoded."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest

from pytest_wxcloud.checks.inside import ids_in, objects_in, swapped

ALICE, BOB = "oapGA1FEP8aq6lvlIj8h3MkhJi0-", "oapGA1wpzzAwyZIWkKgOR8aHxaXk"
PAIRS = {ALICE: BOB, "17": "1234"}


def padded(text: str) -> str:
    return b64encode(text.encode()).decode()


def bare(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


#: How a text says whose it is.
WAYS = {
    "itself": str,
    "a header": "Bearer {}".format,
    "JSON": lambda id: json.dumps({"a": [1, {"openid": id}]}),
    "base64": lambda id: padded(f'{{"uid":"{id}","n":"?~>é"}}'),
    "base64 for addresses": lambda id: bare(f'{{"uid":"{id}","n":"?~>é"}}'),
    "a signed token": lambda id: f"Bearer {bare('{}{}{}')}.{bare(json.dumps({'sub': id}))}.c2lnbmF0dXJl",
    "base64 of base64": lambda id: padded(padded(f"id={id}")),
    "percent": lambda id: quote(json.dumps({"openid": id}), safe=""),
    "base64 in percent": lambda id: quote(padded(f"id: {id}"), safe=""),
    "a cookie of several": lambda id: f"theme=dark; token={bare(f'me={id}')}; n=1",
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_another_id_is_written_in_its_place(way) -> None:
    assert ids_in(way(ALICE), PAIRS) == {ALICE}
    assert swapped(way(ALICE), PAIRS) == way(BOB)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("uid=17", "uid=1234"),
        ('{"uid": 17}', '{"uid": 1234}'),
        (bare('{"uid":17,"exp":170017}'), bare('{"uid":1234,"exp":170017}')),
        ("117 users-17 v17", None),
        ("bm90aGluZyBoZXJl", None),
        ("", None),
    ],
)
def test_a_short_id_is_one_only_where_it_stands_alone(text: str, told: str | None) -> None:
    assert swapped(text, PAIRS) == (text if told is None else told)
    assert ids_in(text, PAIRS) == (set() if told is None else {"17"})


def test_what_is_no_text_holds_none() -> None:
    assert ids_in(17, PAIRS) == ids_in(None, PAIRS) == ids_in([ALICE], PAIRS) == set()


@pytest.mark.parametrize("way", [str, padded, bare, lambda text: f"Bearer {bare(text)}.c2ln"])
def test_objects_are_written_back(way) -> None:
    text = way(json.dumps({"nick": "n"}))

    [(held, written)] = objects_in(text)

    assert held == {"nick": "n"}
    assert written({"nick": "n", "openid": BOB}) == way(json.dumps({"nick": "n", "openid": BOB}))


def test_what_holds_no_object() -> None:
    assert [one for text in ("", "{", "[1]", "{}", padded("[1]"), None) for one in objects_in(text)] == []
