"""Whoever knows something may: a code of invitation, a password, the token in a link. Nobody is stored for that."""

from __future__ import annotations

from ..twin import Twin
from .python import SCHEMA, Rows


class JoinByCode(Twin):
    """Who has the group's code may join it."""

    roles = ("invited",)
    allow = {"invited"}
    law = "strangers_have_no_effect"
    also = (
        "nobody_has_no_effect other_roles_have_no_effect forged_identity_reaches_nobody mixed_ids_reach_nobody "
        "another_app_is_another_person the_channel_gives_no_right odd_values_reach_nobody"
    )
    mended = """
exports.main = async ({ group, code }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID || typeof group !== 'string' || typeof code !== 'string') return { code: 400 }
  const { data } = await db.collection('groups').where({ _id: group, invite: code }).get()
  if (data.length === 0) return { code: 403 }
  await db.collection('members').add({ data: { openid: OPENID, group } })
  return { code: 0 }
}
"""
    hole = {"{ _id: group, invite: code }": "{ _id: group }"}

    def arrange(self, cloud, person):
        group = {"owner": person.openid, "invite": f"code of {person.label}"}
        return {"_id": cloud.db["groups"].insert_one(group).inserted_id, "invite": group["invite"]}

    def event(self, group, caller):
        return {"group": group["_id"]}

    def knows(self, group, role):
        return {"code": group["invite"]}


class JoinByAnyCode(JoinByCode):
    """The code of another group opens this one."""

    hole = {"{ _id: group, invite: code }": "{ invite: code }"}


class JoinByOperator(JoinByCode):
    """Whatever stands in place of the code goes into the query."""

    law = "odd_values_reach_nobody"
    also = "nobody_has_no_effect strangers_have_no_effect"
    hole = {" || typeof code !== 'string'": ""}


class SharedByLink(Twin):
    """Who has the link reads, and the owner without it."""

    roles = ("reader",)
    allow = {"owner", "reader"}
    law = "strangers_have_no_effect"
    also = (
        "nobody_has_no_effect secrets_make_no_difference forged_identity_reaches_nobody odd_values_reach_nobody "
        "other_roles_have_no_effect"
    )
    mended = """
exports.main = async ({ id, token }) => {
  const { OPENID } = cloud.getWXContext()
  const { data: [note] } = await db.collection('notes').where({ _id: String(id) }).get()
  if (!note) return { code: 404 }
  if (note._openid !== OPENID && note.token !== token) return { code: 403 }
  return { code: 0, text: note.text }
}
"""
    hole = {"note.token !== token": "note.token.length !== String(token).length"}

    def arrange(self, cloud, person):
        note = {"_openid": person.openid, "token": f"token of {person.label:>9}", "text": cloud.secret()}
        return {"_id": cloud.db["notes"].insert_one(note).inserted_id, "token": note["token"]}

    def event(self, note, caller):
        return {"id": note["_id"]}

    def knows(self, note, role):
        return {"token": note["token"]}


class AdminByPassword(Twin):
    """A back end without roles: whoever knows the password is its administrator."""

    roles = ("admin",)
    allow = {"admin"}
    law = "odd_values_reach_nobody"
    also = "nobody_has_no_effect strangers_have_no_effect"
    mended = """
const PASSWORD = 'correct horse'
exports.main = async ({ id, password }) => {
  if (password !== PASSWORD) return { code: 403 }
  const { stats } = await db.collection('notes').where({ _id: String(id) }).remove()
  return { code: stats.removed ? 0 : 404 }
}
"""
    hole = {"if (password !== PASSWORD)": "if (password && password !== PASSWORD)"}

    def arrange(self, cloud, person):
        return cloud.db["notes"].insert_one({"_openid": person.openid, "text": cloud.secret()}).inserted_id

    def event(self, note, caller):
        return {"id": note}

    def knows(self, note, role):
        return {"password": "correct horse"}


class AdminByNoPassword(AdminByPassword):
    """It is asked for, and not looked at."""

    law = "strangers_have_no_effect"
    also = "nobody_has_no_effect forged_identity_reaches_nobody"
    hole = {"if (password !== PASSWORD)": "if (typeof password !== 'string')"}


class PyJoinByCode(Rows):
    """Who has the group's code may join it."""

    schema = SCHEMA + "create table groups (id integer primary key, openid text, invite text);"
    roles = ("invited",)
    allow = {"invited"}
    also = (
        "nobody_has_no_effect other_roles_have_no_effect forged_identity_reaches_nobody mixed_ids_reach_nobody "
        "another_app_is_another_person the_channel_gives_no_right odd_values_reach_nobody"
    )
    mended = """
def main_handler(event, context):
    openid, code = os.environ.get("WX_OPENID"), str(event["code"])
    if not openid:
        return {"code": 401}
    group = db.execute("select id from groups where id = ? and invite = ?", [str(event["group"]), code]).fetchone()
    if group is None:
        return {"code": 403}
    db.execute("insert into members (note, openid) values (?, ?)", [group["id"], openid])
    return {"code": 0}
"""
    hole = {'id = ? and invite = ?", [str(event["group"]), code]': 'id = ?", [str(event["group"])]'}

    def arrange(self, cloud, person):
        row = "insert into groups (openid, invite) values (?, ?)"
        return self.execute(cloud, row, person.openid, f"code of {person.label}"), f"code of {person.label}"

    def event(self, group, caller):
        return {"group": group[0]}

    def knows(self, group, role):
        return {"code": group[1]}


class PyAdminByPassword(Rows):
    """Whoever knows the password is the administrator."""

    roles = ("admin",)
    allow = {"admin"}
    also = "nobody_has_no_effect forged_identity_reaches_nobody odd_values_reach_nobody"
    mended = """
def main_handler(event, context):
    if event["password"] != "correct horse":
        raise PermissionError("administrators only")
    return {"code": 0 if db.execute("delete from notes where id = ?", [str(event["id"])]).rowcount else 404}
"""
    hole = {'!= "correct horse"': 'in (None, "")'}

    def knows(self, note, role):
        return {"password": "correct horse"}
