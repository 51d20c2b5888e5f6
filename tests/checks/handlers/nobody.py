"""Callers without OPENID: conditions that vanish, and fallbacks for them."""

from __future__ import annotations

from .documents import Notes


class VanishedFilterUpdate(Notes):
    law = "nobody_has_no_effect"
    mended = """
exports.main = async (event, context) => {
  const wxContext = cloud.getWXContext()
  if (!wxContext.OPENID) return { code: -1, msg: '未登录' }
  return await db.collection('notes').where({ _openid: wxContext.OPENID, _id: String(event.id) })
    .update({ data: { text: event.text } })
}
"""
    hole = {"  if (!wxContext.OPENID) return { code: -1, msg: '未登录' }\n": ""}
    also = "the_channel_gives_no_right another_app_is_another_person"
    cause = "drops keys that are undefined"

    def event(self, note_id, caller):
        return {"id": note_id, "text": "changed"}


class VanishedFilterList(Notes):
    law = "nobody_has_no_effect"
    mended = """
exports.main = async () => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return []
  const res = await db.collection('notes').where({ _openid: OPENID, version: 1 }).orderBy('version', 'desc').get()
  return res.data
}
"""
    hole = {"  if (!OPENID) return []\n": ""}
    also = "the_channel_gives_no_right another_app_is_another_person secrets_make_no_difference"
    cause = "drops keys that are undefined"

    def event(self, note_id, caller):
        return {}


class CloseAccount(Notes):
    """Removes everything of the caller's."""

    law = "nobody_has_no_effect"
    mended = """
exports.main = async ({ confirm }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID || confirm !== 'yes') return { removed: 0 }
  const { stats } = await db.collection('notes').where({ _openid: OPENID, version: _.gt(0) }).remove()
  return { removed: stats.removed }
}
"""
    hole = {"!OPENID || ": ""}
    also = "the_channel_gives_no_right another_app_is_another_person"
    cause = "drops keys that are undefined"

    def event(self, note_id, caller):
        return {"confirm": "yes"}


class OnlyComparesWhenThereIsOne(Notes):
    law = "nobody_has_no_effect"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const note = (await db.collection('notes').doc(event.id).get()).data
  if (OPENID !== note._openid) return { errcode: 40003 }
  await db.collection('notes').doc(event.id).remove()
  return { errcode: 0 }
}
"""
    hole = {"if (OPENID !==": "if (OPENID && OPENID !=="}
    also = "the_channel_gives_no_right another_app_is_another_person"


class FromOpenid(Notes):
    """Resource sharing: FROM_OPENID is a user of another app."""

    law = "another_app_is_another_person"
    mended = """
exports.main = async (event) => {
  const { OPENID, APPID, FROM_OPENID, UNIONID, FROM_UNIONID } = cloud.getWXContext()
  const me = (await db.collection('people').where({ openid: OPENID || '' }).get()).data[0]
  if (!me) return { code: 401 }
  const { stats } = await db.collection('notes').where({ _id: String(event.id), userId: me._id }).remove()
  return { code: stats.removed ? 0 : 404 }
}
"""
    hole = {"{ openid: OPENID || '' }": "OPENID ? { openid: OPENID } : { unionid: FROM_UNIONID || '' }"}
    also = "the_channel_gives_no_right"

    def arrange(self, cloud, person):
        people = cloud.db["people"]
        me = people.insert_one({"openid": person.openid, "unionid": person.unionid}).inserted_id
        return cloud.db["notes"].insert_one({"userId": me, "text": cloud.secret()}).inserted_id


class KeyedByUnionid(FromOpenid):
    """One account in all apps: the contract says so, and openids may change."""

    keyed_by = "unionid"
    law = "strangers_have_no_effect"
    mended = """
exports.main = async (event) => {
  const { UNIONID } = cloud.getWXContext()
  if (!UNIONID) return { code: 401 }
  const me = (await db.collection('people').where({ unionid: UNIONID }).get()).data[0]
  if (!me) return { code: 401 }
  const { stats } = await db.collection('notes').where({ _id: String(event.id), userId: me._id }).remove()
  return { code: stats.removed ? 0 : 404 }
}
"""
    hole = {", userId: me._id }": " }"}
    also = ""


class UnionidWinsOverOpenid(FromOpenid):
    """Who has no unionid at first, and one later, loses what they have."""

    law = "the_channel_takes_no_right"
    mended = """
exports.main = async (event) => {
  const { OPENID, UNIONID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const me = OPENID
  const { stats } = await db.collection('notes').where({ _id: String(event.id), owner: me }).remove()
  return { code: stats.removed ? 0 : 404 }
}
"""
    hole = {"const me = OPENID": "const me = UNIONID || OPENID"}
    also = ""
    cause = "who shows a UNIONID is not found as who they are without one"

    def arrange(self, cloud, person):
        return cloud.db["notes"].insert_one({"owner": person.openid, "text": "t"}).inserted_id


class SourceIsNoPerson(Notes):
    """A call from the console or from another function is no right."""

    law = "the_channel_gives_no_right"
    mended = """
exports.main = async (event) => {
  const { OPENID, SOURCE } = cloud.getWXContext()
  const { data: note } = await db.collection('notes').doc(event.id).get()
  const mine = !!OPENID && note._openid === OPENID
  if (!mine) throw new Error('not allowed')
  await db.collection('notes').doc(event.id).remove()
}
"""
    hole = {"if (!mine)": "if (!mine && !/wx_devtools|scf/.test(SOURCE))"}
    also = "nobody_has_no_effect"
