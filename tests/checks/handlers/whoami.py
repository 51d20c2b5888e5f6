"""Functions that only tell who calls: nothing is stored, nothing is changed."""

from __future__ import annotations

import json

from ..twin import Twin


class WhoAmI(Twin):
    """The caller's ids, as the platform tells them."""

    allow = {"anyone"}
    law = "forged_identity_reaches_nobody"
    mended = """
exports.main = async (event) => {
  const { OPENID, APPID, UNIONID } = cloud.getWXContext()
  return { openid: OPENID, appid: APPID, unionid: UNIONID || 'Not available', at: new Date().toISOString() }
}
"""
    hole = {"openid: OPENID,": "openid: event.openid || OPENID,"}
    cause = "believes who the event says"


class WhoAmIWhole(WhoAmI):
    """The whole context, or whatever the client says it is."""

    mended = "exports.main = async (event) => ({ ...cloud.getWXContext(), env: process.env.TCB_ENV })"
    hole = {"env: process": "OPENID: event.OPENID || cloud.getWXContext().OPENID, env: process"}


class WhoAmIInASentence(WhoAmI):
    """A greeting that holds the openid, in a text of JSON."""

    mended = """
exports.main = async (event) => {
  const who = cloud.getWXContext().OPENID
  if (!who) return { code: 401, msg: 'who is it?' }
  return JSON.stringify({ code: 0, msg: `hello ${who}` })
}
"""
    hole = {"const who = cloud": "const who = (event.data && event.data.user_openid) || cloud"}


class WhoAmIForNobody(WhoAmI):
    """Who has an OPENID is who they are; who has none is whom they say they are."""

    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  return { event, data: { openid: OPENID || '', fresh: true } }
}
"""
    hole = {"OPENID || ''": "OPENID || event.userId || ''"}


class WhoAmIByUnionid(WhoAmI):
    """People are known by UNIONID."""

    keyed_by = "unionid"
    mended = """
exports.main = async ({ unionid, page }) => {
  const { UNIONID } = cloud.getWXContext()
  const me = UNIONID
  return me ? { me, page } : { code: 401 }
}
"""
    hole = {"me = UNIONID": "me = unionid || UNIONID"}


class WhoAmIAnswersWhatIsSent(WhoAmI):
    """The template's own answer, the event and who calls; what the event says wins where it should not."""

    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  return { ...event, openid: OPENID, who: OPENID, sent: event }
}
"""
    hole = {"who: OPENID": "who: event.who || OPENID"}


class WhoAmIOverridden(WhoAmI):
    """Whatever is sent is given back, over the function's own fields, which deceives none but the sender."""

    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const openid = OPENID
  return { openid, ...event, id: openid }
}
"""
    hole = {"const openid = OPENID": "const openid = event.openid || OPENID"}


class WhoAmIByTheUsersId(WhoAmI):
    """The back end's own id of the caller."""

    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const me = (await db.collection('users').where({ openid: OPENID }).get()).data[0]
  return me ? { code: 0, userId: me._id } : { code: 404 }
}
"""
    hole = {"{ openid: OPENID }": "{ openid: event.openid || OPENID }"}

    def register(self, cloud, person):
        cloud.db["users"].insert_one({"openid": person.openid, "nick": "n"})


class WhoAmIRemembers(WhoAmI):
    """Asked once, and kept for whoever comes next."""

    law = "a_warm_instance_forgets"
    mended = """
exports.main = async () => {
  let who
  who = cloud.getWXContext().OPENID
  return { who }
}
"""
    hole = {
        "exports.main = async () => {\n  let who\n": "let who\nexports.main = async () => {\n",
        "who = c": "who = who || c",
    }
    cause = "a variable of the module"


class PyWhoAmI(WhoAmI):
    """The same in Python."""

    schema = "create table things (id integer primary key);"
    mended = """
def main_handler(event, context):
    return {"code": 0, "data": {"openid": os.environ.get("WX_OPENID"), "said": event.get("openid")}}
"""
    hole = {'os.environ.get("WX_OPENID")': 'event.get("openid") or os.environ.get("WX_OPENID")'}


class PyWhoAmIRemembers(PyWhoAmI):
    """Asked once, and kept for whoever comes next."""

    law = "a_warm_instance_forgets"
    mended = """
known = {}

def main_handler(event, context):
    known.clear()
    return json.dumps({"me": known.setdefault("me", os.environ.get("WX_OPENID"))})
"""
    hole = {"    known.clear()\n": ""}
    cause = "a variable of the module"


class PyWhoAmIInTheBody(PyWhoAmI):
    """What is sent is JSON in a text, as HTTP brings it."""

    mended = """
def main_handler(event, context):
    sent = json.loads(event["body"])
    openid = os.environ.get("WX_OPENID")
    return {"statusCode": 200, "body": {"openid": openid, "nick": sent["nick"]}}
"""
    hole = {'openid = os.environ.get("WX_OPENID")': 'openid = sent.get("openid") or os.environ.get("WX_OPENID")'}

    def event(self, nothing, caller):
        return {"body": json.dumps({"nick": "n"})}
