"""Rights that stand in a collection: adminReport asks getRole, which looks them up."""

from datetime import datetime, timedelta, timezone

import pytest


@pytest.fixture(scope="module", autouse=True)
def baseline(wx_cloud, wx_users):
    alice, boss = wx_users["alice"].openid, wx_users["boss"].openid
    midnight = datetime(2025, 6, 1, tzinfo=timezone(timedelta(hours=8)))  # in China
    users = [{"_openid": boss, "role": "admin"}, {"_openid": alice, "role": "member"}]
    todos = [
        {"_openid": alice, "text": "买牛奶", "done": True, "createdAt": midnight - timedelta(seconds=1)},
        {"_openid": alice, "text": "寄包裹", "done": False, "createdAt": midnight},
        {"_openid": boss, "text": "开会", "done": False, "createdAt": midnight + timedelta(hours=16)},
    ]
    with wx_cloud.scenario({"users": users, "todos": todos}):
        yield


@pytest.mark.wx_time("2025-06-01 15:59:59")  # UTC; in China the day is about to end
def test_the_administrator_gets_figures(wx_cloud, wx_users):
    answer = wx_cloud.call("adminReport", caller=wx_users["boss"]).result

    assert answer == {
        "code": 0,
        "today": 2,
        "people": [
            {"openid": wx_users["alice"].openid, "total": 2, "done": 1},
            {"openid": wx_users["boss"].openid, "total": 1, "done": 0},
        ],
    }


@pytest.mark.parametrize("name", ["alice", "visitor"])
def test_nobody_else_does(wx_cloud, wx_users, name):
    assert wx_cloud.call("adminReport", {"role": "admin"}, caller=wx_users[name]).denied


def test_the_role_is_asked_for_each_time(wx_cloud, wx_users, wx_db):
    """A warm instance remembers no role: what was taken away is gone at the next call."""
    boss = wx_users["boss"]
    assert wx_cloud.call("adminReport", caller=boss).allowed

    wx_db["users"].update_one({"_openid": boss.openid}, {"$set": {"role": "member"}})

    assert wx_cloud.call("adminReport", caller=boss).denied


@pytest.mark.wx_user("boss")
@pytest.mark.parametrize("claimed", ["alice", "visitor"])
def test_the_role_is_the_callers_own(wx_cloud, wx_users, claimed):
    assert wx_cloud.call("getRole", {"openid": wx_users[claimed].openid}).result["role"] == "admin"
