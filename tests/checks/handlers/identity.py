"""Who calls: taken from the event, or remembered from an earlier call."""

from __future__ import annotations

import json

from ..twin import Twin
from .documents import Notes


class TrustsOpenid(Notes):
    law = "forged_identity_reaches_nobody"
    mended = """
exports.main = async (event) => {
  const openid = cloud.getWXContext().OPENID
  if (!openid) return { code: 401 }
  const { data } = await db.collection('notes').where({ _openid: String(openid) }).get()
  return { code: 0, data }
}
"""
    hole = {"const openid = cloud": "const openid = event.openid || cloud"}
    also = "nobody_has_no_effect"
    cause = "believes who the event says"

    def event(self, note_id, caller):
        return {}


class ReadsUserInfo(Notes):
    """The platform's own userInfo is good; a copy of it in another place is not."""

    law = "forged_identity_reaches_nobody"
    mended = """
exports.main = async (event) => {
  const { openId } = event.userInfo || {}
  if (!openId) return { success: false }
  const { stats } = await db.collection('notes').where({ _openid: openId, _id: String(event.id) }).remove()
  return { success: stats.removed === 1 }
}
"""
    hole = {"event.userInfo || {}": "event.user || event.userInfo || {}", "_openid: openId": "_openid: String(openId)"}
    also = "nobody_has_no_effect"


class InternalUserId(Notes):
    """The client says which of the back end's own user ids is its."""

    law = "forged_identity_reaches_nobody"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const user = (await db.collection('users').where({ openid: OPENID }).get()).data[0]
  if (!user) return { code: 404 }
  await db.collection('users').doc(user._id).update({ data: { nick: event.nick } })
  return { code: 0 }
}
"""
    hole = {"doc(user._id)": "doc(event.userId || user._id)"}
    also = ""

    def arrange(self, cloud, person):
        return cloud.db["users"].insert_one({"openid": person.openid, "nick": "n"}).inserted_id

    def event(self, user_id, caller):
        return {"nick": "changed"}


class LoginByCode(Notes):
    """A demonstration's shortcut: the code of wx.login stands for the openid, where there is none."""

    law = "forged_identity_reaches_nobody"
    mended = """
exports.main = async ({ code, nick }) => {
  const { OPENID } = cloud.getWXContext()
  const who = OPENID
  if (!who || typeof code !== 'string') return { errcode: 40029 }
  const { stats } = await db.collection('notes').where({ _openid: who }).update({ data: { nick } })
  return { errcode: 0, updated: stats.updated }
}
"""
    hole = {"who = OPENID": "who = OPENID || code"}
    cause = "believes who the event says"

    def event(self, note_id, caller):
        return {"code": "0a1b2c", "nick": "new"}


class BodyOfAnHttpCall(Notes):
    """What is sent is JSON in a text, as HTTP brings it."""

    law = "forged_identity_reaches_nobody"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { openid = '', nick } = JSON.parse(event.body)
  if (!OPENID) return { code: 401, openid }
  const { stats } = await db.collection('notes').where({ _openid: OPENID }).update({ data: { nick: String(nick) } })
  return { code: 0, updated: stats.updated }
}
"""
    hole = {"_openid: OPENID }": "_openid: openid || OPENID }"}
    cause = "believes who the event says"

    def event(self, note_id, caller):
        return {"httpMethod": "POST", "body": json.dumps({"nick": "new"})}


class DeputyByName(Notes):
    """A name that nothing says of that it names a person, and that no contract sends."""

    law = "forged_identity_reaches_nobody"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const { data } = await db.collection('notes').where({ _openid: OPENID, topic: event.topic || 'all' }).get()
  return { code: 0, data, page: event.page, size: event.size }
}
"""
    hole = {"_openid: OPENID,": "_openid: event.behalf || OPENID,"}
    also = "nobody_has_no_effect"

    def arrange(self, cloud, person):
        note = {"_openid": person.openid, "text": cloud.secret(), "topic": "all"}
        return cloud.db["notes"].insert_one(note).inserted_id

    def event(self, note_id, caller):
        return {}


class PlantsARecord(Notes):
    """What is added belongs to whom the client says."""

    law = "nothing_is_planted"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) throw new Error('login first')
  const { _id } = await db.collection('notes').add({ data: { text: event.text, _openid: OPENID } })
  return _id
}
"""
    hole = {"_openid: OPENID }": "_openid: event.openid || OPENID }"}

    def event(self, note_id, caller):
        return {"text": "new"}


class FirstCallUpsert(Notes):
    """Whoever calls gets a profile; nobody gets somebody else's."""

    allow = {"anyone"}
    law = "forged_identity_reaches_nobody"
    mended = """
exports.main = async (event) => {
  const openid = cloud.getWXContext().OPENID
  if (typeof openid !== 'string') return { code: 401 }
  const users = db.collection('users')
  const { data } = await users.where({ openid }).get()
  if (data.length === 0) await users.add({ data: { openid, nick: event.nick, createdAt: db.serverDate() } })
  else await users.doc(data[0]._id).update({ data: { nick: event.nick, lastLogin: db.serverDate() } })
  return { code: 0 }
}
"""
    hole = {"const openid = cloud": "const openid = event.openId || cloud"}
    also = "nothing_is_planted nobody_has_no_effect"

    def register(self, cloud, person):
        cloud.db["users"].insert_one({"openid": person.openid, "nick": "n"})

    def arrange(self, cloud, person):
        return None

    def event(self, nothing, caller):
        return {"nick": "changed"}


class ModuleKeepsOpenid(Notes):
    """A warm instance is the next caller's."""

    law = "a_warm_instance_forgets"
    mended = """
exports.main = async (event) => {
  let openid
  openid = cloud.getWXContext().OPENID
  if (!openid) return null
  return (await db.collection('notes').where({ _openid: openid }).get()).data
}
"""
    hole = {
        "exports.main = async (event) => {\n  let openid\n": "let openid\nexports.main = async (event) => {\n",
        "openid = cloud": "openid = openid || cloud",
    }
    cause = "a variable of the module"

    def event(self, note_id, caller):
        return {}


class CachedUser(Notes):
    """The user is looked up once; for whom is forgotten."""

    law = "a_warm_instance_forgets"
    mended = """
const cache = new Map()
const find = async (openid) => (await db.collection('notes').where({ _openid: openid, version: 1 }).get()).data[0]
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const note = await find(OPENID)
  cache.set(OPENID, note)
  return { code: 0, note: cache.get(OPENID) }
}
"""
    hole = {
        "  const note = await find(OPENID)\n": "",
        "  cache.set(OPENID, note)\n": "  if (!cache.has('note')) cache.set('note', await find(OPENID))\n",
        "cache.get(OPENID)": "cache.get('note')",
    }

    def event(self, note_id, caller):
        return {}


class QueryGrows(Notes):
    """A query kept by the module gathers what every caller adds."""

    law = "a_warm_instance_forgets"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return []
  const seen = new Set()
  seen.add(OPENID)
  return (await db.collection('notes').where({ _openid: _.in([...seen]) }).get()).data
}
"""
    hole = {"  const seen = new Set()\n": "", "exports.main": "const seen = new Set()\nexports.main"}

    def event(self, note_id, caller):
        return {}


class LikeInOnesName(Twin):
    """Everybody may like a post, each in their own name; the event says whose that is."""

    allow = {"anyone"}
    shared = {"posts.likes"}
    law = "nothing_is_planted"
    mended = """
exports.main = async ({ id, openid }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID || openid !== OPENID) return { code: 401 }
  const { stats } = await db.collection('posts').where({ _id: String(id) }).update({ data: { likes: _.addToSet(openid) } })
  return { code: stats.updated ? 0 : 404 }
}
"""
    hole = {" || openid !== OPENID": ""}

    def arrange(self, cloud, person):
        return cloud.db["posts"].insert_one({"_openid": person.openid, "likes": []}).inserted_id

    def event(self, post, caller):
        return {"id": post, "openid": caller.openid if caller else ""}


class LikesByName(LikeInOnesName):
    """A key for each who likes."""

    mended = LikeInOnesName.mended.replace("{ likes: _.addToSet(openid) }", "{ [`likes.${openid}`]: true }")

    def arrange(self, cloud, person):
        return cloud.db["posts"].insert_one({"_openid": person.openid, "likes": {}}).inserted_id


class AddsGuest(LikeInOnesName):
    """Whose the party is adds whom they like; nobody is taken for the caller by that."""

    allow = {"owner"}
    shared = frozenset()
    law = "strangers_have_no_effect"
    also = "other_roles_have_no_effect the_channel_gives_no_right another_app_is_another_person"
    mended = """
exports.main = async ({ id, openid }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID || typeof openid !== 'string') return { code: 401 }
  const mine = { _id: String(id), _openid: OPENID }
  const { stats } = await db.collection('posts').where(mine).update({ data: { likes: _.addToSet(openid) } })
  return { code: stats.updated ? 0 : 404 }
}
"""
    hole = {", _openid: OPENID": ""}

    def event(self, post, caller):
        return {"id": post, "openid": "oGZUI0egBJY1zhBYw2KhdUfwVJJE"}
