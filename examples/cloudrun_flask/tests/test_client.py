"""Flask's own test client, which sends the headers of whoever acts."""

import pytest


@pytest.fixture
def client(flask_app):
    return flask_app.test_client()


def test_a_todo_is_added_and_listed(client, wx_user):
    added = client.post("/todos", json={"text": " 买牛奶 "})

    assert added.status_code == 201
    assert client.get("/todos").json == [{"id": added.json["id"], "text": "买牛奶", "done": 0}]


def test_every_test_starts_from_none(client, wx_user):
    assert client.get("/todos").json == []


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": 7}, {"text": "x" * 201}, [], None])
def test_what_is_no_text_is_refused(client, wx_user, wx_cloud, body):
    with wx_cloud.changes() as changes:
        assert client.post("/todos", json=body).status_code == 400
    assert not changes


def test_two_people_have_a_list_each(client, wx_cloud, wx_users):
    for name in ("alice", "bob"):
        with wx_cloud.acting_as(wx_users[name]):
            client.post("/todos", json={"text": f"{name}'s"})

    with wx_cloud.acting_as(wx_users["bob"]):
        assert [todo["text"] for todo in client.get("/todos").json] == ["bob's"]


def test_without_a_user_nothing_is_served(client):
    """No fixture and no marker says who acts, so no header is sent."""
    assert client.get("/todos").status_code == 401


@pytest.mark.wx_anonymous(channel="timer")
def test_nor_for_a_timer(client):
    assert client.get("/todos").status_code == 401
