"""Markers say who calls; a marked test needs no fixture for it."""

import pytest
from freezegun import freeze_time


@pytest.mark.wx_user(openid="oGZUI0egBJY1zhBYw2KhdUfwVJJE")
@pytest.mark.with_unionid
def test_with_unionid(wx_cloud, wx_user):
    answer = wx_cloud.call("getUserInfo").result

    assert answer["openid"] == "oGZUI0egBJY1zhBYw2KhdUfwVJJE"
    assert answer["unionid"] == wx_user.unionid


def test_the_fixture_does_the_same(wx_cloud, with_unionid):
    assert wx_cloud.call("memberLevel").result == {"success": True, "key": with_unionid, "level": "member"}


def test_without_unionid_the_openid_is_the_key(wx_cloud, wx_user):
    assert wx_cloud.call("memberLevel").result == {"success": True, "key": wx_user.openid, "level": "visitor"}


@pytest.mark.wx_anonymous(channel="timer")
def test_nobody(wx_cloud):
    assert wx_cloud.call("memberLevel").denied


@pytest.mark.wx_each_user("owner", "stranger")
def test_everyone_may_ask_who_they_are(wx_cloud, wx_user):
    assert wx_cloud.call("getUserInfo").result["openid"] == wx_user.openid


@pytest.mark.wx_user(channel="devtools")
@pytest.mark.wx_time("2025-06-01 08:00:00")
def test_identity_page(wx_cloud, wx_user):
    assert wx_cloud.call("identityTest", {"page": "about"}).result == {
        "openid": wx_user.openid,
        "unionid": "Not available",
        "source": "wx_devtools",
        "timestamp": "2025-06-01T08:00:00.000Z",
    }


@freeze_time("2030-01-01")
def test_freezegun_reaches_into_the_function(wx_cloud, wx_user):
    answer = wx_cloud.call("identityTest", {"page": "about"}).result

    assert answer["timestamp"].startswith("2030-01-01T00:00:00")
