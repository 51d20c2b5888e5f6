"""One database for the run: what a test leaves in it is taken back."""

import pytest
from todo import create_app
from unsafe import create_unsafe_app

from pytest_wxcloud.stores import sqlite_store


@pytest.fixture(scope="session")
def database(tmp_path_factory, wx_cloud):
    path = tmp_path_factory.mktemp("database") / "todo.db"
    create_app(path)
    wx_cloud.use(sqlite_store(path))
    return path


@pytest.fixture(scope="session")
def flask_app(database):
    return create_app(database)


@pytest.fixture(scope="session")
def unsafe_app(database):
    return create_unsafe_app(database)
