"""Whoever may do something to whomever they name does it to no more than that."""

from __future__ import annotations

from ..twin import Twin
from .python import Rows
from .roles import Admins


class PaysEverything(Twin):
    """A callback about one order marks every new one as paid."""

    allow = {"payment_callback"}
    law = "bystanders_stay_untouched"
    mended = """
exports.main = async ({ outTradeNo }) => {
  const { SOURCE } = cloud.getWXContext()
  if (SOURCE !== 'wx_paycallback') return { errcode: 1, errmsg: 'refused' }
  const orders = db.collection('orders')
  await orders.where({ status: 'new', _id: String(outTradeNo) }).update({ data: { status: 'paid' } })
  return { errcode: 0 }
}
"""
    hole = {", _id: String(outTradeNo)": ""}
    cause = "more than what the event names"

    def arrange(self, cloud, person):
        return cloud.db["orders"].insert_one({"buyer": person.openid, "status": "new"}).inserted_id

    def event(self, order, caller):
        return {"outTradeNo": order}


class PaysEverythingAsked(PaysEverything):
    """The same, of a callback that only the contract can make genuine."""

    mended = """
exports.main = async ({ outTradeNo }) => {
  const asked = await cloud.cloudPay.queryOrder({ outTradeNo })
  if (asked.tradeState !== 'SUCCESS') return { errcode: 1 }
  const orders = db.collection('orders')
  await orders.where({ status: 'new', _id: String(outTradeNo) }).update({ data: { status: 'paid' } })
  return { errcode: 0 }
}
"""

    def arrange(self, cloud, person):
        cloud.openapi["cloudPay.queryOrder"] = {"tradeState": "NOTPAY"}
        return super().arrange(cloud, person)

    def genuine(self, cloud, event):
        cloud.openapi["cloudPay.queryOrder"] = {"tradeState": "SUCCESS"}
        return event


class ShipsEverything(Admins):
    """An administrator ships one order, is answered all that are still to be shipped, and marks them all."""

    law = "bystanders_stay_untouched"
    also = ""
    cause = "more than what the event names"
    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const me = (await db.collection('users').where({ _openid: OPENID || '-' }).get()).data[0]
  if (!me || me.role !== 'admin') return { code: 403 }
  const orders = db.collection('orders')
  await orders.where({ status: 'paid', _id: String(id) }).update({ data: { status: 'shipped' } })
  return { code: 0, open: (await orders.where({ status: 'paid' }).get()).data }
}
"""
    hole = {", _id: String(id)": ""}

    def arrange(self, cloud, person):
        order = {"buyer": person.openid, "status": "paid", "address": cloud.secret()}
        order["phone"] = person.profile.phone_number
        return cloud.db["orders"].insert_one(order).inserted_id

    def event(self, order, caller):
        return {"id": order}


class PyPaysEverything(Rows):
    """Rows, in Python."""

    allow = {"payment_callback"}
    law = "bystanders_stay_untouched"
    also = ""
    cause = "more than what the event names"
    mended = """
def main_handler(event, context):
    if os.environ.get("TCB_SOURCE") != "wx_paycallback":
        return {"errcode": 1}
    db.execute("update notes set done = 1 where done is null and id = ?", [str(event["id"])])
    return {"errcode": 0}
"""
    hole = {" and id = ?": "", ', [str(event["id"])]': ""}
