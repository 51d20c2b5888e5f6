"""The shapes of ids: what is accepted, and what is said about the rest."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_wxcloud import InvalidIdentityError, People, WxApp, WxUser, verbatim
from pytest_wxcloud.identity import APPID, ENV_ID, OPENID, UNIONID
from pytest_wxcloud.identity.ids import IdShape, derive_hex, derive_int, derive_session_key, derive_text

SHAPES = {shape.kind: shape for shape in (OPENID, UNIONID, APPID, ENV_ID)}
FROM_THE_DOCS = "oGZUI0egBJY1zhBYw2KhdUfwVJJE"
UNIONID_OF_29 = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M-"
repeatably = settings(max_examples=100, derandomize=True, database=None, deadline=None)

WELL_FORMED = [
    (OPENID, FROM_THE_DOCS),
    (OPENID, "o" + "_-" * 13 + "0"),
    (UNIONID, FROM_THE_DOCS),
    (UNIONID, UNIONID_OF_29),
    (APPID, "wx0123456789abcdef"),
    (ENV_ID, "prod-3g7k9x2mabcdef01"),
    (ENV_ID, "0"),
]


@pytest.mark.parametrize(("shape", "value"), WELL_FORMED, ids=lambda value: getattr(value, "kind", value))
def test_well_formed_ids_pass(shape: IdShape, value: str) -> None:
    """A well-formed id is answered as it is."""
    assert shape.check(value) is value


#: Shape, what was written, what is wrong with it, and the nearest well-formed id (its beginning).
MALFORMED = {
    "empty": (OPENID, "", "it is empty", "o"),
    "a name": (OPENID, "user-1", "it does not start with 'o'", "ouser-1"),
    "too short": (OPENID, FROM_THE_DOCS[:-3], "it has 25 characters", FROM_THE_DOCS[:-3]),
    "too long": (OPENID, FROM_THE_DOCS + "x", "it has 29 characters", FROM_THE_DOCS),
    "a blank behind": (OPENID, FROM_THE_DOCS + " ", "it has blanks around it", FROM_THE_DOCS),
    "a line feed behind": (OPENID, FROM_THE_DOCS + "\n", "it has blanks around it", FROM_THE_DOCS),
    "a strange character": (OPENID, "oGZUI0egBJY1zh+BYw2KhdUfwVJJE", "it contains '+'", FROM_THE_DOCS),
    "Chinese": (OPENID, "o小明", "it contains '小'", "o"),
    "a capital O": (OPENID, "O" + FROM_THE_DOCS[1:], "it does not start with 'o'", FROM_THE_DOCS),
    "a zero for the o": (OPENID, "0" + FROM_THE_DOCS[1:], "it does not start with 'o'", FROM_THE_DOCS),
    "the o left out": (OPENID, FROM_THE_DOCS[1:], "it does not start with 'o'", FROM_THE_DOCS),
    "a unionid of 30": (UNIONID, UNIONID_OF_29 + "x", "it has 30 characters", UNIONID_OF_29),
    "a unionid of 27": (UNIONID, FROM_THE_DOCS[:-1], "it has 27 characters", FROM_THE_DOCS[:-1]),
    "a unionid with a dot": (
        UNIONID,
        "o6_bmj.PTlm6_2sgVt7hMZOPfL2M-",
        "it contains '.'",
        "o6_bmjPTlm6_2sgVt7hMZOPfL2M-",
    ),
    "an appid in capitals": (APPID, "WX0123456789ABCDEF", "it does not start with 'wx'", "wx0123456789abcdef"),
    "a capital in an appid": (APPID, "wx0123456789ABCDEF", "it contains 'A'", "wx0123456789abcdef"),
    "no wx": (APPID, "0123456789abcdef", "it does not start with 'wx'", "wx0123456789abcdef"),
    "letters past f": (APPID, "wx0123456789abcdeg", "it contains 'g'", "wx0123456789abcde"),
    "the placeholder of the devtools": (APPID, "touristappid", "it does not start with 'wx'", "wx"),
    "an environment in capitals": (ENV_ID, "Prod_1", "it contains 'P'", "prod1"),
    "an environment with a dash before": (ENV_ID, "-prod", "it starts with '-'", "prod"),
    "no environment": (ENV_ID, "", "it is empty", ""),
}


@pytest.mark.parametrize(("shape", "value", "complaint", "nearest"), MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_id_is_explained(shape: IdShape, value: str, complaint: str, nearest: str) -> None:
    """The message names the id, what is wrong, the shape, the nearest well-formed id, and how to insist."""
    with pytest.raises(InvalidIdentityError) as caught:
        shape.check(value)
    said = str(caught.value)
    assert f"{value!r} is not a well-formed {shape.kind}: {complaint}. " in said
    assert f"{shape.description}, for example {shape.example!r}" in said
    assert f"write verbatim({value!r}) (from pytest_wxcloud import verbatim)" in said
    offered = re.search("The nearest well-formed one is '(.*?)'", said)
    assert offered is not None
    assert offered[1].startswith(nearest)
    assert shape.check(offered[1])


@pytest.mark.parametrize("value", [None, 7, b"oGZUI0egBJY1zhBYw2KhdUfwVJJE", ["o"], True], ids=repr)
def test_an_id_is_a_string(value: object) -> None:
    """Anything else is refused with its type and value, and an example of what is wanted."""
    with pytest.raises(InvalidIdentityError) as caught:
        OPENID.check(value)
    assert f"openid must be a string, not {type(value).__name__} ({value!r})" in str(caught.value)
    assert OPENID.example in str(caught.value)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@repeatably
@given(value=st.text(max_size=40) | st.text("oOwxWX0aF_- ", max_size=80))
def test_the_nearest_one_is_always_well_formed(shape: IdShape, value: str) -> None:
    """Whatever was written, a well-formed id is offered, the same one each time."""
    assert shape.check(shape.nearest(value)) == shape.nearest(value)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@repeatably
@given(number=st.integers(0, 2**32))
def test_the_nearest_one_of_a_well_formed_id_is_itself(shape: IdShape, number: int) -> None:
    """What needs no mending is not changed, also with blanks around it."""
    app = People(seed=number).app
    user = People(seed=number)[number]
    value = {"openid": user.openid, "unionid": user.unionid, "appid": app.appid, "env_id": app.env_id}[shape.kind]
    assert value is not None
    assert shape.nearest(f" {value}\n") == value


def test_the_examples_are_well_formed() -> None:
    """The example in a message is not itself malformed."""
    for shape in SHAPES.values():
        assert shape.check(shape.example)


VERBATIM = ["", "user-1", "小明", "o", " ", "0012", "a,b;c=d"]


@pytest.mark.parametrize("value", VERBATIM)
def test_verbatim_insists(value: str) -> None:
    """verbatim(…) is taken as it stands, for every kind of id, and equals the plain string."""
    people = People()
    app = WxApp(verbatim(value), env_id=verbatim(value or "-"), platform=people.platform())
    user = WxUser(app, verbatim(value), verbatim(value))
    assert (user.openid, user.unionid, user.app.appid) == (value, value, value)
    assert people.user("alice", openid=verbatim(value)).openid == value
    assert json.loads(json.dumps(user.openid)) == value


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_verbatim_survives_a_copy(again: object) -> None:
    """A copy of a verbatim id is still taken as it stands."""
    assert OPENID.check(again(verbatim("user-1"))) == "user-1"  # type: ignore[operator]


WRITTEN_BY_A_PERSON = {
    "WxUser(openid)": lambda: WxUser(People().app, "user-1"),
    "WxUser(unionid)": lambda: WxUser(People().app, FROM_THE_DOCS, "union-1"),
    "WxApp(appid)": lambda: WxApp("myapp"),
    "WxApp(env_id)": lambda: WxApp("wx0123456789abcdef", env_id="My env"),
    "People.user(openid)": lambda: People().user("alice", openid="user-1"),
    "People.user(unionid)": lambda: People().user("alice", unionid="union-1"),
}


@pytest.mark.parametrize("make", WRITTEN_BY_A_PERSON.values(), ids=WRITTEN_BY_A_PERSON)
def test_ids_are_checked_where_they_are_written(make: object) -> None:
    """Each place where a person writes an id refuses a malformed one, and it is a ValueError too."""
    with pytest.raises(InvalidIdentityError, match="not a well-formed"):
        make()  # type: ignore[operator]
    with pytest.raises(ValueError, match="verbatim"):
        make()  # type: ignore[operator]


@pytest.mark.parametrize("length", [1, 5, 22, 28, 85])
def test_derived_text(length: int) -> None:
    """Derived text has the length asked for, in the alphabet of ids, and depends on each part."""
    assert re.fullmatch(rf"[A-Za-z0-9_-]{{{length}}}", derive_text("a", 1, length=length))
    assert re.fullmatch(rf"[0-9a-f]{{{length}}}", derive_hex("a", 1, length=length))
    assert derive_text("a", 1, length=85) != derive_text("a", 2, length=85) != derive_text("b", 2, length=85)
    assert derive_text("a", "bc", length=85) != derive_text("ab", "c", length=85)


def test_derived_numbers_and_keys() -> None:
    """A derived integer has 64 bits; a session key is base64 of 16 bytes."""
    assert 0 <= derive_int("a") < 2**64
    assert len({derive_int(number) for number in range(1000)}) == 1000
    assert len(derive_session_key("a")) == 24
    assert len(base64.b64decode(derive_session_key("a"), validate=True)) == 16
