"""What each route promises. Every law of authorization is tried against it, with callers that nobody thought of."""

import sqlite3
from contextlib import closing

import pytest
from conftest import DATABASE
from unsafe import create_unsafe_app

from pytest_wxcloud import AuthorizationContract, Violation


class OnOnesTodo(AuthorizationContract):
    """Everybody has a todo, and may do what they like with it."""

    app = "wsgi:app"
    allow = {"owner"}

    def arrange(self, cloud, person):
        with closing(sqlite3.connect(DATABASE)) as connection, connection:
            insert = "INSERT INTO todos (openid, text) VALUES (?, ?)"
            return connection.execute(insert, [person.openid, cloud.secret()]).lastrowid


class TestList(OnOnesTodo):
    def request(self, number, caller):
        return {"method": "GET", "path": "/todos"}


class TestAdd(OnOnesTodo):
    def request(self, number, caller):
        return {"method": "POST", "path": "/todos", "json": {"text": "买牛奶"}}


class TestChange(OnOnesTodo):
    demand = {"denied_and_missing_answer_alike"}

    def request(self, number, caller):
        return {"method": "PATCH", "path": f"/todos/{number}", "json": {"done": True}}


class TestRemove(OnOnesTodo):
    demand = {"denied_and_missing_answer_alike"}

    def request(self, number, caller):
        return {"method": "DELETE", "path": f"/todos/{number}"}


class TestRemoveUnsafe(TestRemove):
    """The twin that believes an openid in the body."""

    app = create_unsafe_app(DATABASE)

    @pytest.mark.xfail(raises=Violation, strict=True)
    def test_forged_identity_reaches_nobody(self, wx_attempts):
        super().test_forged_identity_reaches_nobody(wx_attempts)
