"""Documents of one's own: found by the id that the client sends."""

from __future__ import annotations

from uuid import uuid4

from ..twin import Twin


class Notes(Twin):
    """Everybody has a note."""

    allow = {"owner"}
    law = "strangers_have_no_effect"

    def arrange(self, cloud, person):
        note = {"_openid": person.openid, "text": cloud.secret(), "version": 1}
        return cloud.db["notes"].insert_one(note).inserted_id

    def event(self, note_id, caller):
        return {"id": note_id}


#: A hole in what a caller needs lets everybody in who may not.
EVERYBODY = "nobody_has_no_effect secrets_make_no_difference"


class RemoveAfterCompare(Notes):
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { data: note } = await db.collection('notes').doc(event.id).get()
  if (note._openid !== OPENID) return { code: 403, msg: '无权限' }
  await db.collection('notes').doc(event.id).remove()
  return { code: 0 }
}
"""
    hole = {"  if (note._openid !== OPENID) return { code: 403, msg: '无权限' }\n": ""}
    also = EVERYBODY
    cause = "nothing compares its owner"


class UpdateWhere(Notes):
    mended = """
exports.main = async ({ id, text }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID || typeof id !== 'string') return { success: false }
  const { stats } = await db.collection('notes').where({ _id: id, _openid: OPENID }).update({ data: { text } })
  return { success: stats.updated > 0 }
}
"""
    hole = {"{ _id: id, _openid: OPENID }": "{ _id: id }"}

    def event(self, note_id, caller):
        return {"id": note_id, "text": "changed"}


class AnswersSuccessAnyway(UpdateWhere):
    """A denied caller is told the same as an allowed one."""

    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) throw new Error('请先登录')
  try {
    return await db.collection('notes').where({ _id: String(event.id), _openid: OPENID })
      .update({ data: { text: event.text } })
  } catch (e) {
    console.error(e)
  }
}
"""
    hole = {", _openid: OPENID }": " }"}


class ReadDetail(Notes):
    mended = """
exports.main = async (event, context) => {
  const wxContext = cloud.getWXContext()
  const res = await db.collection('notes').doc(event.id).get()
  if (!wxContext.OPENID || res.data._openid != wxContext.OPENID) {
    return { errCode: 403, errMsg: '没有权限查看' }
  }
  return { errCode: 0, data: res.data }
}
"""
    hole = {"!wxContext.OPENID || res.data._openid != wxContext.OPENID": "!wxContext.OPENID"}
    also = "secrets_make_no_difference"


class ForgotToAwait(Notes):
    """The removal is under way when the refusal is answered."""

    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const notes = db.collection('notes')
  const note = await notes.doc(event.id).get().then((r) => r.data).catch(() => null)
  if (!note || note._openid !== OPENID) return { ok: false, error: 'forbidden' }
  notes.doc(event.id).remove()
  return { ok: true }
}
"""
    hole = {
        "  const note = await": "  notes.where({ _id: String(event.id) }).remove()\n  const note = await",
        "  notes.doc(event.id).remove()\n": "",
    }
    also = "nobody_has_no_effect"


class ThrowsAfterTheDamage(Notes):
    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const found = (await db.collection('notes').where({ _id: String(id) }).get()).data[0]
  if (!found || found._openid !== OPENID) throw new Error('permission denied')
  await db.collection('notes').doc(id).update({ data: { version: _.inc(1) } })
  return found.version + 1
}
"""
    hole = {
        "  if (!found || found._openid !== OPENID) throw new Error('permission denied')\n": "",
        "  return found.version + 1": "  if (found._openid !== OPENID) throw new Error('permission denied')\n  return found.version + 1",
    }
    also = "nobody_has_no_effect"


class RemoveSoftly(Notes):
    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const note = (await db.collection('notes').where({ _id: String(id), deleted: _.neq(true) }).get()).data[0]
  if (!note) return { code: 404 }
  if (!OPENID || note._openid !== OPENID) return { code: 403 }
  await db.collection('notes').doc(id).update({ data: { deleted: true, deletedAt: db.serverDate() } })
  return { code: 0 }
}
"""
    hole = {"  if (!OPENID || note._openid !== OPENID) return { code: 403 }\n": ""}
    also = "nobody_has_no_effect"

    def gone(self, note):
        return note.get("deleted") is True


class ReadRetired(RemoveSoftly):
    """What is removed softly is gone for its owner as well."""

    law = "allowed_callers_have_the_effect"
    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const found = await db.collection('notes').where({ _id: String(id), _openid: OPENID, deleted: _.neq(true) }).get()
  return { code: 0, note: found.data[0] || null }
}
"""
    hole = {", deleted: _.neq(true)": ""}
    also = ""

    def retire(self, cloud, person, note_id):
        cloud.db["notes"].update_one({"_id": note_id}, {"$set": {"deleted": True}})


class SetOverwrites(Notes):
    """doc().set() replaces whatever document is there."""

    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const old = (await db.collection('notes').where({ _id: String(event.id) }).get()).data[0]
  if (old && old._openid !== OPENID) return { code: 403 }
  await db.collection('notes').doc(String(event.id)).set({ data: { _openid: OPENID, text: event.text } })
  return { code: 0 }
}
"""
    hole = {"  if (old && old._openid !== OPENID) return { code: 403 }\n": ""}

    def event(self, note_id, caller):
        return {"id": note_id, "text": "changed"}


class OneTransaction(Notes):
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  return db.runTransaction(async (t) => {
    const { data: note } = await t.collection('notes').doc(event.id).get()
    if (note._openid !== OPENID) await t.rollback('forbidden')
    await t.collection('notes').doc(event.id).update({ data: { version: _.inc(1) } })
    return { version: note.version + 1 }
  })
}
"""
    hole = {"    if (note._openid !== OPENID) await t.rollback('forbidden')\n": ""}
    also = "nobody_has_no_effect"


class RemoveCascade(Notes):
    """Comments hang on the post: they go with it, and only with it."""

    law = "bystanders_stay_untouched"
    mended = """
exports.main = async ({ postId }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID || typeof postId !== 'string') return { code: 400 }
  const { stats } = await db.collection('posts').where({ _id: postId, _openid: OPENID }).remove()
  if (!stats.removed) return { code: 404 }
  await db.collection('comments').where({ postId }).remove()
  return { code: 0 }
}
"""
    hole = {"where({ postId }).remove()": "where({ postId: _.exists(true) }).remove()"}

    def arrange(self, cloud, person):
        post = cloud.db["posts"].insert_one({"_openid": person.openid, "title": "t"}).inserted_id
        reader = cloud.people[f"reader of {person!r}"]
        cloud.db["comments"].insert_one({"_openid": reader.openid, "postId": post, "text": "c"})
        return post

    def event(self, post_id, caller):
        return {"postId": post_id}


class ListMine(Notes):
    """Nothing in the event says whose."""

    mended = """
exports.main = async ({ page = 0 }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401, list: [] }
  const { data } = await db.collection('notes').where({ _openid: OPENID }).skip(page * 20).limit(20).get()
  return { code: 0, list: data }
}
"""
    hole = {".where({ _openid: OPENID })": ""}
    also = "bystanders_stay_untouched secrets_make_no_difference"

    def event(self, note_id, caller):
        return {"page": 0}


#: A yes of the contract's own to one who may not breaks every law in which they ask.
SAYS_YES = (
    "nobody_has_no_effect no_right_is_gained no_side_effect_before_the_check nothing_is_planted "
    "strangers_have_no_effect"
)


class Sum(Notes):
    """Nobody's amount is in the answer itself."""

    law = "secrets_make_no_difference"
    mended = """
const $ = db.command.aggregate
exports.main = async ({ account }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { total: 0 }
  const { list } = await db.collection('records').aggregate().match({ _openid: OPENID, account: String(account) })
    .group({ _id: null, total: $.sum('$amount') }).end()
  return { total: list.length ? list[0].total : 0 }
}
"""
    hole = {"{ _openid: OPENID, account: String(account) }": "{ account: String(account) }"}
    also = SAYS_YES

    def arrange(self, cloud, person):
        rows = [
            {"_openid": person.openid, "account": f"account of {person!r}", "amount": n} for n in (cloud.secret(int), 7)
        ]
        cloud.db["records"].insert_many(rows)
        return f"account of {person!r}"

    def event(self, account, caller):
        return {"account": account}

    def decide(self, outcome):
        return outcome.value["total"] > 0 if isinstance(outcome.value, dict) else None


class MaskedPhone(Notes):
    """Part of a secret is no canary, but differs where the secret does."""

    law = "secrets_make_no_difference"
    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const { data } = await db.collection('notes').doc(id).get()
  if (data._openid !== OPENID) return { name: data.name }
  return { name: data.name, text: data.text, hint: data.text.slice(-4) }
}
"""
    hole = {"return { name: data.name }": "return { name: data.name, hint: data.text.slice(-4) }"}

    def arrange(self, cloud, person):
        note = {"_openid": person.openid, "name": "n", "text": cloud.secret()}
        return cloud.db["notes"].insert_one(note).inserted_id


class Codes(Notes):
    """Everybody's codes are listed, which are random, and so is what each answer is called."""

    law = "secrets_make_no_difference"
    mended = """
exports.main = async () => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return []
  const { data } = await db.collection('notes').get()
  const list = data.map(({ code, text, _openid }) => ({ code, text: _openid === OPENID ? text : '' }))
  return { list, request: require('crypto').randomUUID() }
}
"""
    hole = {"text : ''": "text : text.slice(-4)"}

    def arrange(self, cloud, person):
        note = {"_openid": person.openid, "code": uuid4().hex, "text": cloud.secret()}
        cloud.db["notes"].insert_one(note)

    def event(self, nothing, caller):
        return {}
