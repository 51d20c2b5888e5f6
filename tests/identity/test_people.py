"""Which ids belong together: people, apps and Open Platform accounts."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_wxcloud import InvalidIdentityError, OpenPlatform, People, WxApp, WxUser, verbatim
from pytest_wxcloud.ambient import people_from
from pytest_wxcloud.identity import APPID, ENV_ID, OPENID, UNIONID, current_people

ACCOUNT, ANOTHER_ACCOUNT = OpenPlatform("one"), OpenPlatform("another")
SHOP = WxApp("wx00000000000000aa", platform=ACCOUNT)
FORUM = WxApp("wx00000000000000bb", platform=ACCOUNT)
GAME = WxApp("wx00000000000000cc", platform=ANOTHER_ACCOUNT)
LOOSE = WxApp("wx00000000000000dd")
APPS = (SHOP, FORUM, GAME, LOOSE)

PEOPLE = People(seed=7, app=SHOP)
OPENID_GIVEN = "oGZUI0egBJY1zhBYw2KhdUfwVJJE"
UNIONID_GIVEN = "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"


ACCOUNTS = {
    ("openid", "7/alice", SHOP.appid): "oPOOLalice0in0the0shop000000",
    ("openid", "7/alice", FORUM.appid): "oPOOLalice0in0the0forum00000",
    ("unionid", "7/alice", GAME.appid): "oPOOLalice0union0of0another0",
}


class Accounts:
    """A pool with test accounts of alice, in some apps."""

    def find_id(self, kind: str, person: str, app: WxApp) -> str | None:
        return ACCOUNTS.get((kind, person, app.appid))


def in_capitals(user: WxUser) -> WxUser:
    """A customisation that changes an id, depending on the user alone."""
    return replace(user, openid="o" + user.openid[1:].upper(), traits={"city": "深圳", **user.traits})


#: The same person, made in every way there is. What must hold, holds for all of them.
ALICES: dict[str, WxUser] = {
    "derived": PEOPLE["alice"],
    "by number": PEOPLE[3],
    "with an openid": PEOPLE.user("alice", openid=OPENID_GIVEN),
    "with a unionid": PEOPLE.user("alice", unionid=UNIONID_GIVEN),
    "with a verbatim openid": PEOPLE.user("alice", openid=verbatim("user-1")),
    "made by hand": WxUser(SHOP, OPENID_GIVEN, UNIONID_GIVEN),
    "made by hand, without a unionid": WxUser(SHOP, OPENID_GIVEN),
    "in an unbound app": PEOPLE.user("alice", app=LOOSE, openid=OPENID_GIVEN),
    "out of a pool": People(7, SHOP, pools=(Accounts(),))["alice"],
    "customised": People(7, SHOP, customise=in_capitals)["alice"],
}
each_alice = pytest.mark.parametrize("alice", ALICES.values(), ids=ALICES)


@each_alice
def test_one_openid_for_a_person_in_an_app(alice: WxUser) -> None:
    """By whichever way through other apps, a person comes back to the same ids in each app."""
    for first in APPS:
        for second in APPS:
            there = alice.in_app(first).in_app(second)
            assert there == alice.in_app(second)
            assert there.unionid == alice.in_app(second).unionid
            assert there.in_app(alice.app) == alice
            assert there.in_app(alice.app).unionid == alice.unionid


@each_alice
def test_another_openid_in_each_app(alice: WxUser) -> None:
    """A person has as many openids as there are apps, and is the same person in all."""
    assert len({alice.in_app(app).openid for app in APPS}) == len(APPS)
    assert {alice.in_app(app).person for app in APPS} == {alice.person}


@each_alice
def test_one_unionid_for_a_person_under_an_account(alice: WxUser) -> None:
    """Apps of one account share the unionid, apps of different accounts do not, and an unbound app has none."""
    assert alice.in_app(SHOP).unionid == alice.in_app(FORUM).unionid
    assert alice.in_app(GAME).unionid not in (alice.in_app(SHOP).unionid, None)
    assert alice.in_app(LOOSE).unionid is None


@each_alice
def test_other_environments_of_an_app(alice: WxUser) -> None:
    """An app may have several environments; in each its users are the same."""
    elsewhere = alice.in_app(replace(alice.app, env_id="another-1"))
    assert (elsewhere.openid, elsewhere.unionid) == (alice.openid, alice.unionid)
    assert elsewhere.app.env_id == "another-1"


@each_alice
def test_in_ones_own_app_one_is_oneself(alice: WxUser) -> None:
    """in_app of the user's own app is the user."""
    assert alice.in_app(alice.app) is alice


def test_people_and_in_app_agree() -> None:
    """Whether a person is asked for in an app or goes there, the ids are the same; also out of a pool."""
    for people in (PEOPLE, People(7, SHOP, pools=(Accounts(),)), People(7, SHOP, customise=in_capitals)):
        for app in APPS:
            asked, went = people.user("alice", app=app), people["alice"].in_app(app)
            assert (asked.openid, asked.person, asked.traits) == (went.openid, went.person, went.traits)
    assert People(7, SHOP, pools=(Accounts(),))["alice"].in_app(FORUM).openid == "oPOOLalice0in0the0forum00000"


@settings(max_examples=200, derandomize=True, database=None, deadline=None)
@given(seed=st.integers(), number=st.integers(0, 2**40))
def test_derived_ids_are_well_formed(seed: int, number: int) -> None:
    """Whatever the seed and the number, each id has its shape and its app's or account's beginning."""
    people = People(seed)
    user, other, app = people[number], people[number + 1], people.fabricate_app(number)
    assert OPENID.check(user.openid)
    assert UNIONID.check(user.unionid)
    assert APPID.check(app.appid)
    assert ENV_ID.check(app.env_id)
    assert user.openid != other.openid
    assert user.openid[:6] == other.openid[:6]
    assert user.unionid is not None
    assert other.unionid is not None
    assert user.unionid != other.unionid
    assert user.unionid[:6] == other.unionid[:6]


def test_ids_of_different_apps_begin_differently() -> None:
    """The beginning that an app's openids share is that app's own."""
    apps = [PEOPLE.fabricate_app(number) for number in range(500)]
    assert len({app.appid for app in apps}) == len({app.env_id for app in apps}) == 500
    assert len({PEOPLE.user("alice", app=app).openid[:6] for app in apps}) == 500


def test_many_people_are_all_different() -> None:
    """Names and numbers give distinct people, whose unionids have 28 characters, some 29."""
    users = [PEOPLE[who] for who in [*range(2000), *(f"user {number}" for number in range(2000))]]
    assert len({user.openid for user in users}) == len({user.unionid for user in users}) == 4000
    lengths = [len(user.unionid or "") for user in users]
    assert set(lengths) == {28, 29}
    assert lengths.count(28) > lengths.count(29) > 0


def test_seeds_do_not_mix() -> None:
    """Another seed yields other people, apps and accounts."""
    assert People(1)["alice"].openid != People(2)["alice"].openid
    assert People(1).app != People(2).app
    assert People(1).platform() != People(2).platform()
    assert People(1).platform(0) != People(1).platform(1)
    assert People(1).fabricate_app(0) == People(1).app


def test_names_in_any_language() -> None:
    """A person may be named in Chinese, or with a surrogate that no encoding takes."""
    for name in ("小明", "Ünï", "\ud800", "", "a/b", "user#0"):
        assert OPENID.check(PEOPLE[name].openid)
        assert PEOPLE[name] == PEOPLE[name]


READS: dict[str, tuple[Any, str]] = {
    "a name": (PEOPLE["alice"], "alice"),
    "a number": (PEOPLE[0], "user#0"),
    "by hand": (WxUser(SHOP, OPENID_GIVEN), OPENID_GIVEN),
    "in another app": (PEOPLE["alice"].in_app(PEOPLE.fabricate_app(2)), "alice in app#2"),
    "by way of a third app": (PEOPLE["alice"].in_app(FORUM).in_app(PEOPLE.fabricate_app(2)), "alice in app#2"),
    "back again": (PEOPLE["alice"].in_app(FORUM).in_app(SHOP), "alice"),
    "an app": (SHOP, SHOP.appid),
    "a fabricated app": (PEOPLE.fabricate_app(2), "app#2"),
    "an account": (PEOPLE.platform(1), "platform#1 of seed 7"),
}


@pytest.mark.parametrize(("thing", "reads"), READS.values(), ids=READS)
def test_how_it_reads_in_a_report(thing: object, reads: str) -> None:
    """People, apps and accounts read as what they are called, not as their fields."""
    assert repr(thing) == reads


def test_equal_users() -> None:
    """Two users are equal, and one dictionary key, when app and openid are."""
    assert PEOPLE["alice"] == PEOPLE.user("alice", unionid=UNIONID_GIVEN, traits={"city": "上海"})
    assert len({PEOPLE["alice"], PEOPLE["alice"], PEOPLE["bob"]}) == 2
    assert WxUser(SHOP, OPENID_GIVEN) != WxUser(FORUM, OPENID_GIVEN)


def test_users_cannot_be_changed() -> None:
    """A user is frozen; what is cached in it does not make another user of it."""
    alice = PEOPLE["alice"]
    with pytest.raises(FrozenInstanceError):
        alice.openid = OPENID_GIVEN  # type: ignore[misc]
    _ = (alice.session_key, alice.profile)
    assert alice == PEOPLE["alice"]
    assert hash(alice) == hash(PEOPLE["alice"])


@each_alice
def test_users_survive_pickle(alice: WxUser) -> None:
    """A user that travels to another process is the same person there."""
    there = pickle.loads(pickle.dumps(alice))
    assert there == alice
    assert there.in_app(GAME) == alice.in_app(GAME)


def test_session_keys() -> None:
    """A session key belongs to a person in an app."""
    alice = PEOPLE["alice"]
    assert alice.session_key == PEOPLE["alice"].session_key
    assert len({alice.session_key, alice.in_app(FORUM).session_key, PEOPLE["bob"].session_key}) == 3


def test_a_unionid_needs_a_bound_app() -> None:
    """A unionid in an unbound app is refused, with why, and both ways out."""
    with pytest.raises(InvalidIdentityError) as caught:
        PEOPLE.user("alice", app=LOOSE, unionid=UNIONID_GIVEN)
    said = str(caught.value)
    assert f"{UNIONID_GIVEN!r} cannot be a unionid in {LOOSE.appid}" in said
    assert "bound to no Open Platform account" in said
    assert "platform=OpenPlatform()" in said
    assert "leave the unionid out" in said


def test_an_app_has_an_environment() -> None:
    """Without an env id an app gets one of its own, the same each time."""
    assert ENV_ID.check(LOOSE.env_id)
    assert WxApp(LOOSE.appid).env_id == LOOSE.env_id != SHOP.env_id
    assert WxApp(LOOSE.appid, env_id="prod-1").env_id == "prod-1"


def test_bound_and_unbound() -> None:
    """fabricate_app binds to the seed's account unless told not to; the appid is the same app's."""
    assert PEOPLE.fabricate_app(1).platform == PEOPLE.platform()
    assert PEOPLE.fabricate_app(1, bound=False).platform is None
    assert PEOPLE.fabricate_app(1, bound=False).appid == PEOPLE.fabricate_app(1).appid


class Broken:
    def find_id(self, kind: str, person: str, app: WxApp) -> str | None:
        return "test-account-1"


def test_pools_come_before_derived_ids() -> None:
    """The first pool that knows an id gives it, what none knows is derived, and what is given wins."""
    people = People(7, SHOP, pools=(Accounts(), Broken()))
    assert people.user("alice", unionid=UNIONID_GIVEN).openid == "oPOOLalice0in0the0shop000000"
    assert People(7, SHOP, pools=(Accounts(),))["alice"].unionid == PEOPLE["alice"].unionid
    assert People(7, SHOP, pools=(Accounts(),))["bob"] == PEOPLE["bob"]
    assert people.user("alice", openid=OPENID_GIVEN, unionid=UNIONID_GIVEN).openid == OPENID_GIVEN


def test_a_pool_is_checked_too() -> None:
    """A malformed id out of a pool is refused like one that a person wrote."""
    with pytest.raises(InvalidIdentityError, match="'test-account-1' is not a well-formed openid"):
        _ = People(7, SHOP, pools=(Broken(),))["alice"]


def test_customise_has_the_last_word() -> None:
    """A customisation sees the finished user and answers the one that is used."""
    user = People(7, SHOP, customise=in_capitals).user("alice", traits={"nickname": "爱丽丝"})
    assert user.openid == "o" + PEOPLE["alice"].openid[1:].upper()
    assert (user.profile.city, user.profile.nickname) == ("深圳", "爱丽丝")


def test_current_people() -> None:
    """Outside a run people come from seed 0; a run, or a block, says otherwise, and the innermost counts."""
    with people_from(lambda: None):
        assert current_people() == People()
        with people_from(lambda: PEOPLE), people_from(lambda: People(8)):
            assert current_people().seed == 8
        assert current_people() == People()
