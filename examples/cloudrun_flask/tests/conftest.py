"""One database for the run: what a test leaves in it is taken back."""

import os
import tempfile
from pathlib import Path

import pytest

from pytest_wxcloud.stores import sqlite_store

DATABASE = Path(tempfile.mkdtemp(prefix="todo-")) / "todo.db"
os.environ["TODO_DATABASE"] = str(DATABASE)  # as the service's settings on Cloud Run would


@pytest.fixture(scope="session", autouse=True)
def database(wx_cloud):
    wx_cloud.use(sqlite_store(DATABASE))
    return DATABASE


@pytest.fixture(scope="session")
def flask_app():
    from wsgi import app

    return app


@pytest.fixture(scope="session")
def unsafe_app(database):
    from unsafe import create_unsafe_app

    return create_unsafe_app(database)
