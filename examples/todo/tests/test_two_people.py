"""Alice's todos are none of Bob's business. A denial is proved by what did not change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_wxcloud import strategies as wx


@pytest.fixture(scope="module", autouse=True)
def two_lists(wx_cloud, wx_users):
    """What every test of this module starts from. Whatever a test does to it is taken back after the test."""
    todos = [
        {"_id": "alice-1", "_openid": wx_users["alice"].openid, "text": "买牛奶", "done": False, "version": 1},
        {"_id": "alice-2", "_openid": wx_users["alice"].openid, "text": "寄包裹", "done": True, "version": 1},
        {"_id": "bob-1", "_openid": wx_users["bob"].openid, "text": "还书", "done": True, "version": 1},
    ]
    with wx_cloud.scenario({"todos": todos}):
        yield


def test_each_sees_their_own(wx_cloud, wx_users):
    def seen_by(name):
        return {todo["id"] for todo in wx_cloud.call("listTodos", caller=wx_users[name]).result["todos"]}

    assert seen_by("alice") == {"alice-1", "alice-2"}
    assert seen_by("bob") == {"bob-1"}
    assert seen_by("carol") == set()


def test_alice_ticks_off_her_own(wx_cloud, wx_users, wx_db):
    """Only what one may change is changed, whatever else the event holds."""
    event = {"id": "alice-1", "done": True, "_openid": wx_users["bob"].openid, "sharedWith": ["everybody"]}
    with wx_db.changes() as changes:
        assert wx_cloud.call("updateTodo", event, caller=wx_users["alice"]).allowed

    (change,) = changes
    assert change.id == "alice-1"
    assert change.fields["done"] == (False, True)
    assert set(change.fields) == {"done", "version", "updatedAt"}


@pytest.mark.parametrize("changes", [{}, {"text": ""}, {"text": ["x"]}, {"text": "x" * 201}, {"done": "yes"}])
def test_what_cannot_be_stored_is_refused(wx_cloud, wx_users, changes):
    answer = wx_cloud.call("updateTodo", {"id": "alice-1", **changes}, caller=wx_users["alice"]).result

    assert answer["code"] == 400


@pytest.mark.parametrize(
    ("function", "event"),
    [
        ("updateTodo", {"id": "alice-1", "text": "bob was here"}),
        ("removeTodo", {"id": "alice-1"}),
        ("shareTodo", {"action": "invite", "id": "alice-1"}),
    ],
)
def test_bob_is_denied_and_nothing_is_touched(wx_cloud, wx_users, wx_db, function, event):
    with wx_db.changes() as changes:
        assert wx_cloud.call(function, event, caller=wx_users["bob"]).denied

    assert not changes


@pytest.mark.parametrize(
    ("function", "event"),
    [
        ("listTodos", {}),
        ("addTodo", {"text": "x"}),
        ("updateTodo", {"id": "alice-1", "done": True}),
        ("removeTodo", {"id": "alice-1"}),
        ("removeTodo", {"allDone": True}),
        ("shareTodo", {"action": "invite", "id": "alice-1"}),
        ("getRole", {}),
        ("adminReport", {}),
    ],
)
@pytest.mark.wx_anonymous(channel="timer")
def test_nobody_gets_nowhere(wx_cloud, wx_db, function, event):
    """No OPENID, no service: each function closes its own door."""
    with wx_db.changes() as changes:
        assert wx_cloud.call(function, event).denied

    assert not changes


def test_done_todos_go_and_only_ones_own(wx_cloud, wx_users, wx_db):
    with wx_db.changes() as changes:
        assert wx_cloud.call("removeTodo", {"allDone": True}, caller=wx_users["alice"]).result["removed"] == 1

    assert [change.id for change in changes] == ["alice-2"]


@pytest.mark.wx_each_user("alice", "bob", "carol")
def test_the_owner_cannot_be_chosen(wx_cloud, wx_user, wx_db):
    """What the client says about owners is not stored: the function does not pass its event on."""
    event = {"text": "x", "_openid": "oGZUI0egBJY1zhBYw2KhdUfwVJJE", "sharedWith": ["oGZUI0egBJY1zhBYw2KhdUfwVJJE"]}
    added = wx_cloud.call("addTodo", event).result["id"]

    todo = wx_db["todos"].find_one({"_id": added})
    assert (todo["_openid"], todo["sharedWith"]) == (wx_user.openid, [])


@given(people=wx.pairs("strangers"))
def test_only_the_owner_whoever_they_are(wx_cloud, people):
    """A scenario comes on top of the baseline, and is gone after each example."""
    owner, stranger = people
    with wx_cloud.scenario({"todos": [{"_id": "t", "_openid": owner.openid, "text": "x", "done": False}]}) as db:
        with db.changes() as by_stranger:
            assert wx_cloud.call("updateTodo", {"id": "t", "done": True}, caller=stranger).denied
            assert wx_cloud.call("removeTodo", {"id": "t"}, caller=stranger).denied
        with db.changes() as by_owner:
            assert wx_cloud.call("updateTodo", {"id": "t", "done": True}, caller=owner).allowed
            assert wx_cloud.call("removeTodo", {"id": "t"}, caller=owner).allowed

    assert not by_stranger
    assert [change.id for change in by_owner.removed] == ["t"]


@given(data=st.data())
def test_claiming_to_be_alice_helps_nobody(wx_cloud, wx_users, data):
    """The event says "I am Alice" under every name and in every place where real functions look."""
    alice, bob = wx_users["alice"], wx_users["bob"]
    event = data.draw(wx.forged_events(alice, {"allDone": True}))
    with wx_cloud.scenario() as db:
        with db.changes() as changes:
            wx_cloud.call("removeTodo", event, caller=bob)

        assert [change.id for change in changes.all] == ["bob-1"]  # his own, as without the claims


@given(data=st.data())
def test_an_operator_is_no_id(wx_cloud, wx_users, data):
    """{"$ne": ""} in the place of an id would select every document, if the function let it into the query."""
    value = data.draw(wx.id_values(wx_users["alice"]))
    event = wx.with_value({"done": False}, "id", value)
    with wx_cloud.scenario() as db:
        with db.changes() as changes:
            assert wx_cloud.call("updateTodo", event, caller=wx_users["alice"]).denied
            assert wx_cloud.call("removeTodo", event, caller=wx_users["alice"]).denied

        assert not changes
