"""What a database itself takes for equal: by its columns' collations, whoever asks."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from pytest_wxcloud import WxCloud
from pytest_wxcloud.stores import rows_store, sqlalchemy_store, sqlite_store
from pytest_wxcloud.stores.sqlalchemy import table_store

sqlalchemy = pytest.importorskip("sqlalchemy")

SCHEMA = """
CREATE TABLE exact (openid TEXT);
CREATE TABLE folded (openid TEXT COLLATE NOCASE);
INSERT INTO exact VALUES ('oAb');
INSERT INTO folded VALUES ('oAb');
"""


@pytest.fixture(params=["connection", "file", "engine", "engine in memory", "tables", "a connection's tables"])
def store(request, tmp_path):
    path = tmp_path / "app.db"
    in_memory = "memory" in request.param
    engine = sqlalchemy.create_engine("sqlite://" if in_memory else f"sqlite:///{path}")
    with closing(sqlite3.connect(path, check_same_thread=False)) as connection:
        connection.executescript(SCHEMA)
        with engine.connect() as held:
            if in_memory:
                held.connection.executescript(SCHEMA)
            made = {
                "connection": lambda: sqlite_store(connection),
                "file": lambda: sqlite_store(path),
                "engine": lambda: sqlalchemy_store(engine),
                "engine in memory": lambda: sqlalchemy_store(engine),
                "tables": lambda: table_store(engine),
                "a connection's tables": lambda: sqlalchemy_store(held),
            }
            yield made[request.param]()
    engine.dispose()


def test_a_column_that_compares_without_case(store) -> None:
    """Finds what is stored in other case; another column does not, and neither finds what is not there."""
    assert store.finds("folded", "openid", "oaB")
    assert store.finds("exact", "openid", "oAb")
    assert not store.finds("exact", "openid", "oaB")
    assert not store.finds("folded", "openid", "oAc")
    assert not store.finds("nowhere", "openid", "oAb")


def test_a_store_of_ones_own(tmp_path) -> None:
    """Says itself what its database finds; one that does not say it finds nothing."""
    with WxCloud(tmp_path) as cloud:
        cloud.use(rows_store(dict, lambda rows: None))
        assert not cloud.finds("users", "openid", "oAb")
        cloud.use(rows_store(dict, lambda rows: None, lambda table, column, value: value == "oAb"))
        assert cloud.finds("users", "openid", "oAb")
