"""Functions that only answer: what a yes is, their contracts say themselves."""

from __future__ import annotations

from ..twin import Twin


class _Answering(Twin):
    allow = {"owner"}

    def arrange(self, cloud, person):
        return person.openid

    def event(self, owner, caller):
        return {"resourceOwnerId": owner}

    def decide(self, outcome):
        return outcome.result["authorized"]


class YesToEverybody(_Answering):
    mended = """
exports.main = async ({ resourceOwnerId }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID || OPENID !== resourceOwnerId) throw new Error('Unauthorized')
  return { authorized: true }
}
"""
    hole = {"if (!OPENID || OPENID !== resourceOwnerId) throw new Error('Unauthorized')": ""}
    law = "strangers_have_no_effect"
    also = "nobody_has_no_effect nothing_is_planted no_right_is_gained no_side_effect_before_the_check"


class YesToUndefined(_Answering):
    """`undefined === undefined`, where nobody calls and the event names no owner."""

    mended = """
exports.main = async ({ resourceOwnerId }) => {
  const { OPENID } = cloud.getWXContext()
  return { authorized: Boolean(OPENID) && OPENID === resourceOwnerId }
}
"""
    hole = {"Boolean(OPENID) && ": ""}
    law = "nobody_has_no_effect"
    also = "no_side_effect_before_the_check"


class YesInPython(_Answering):
    schema = "create table unused (id integer primary key)"
    mended = """
def main(event, context):
    openid = os.environ.get('WX_OPENID')
    return {'authorized': openid is not None and openid == event.get('resourceOwnerId')}
"""
    hole = {"openid is not None and ": ""}
    law = "nobody_has_no_effect"
    also = "no_side_effect_before_the_check"


class YesToTheirOwn(_Answering):
    """Who asks after what is theirs is told yes, whatever else the event says; no list of one's own is anybody else's."""

    mended = """
exports.main = async ({ kind }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { authorized: false }
  const { data } = await db.collection('notes').where({ _openid: OPENID, kind: String(kind) }).get()
  return { authorized: true, notes: data.map(({ text }) => text) }
}
"""
    hole = {"_openid: OPENID, ": "", "if (!OPENID) return { authorized: false }": ""}
    law = "strangers_have_no_effect"
    also = (
        "nobody_has_no_effect bystanders_stay_untouched another_app_is_another_person the_channel_gives_no_right "
        "secrets_make_no_difference no_side_effect_before_the_check nothing_is_planted no_right_is_gained"
    )

    def arrange(self, cloud, person):
        cloud.db["notes"].insert_one({"_openid": person.openid, "kind": "a", "text": cloud.secret()})

    def event(self, note, caller):
        return {"kind": "a"}


class YesByTheDefaultRule(YesToUndefined):
    """What a contract calls a yes may be what the default rule allows."""

    def decide(self, outcome):
        return outcome.allowed


class OptionOnOneLine(Twin):
    """A bundler leaves a switch on one line."""

    allow = {"owner"}
    mended = """
exports.main = async ({ mode }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  let q = { buyer: OPENID }
  switch (mode) { case 'team': q = { buyer: OPENID, team: true }; break; default: break }
  return { code: 0, orders: (await db.collection('orders').where(q).get()).data }
}
"""
    hole = {"q = { buyer: OPENID, team: true }": "q = {}"}
    law = "strangers_have_no_effect"
    also = "bystanders_stay_untouched secrets_make_no_difference"

    def arrange(self, cloud, person):
        cloud.db["orders"].insert_one({"buyer": person.openid, "item": cloud.secret()})
