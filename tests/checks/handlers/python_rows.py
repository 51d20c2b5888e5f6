"""Handlers in Python again: rows that hang on others, sums, rights that end, and who somebody is in another app."""

from __future__ import annotations

from .documents import SAYS_YES
from .python import SCHEMA, Rows


class PyMixedIds(Rows):
    """The note is checked, and the comment is taken from wherever."""

    schema = SCHEMA + "create table comments (id integer primary key, note integer, text text);"
    law = "mixed_ids_reach_nobody"
    also = ""
    mended = """
def main_handler(event, context):
    openid = os.environ.get("WX_OPENID")
    note, comment = str(event["note"]), str(event["comment"])
    if db.execute("select 1 from notes where id = ? and openid = ?", [note, openid]).fetchone() is None:
        return {"code": 403}
    gone = db.execute("delete from comments where id = ? and note = ?", [comment, note]).rowcount
    return {"code": 0 if gone else 404}
"""
    hole = {'id = ? and note = ?", [comment, note]': 'id = ?", [comment]'}

    def arrange(self, cloud, person):
        note = super().arrange(cloud, person)
        row = "insert into comments (id, note, text) values (?, ?, ?)"
        return note, self.execute(cloud, row, 100 + note, note, cloud.secret())

    def event(self, ids, caller):
        return {"note": ids[0], "comment": ids[1]}


class PyCascade(PyMixedIds):
    """Comments hang on the note: they go with it, and only with it."""

    law = "bystanders_stay_untouched"
    mended = """
def main_handler(event, context):
    openid, note = os.environ.get("WX_OPENID"), str(event["note"])
    if not db.execute("delete from notes where id = ? and openid = ?", [note, openid]).rowcount:
        return {"code": 404}
    db.execute("delete from comments where note = ?", [note])
    return {"code": 0}
"""
    hole = {'comments where note = ?", [note])': 'comments")'}

    def event(self, ids, caller):
        return {"note": ids[0]}


class PyBulk(Rows):
    """The way that removes many forgets whose they are."""

    law = "odd_values_reach_nobody"
    also = ""
    mended = """
def main_handler(event, context):
    openid = os.environ.get("WX_OPENID")
    if not openid:
        return {"code": 401}
    if isinstance(event["id"], list):
        for one in event["id"]:
            db.execute("delete from notes where id = ? and openid = ?", [str(one), openid])
        return {"code": 0}
    removed = db.execute("delete from notes where openid = ? and id = ?", [openid, str(event["id"])]).rowcount
    return {"code": 0 if removed else 404}
"""
    hole = {'id = ? and openid = ?", [str(one), openid]': 'id = ?", [str(one)]'}


class PyPlants(Rows):
    """What is added belongs to whom the client says."""

    law = "nothing_is_planted"
    also = ""
    mended = """
def main_handler(event, context):
    openid = os.environ.get("WX_OPENID")
    if not openid:
        raise PermissionError("login first")
    added = db.execute("insert into notes (openid, text) values (?, ?)", [openid, str(event["text"])])
    return {"id": added.lastrowid}
"""
    hole = {"[openid, str": '[str(event.get("openid") or openid), str'}

    def event(self, note_id, caller):
        return {"text": "new"}


class PySum(Rows):
    """Nobody's amount is in the answer itself."""

    schema = SCHEMA + "create table records (id integer primary key, openid text, account text, amount integer);"
    law = "secrets_make_no_difference"
    also = SAYS_YES
    mended = """
def main_handler(event, context):
    openid, account = os.environ.get("WX_OPENID"), str(event["account"])
    query = "select sum(amount) from records where account = ? and openid = ?"
    total = db.execute(query, [account, openid]).fetchone()[0]
    return {"total": total or 0}
"""
    hole = {" and openid = ?": "", "[account, openid]": "[account]"}

    def arrange(self, cloud, person):
        account = f"account of {person!r}"
        for amount in (cloud.secret(int), 7):
            row = "insert into records (openid, account, amount) values (?, ?, ?)"
            self.execute(cloud, row, person.openid, account, amount)
        return account

    def event(self, account, caller):
        return {"account": account}

    def decide(self, outcome):
        return outcome.value["total"] > 0 if isinstance(outcome.value, dict) else None


class PyCoupon(Rows):
    """A right that ends."""

    schema = "create table coupons (id integer primary key, openid text, used integer, until integer);"
    law = "allowed_callers_have_the_effect"
    also = ""
    at = "2024-02-28T12:00:00"
    denied_at = "2024-03-02T12:00:00"
    mended = """
import time

def main_handler(event, context):
    coupon = db.execute("select * from coupons where id = ?", [str(event["id"])]).fetchone()
    if coupon is None or coupon["openid"] != os.environ.get("WX_OPENID"):
        return {"code": 403}
    if coupon["until"] < time.time():
        return {"code": 410}
    db.execute("update coupons set used = 1 where id = ?", [coupon["id"]])
    return {"code": 0}
"""
    hole = {'    if coupon["until"] < time.time():\n        return {"code": 410}\n': ""}

    def arrange(self, cloud, person):
        row = "insert into coupons (openid, used, until) values (?, 0, ?)"
        return self.execute(cloud, row, person.openid, 1709251200)  # 2024-03-01


class PyAnotherApp(Rows):
    """Who shows the owner's unionid is the owner in an app of the same account, and somebody else here."""

    schema = "create table cards (id integer primary key, openid text, unionid text, text text);"
    law = "another_app_is_another_person"
    also = ""
    mended = """
def main_handler(event, context):
    openid, unionid = os.environ.get("WX_OPENID"), os.environ.get("WX_UNIONID")
    card = db.execute("select * from cards where id = ?", [str(event["id"])]).fetchone()
    if card is None or not openid or card["openid"] != openid:
        return {"code": 403}
    db.execute("update cards set text = 'changed' where id = ?", [card["id"]])
    return {"code": 0}
"""
    hole = {'card["openid"] != openid': 'openid != card["openid"] and unionid != card["unionid"]'}

    def arrange(self, cloud, person):
        row = "insert into cards (openid, unionid, text) values (?, ?, ?)"
        return self.execute(cloud, row, person.openid, person.unionid, cloud.secret())


class PyPhoneInAList(Rows):
    """Phone numbers of others."""

    schema = "create table posts (id integer primary key, openid text, title text, phone text, draft text);"
    law = "sensitive_data_stays"
    also = ""
    mended = """
def main_handler(event, context):
    openid, found = os.environ.get("WX_OPENID"), []
    for row in db.execute("select * from posts order by id") if openid else ():
        post = {"title": row["title"]}
        if row["openid"] == openid:
            post["draft"] = row["draft"]
        found.append(post)
    return found
"""
    hole = {'{"title": row["title"]}': '{"title": row["title"], "phone": row["phone"]}'}

    def arrange(self, cloud, person):
        row = "insert into posts (openid, title, phone, draft) values (?, 'hello', ?, ?)"
        return self.execute(cloud, row, person.openid, person.profile.phone_number, cloud.secret())

    def event(self, post_id, caller):
        return {}
