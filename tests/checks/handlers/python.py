"""Handlers in Python, with tables of their own."""

from __future__ import annotations

from ..twin import Twin

SCHEMA = """
create table users (id integer primary key, openid text unique, role text, nick text);
create table notes (id integer primary key autoincrement, openid text, text text, done integer);
create table members (id integer primary key, note integer, openid text, role text);
"""


class Rows(Twin):
    """Everybody has a row."""

    schema = SCHEMA
    allow = {"owner"}
    law = "strangers_have_no_effect"
    also = "nobody_has_no_effect secrets_make_no_difference"

    def execute(self, cloud, sql, *values):
        with self.connected(cloud) as connection:
            return connection.execute(sql, values).lastrowid

    def arrange(self, cloud, person):
        return self.execute(cloud, "insert into notes (openid, text) values (?, ?)", person.openid, cloud.secret())

    def event(self, note_id, caller):
        return {"id": note_id}


class PyRemove(Rows):
    mended = """
def main_handler(event, context):
    openid = os.environ.get("WX_OPENID")
    if not openid:
        return {"code": 401}
    row = db.execute("select * from notes where id = ?", [str(event["id"])]).fetchone()
    if row is None or row["openid"] != openid:
        return {"code": 403}
    db.execute("delete from notes where id = ?", [row["id"]])
    return {"code": 0}
"""
    hole = {'row is None or row["openid"] != openid': "row is None"}


class PyRead(Rows):
    """Raises to refuse, reads the context."""

    mended = """
def main_handler(event, context):
    openid = json.loads(context["environment"]).get("WX_OPENID") if "environment" in context else None
    openid = openid or os.environ.get("WX_OPENID")
    row = db.execute("select * from notes where id = ?", [str(event.get("id"))]).fetchone()
    if row is None:
        raise ValueError("no such note")
    if row["openid"] != openid:
        raise PermissionError("not yours")
    return dict(row)
"""
    hole = {'    if row["openid"] != openid:\n        raise PermissionError("not yours")\n': ""}


class PyFilterThatVanishes(Rows):
    """A condition that is added only where there is something to compare with."""

    law = "nobody_has_no_effect"
    mended = """
def main_handler(event, context):
    openid = os.environ.get("WX_OPENID", "")
    sql, values = "select text from notes where 1 = 1", []
    if True:
        sql, values = sql + " and openid = ?", values + [openid]
    return [row["text"] for row in db.execute(sql, values)]
"""
    hole = {"if True:": "if openid:"}
    also = "the_channel_gives_no_right another_app_is_another_person secrets_make_no_difference"
    cause = "there is no OPENID, and the function goes on"

    def event(self, note_id, caller):
        return {}


class PyTrustsTheEvent(Rows):
    law = "forged_identity_reaches_nobody"
    mended = """
def main_handler(event, context):
    openid = os.environ.get("WX_OPENID")
    if not openid:
        return {"success": False}
    done = db.execute("update notes set text = ? where openid = ?", [str(event["text"]), openid]).rowcount
    return {"success": done > 0}
"""
    hole = {'openid = os.environ.get("WX_OPENID")': 'openid = event.get("openid") or os.environ.get("WX_OPENID")'}
    also = "nobody_has_no_effect"

    def event(self, note_id, caller):
        return {"text": "changed"}


class PyModuleKeepsTheCaller(Rows):
    law = "a_warm_instance_forgets"
    mended = """
STATE = {}

def main_handler(event, context):
    STATE["openid"] = os.environ.get("WX_OPENID")
    if not STATE["openid"]:
        return None
    return [row["text"] for row in db.execute("select text from notes where openid = ?", [STATE["openid"]])]
"""
    hole = {'STATE["openid"] = os.environ.get("WX_OPENID")': 'STATE.setdefault("openid", os.environ.get("WX_OPENID"))'}
    also = ""

    def event(self, note_id, caller):
        return {}


class PyAdmin(Rows):
    """Roles in a table of users."""

    allow = {"admin"}
    roles = ("admin",)
    mended = """
def main(event, context):
    me = db.execute("select role from users where openid = ?", [os.environ.get("WX_OPENID", "")]).fetchone()
    if me is None or me["role"] != "admin":
        return {"code": 403, "message": "forbidden"}
    db.execute("update notes set done = 1 where id = ?", [str(event["id"])])
    return {"code": 0}
"""
    hole = {'me is None or me["role"] != "admin"': "me is None"}
    also = "other_roles_have_no_effect"

    def register(self, cloud, person):
        self.execute(cloud, "insert into users (openid, role) values (?, 'user')", person.openid)

    def grant(self, cloud, person, role, scope):
        self.execute(cloud, "update users set role = ? where openid = ?", role, person.openid)


class PyMassAssignment(PyAdmin):
    """Whatever the client names is set."""

    allow = {"owner"}
    law = "no_right_is_gained"
    mended = """
def main_handler(event, context):
    openid = os.environ.get("WX_OPENID")
    columns = ["nick", "role"]
    sent = {name: str(event["data"][name]) for name in columns[:1] if name in event["data"]}
    for name, value in sent.items():
        db.execute("update users set %s = ? where openid = ?" % name, [value, openid])
    return {"ok": bool(openid)}
"""
    hole = {"columns[:1]": "columns"}
    also = ""

    def event(self, note_id, caller):
        return {"data": {"nick": "changed"}}


class PyScopedMember(Rows):
    """An editor of one note is none of another."""

    allow = {"owner", "editor"}
    roles = ("editor",)
    law = "other_roles_have_no_effect"
    mended = """
def main_handler(event, context):
    openid, note = os.environ.get("WX_OPENID"), str(event["id"])
    mine = db.execute("select 1 from notes where id = ? and openid = ?", [note, openid]).fetchone()
    helps = db.execute("select 1 from members where openid = ? and note = ?", [openid, note]).fetchone()
    if not mine and not helps:
        return {"code": 403}
    db.execute("update notes set text = ? where id = ?", [str(event["text"]), note])
    return {"code": 0}
"""
    hole = {"where openid = ? and note = ?": "where openid = ? and ? > 0"}
    also = ""

    def grant(self, cloud, person, role, scope):
        self.execute(cloud, "insert into members (note, openid, role) values (?, ?, ?)", scope, person.openid, role)

    def event(self, note_id, caller):
        return {"id": note_id, "text": "changed"}


class PyAsync(Rows):
    """An async handler that answers yes to everybody."""

    mended = """
async def main_handler(event, context):
    openid = os.environ.get("WX_OPENID")
    if openid is None:
        return {"ok": False}
    note = db.execute("select id, openid from notes where id = ?", [str(event.get("id"))]).fetchone()
    if note is not None and note["openid"] == openid:
        db.execute("update notes set done = 1 where id = ?", [note["id"]])
    return {"ok": True}
"""
    hole = {' and note["openid"] == openid': ""}
    also = ""
