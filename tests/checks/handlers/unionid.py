"""The same person in every app of an account, of whom the platform shows a UNIONID to some functions and not to others."""

from __future__ import annotations

from .documents import Notes
from .python import Rows

#: Whose openid is nearly another's, and who comes by resource sharing, are shown no UNIONID either.
WITHOUT = "strangers_have_no_effect the_channel_gives_no_right"


class UnionidNotShown(Notes):
    """People are known by UNIONID; of whom none is shown, the condition drops out."""

    keyed_by = "unionid"
    law = "the_unionid_lets_nobody_in"
    mended = """
exports.main = async (event) => {
  const { UNIONID } = cloud.getWXContext()
  if (!UNIONID) return { code: 401 }
  const mine = { unionid: UNIONID, active: true }
  const { stats } = await db.collection('notes').where(mine).update({ data: { active: false } })
  return { code: 0, updated: stats.updated }
}
"""
    hole = {"  if (!UNIONID) return { code: 401 }\n": ""}
    also = f"nobody_has_no_effect forged_identity_reaches_nobody {WITHOUT}"
    cause = "there is no UNIONID, and the SDK drops"

    def arrange(self, cloud, person):
        cloud.db["notes"].insert_one({"unionid": person.unionid, "active": True, "text": cloud.secret()})

    def event(self, nothing, caller):
        return {}


class UnionidAlone(UnionidNotShown):
    """Where it is the only condition, the SDK throws, and nothing refuses; with a fallback everybody is let in."""

    mended = """
exports.main = async (event) => {
  const { UNIONID, OPENID } = cloud.getWXContext()
  if (UNIONID === undefined || !OPENID) return { code: 401 }
  const query = { unionid: UNIONID }
  const { stats } = await db.collection('notes').where(query).remove()
  return { code: 0, removed: stats.removed }
}
"""
    hole = {
        "UNIONID === undefined || !OPENID": "!OPENID",
        "{ unionid: UNIONID }": "UNIONID ? { unionid: UNIONID } : { active: true }",
    }
    also = WITHOUT
    cause = "there is no UNIONID"


class UnionidOpensTheDoor(Notes):
    """Whose UNIONID is shown is taken for one who was let in before."""

    law = "the_unionid_lets_nobody_in"
    mended = """
exports.main = async (event) => {
  const { OPENID, UNIONID } = cloud.getWXContext()
  const { data: note } = await db.collection('notes').doc(String(event.id)).get()
  const mine = note._openid === OPENID
  if (!OPENID || !mine) return { code: 403 }
  await db.collection('notes').doc(note._id).remove()
  return { code: 0 }
}
"""
    hole = {"note._openid === OPENID": "UNIONID !== undefined || note._openid === OPENID"}
    also = "another_app_is_another_person"
    cause = "that there is a UNIONID decides"


class PyUnionidNotShown(Rows):
    """People are known by UNIONID; of whom none is shown, every row is."""

    keyed_by = "unionid"
    schema = "create table notes (id integer primary key, unionid text, text text, done integer default 0);"
    law = "the_unionid_lets_nobody_in"
    also = f"nobody_has_no_effect forged_identity_reaches_nobody {WITHOUT}"
    cause = "there is no UNIONID"
    mended = """
def main_handler(event, context):
    unionid = os.environ.get("WX_UNIONID")
    if unionid is None:
        return {"code": 401}
    rows = db.execute("select id from notes where ? is null or unionid = ?", [unionid, unionid]).fetchall()
    db.executemany("update notes set done = 1 where id = ?", [[row["id"]] for row in rows])
    return {"code": 0}
"""
    hole = {'    if unionid is None:\n        return {"code": 401}\n': ""}

    def arrange(self, cloud, person):
        row = "insert into notes (unionid, text) values (?, ?)"
        self.execute(cloud, row, person.unionid, cloud.secret())

    def event(self, nothing, caller):
        return {}


class PyUnionidOpensTheDoor(Rows):
    """Whose UNIONID is shown is taken for one who was let in before."""

    law = "the_unionid_lets_nobody_in"
    also = "another_app_is_another_person"
    mended = """
def main_handler(event, context):
    openid, trusted = os.environ.get("WX_OPENID"), os.environ.get("WX_UNIONID")
    row = db.execute("select * from notes where id = ?", [str(event["id"])]).fetchone()
    if row is None or not openid or row["openid"] != openid:
        return {"code": 403}
    db.execute("delete from notes where id = ?", [row["id"]])
    return {"code": 0}
"""
    hole = {'not openid or row["openid"] != openid': 'not openid or (not trusted and row["openid"] != openid)'}
