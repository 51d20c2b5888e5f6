"""What Hypothesis draws: well-formed, distinct by construction, and readable when it has been shrunk."""

from __future__ import annotations

import copy
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, find, given, settings
from hypothesis import strategies as st

from pytest_wxcloud import (
    Channel,
    InvalidIdentityError,
    OpenPlatform,
    People,
    Principal,
    WxApp,
    WXContext,
    WxUser,
    strategies,
    verbatim,
)
from pytest_wxcloud import strategies as wx
from pytest_wxcloud.ambient import people_from
from pytest_wxcloud.identity import APPID, CHANNELS, CLIENT, OPENID, UNIONID

PEOPLE = People(seed=5)
ALICE = PEOPLE["alice"]
UNBOUND = ALICE.in_app(PEOPLE.fabricate_app(1, bound=False))

repeatably = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=50,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(autouse=True, scope="module")
def people_under_test() -> Iterator[None]:
    """The people of the project are those of a seed of ours."""
    with people_from(lambda: PEOPLE):
        yield


def shrunk(strategy: st.SearchStrategy[Any], holds: Callable[[Any], bool] = lambda _: True) -> Any:
    """The simplest value for which `holds`."""
    only = settings(repeatably, max_examples=1000)
    return find(strategy, holds, settings=only, random=random.Random(0))


def drawn(strategy: st.SearchStrategy[Any], count: int = 500) -> list[Any]:
    """Values as a test would get them, without those that come from shrinking."""
    values: list[Any] = []

    @settings(repeatably, max_examples=count, phases=[Phase.generate])
    @given(strategy)
    def draw(value: Any) -> None:
        values.append(value)

    draw()
    return values


def failure(test: Callable[[], None]) -> str:
    """What Hypothesis says about a failing test."""
    with pytest.raises(AssertionError) as caught:
        test()
    return "\n".join(getattr(caught.value, "__notes__", []))


def is_user(value: Any) -> bool:
    return isinstance(value, WxUser) and value.app == PEOPLE.app and repr(value).startswith("user#")


#: Every strategy, and what it draws.
DRAWS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], object]]] = {
    "openids": (wx.openids(), OPENID.check),
    "unionids": (wx.unionids(), UNIONID.check),
    "appids": (wx.appids(), APPID.check),
    "apps": (wx.apps(), lambda app: isinstance(app, WxApp) and app.platform == PEOPLE.platform()),
    "users": (wx.users(), is_user),
    "pairs": (wx.pairs(), lambda pair: len(pair) == 2 and all(map(is_user, pair))),
    "principals": (wx.principals(), lambda value: isinstance(value, Principal)),
    "contexts": (wx.contexts(), lambda value: isinstance(value, WXContext) and value.source),
    "near_miss": (wx.near_miss(ALICE), lambda value: OPENID.pattern.fullmatch(value) or UNIONID.check(value)),
    "id_values": (wx.id_values(ALICE), lambda value: value is wx.MISSING or json.dumps(value)),
    "forged_events": (wx.forged_events(ALICE), lambda event: json.loads(json.dumps(event)) == event),
}
NO_STRATEGIES = {"MISSING", "OPENID_NAMES", "with_value"}


def test_every_strategy_is_in_the_table() -> None:
    """A strategy that is added is tested like the others."""
    assert set(strategies.__all__) - NO_STRATEGIES == set(DRAWS)
    assert all(hasattr(strategies, name) for name in strategies.__all__)


@pytest.mark.parametrize(("strategy", "well_formed"), DRAWS.values(), ids=DRAWS)
@repeatably
@given(data=st.data())
def test_draws_are_well_formed(strategy: st.SearchStrategy[Any], well_formed: Any, data: st.DataObject) -> None:
    """Each strategy draws what it says, of the app under test."""
    assert well_formed(data.draw(strategy))


@pytest.mark.parametrize(("strategy", "_"), DRAWS.values(), ids=DRAWS)
def test_draws_differ(strategy: st.SearchStrategy[Any], _: object) -> None:
    """A hundred draws are not a handful of values."""
    assert len({repr(value) for value in drawn(strategy, 100)}) >= 15


# Users and apps


def test_users_are_of_the_app_that_is_given() -> None:
    """Users and openids belong to the given app."""
    app = PEOPLE.fabricate_app(3)
    assert all(user.app == app for user in drawn(wx.users(app), 30))
    assert {openid[:6] for openid in drawn(wx.openids(app), 30)} == {PEOPLE.user(0, app=app).openid[:6]}


def test_users_may_repeat() -> None:
    """Two users drawn separately are now and then the same person, and often they are not."""
    same = [one == other for one, other in drawn(st.tuples(wx.users(), wx.users()), 100)]
    assert True in same
    assert False in same


def test_people_are_those_of_the_moment() -> None:
    """A strategy that was written down early draws the people of the project that runs."""
    strategy = wx.users()
    other = People(seed=9)
    with people_from(lambda: other):
        assert shrunk(strategy) == other[0]
    assert shrunk(strategy) == PEOPLE[0]


def test_unbound_apps() -> None:
    """apps(bound=False) are bound to no account, and their users have no unionid."""
    for app in drawn(wx.apps(bound=False), 30):
        assert app.platform is None
        assert PEOPLE.user(0, app=app).unionid is None


def test_unionids_do_not_depend_on_the_app_under_test() -> None:
    """Unionids are drawn although the app under test is bound to no account."""
    with people_from(lambda: People(5, WxApp("wx00000000000000aa"))):
        assert all(UNIONID.check(unionid) for unionid in drawn(wx.unionids(), 30))


# Pairs


def account(user: WxUser) -> OpenPlatform | None:
    return user.app.platform


RELATIONS: dict[str, Callable[[WxUser, WxUser], bool]] = {
    "strangers": lambda a, b: a.person != b.person and a.app == b.app,
    "same person, other app": lambda a, b: (
        a.person == b.person and a.app.appid != b.app.appid and account(a) == account(b) and a.unionid == b.unionid
    ),
    "same person, other account": lambda a, b: (
        a.person == b.person
        and a.app.appid != b.app.appid
        and account(b) not in (account(a), None)
        and a.unionid != b.unionid
    ),
    "same person, unbound app": lambda a, b: (
        a.person == b.person and a.app.appid != b.app.appid and account(b) is None and b.unionid is None
    ),
    "strangers, other app": lambda a, b: (
        a.person != b.person and a.app.appid != b.app.appid and account(a) == account(b)
    ),
}
each_relation = pytest.mark.parametrize(("relation", "holds"), RELATIONS.items(), ids=RELATIONS)

#: Apps that a pair may start from, among them those that the second person's app could be.
FIRST_APPS: dict[str, WxApp | None] = {
    "the app under test": None,
    "app 0": PEOPLE.fabricate_app(0),
    "app 1": PEOPLE.fabricate_app(1),
    "app 2": PEOPLE.fabricate_app(2),
    "an unbound app 2": PEOPLE.fabricate_app(2, bound=False),
    "an app of another account": WxApp("wx00000000000000aa", platform=PEOPLE.platform(1)),
    "an app of a foreign account": WxApp("wx00000000000000bb", platform=OpenPlatform("foreign")),
}


@each_relation
@pytest.mark.parametrize("start", FIRST_APPS.values(), ids=FIRST_APPS)
@repeatably
@given(data=st.data())
def test_pairs_are_what_they_are_called(relation: str, holds: Any, start: WxApp | None, data: st.DataObject) -> None:
    """In every draw, from whichever app they start, the two have distinct openids and the relation holds."""
    first, second = data.draw(wx.pairs(relation, start))
    assert first.openid != second.openid
    assert first != second
    assert first.app == (start or PEOPLE.app)
    assert holds(first, second)


@each_relation
def test_pairs_shrink_to_the_first_people(relation: str, holds: Any) -> None:
    """The simplest pair is user#0 and user#1, or user#0 here and in app#2."""
    first, second = shrunk(wx.pairs(relation))
    assert repr(first) == "user#0"
    assert repr(second) == {
        "strangers": "user#1",
        "strangers, other app": "user#1",
    }.get(relation, "user#0 in app#2")


def test_both_of_a_pair_vary() -> None:
    """Neither the first nor the second is the same person in most draws."""
    for people in zip(*drawn(wx.pairs(), 300), strict=True):
        [(_, most)] = Counter(people).most_common(1)
        assert most < 90


MISSPELT = {
    "stranger": "Did you mean 'strangers'",
    "same person, other ap": "'same person, other app'",
    "same person": "'same person, ",
    "": "Known: ",
}


@pytest.mark.parametrize(("relation", "near"), MISSPELT.items())
def test_a_misspelt_relation(relation: str, near: str) -> None:
    """An unknown relation is refused where it is written, with the near ones."""
    with pytest.raises(InvalidIdentityError) as caught:
        wx.pairs(relation)
    assert f"There is no relation {relation!r}." in str(caught.value)
    assert near in str(caught.value)


def test_a_failing_example_is_readable() -> None:
    """The text of a failure names two people, and not their ids."""

    @repeatably
    @given(people=wx.pairs(), who=wx.principals(), app=wx.apps())
    def test(people: Any, who: Principal, app: WxApp) -> None:
        raise AssertionError

    said = failure(test)
    assert "people=(user#0, user#1)" in said
    assert "who=user#0," in said
    assert "app=app#0," in said


# Principals


def test_principals_are_of_every_kind() -> None:
    """Every channel is drawn with a hidden unionid, a shown one, and nobody, none of them rarely."""
    seen = Counter((who.channel.name, who.user is None, who.shows_unionid) for who in drawn(wx.principals(), 1000))
    assert set(seen) == {
        (channel, nobody, shown)
        for channel in CHANNELS
        for nobody, shown in ((False, False), (False, True), (True, False))
    }
    assert min(seen.values()) >= 5


def test_principals_shrink_to_a_client() -> None:
    """The simplest principal is user#0, a client whose unionid is not shown; the simplest nobody is a client."""
    assert shrunk(wx.principals()) == Principal(PEOPLE[0], CLIENT)
    assert repr(shrunk(wx.principals(), lambda who: who.user is None)) == "nobody"
    assert repr(shrunk(wx.principals(), lambda who: who.shows_unionid)) == "user#0 with unionid"


def test_principals_of_one_user() -> None:
    """With a user given, nobody else is drawn; with anonymous=False, not nobody either."""
    assert {who.user for who in drawn(wx.principals(ALICE), 50)} == {ALICE, None}
    assert {who.user for who in drawn(wx.principals(ALICE, anonymous=False), 50)} == {ALICE}


def test_principals_of_an_unbound_apps_user() -> None:
    """A user who has no unionid never shows one."""
    assert not any(who.shows_unionid for who in drawn(wx.principals(UNBOUND), 50))


GATEWAY = Channel("gateway", "wx_http,gateway")
WAYS: dict[str, tuple[Any, set[str]]] = {
    "names": (["timer", "http_api"], {"timer", "http_api"}),
    "objects": ([CHANNELS["timer"], GATEWAY], {"timer", "gateway"}),
    "one name": ("timer", {"timer"}),
    "one object": (GATEWAY, {"gateway"}),
    "a dictionary": (CHANNELS, set(CHANNELS)),
}


@pytest.mark.parametrize(("channels", "names"), WAYS.values(), ids=WAYS)
def test_principals_through_some_channels(channels: Any, names: set[str]) -> None:
    """Only the given channels are drawn, named or as objects, one or several."""
    assert {who.channel.name for who in drawn(wx.principals(channels=channels), 100)} == names


def test_channels_out_of_a_generator() -> None:
    """An iterable that can be read once is read once."""
    channels = (name for name in ("timer", "http_api"))
    assert {who.channel.name for who in drawn(wx.principals(channels=channels), 50)} == {"timer", "http_api"}


def test_no_channel_at_all() -> None:
    """An empty list of channels is refused where it is written."""
    with pytest.raises(InvalidIdentityError, match="names no channel"):
        wx.principals(channels=[])


def test_a_misspelt_channel() -> None:
    """An unknown channel is refused with the near ones when it is drawn."""
    with pytest.raises(InvalidIdentityError, match=r"There is no channel 'tiemr'\. Did you mean 'timer'\?"):
        shrunk(wx.principals(channels=["tiemr"]))


def test_channels_that_plugins_add_later() -> None:
    """A strategy written down before a plugin added its channel draws that too."""
    everything, by_name = wx.principals(), wx.principals(channels=["gateway"])
    CHANNELS["gateway"] = GATEWAY
    try:
        assert shrunk(by_name).channel is GATEWAY
        assert GATEWAY in {who.channel for who in drawn(everything, 100)}
    finally:
        del CHANNELS["gateway"]


def test_contexts() -> None:
    """Contexts are those of principals: of the user, or of nobody, with FROM_* or without."""
    seen = drawn(wx.contexts(ALICE), 200)
    assert {context.openid for context in seen} == {ALICE.openid, None}
    assert {context.from_openid for context in seen} == {ALICE.openid, None}
    assert {context.unionid for context in seen} == {ALICE.unionid, None}


# Types


TYPES: dict[type, Callable[[Any], bool]] = {
    WxUser: is_user,
    WxApp: lambda app: bool(APPID.check(app.appid)),
    Principal: lambda who: who.user is None or is_user(who.user),
    OpenPlatform: lambda platform: repr(platform).startswith("platform#"),
}


@pytest.mark.parametrize(("kind", "well_formed"), TYPES.items(), ids=lambda value: getattr(value, "__name__", ""))
@repeatably
@given(data=st.data())
def test_from_type(kind: type, well_formed: Any, data: st.DataObject) -> None:
    """st.from_type draws well-formed people, apps, principals and accounts, also inside other types."""
    value = data.draw(st.from_type(kind))
    assert isinstance(value, kind)
    assert well_formed(value)
    for one in data.draw(st.from_type(list[kind])):  # type: ignore[valid-type]
        assert well_formed(one)


# Near misses


ISSUED = [ALICE, PEOPLE[0], PEOPLE[1], PEOPLE.user("carol", openid="oGZUI0egBJY1zhBYw2KhdUfwVJJE")]
ODD = {
    "unbound": UNBOUND,
    "no letter": PEOPLE.user("digits", openid="o" + "0" * 27),
    "equal letters": PEOPLE.user("equal", openid="o" + "A" * 27),
}


@pytest.mark.parametrize("user", [*ISSUED, *ODD.values()], ids=repr)
@repeatably
@given(data=st.data())
def test_a_near_miss_misses(user: WxUser, data: st.DataObject) -> None:
    """No near miss is the user's openid, and each has the shape of an openid or is the unionid."""
    near = data.draw(wx.near_miss(user))
    assert near != user.openid
    assert near == user.unionid or OPENID.check(near)


def kind_of(near: str, user: WxUser) -> str:
    openid = user.openid
    if near == user.unionid:
        return "unionid"
    differ = [at for at in range(28) if near[at] != openid[at]]
    if near.casefold() == openid.casefold():
        return "case"
    if len(differ) == 1:
        return "one off"
    if len(differ) == 2 and differ[1] == differ[0] + 1 and sorted(near) == sorted(openid):
        return "swapped"
    return "other app"


def test_near_misses_are_of_every_kind() -> None:
    """Each way of missing comes, and a single change comes at every place of the openid, with many characters."""
    # 25 letters and 27 places: numbers that a careless remainder ties to the number of ways.
    user = PEOPLE.user("carol", openid="oGZUIaegBJY1zhBYw-KhdUfwVJJE")
    found = drawn(wx.near_miss(user), 2000)
    kinds = Counter(kind_of(near, user) for near in found)
    assert set(kinds) == {"case", "one off", "swapped", "other app", "unionid"}
    assert min(kinds.values()) > 50
    letters = {at for at in range(1, 28) if user.openid[at].isalpha()}
    assert changed(found, user, "case") == letters
    assert changed(found, user, "one off") == set(range(1, 28))
    assert len({near for near in found if kind_of(near, user) == "one off"}) > 150


def changed(found: list[str], user: WxUser, kind: str) -> set[int]:
    chosen = [near for near in found if kind_of(near, user) == kind]
    return {next(at for at in range(28) if near[at] != user.openid[at]) for near in chosen}


@pytest.mark.parametrize("openid", ["user-1", "1", "", "小明", "oo", "aaa"])
def test_near_misses_of_a_verbatim_openid(openid: str) -> None:
    """An openid of another shape has near misses too, none of them itself."""
    user = PEOPLE.user("odd", openid=verbatim(openid))
    assert openid not in drawn(wx.near_miss(user), 100)


def test_near_misses_shrink_to_the_letter_case() -> None:
    """The simplest near miss is the openid with its first letter in the other case."""
    near = shrunk(wx.near_miss(ALICE))
    assert kind_of(near, ALICE) == "case"
    assert changed([near], ALICE, "case") == {min(at for at in range(1, 28) if ALICE.openid[at].isalpha())}


# Values for ids


CLASSES: dict[str, Callable[[Any], bool]] = {
    "the id itself": lambda value: value == ALICE.openid,
    "truncated": lambda value: value == ALICE.openid[:-1],
    "padded": lambda value: isinstance(value, str) and value != ALICE.openid == value.strip(),
    "another case": lambda value: value in (ALICE.openid.lower(), ALICE.openid.upper()),
    "all digits": lambda value: isinstance(value, str) and value.isdigit(),
    "a number": lambda value: type(value) is int,
    "a boolean": lambda value: value is True,
    "empty": lambda value: value == "",
    "missing": lambda value: value is wx.MISSING,
    "null": lambda value: value is None,
    "null and undefined as text": lambda value: value in ("null", "undefined"),
    "an empty list": lambda value: value == [],
    "a list": lambda value: value == [ALICE.openid],
    "an empty object": lambda value: value == {},
    "an operator": lambda value: value == {"$ne": ""},
    "another operator": lambda value: isinstance(value, dict) and set(value) <= {"$exists", "$regex", "$gt", "$in"},
}


@pytest.mark.parametrize("belongs", CLASSES.values(), ids=CLASSES)
def test_id_values_are_of_every_class(belongs: Callable[[Any], bool]) -> None:
    """Each class of values that the documentation names is drawn."""
    assert any(belongs(value) for value in drawn(wx.id_values(ALICE), 300))


def test_id_values_shrink_to_the_id() -> None:
    """The simplest value is the id itself, the simplest that is none is what it is."""
    assert shrunk(wx.id_values(ALICE)) == ALICE.openid
    assert shrunk(wx.id_values(ALICE), lambda value: isinstance(value, dict) and value != {}) == {"$ne": ""}


@repeatably
@given(first=wx.id_values(ALICE), again=wx.id_values(ALICE))
def test_id_values_are_fresh(first: Any, again: Any) -> None:
    """A function that changes the value it got does not change what is drawn later."""
    assert again not in ("changed", ["changed"], {"changed": True})
    if isinstance(first, list):
        first[:] = ["changed"]
    elif isinstance(first, dict):
        first.clear()
        first["changed"] = True


def test_missing() -> None:
    """MISSING reads as its name, is one thing however it is copied about, and with_value leaves the key out."""
    event = {"id": "t1", "owner": "x"}
    assert repr(wx.MISSING) == "MISSING"
    assert wx.with_value(event, "owner", wx.MISSING) == {"id": "t1"}
    assert wx.with_value(event, "owner", None) == {"id": "t1", "owner": None}
    assert wx.with_value(event, "new", 1) == {**event, "new": 1}
    assert wx.with_value({}, "owner", wx.MISSING) == {}
    assert event == {"id": "t1", "owner": "x"}
    assert copy.deepcopy(wx.MISSING) is copy.copy(wx.MISSING) is wx.MISSING


# Forged events


BASE: dict[str, Any] = {
    "action": "remove",
    "id": "t1",
    "query": "a text, though functions look into it",
    "data": {"text": "x", "owner": {"name": "bob", "openid": "bobs"}, "list": [{"_openid": "bobs"}, 1, None]},
    "深": {"更深": {"openId": "bobs", "count": 1}},
}
BOB_OWNS = {"openid", "_openid", "openId", "id"}


def at(event: Any, *path: Any) -> Any:
    """What `event` holds at `path`; None when there is nothing."""
    for step in path:
        try:
            event = event[step]
        except (KeyError, IndexError, TypeError):
            return None
    return event


def differences(event: Any, base: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Where `event` holds another plain value than `base`."""
    if isinstance(event, dict | list):
        for key, held in event.items() if isinstance(event, dict) else enumerate(event):
            yield from differences(held, at(base, key), (*path, key))
    elif event != base:
        yield path, event


#: Functions that believe the client: where they look for the caller.
BELIEVERS: dict[str, tuple[Any, ...]] = {
    "event.openid": ("openid",),
    "event.OPENID": ("OPENID",),
    "event.resourceOwnerId": ("resourceOwnerId",),
    "event.userInfo.openId": ("userInfo", "openId"),
    "event.data.userId": ("data", "userId"),
    "event.data.userInfo.openId": ("data", "userInfo", "openId"),
    "event.data.owner.openid": ("data", "owner", "openid"),
    "event.data.list[0]._openid": ("data", "list", 0, "_openid"),
    "event.深.更深.openId": ("深", "更深", "openId"),
    "event.params._id": ("params", "_id"),
}


@pytest.mark.parametrize("path", BELIEVERS.values(), ids=BELIEVERS)
def test_a_function_that_believes_the_client_is_found(path: tuple[Any, ...]) -> None:
    """In a hundred draws some forgery reaches the function, and it shrinks to just the name that it believes."""

    @settings(repeatably, max_examples=100)
    @given(event=wx.forged_events(ALICE, BASE))
    def attack(event: dict[str, Any]) -> None:
        assert at(event, *path) != ALICE.openid, list(differences(event, BASE))

    with pytest.raises(AssertionError) as caught:
        attack()
    assert str([(path, ALICE.openid)]) in str(caught.value)


def test_a_function_that_believes_a_unionid_or_appid_is_found() -> None:
    """The victim's unionid and appid are forged as well, under their own names."""
    claims: list[Any] = [
        (("unionid",), ALICE.unionid),
        (("userInfo", "unionId"), ALICE.unionid),
        (("appId",), ALICE.app.appid),
    ]
    for claim in claims:
        event = shrunk(wx.forged_events(ALICE, BASE), partial(believes, claim))
        assert list(differences(event, BASE)) == [claim]


def believes(claim: tuple[tuple[Any, ...], str], event: dict[str, Any]) -> bool:
    path, forged = claim
    return bool(at(event, *path) == forged)


def test_every_name_at_every_depth() -> None:
    """Each name comes at the top, in each object of the base, and in the objects that functions look into."""
    places: list[tuple[Any, ...]] = [
        (), ("data",), ("data", "owner"), ("data", "list", 0), ("深",), ("深", "更深"),
        ("data", "userInfo"), *((nest,) for nest in ("userInfo", "user", "params", "wxContext", "context", "auth")),
    ]  # fmt: skip
    seen = {path for event in drawn(wx.forged_events(ALICE, BASE), 250) for path, _ in differences(event, BASE)}
    names = {*wx.OPENID_NAMES, "unionid", "unionId", "UNIONID", "appid", "appId", "APPID"}
    lacking = {(*place, name) for place in places for name in names} - seen
    assert lacking == {("data", "owner")}  # an object that is there is not replaced by an id


@repeatably
@given(event=wx.forged_events(ALICE, BASE))
def test_what_is_unrelated_survives(event: dict[str, Any]) -> None:
    """Values that are no ids stay what and where they are, texts too that stand where functions look for objects."""
    assert (event["action"], event["query"]) == (BASE["action"], BASE["query"])
    assert event["data"]["text"] == "x"
    assert event["data"]["owner"]["name"] == "bob"
    assert event["data"]["list"][1:] == [1, None]
    assert event["深"]["更深"]["count"] == 1
    for path, value in differences(event, BASE):
        assert value in (ALICE.openid, ALICE.unionid, ALICE.app.appid), path


@repeatably
@given(event=wx.forged_events(ALICE, BASE))
def test_something_is_always_forged(event: dict[str, Any]) -> None:
    """Every event makes a claim that the base does not."""
    assert list(differences(event, BASE))


def test_the_resource_is_left_alone_often_enough() -> None:
    """Where 'id' names the resource, many forgeries still name it: an attack on nothing proves nothing."""
    kept = [event for event in drawn(wx.forged_events(ALICE, BASE), 100) if event["id"] == "t1"]
    assert len(kept) > 20
    assert any(event.get("openid") == ALICE.openid for event in kept)


def test_the_base_is_not_changed() -> None:
    """Neither drawing nor a function that changes its event changes the base or a later draw."""
    base = copy.deepcopy(BASE)

    @repeatably
    @given(event=wx.forged_events(ALICE, base))
    def draw(event: dict[str, Any]) -> None:
        assert base == BASE
        assert event["data"]["text"] == "x"
        event["data"]["text"] = "changed"
        event["data"]["list"].clear()

    draw()
    assert base == BASE


class Read(Mapping[str, Any]):
    """A mapping that is no dict."""

    def __init__(self, held: dict[str, Any]) -> None:
        self.held = held

    def __getitem__(self, key: str) -> Any:
        return self.held[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)


BASES: dict[str, Any] = {
    "nothing": None,
    "empty": {},
    "a mapping": Read({"data": Read({"text": "x"})}),
    "a tuple in it": {"ids": ({"openid": "bobs"},)},
    "thirty objects": {f"key{number}": {"openid": "bobs"} for number in range(30)},
}


@pytest.mark.parametrize("base", BASES.values(), ids=BASES)
def test_bases_of_all_sorts(base: Any) -> None:
    """Any JSON-like base will do, and the simplest forgery is 'openid' at the top."""
    assert shrunk(wx.forged_events(ALICE, base))["openid"] == ALICE.openid
    for event in drawn(wx.forged_events(ALICE, base), 10):
        assert json.loads(json.dumps(event)) == event


def test_a_victim_without_a_unionid() -> None:
    """Of a victim who has no unionid none is claimed."""
    for event in drawn(wx.forged_events(UNBOUND), 30):
        assert {value for _, value in differences(event, {})} <= {UNBOUND.openid, UNBOUND.app.appid}


def test_a_forgery_in_a_failure_is_readable() -> None:
    """The text of a failure shows the one name that was believed."""

    @repeatably
    @given(event=wx.forged_events(ALICE, {"action": "remove"}))
    def attack(event: dict[str, Any]) -> None:
        assert at(event, "userInfo", "openId") != ALICE.openid

    said = failure(attack)
    assert f"event={{'action': 'remove', 'userInfo': {{'openId': '{ALICE.openid}'}}}}" in " ".join(said.split())


@repeatably
@example(event={"id": "t1"})
@given(event=wx.forged_events(ALICE))
def test_examples_may_be_added(event: dict[str, Any]) -> None:
    """An event of one's own goes beside those that are drawn."""
    assert event
