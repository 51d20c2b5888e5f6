"""The first test: call a function as a WeChat user, and look at what it answers."""


def test_returns_my_identity(wx_cloud, wx_user):
    answer = wx_cloud.call("getUserInfo").result

    assert answer["openid"] == wx_user.openid
    assert answer["appid"] == wx_cloud.wx_app.appid == "wx3a7b9c1d2e4f5061"
    assert "unionid" not in answer  # undefined does not survive JSON


def test_nobody_is_refused(wx_cloud):
    outcome = wx_cloud.call("updateNote", {"text": "hi", "resourceOwnerId": ""}, caller=None)

    assert outcome.denied


def test_a_crash_is_not_a_refusal(wx_cloud, wx_user):
    outcome = wx_cloud.call("updateNote", {"resourceOwnerId": wx_user.openid})

    assert outcome.error.message == "text is required"
