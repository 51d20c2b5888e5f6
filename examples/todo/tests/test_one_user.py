"""The first tests: one user, and what they find in the database and in the answer."""

from datetime import datetime, timezone

import pytest

from pytest_wxcloud import CallFunctionError


def test_a_todo_is_added(wx_cloud, wx_user, wx_db):
    wx_db.create_collection("todos")  # as in the cloud: a function cannot write to a collection that is not there

    answer = wx_cloud.call("addTodo", {"text": " 买牛奶 "}).result

    todo = wx_db["todos"].find_one({"_id": answer["id"]})
    assert todo["_openid"] == wx_user.openid
    assert todo["text"] == "买牛奶"


@pytest.mark.wx_time("2025-06-01 08:00:00")
def test_the_server_sets_the_time(wx_cloud, wx_user, wx_db):
    """One clock: the test's, `new Date()` in the function, and db.serverDate()."""
    with wx_cloud.scenario({"todos": []}):
        wx_cloud.call("addTodo", {"text": "买牛奶", "createdAt": "1999-01-01"})

        assert wx_db["todos"].find_one()["createdAt"] == datetime(2025, 6, 1, 8, tzinfo=timezone.utc)


@pytest.mark.parametrize("text", ["", "   ", "x" * 201, None, 7, ["买牛奶"], {"$ne": ""}])
def test_what_is_no_text_is_refused(wx_cloud, wx_user, wx_db, text):
    with wx_db.changes() as changes:
        assert wx_cloud.call("addTodo", {"text": text}).result["code"] == 400

    assert not changes


def test_there_is_an_end_to_open_todos(wx_cloud, wx_user, wx_users, wx_db):
    wx_db.seed({"todos": [{"_openid": wx_user.openid, "done": False}] * 50})

    assert wx_cloud.call("addTodo", {"text": "x"}).result["code"] == 409
    assert wx_cloud.call("addTodo", {"text": "x"}, caller=wx_users["bob"]).allowed


def test_the_newest_come_first_a_page_at_a_time(wx_cloud, wx_user, wx_db):
    wx_db.seed(
        {
            "todos": [
                {"_openid": wx_user.openid, "text": str(day), "createdAt": datetime(2025, 5, day, tzinfo=timezone.utc)}
                for day in range(1, 26)
            ]
        }
    )

    first = wx_cloud.call("listTodos").result
    second = wx_cloud.call("listTodos", {"page": 1}).result

    assert [todo["text"] for todo in first["todos"]] == [str(day) for day in range(25, 5, -1)]
    assert [todo["text"] for todo in second["todos"]] == ["5", "4", "3", "2", "1"]
    assert (first["more"], second["more"]) == (True, False)


@pytest.mark.parametrize(("done", "texts"), [(True, ["寄包裹"]), (False, ["买牛奶"]), ("true", ["买牛奶", "寄包裹"])])
def test_only_what_is_done_or_open(wx_cloud, wx_user, wx_db, done, texts):
    mine = {"_openid": wx_user.openid}
    wx_db.seed({"todos": [{**mine, "text": "买牛奶", "done": False}, {**mine, "text": "寄包裹", "done": True}]})

    todos = wx_cloud.call("listTodos", {"done": done}).result["todos"]

    assert [todo["text"] for todo in todos] == texts


def test_as_the_mini_program_calls_it(wx_cloud, wx_user, wx_db):
    """call_function is wx.cloud.callFunction, with the same callbacks and the same answers."""
    wx_db.create_collection("todos")
    toasts = []

    wx_cloud.call_function(
        name="addTodo",
        data={"text": "买牛奶"},
        success=lambda res: toasts.append("已添加" if res["result"]["code"] == 0 else res["result"]["message"]),
        complete=lambda res: toasts.append(res["errMsg"]),
    )
    assert toasts == ["已添加", "cloud.callFunction:ok"]

    listed = wx_cloud.call_function("listTodos")["result"]["todos"]
    assert [(todo["text"], todo["mine"]) for todo in listed] == [("买牛奶", True)]


def test_a_forgotten_collection_is_the_platforms_error(wx_cloud, wx_user):
    with pytest.raises(CallFunctionError, match=r"-502005.*Db or Table not exist: todos"):
        wx_cloud.call_function("addTodo", {"text": "买牛奶"})
