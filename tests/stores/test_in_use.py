"""Stores as parts of scenes, scenarios and tests, whatever the database."""

from __future__ import annotations

import copy
import sqlite3
from contextlib import closing

import pytest

from pytest_wxcloud import Settings, WxCloud
from pytest_wxcloud.stores import rows_store, sqlite_store

USERS = {"ann": {"age": 30}, "bob": {"age": 20}}


def main(event, context):
    USERS.update(event.get("set", {}))
    for name in event.get("remove", ()):
        del USERS[name]


@pytest.fixture
def cloud(tmp_path):
    with WxCloud(tmp_path, Settings()) as cloud:
        yield cloud


@pytest.fixture
def users():
    """A store of one's own, for a dict."""

    def write(rows) -> None:
        USERS.clear()
        USERS.update(copy.deepcopy(rows["users"]))

    return rows_store(lambda: {"users": copy.deepcopy(USERS)}, write)


def test_a_store_of_ones_own(cloud, users) -> None:
    """Two callables, and it is part of scenarios and changes."""
    cloud.use(users)
    event = {"set": {"ann": {"age": 31, "new": True}, "cyd": {"age": 40}}, "remove": ["bob"]}
    with cloud.scenario(), cloud.changes() as changes:
        cloud.call(main, event, caller=None)

    assert USERS == {"ann": {"age": 30}, "bob": {"age": 20}}
    assert [str(change) for change in changes] == [
        "users/ann updated (age: 30 → 31, new: None → True)",
        "users/bob removed (age: 20 → None)",
        "users/cyd inserted (age: None → 40)",
    ]


def test_changes_of_all_databases(cloud, users) -> None:
    """The local database and the stores are told together, also when the block fails."""
    cloud.use(users)

    def fail() -> None:
        cloud.db["todos"].insert_one({"_id": "1"})
        cloud.call(main, {"remove": ["ann"]}, caller=None)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), cloud.scenario(), cloud.changes() as changes:
        fail()

    assert {(change.collection, change.id, change.kind) for change in changes} == {
        ("todos", "1", "inserted"),
        ("users", "ann", "removed"),
    }
    assert set(USERS) == {"ann", "bob"}


def test_python_alone_starts_no_worker(cloud, users) -> None:
    """Scenarios and changes of Python handlers need no Node."""
    cloud.use(users)
    with cloud.scenario(), cloud.changes() as changes:
        cloud.call(main, {"remove": ["ann"]}, caller=None)

    assert len(changes) == 1
    assert not cloud.node.running


def test_a_store_is_used_until_its_scene_is_over(cloud, users) -> None:
    """A database that a test made is not looked for when it is gone."""
    with cloud.scenario(), closing(sqlite3.connect(":memory:")) as connection:
        cloud.use(sqlite_store(connection))
        with cloud.scenario():
            connection.execute("CREATE TABLE t (id)")
    with cloud.scenario(), cloud.changes() as changes:
        pass
    assert not len(changes)


def test_each_test_starts_from_the_same_rows(pytester: pytest.Pytester) -> None:
    """What wider fixtures put there stays; what a test or an example adds goes."""
    pytester.makepyfile(
        """
        import sqlite3
        import pytest
        from hypothesis import given, strategies as st
        from pytest_wxcloud.stores import sqlite_store

        def main(event, context):
            with sqlite3.connect("app.db") as connection:
                connection.execute("INSERT INTO todos (owner) VALUES (?)", [event["owner"]])
            connection.close()

        def owners():
            connection = sqlite3.connect("app.db")
            found = [owner for owner, in connection.execute("SELECT owner FROM todos")]
            connection.close()
            return found

        @pytest.fixture(scope="module", autouse=True)
        def database(wx_cloud):
            connection = sqlite3.connect("app.db")
            connection.executescript("CREATE TABLE todos (owner)")
            connection.close()
            wx_cloud.use(sqlite_store("app.db"))
            wx_cloud.call(main, {"owner": "everybody"}, caller=None)

        @pytest.mark.parametrize("again", [1, 2])
        def test_one(wx_cloud, again):
            wx_cloud.call(main, {"owner": "ann"}, caller=None)
            assert owners() == ["everybody", "ann"]

        @given(owner=st.text(min_size=1, max_size=3, alphabet="abc"))
        def test_many(wx_cloud, owner):
            with wx_cloud.scenario(), wx_cloud.changes() as changes:
                wx_cloud.call(main, {"owner": owner}, caller=None)
                assert owners() == ["everybody", owner]
            assert [change.after for change in changes.inserted] == [{"owner": owner}]
        """
    )
    pytester.runpytest_subprocess("-p", "no:asyncio").assert_outcomes(passed=3)
