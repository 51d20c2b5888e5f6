"""Handlers in Python once more: through which channel somebody calls, and what an instance remembers."""

from __future__ import annotations

from .platform import BY_SHARING
from .python import Rows


class PySourceIsNoPerson(Rows):
    """A call from the console or from another function is no right."""

    law = "the_channel_gives_no_right"
    also = "nobody_has_no_effect"
    mended = """
TRUSTED = ("wx_devtools", "scf")

def main_handler(event, context):
    openid, source = os.environ.get("WX_OPENID"), os.environ.get("TCB_SOURCE", "")
    row = db.execute("select * from notes where id = ?", [str(event["id"])]).fetchone()
    if row is None or not openid or row["openid"] != openid:
        return {"code": 403}
    db.execute("delete from notes where id = ?", [row["id"]])
    return {"code": 0}
"""
    hole = {
        'not openid or row["openid"] != openid': (
            '(not openid or row["openid"] != openid) and source.split(",")[-1] not in TRUSTED'
        )
    }


class PyUnionidWinsOverOpenid(Rows):
    """Who has no unionid at first, and one later, loses what they have."""

    law = "the_channel_takes_no_right"
    also = ""
    mended = """
def main_handler(event, context):
    openid, unionid = os.environ.get("WX_OPENID"), os.environ.get("WX_UNIONID")
    if not openid:
        return {"code": 401}
    me = openid
    removed = db.execute("delete from notes where id = ? and openid = ?", [str(event["id"]), me]).rowcount
    return {"code": 0 if removed else 404}
"""
    hole = {"me = openid": "me = unionid or openid"}


class PyExpire(Rows):
    """Run by a timer every night."""

    schema = "create table coupons (id integer primary key, openid text, used integer, expired integer);"
    allow = {"timer"}
    law = "platform_events_are_not_believed"
    also = "strangers_have_no_effect nobody_has_no_effect"
    mended = """
def main_handler(event, context):
    if os.environ.get("TCB_SOURCE") != "wx_trigger":
        return {"errcode": 403, "errmsg": "only the timer"}
    return {"expired": db.execute("update coupons set expired = 1 where used = 0").rowcount}
"""
    hole = {'os.environ.get("TCB_SOURCE") != "wx_trigger"': 'event.get("Type") != "Timer"'}

    def arrange(self, cloud, person):
        row = "insert into coupons (openid, used, expired) values (?, 0, 0)"
        self.execute(cloud, row, person.openid)

    def event(self, nothing, caller):
        return {}


class PyTimerForEverybody(PyExpire):
    """No check at all: whoever calls does the timer's work."""

    law = "strangers_have_no_effect"
    also = "nobody_has_no_effect"
    hole = {
        'os.environ.get("TCB_SOURCE") != "wx_trigger"': "not os.environ",
    }
    cause = "through which channel"


class PyCachedUser(Rows):
    """Who somebody is, is looked up once; a decorator forgets for whom."""

    law = "a_warm_instance_forgets"
    also = ""
    mended = """
from functools import lru_cache

@lru_cache
def mine(openid):
    return [dict(row) for row in db.execute("select id, text from notes where openid = ?", [openid])]

def main_handler(event, context):
    openid = os.environ.get("WX_OPENID")
    if not openid:
        raise PermissionError("login first")
    mine.cache_clear()
    return {"ok": True, "notes": mine(openid)}
"""
    hole = {
        "def mine(openid):\n    return": 'def mine():\n    openid = os.environ.get("WX_OPENID")\n    return',
        "    mine.cache_clear()\n": "",
        "mine(openid)}": "mine()}",
    }

    def event(self, note_id, caller):
        return {}


class PyTellsBeforeTheCheck(Rows):
    """A message goes out for one who is refused."""

    law = "no_side_effect_before_the_check"
    also = ""
    cause = "before the caller's right is checked"
    mended = """
from urllib.request import Request, urlopen

def send(openid):
    body = json.dumps({"touser": openid, "template_id": "t", "data": {}}).encode()
    with urlopen(Request("http://api.weixin.qq.com/cgi-bin/message/subscribe/send", body), timeout=3) as answer:
        return json.load(answer)["errcode"]

def main_handler(event, context):
    openid = os.environ.get("WX_OPENID")
    row = db.execute("select * from notes where id = ?", [str(event["id"])]).fetchone()
    if row is None:
        return {"code": 404}
    if not openid or row["openid"] != openid:
        return {"code": 403}
    send(row["openid"])
    db.execute("update notes set done = 1 where id = ?", [row["id"]])
    return {"code": 0}
"""
    hole = {
        "    if not openid or": '    send(row["openid"])\n    if not openid or',
        '    send(row["openid"])\n    db.execute("update': '    db.execute("update',
    }

    def arrange(self, cloud, person):
        cloud.http["api.weixin.qq.com"] = {"errcode": 0}
        return super().arrange(cloud, person)


class PyOpenIdOfUserInfo(Rows):
    """Over the HTTP API there is a userInfo, which holds the app alone."""

    law = "nobody_has_no_effect"
    also = f"forged_identity_reaches_nobody {BY_SHARING}"
    mended = """
def main_handler(event, context):
    me = event["userInfo"].get("openId")
    row = db.execute("select * from notes where id = ?", [str(event["id"])]).fetchone()
    if row is None or not me or row["openid"] != me:
        return {"code": 403}
    db.execute("delete from notes where id = ?", [row["id"]])
    return {"code": 0}
"""
    hole = {'not me or row["openid"] != me': 'me and row["openid"] != me'}


class PyChecksUserInfoIfThereIsOne(Rows):
    """Over the HTTP API there is one; whether a timer's event has one, nobody knows."""

    law = "nobody_has_no_effect"
    also = BY_SHARING
    cause = "carries no userInfo"
    mended = """
def main_handler(event, context):
    told = event.get("userInfo")
    row = db.execute("select * from notes where id = ?", [str(event["id"])]).fetchone()
    if row is None or not told or told.get("openId") != row["openid"]:
        return {"code": 403}
    db.execute("delete from notes where id = ?", [row["id"]])
    return {"code": 0}
"""
    hole = {"not told or told.get": "told and told.get"}
