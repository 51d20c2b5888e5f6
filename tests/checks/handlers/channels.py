"""Timers and payment callbacks, which a client can imitate; calls that go out before the check."""

from __future__ import annotations

from ..twin import Twin
from .documents import Notes


class Expire(Twin):
    """Run by a timer every night."""

    allow = {"timer"}
    law = "platform_events_are_not_believed"
    mended = """
exports.main = async (event) => {
  const { SOURCE } = cloud.getWXContext()
  if (SOURCE !== 'wx_trigger') return { code: 403 }
  const { stats } = await db.collection('coupons').where({ used: false }).update({ data: { expired: true } })
  return stats
}
"""
    hole = {"SOURCE !== 'wx_trigger'": "event.Type !== 'Timer'"}
    also = "strangers_have_no_effect nobody_has_no_effect"

    def arrange(self, cloud, person):
        cloud.db["coupons"].insert_one({"_openid": person.openid, "used": False, "expired": False})

    def event(self, nothing, caller):
        return {}


class TimerForEverybody(Expire):
    """No check at all: whoever calls does the timer's work."""

    law = "strangers_have_no_effect"
    hole = {"  if (SOURCE !== 'wx_trigger') return { code: 403 }\n": ""}
    also = "nobody_has_no_effect"
    cause = "through which channel"


class Paid(Twin):
    """WeChat Pay says that an order is paid."""

    allow = {"payment_callback"}
    law = "strangers_have_no_effect"
    mended = """
exports.main = async (event) => {
  const { SOURCE } = cloud.getWXContext()
  if (SOURCE !== 'wx_paycallback' || event.returnCode !== 'SUCCESS') return { errcode: 1, errmsg: 'refused' }
  await db.collection('orders').where({ _id: String(event.outTradeNo) }).update({ data: { status: 'paid' } })
  return { errcode: 0 }
}
"""
    hole = {"SOURCE !== 'wx_paycallback' || ": ""}
    also = "nobody_has_no_effect"

    def arrange(self, cloud, person):
        return cloud.db["orders"].insert_one({"buyer": person.openid, "status": "new"}).inserted_id

    def event(self, order, caller):
        return {"returnCode": "SUCCESS", "outTradeNo": order}


class PaidByTheBuyer(Paid):
    """Nobody else's order is touched: a buyer says of their own that it is paid."""

    mended = """
exports.main = async (event) => {
  const { OPENID, SOURCE } = cloud.getWXContext()
  const order = { _id: String(event.outTradeNo) }
  if (SOURCE !== 'wx_paycallback') return { errcode: 1, errmsg: 'refused' }
  await db.collection('orders').where(order).update({ data: { status: 'paid', paidAt: db.serverDate() } })
  return { errcode: 0 }
}
"""
    hole = {
        "  if (SOURCE !== 'wx_paycallback') return { errcode: 1, errmsg: 'refused' }\n": (
            "  if (SOURCE !== 'wx_paycallback') {\n    if (!OPENID) return { errcode: 1 }\n"
            "    order.buyer = OPENID\n  }\n"
        )
    }
    also = "platform_events_are_not_believed"
    cause = "through which channel"


class PaidAsSigned(Paid):
    """What makes a callback genuine is not its channel but what WeChat Pay says when asked."""

    mended = """
exports.main = async (event) => {
  const outTradeNo = String(event.outTradeNo)
  const asked = await cloud.cloudPay.queryOrder({ outTradeNo })
  if (asked.tradeState !== 'SUCCESS') return { errcode: 1 }
  await db.collection('orders').where({ _id: outTradeNo }).update({ data: { status: 'paid' } })
  return { errcode: 0 }
}
"""
    hole = {"asked.tradeState": "event.returnCode"}

    def arrange(self, cloud, person):
        cloud.openapi["cloudPay.queryOrder"] = {"tradeState": "NOTPAY"}
        return super().arrange(cloud, person)

    def genuine(self, cloud, event):
        cloud.openapi["cloudPay.queryOrder"] = {"tradeState": "SUCCESS"}
        return event


class TellsBeforeTheCheck(Notes):
    """A message goes out for one who is refused."""

    law = "no_side_effect_before_the_check"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  await cloud.openapi.security.msgSecCheck({ content: event.text })
  const note = (await db.collection('notes').doc(event.id).get()).data
  if (!OPENID || note._openid !== OPENID) return { errCode: 403 }
  await cloud.openapi.subscribeMessage.send({ touser: note._openid, templateId: 't', data: {} })
  await db.collection('notes').doc(event.id).update({ data: { text: event.text } })
  return { errCode: 0 }
}
"""
    hole = {
        "  if (!OPENID ||": "  await cloud.openapi.subscribeMessage.send({ touser: note._openid, templateId: 't', data: {} })\n  if (!OPENID ||",
        "  await cloud.openapi.subscribeMessage.send({ touser: note._openid, templateId: 't', data: {} })\n  await db": "  await db",
    }
    cause = "before the caller's right is checked"

    def arrange(self, cloud, person):
        cloud.openapi["subscribeMessage.send"] = {}
        cloud.openapi["security.msgSecCheck"] = {}
        return super().arrange(cloud, person)

    def event(self, note_id, caller):
        return {"id": note_id, "text": "changed"}


class RefundsFirst(Notes):
    """Money goes back before the order's owner is looked at."""

    law = "no_side_effect_before_the_check"
    mended = """
const refund = (order) => cloud.cloudPay.refund({ outTradeNo: order._id, totalFee: order.fee, refundFee: order.fee })
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const order = (await db.collection('orders').doc(id).get()).data
  if (order.buyer !== OPENID) throw new Error('not your order')
  await refund(order)
  await db.collection('orders').doc(id).update({ data: { status: 'refunded' } })
}
"""
    hole = {
        "  if (order.buyer !== OPENID)": "  await refund(order)\n  if (order.buyer !== OPENID)",
        "  await refund(order)\n  await db": "  await db",
    }

    def arrange(self, cloud, person):
        cloud.openapi["cloudPay.refund"] = {"returnCode": "SUCCESS"}
        return cloud.db["orders"].insert_one({"buyer": person.openid, "fee": 1, "status": "paid"}).inserted_id


class PostsToAHook(Notes):
    """A host outside is told, by a library."""

    law = "no_side_effect_before_the_check"
    mended = """
const https = require('https')
const tell = (text) => new Promise((resolve, reject) => {
  const request = https.request({ host: 'hooks.example.com', path: '/notify', method: 'POST' }, (answer) => {
    answer.on('data', () => {}).on('end', resolve)
  })
  request.on('error', reject)
  request.end(text)
})
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const { data } = await db.collection('notes').where({ _id: String(id), _openid: OPENID || '' }).get()
  if (data.length === 0) return { code: 404 }
  await tell('closed')
  await db.collection('notes').doc(id).remove()
  return { code: 0 }
}
"""
    hole = {
        "  if (data.length === 0)": "  await tell('closed')\n  if (data.length === 0)",
        "  await tell('closed')\n  await db": "  await db",
    }

    def arrange(self, cloud, person):
        cloud.http["hooks.example.com"] = {"ok": True}
        return super().arrange(cloud, person)


class RemovesFiles(Notes):
    """The file is named by the client, its record by nobody."""

    law = "strangers_have_no_effect"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { data } = await db.collection('photos').where({ fileID: String(event.fileID), _openid: OPENID || '' }).get()
  if (!data.length) return { code: 403 }
  await cloud.deleteFile({ fileList: [event.fileID] })
  return { code: 0 }
}
"""
    hole = {"  if (!data.length) return { code: 403 }\n": ""}
    also = "nobody_has_no_effect"

    def arrange(self, cloud, person):
        file = cloud.storage.put(f"photos/{person.openid}.jpg", b"photo")
        cloud.db["photos"].insert_one({"_openid": person.openid, "fileID": str(file)})
        return str(file)

    def event(self, file_id, caller):
        return {"fileID": file_id}


class Login(Twin):
    """What WeChat answers is handed on to the client, session_key and all."""

    allow = {"anyone", "nobody"}
    law = "sensitive_data_stays"
    mended = """
const https = require('https')
const get = (url) => new Promise((resolve, reject) => https.get(url, (answer) => {
  let text = ''
  answer.on('data', (piece) => { text += piece }).on('end', () => resolve(JSON.parse(text)))
}).on('error', reject))
exports.main = async (event) => {
  const url = 'https://api.weixin.qq.com/sns/jscode2session?js_code=' + encodeURIComponent(event.code)
  const session = await get(url)
  return { code: 0, data: { openid: session.openid } }
}
"""
    hole = {"{ openid: session.openid }": "session"}
    cause = "keep session_key"

    def arrange(self, cloud, person):
        cloud.http["api.weixin.qq.com"] = {"openid": person.openid, "session_key": person.session_key}

    def event(self, nothing, caller):
        return {"code": "0a1"}

    def decide(self, outcome):
        return outcome.allowed if not isinstance(outcome.value, dict) else outcome.value.get("code") == 0


class Feed(Twin):
    """A page of everybody's posts: some fields for everybody, others, which are what is promised, for their owner."""

    allow = {"owner"}
    law = "strangers_have_no_effect"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { list: [] }
  const { data } = await db.collection('posts').orderBy('at', 'desc').limit(20).get()
  const list = data.map(({ title, draft, _openid }) => (_openid === OPENID ? { title, draft, mine: true } : { title }))
  return { list }
}
"""
    hole = {
        "(_openid === OPENID ? { title, draft, mine: true } : { title })": "({ title, draft, mine: _openid === OPENID })"
    }
    also = "secrets_make_no_difference another_app_is_another_person bystanders_stay_untouched"

    def arrange(self, cloud, person):
        post = {"_openid": person.openid, "title": "hello", "at": 1, "draft": cloud.secret()}
        return cloud.db["posts"].insert_one(post).inserted_id


class PhoneInAList(Feed):
    """Phone numbers of others."""

    law = "sensitive_data_stays"
    hole = {": { title })": ": { title, phone })", "{ title, draft, _openid }": "{ title, draft, phone, _openid }"}
    also = ""

    def arrange(self, cloud, person):
        phone = person.profile.phone_number
        post = {"_openid": person.openid, "title": "hello", "at": 1, "phone": phone, "draft": cloud.secret()}
        return cloud.db["posts"].insert_one(post).inserted_id


class Like(Twin):
    """A counter that everybody raises; nothing else of the post."""

    allow = {"anyone"}
    shared = {"posts.likes"}
    law = "strangers_have_no_effect"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const id = String(event.id)
  const { total } = await db.collection('likes').where({ postId: id, openid: OPENID }).count()
  if (total) return { code: 409 }
  await db.collection('likes').add({ data: { postId: id, openid: OPENID } })
  await db.collection('posts').doc(id).update({ data: { likes: _.inc(1) } })
  return { code: 0 }
}
"""
    hole = {"{ likes: _.inc(1) }": "{ likes: _.inc(1), title: event.title || '' }"}

    def arrange(self, cloud, person):
        cloud.db.create_collection("likes")
        return cloud.db["posts"].insert_one({"author": person.openid, "title": "t", "likes": 0}).inserted_id

    def event(self, post_id, caller):
        return {"id": post_id}


class AuditedRemove(Notes):
    """Every call is written down, also of one who is refused."""

    law = "strangers_have_no_effect"
    ignore = {"visits"}
    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  await db.collection('audit_logs').add({ data: { openid: OPENID || null, what: 'remove', id, at: db.serverDate() } })
  await db.collection('visits').doc('counter').set({ data: { last: id } })
  const { stats } = await db.collection('notes').where({ _id: String(id), _openid: OPENID || '' }).remove()
  return stats.removed
}
"""
    hole = {", _openid: OPENID || '' }": " }"}
    also = "nobody_has_no_effect"

    def arrange(self, cloud, person):
        cloud.db.create_collection("audit_logs")
        cloud.db.create_collection("visits")
        return super().arrange(cloud, person)


class Coupon(Notes):
    """A right that ends."""

    law = "allowed_callers_have_the_effect"
    at = "2024-02-28T12:00:00"
    denied_at = "2024-03-02T12:00:00"
    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const valid = { _id: String(id), _openid: OPENID, used: false, until: _.gt(Date.now()) }
  const { stats } = await db.collection('coupons').where(valid).update({ data: { used: true } })
  return { code: stats.updated ? 0 : 410 }
}
"""
    hole = {", until: _.gt(Date.now()) }": " }"}

    def arrange(self, cloud, person):
        coupon = {"_openid": person.openid, "used": False, "until": 1709251200000}  # 2024-03-01
        return cloud.db["coupons"].insert_one(coupon).inserted_id


class Comment(Notes):
    """Only on posts that are open to one."""

    law = "strangers_have_no_effect"
    mended = """
exports.main = async ({ postId, text }) => {
  const { OPENID } = cloud.getWXContext()
  const post = (await db.collection('posts').where({ _id: String(postId) }).get()).data[0]
  if (!post || !OPENID) return { code: 404 }
  if (post.private && post.author !== OPENID) return { code: 403 }
  await db.collection('comments').add({ data: { postId, text, _openid: OPENID } })
  return { code: 0 }
}
"""
    hole = {"  if (post.private && post.author !== OPENID) return { code: 403 }\n": ""}
    also = "mixed_ids_reach_nobody"

    def arrange(self, cloud, person):
        cloud.db.create_collection("comments")
        return cloud.db["posts"].insert_one({"author": person.openid, "private": True}).inserted_id

    def event(self, post_id, caller):
        return {"postId": post_id, "text": "hi"}
