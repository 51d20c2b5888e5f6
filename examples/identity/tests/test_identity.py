"""Identity as the platform gives it: returned as it is, and said to be missing where it is."""

import pytest


def test_callers_are_told_who_they_are(wx_cloud, wx_user):
    answer = wx_cloud.call("getUserInfo").result

    assert answer["openid"] == wx_user.openid
    assert answer["appid"] == wx_user.app.appid == "wx5c7e9a1b3d2f4068"
    assert "unionid" not in answer  # it was not shown, and undefined does not survive JSON


@pytest.mark.with_unionid
def test_the_unionid_where_it_is_shown(wx_cloud, wx_user):
    assert wx_cloud.call("getUserInfo").result["unionid"] == wx_user.unionid


@pytest.mark.wx_time("2025-06-01 08:00:00")
def test_the_identity_test_says_what_is_not_available(wx_cloud, wx_user):
    answer = wx_cloud.call("testIdentity").result

    assert answer["identity"] == {
        "openid": wx_user.openid,
        "appid": wx_user.app.appid,
        "unionid": "Not available",
    }
    assert answer["timestamp"] == "2025-06-01T08:00:00.000Z"


@pytest.mark.wx_anonymous(channel="timer")
def test_a_timer_has_no_identity(wx_cloud):
    assert wx_cloud.call("testIdentity").result["identity"]["openid"] == "Not available"


@pytest.mark.parametrize("shown", [True, False])
def test_a_member_is_found_with_and_without_a_unionid(wx_cloud, wx_users, shown):
    from pytest_wxcloud import Principal

    alice = wx_users["alice"]
    member = {"_openid": alice.openid, "unionid": alice.unionid, "level": "gold", "active": True}
    with wx_cloud.scenario({"members": [member]}):
        answer = wx_cloud.call("getMembership", caller=Principal(alice, shows_unionid=shown)).result

    assert answer == {"code": 0, "level": "gold"}
