"""What the event holds goes into a query, or is stored, as it came."""

from __future__ import annotations

from .documents import Notes


class OperatorInId(Notes):
    law = "odd_values_reach_nobody"
    mended = """
exports.main = async ({ code }) => {
  if (typeof code !== 'string') return { found: false }
  const { data } = await db.collection('parcels').where({ code }).get()
  return { found: data.length > 0, parcel: data[0] }
}
"""
    hole = {"  if (typeof code !== 'string') return { found: false }\n": ""}
    allow = {"owner"}
    also = "nobody_has_no_effect secrets_make_no_difference"
    cause = "takes its condition out of the query"

    def arrange(self, cloud, person):
        code = cloud.secret()
        cloud.db["parcels"].insert_one({"owner": person.openid, "code": code, "content": cloud.secret()})
        return {"code": code, "of": person.openid}

    def event(self, parcel, caller):
        mine = caller is not None and caller.openid == parcel["of"]
        return {"code": parcel["code"] if mine else "guessed"}


class OperatorInTheSecondPlace(Notes):
    """The owner is compared, but with what the client may replace."""

    law = "odd_values_reach_nobody"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const ids = [].concat(event.ids).filter((id) => typeof id === 'string')
  const { stats } = await db.collection('notes').where({ _id: _.in(ids), _openid: OPENID }).remove()
  return { code: 0, removed: stats.removed }
}
"""
    hole = {
        "{ _id: _.in(ids), _openid: OPENID }": "Array.isArray(event.ids) ? { _id: _.in(ids), _openid: OPENID } : { _id: event.ids }"
    }
    also = "nobody_has_no_effect"

    def event(self, note_id, caller):
        return {"ids": [note_id]}


class SpreadIntoTheQuery(Notes):
    """The filter of a list comes from the client, and wins over the owner."""

    law = "forged_identity_reaches_nobody"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return []
  const filter = { version: Number(event.version) }
  return (await db.collection('notes').where({ ...filter, _openid: OPENID }).get()).data
}
"""
    hole = {
        "const filter = { version: Number(event.version) }": "const { userInfo, ...filter } = event",
        "{ ...filter, _openid: OPENID }": "{ _openid: OPENID, ...filter }",
    }
    also = "odd_values_reach_nobody"

    def event(self, note_id, caller):
        return {"version": 1}


class MixedIds(Notes):
    """The parent is checked, and the child is taken from wherever."""

    law = "mixed_ids_reach_nobody"
    mended = """
exports.main = async ({ postId, commentId }) => {
  const { OPENID } = cloud.getWXContext()
  const post = (await db.collection('posts').where({ _id: String(postId), author: OPENID || '' }).get()).data[0]
  if (!post) return { code: 403 }
  const { stats } = await db.collection('comments').where({ _id: String(commentId), postId: post._id }).remove()
  return { code: stats.removed ? 0 : 404 }
}
"""
    hole = {", postId: post._id }": " }"}
    cause = "only one of the ids"
    also = "odd_values_reach_nobody"

    def arrange(self, cloud, person):
        post = cloud.db["posts"].insert_one({"author": person.openid}).inserted_id
        return post, cloud.db["comments"].insert_one({"postId": post, "text": cloud.secret()}).inserted_id

    def event(self, ids, caller):
        return {"postId": ids[0], "commentId": ids[1]}


class ItemOfAnOrder(MixedIds):
    """Nested ids, doc() and compare."""

    mended = """
exports.main = async ({ order, item }) => {
  const { OPENID } = cloud.getWXContext()
  const [o, i] = await Promise.all([
    db.collection('orders').doc(order.id).get(), db.collection('items').doc(item.id).get(),
  ])
  if (o.data.buyer !== OPENID) return { error: 'forbidden' }
  if (i.data.orderId !== o.data._id) return { error: 'no such item' }
  await db.collection('items').doc(item.id).update({ data: { count: item.count } })
  return { ok: true }
}
"""
    hole = {"  if (i.data.orderId !== o.data._id) return { error: 'no such item' }\n": ""}

    def arrange(self, cloud, person):
        order = cloud.db["orders"].insert_one({"buyer": person.openid}).inserted_id
        return order, cloud.db["items"].insert_one({"orderId": order, "count": 1}).inserted_id

    def event(self, ids, caller):
        return {"order": {"id": ids[0]}, "item": {"id": ids[1], "count": 2}}


class Transfer(Notes):
    """From one's own account to somebody else's."""

    law = "strangers_have_no_effect"
    may_not_set = {"accounts._openid": set()}
    mended = """
exports.main = async ({ from, to, amount }) => {
  const { OPENID } = cloud.getWXContext()
  if (!Number.isInteger(amount) || amount <= 0) return { code: 400 }
  return db.runTransaction(async (t) => {
    const { data: source } = await t.collection('accounts').doc(from).get()
    if (source._openid !== OPENID) return { code: 403 }
    if (source.balance < amount) return { code: 402 }
    await t.collection('accounts').doc(from).update({ data: { balance: _.inc(-amount) } })
    await t.collection('accounts').doc(to).update({ data: { balance: _.inc(amount) } })
    return { code: 0 }
  })
}
"""
    hole = {"    if (source._openid !== OPENID) return { code: 403 }\n": ""}
    also = "nobody_has_no_effect"

    def arrange(self, cloud, person):
        accounts = cloud.db["accounts"]
        if accounts.find_one({"_id": "shop"}) is None:
            accounts.insert_one({"_id": "shop", "_openid": cloud.people["shop"].openid, "balance": 0})
        return accounts.insert_one({"_openid": person.openid, "balance": 100}).inserted_id

    def event(self, account, caller):
        return {"from": account, "to": "shop", "amount": 5}
