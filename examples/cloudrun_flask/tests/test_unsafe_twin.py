"""The twin reads an openid from the body. A test of its own user does not see it; another person does."""

import pytest


@pytest.fixture(scope="module")
def unsafe(wx_cloud, unsafe_app):
    return wx_cloud.app(unsafe_app)


@pytest.fixture
def alices(wx_cloud, flask_app, wx_users):
    answer = wx_cloud.app(flask_app).request("POST", "/todos", json={"text": "体检报告"}, caller=wx_users["alice"])
    return f"/todos/{answer.json['id']}"


def test_its_own_user_finds_nothing(unsafe, wx_user):
    assert unsafe.request("POST", "/todos", json={"text": "买牛奶"}).allowed
    assert unsafe.request("GET", "/todos").json[0]["text"] == "买牛奶"


@pytest.mark.parametrize("caller", ["mallory", None])
def test_whoever_names_the_owner_is_the_owner(unsafe, wx_cloud, wx_users, alices, caller):
    body = {"openid": wx_users["alice"].openid}
    with wx_cloud.changes() as changes:
        assert unsafe.request("DELETE", alices, json=body, caller=caller and wx_users[caller]).allowed

    assert [change.before["openid"] for change in changes.removed] == [wx_users["alice"].openid]


@pytest.mark.parametrize("caller", ["mallory", None])
def test_the_safe_twin_believes_the_header_alone(flask_app, wx_cloud, wx_users, alices, caller):
    body = {"openid": wx_users["alice"].openid}
    with wx_cloud.changes() as changes:
        answer = wx_cloud.app(flask_app).request("DELETE", alices, json=body, caller=caller and wx_users[caller])

    assert answer.denied
    assert not changes
