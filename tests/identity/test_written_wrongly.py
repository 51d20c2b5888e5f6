"""What is written in the place of a user, an app, an address: told where it is written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_wxcloud import InvalidIdentityError, People, Principal, verbatim
from pytest_wxcloud import strategies as wx

OPENID = "oGZUI0egBJY1zhBYw2KhdUfwVJJE"
APPID = "wx1111111111111111"
people = People()
alice = people["alice"]

MISTAKES = {
    "an appid for an app": (lambda: alice.in_app(APPID), f"An app is a WxApp, not str \\('{APPID}'\\)"),
    "an appid for the app of users": (lambda: wx.users(app=APPID), "An app is a WxApp, not str"),
    "an appid for the app of openids": (lambda: wx.openids(APPID), "An app is a WxApp, not str"),
    "an appid for the app of pairs": (lambda: wx.pairs(app=APPID), "An app is a WxApp, not str"),
    "an appid for the app of a person": (lambda: people.user(0, app=APPID), "An app is a WxApp, not str"),
    "an openid for a user": (lambda: wx.near_miss(OPENID), "A user is a WxUser, not str"),
    "no user": (lambda: wx.id_values(None), "A user is a WxUser, not NoneType"),
    "a name for a victim": (lambda: wx.forged_events("x", {}), "A user is a WxUser, not str"),
    "a name for a principal's user": (lambda: wx.principals("alice"), "A user is a WxUser, not str"),
    "a person who is a list": (lambda: people[[1]], "A person is named by a text or a number"),
    "an address that is none": (lambda: Principal(alice, client_ip="999.1.1.1"), "client_ip is '999.1.1.1'"),
    "a nickname that is none": (lambda: people.user(0, traits={"nickname": 5}), "nickname must be a string, not int"),
    "a phone number that is none": (lambda: people.user(0, traits={"phone_number": "123"}), "'123' is no phone number"),
}


@pytest.mark.parametrize("write, said", MISTAKES.values(), ids=MISTAKES)
def test_mistake(write, said):
    """Each is an InvalidIdentityError that says what to write."""
    with pytest.raises(InvalidIdentityError, match=said):
        write()


def test_meant():
    """What is really meant can be said."""
    assert Principal(alice, client_ip=verbatim("nowhere")).context.clientip == "nowhere"
    assert Principal(alice, client_ip="2001:db8::1").context.clientip == "2001:db8::1"
    assert people.user(0, traits={"phone_number": verbatim("123")}).profile.phone_number == "123"


class OneAccount:
    """A pool that gives everybody the same ids."""

    def __init__(self, kind):
        self.kind = kind

    def find_id(self, kind, person, app):
        return OPENID if kind == self.kind else None


@pytest.mark.parametrize("kind", ["openid", "unionid"])
def test_an_id_is_one_persons(kind):
    """A pool that gives two people one id is told; the same person may ask again, and in another app."""
    few = People(pools=(OneAccount(kind),))

    assert getattr(few["alice"], kind) == getattr(few["alice"], kind) == OPENID
    with pytest.raises(InvalidIdentityError, match=r"the id pool OneAccount gave .* to alice and to bob"):
        _ = few["bob"]
    assert few.user("bob", openid=alice.openid, unionid=alice.unionid).openid == alice.openid


def test_nor_may_a_customised_user_be_two():
    """The same goes for the hook that customises users."""
    few = People(customise=lambda user: replace(user, openid=OPENID))

    assert few["alice"].openid == OPENID
    with pytest.raises(InvalidIdentityError, match="pytest_wxcloud_customise_user gave"):
        _ = few["bob"]


def test_strategies_read_as_they_were_written():
    """In a signature or a health check they say what they draw."""
    shown = [repr(one) for one in (wx.users(), wx.pairs("strangers"), wx.principals(), wx.near_miss(alice), wx.apps())]

    assert shown == ["users()", "pairs('strangers')", "principals()", "near_miss(alice)", "apps()"]


@given(st.data())
def test_an_unknown_channel_is_told_when_it_is_drawn(data):
    """With the known ones."""
    with pytest.raises(InvalidIdentityError, match="There is no channel 'nope'"):
        data.draw(wx.principals(channels="nope"))
