"""A to-do list on WeChat Cloud Run: Flask, and SQLite."""

import sqlite3
from contextlib import closing

from flask import Flask, abort, g, request

SCHEMA = """
CREATE TABLE IF NOT EXISTS todos (
    id INTEGER PRIMARY KEY, openid TEXT NOT NULL, text TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0
)
"""


def wechat_user():
    """The caller's openid, as WeChat has put it in a header. X-WX-SOURCE tells that the call came through WeChat."""
    openid = request.headers.get("X-WX-OPENID")
    if not openid or not request.headers.get("X-WX-SOURCE"):
        abort(401)
    return openid


def create_app(database, identify=wechat_user):
    app = Flask("todo")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(SCHEMA)

    @app.before_request
    def begin():
        g.openid = identify()
        g.database = sqlite3.connect(database)
        g.database.execute("PRAGMA synchronous = OFF")  # a container's disk does not outlive it
        g.database.row_factory = sqlite3.Row

    @app.teardown_request
    def end(error):
        if "database" in g:
            g.pop("database").close()

    def query(sql, *values):
        """The rows, and whatever was changed is kept."""
        with g.database:
            return g.database.execute(sql, values).fetchall()

    @app.get("/todos")
    def list_todos():
        return [dict(row) for row in query("SELECT id, text, done FROM todos WHERE openid = ? ORDER BY id", g.openid)]

    @app.post("/todos")
    def add_todo():
        text = fields().get("text")
        if not isinstance(text, str) or not text.strip() or len(text) > 200:
            abort(400)
        sql = "INSERT INTO todos (openid, text) VALUES (?, ?) RETURNING id, text, done"
        return dict(query(sql, g.openid, text.strip())[0]), 201

    @app.patch("/todos/<int:number>")
    def change_todo(number):
        done = fields().get("done")
        if not isinstance(done, bool):
            abort(400)
        sql = "UPDATE todos SET done = ? WHERE id = ? AND openid = ? RETURNING id, text, done"
        return dict(one_of(query(sql, done, number, g.openid)))

    @app.delete("/todos/<int:number>")
    def remove_todo(number):
        one_of(query("DELETE FROM todos WHERE id = ? AND openid = ? RETURNING id", number, g.openid))
        return "", 204

    def fields():
        """The JSON object that was sent."""
        body = request.get_json(silent=True)
        return body if isinstance(body, dict) else {}

    def one_of(rows):
        """Somebody else's todo is not there, either."""
        return rows[0] if rows else abort(404)

    return app
