"""A right that is given, used, and taken back."""

from datetime import datetime, timezone

import pytest
from freezegun import freeze_time


@pytest.fixture(scope="module", autouse=True)
def baseline(wx_cloud, wx_users):
    alice = wx_users["alice"]
    todo = {"_id": "t1", "_openid": alice.openid, "text": "周末野餐", "done": False, "sharedWith": [], "version": 1}
    with wx_cloud.scenario({"todos": [todo], "invitations": []}):
        yield


@pytest.fixture
def token(wx_cloud, wx_users):
    """An invitation to Alice's todo, made in the test's own time."""
    return wx_cloud.call("shareTodo", {"action": "invite", "id": "t1"}, caller=wx_users["alice"]).result["token"]


@pytest.fixture
def accept(wx_cloud, token):
    return lambda who: wx_cloud.call("shareTodo", {"action": "accept", "token": token}, caller=who)


@pytest.fixture
def seen_by(wx_cloud):
    return lambda who: [todo["text"] for todo in wx_cloud.call("listTodos", caller=who).result["todos"]]


def test_who_accepts_may_read(wx_users, accept, seen_by):
    assert seen_by(wx_users["bob"]) == []

    assert accept(wx_users["bob"]).allowed

    assert seen_by(wx_users["bob"]) == ["周末野餐"]
    assert seen_by(wx_users["carol"]) == []


def test_a_reader_only_reads(wx_cloud, wx_users, wx_db, accept):
    alice, bob = wx_users["alice"], wx_users["bob"]
    accept(bob)

    with wx_db.changes() as changes:
        assert wx_cloud.call("updateTodo", {"id": "t1", "done": True}, caller=bob).denied
        assert wx_cloud.call("removeTodo", {"id": "t1"}, caller=bob).denied
        assert wx_cloud.call("shareTodo", {"action": "invite", "id": "t1"}, caller=bob).denied
    assert not changes

    (seen,) = wx_cloud.call("listTodos", caller=bob).result["todos"]
    assert not seen["mine"]
    assert alice.openid not in str(seen)


def test_what_is_revoked_is_gone(wx_cloud, wx_users, accept, seen_by):
    alice, bob = wx_users["alice"], wx_users["bob"]
    accept(bob)
    assert seen_by(bob) == ["周末野餐"]

    revoked = {"action": "revoke", "id": "t1", "reader": bob.openid}
    assert wx_cloud.call("shareTodo", revoked, caller=wx_users["carol"]).denied
    assert wx_cloud.call("shareTodo", revoked, caller=alice).allowed

    assert seen_by(bob) == []
    assert seen_by(alice) == ["周末野餐"]


def test_an_invitation_makes_one_reader(wx_users, wx_db, accept):
    """The update and the removal are one transaction: the changes come together, or not at all."""
    with wx_db.changes() as changes:
        assert accept(wx_users["bob"]).allowed
    assert [change.collection for change in changes.updated] == ["todos"]
    assert [change.collection for change in changes.removed] == ["invitations"]

    with wx_db.changes() as changes:
        assert accept(wx_users["carol"]).result["code"] == 410
    assert not changes


def test_owners_do_not_use_up_their_own_invitation(wx_users, wx_db, accept):
    with wx_db.changes() as changes:
        assert accept(wx_users["alice"]).allowed

    assert not changes


def test_nothing_is_left_to_share(wx_cloud, wx_users, accept):
    assert wx_cloud.call("removeTodo", {"id": "t1"}, caller=wx_users["alice"]).allowed

    assert accept(wx_users["bob"]).result["code"] == 410


@pytest.mark.parametrize(("instant", "code"), [("2025-06-02 07:59:59", 0), ("2025-06-02 08:00:00", 410)])
@pytest.mark.wx_time("2025-06-01 08:00:00")
def test_an_invitation_lasts_a_day(wx_users, wx_db, accept, instant, code):
    """wx_time sets the clock of the fixtures too; freezegun moves it on inside the test."""
    assert wx_db["invitations"].find_one()["expiresAt"] == datetime(2025, 6, 2, 8, tzinfo=timezone.utc)

    with freeze_time(instant):
        assert accept(wx_users["bob"]).result["code"] == code


@pytest.mark.parametrize("value", [{"$ne": ""}, ["x"], None, 1])
def test_an_operator_is_neither_token_nor_reader(wx_cloud, wx_users, wx_db, accept, value):
    accept(wx_users["bob"])
    with wx_db.changes() as changes:
        accepted = wx_cloud.call("shareTodo", {"action": "accept", "token": value}, caller=wx_users["carol"])
        revoked = wx_cloud.call(
            "shareTodo", {"action": "revoke", "id": "t1", "reader": value}, caller=wx_users["alice"]
        )

    assert (accepted.result["code"], revoked.result["code"]) == (400, 400)
    assert not changes


@pytest.mark.parametrize("action", ["constructor", "Invite", "", None, {"$ne": ""}])
def test_unknown_actions_do_nothing(wx_cloud, wx_users, action):
    answer = wx_cloud.call("shareTodo", {"action": action, "id": "t1"}, caller=wx_users["alice"]).result

    assert answer == {"code": 400, "message": "未知操作"}
