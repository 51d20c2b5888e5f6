"""Requests as anyone: what was decided, and what changed in SQL."""

import pytest
from hypothesis import given, settings

from pytest_wxcloud import CrashedError
from pytest_wxcloud import strategies as wx


@pytest.fixture(scope="module")
def todo(wx_cloud, flask_app):
    return wx_cloud.app(flask_app)


def test_what_changes_in_sql(todo, wx_cloud, wx_user):
    with wx_cloud.changes() as changes:
        number = todo.request("POST", "/todos", json={"text": "买牛奶"}).json["id"]
        assert todo.request("PATCH", f"/todos/{number}", json={"done": True}).allowed

    (change,) = changes
    assert (change.kind, change.collection) == ("inserted", "todos")
    assert change.after == {"id": number, "openid": wx_user.openid, "text": "买牛奶", "done": 1}


@settings(deadline=None)  # it writes to a disk
@given(people=wx.pairs("strangers"))
def test_only_the_owner(todo, wx_cloud, people):
    owner, stranger = people
    with wx_cloud.scenario():
        number = todo.request("POST", "/todos", json={"text": "寄包裹"}, caller=owner).json["id"]
        with wx_cloud.changes() as changes:
            for method, body in (("PATCH", {"done": True}), ("DELETE", {"openid": owner.openid})):
                assert todo.request(method, f"/todos/{number}", json=body, caller=stranger).denied
        assert not changes
        assert todo.request("DELETE", f"/todos/{number}", caller=owner).allowed


def test_an_address_without_a_route_decides_nothing(todo, wx_user):
    """A mistyped path is told from a refusal, which would prove nothing."""
    with pytest.raises(CrashedError, match="no route for /todo"):
        assert todo.request("GET", "/todo").denied
