import pytest


@pytest.mark.wx_user("alice", channel="gateway")
def test_the_gateway_tells_who_calls(wx_cloud, wx_user):
    answer = wx_cloud.call("whoami").result

    assert answer == {"code": 0, "user": "oTEST0alice0alice0alice0alic", "source": "wx_http,gateway"}
    assert wx_user.profile.city == "深圳"


def test_whoever_is_in_no_pool_is_fabricated(wx_users):
    assert len(wx_users["carol"].openid) == 28
    assert wx_users["bob"].openid == "oTEST0bob00bob00bob00bob00bo"


@pytest.mark.wx_anonymous(channel="gateway")
def test_nobody(wx_cloud):
    assert wx_cloud.call("whoami").denied
