"""What the platform tells a function when nobody calls, and between functions; some of it is documented nowhere."""

from __future__ import annotations

from .documents import Notes

#: Who calls by resource sharing has no OPENID either, and nobody knows what they have of userInfo.
BY_SHARING = "another_app_is_another_person the_channel_gives_no_right"


class OpenIdOfUserInfo(Notes):
    """Over the HTTP API there is a userInfo, which holds the app alone: documented, so it holds everywhere."""

    law = "nobody_has_no_effect"
    mended = """
exports.main = async (event) => {
  const { openId } = event.userInfo
  if (!openId) return { code: 401, removed: 0 }
  const { stats } = await db.collection('notes').where({ _id: event.id, _openid: openId }).remove()
  return { code: 0, removed: stats.removed }
}
"""
    hole = {"  if (!openId) return { code: 401, removed: 0 }\n": ""}
    also = f"forged_identity_reaches_nobody {BY_SHARING}"
    cause = "the SDK drops keys that are undefined"


class AppIdIsEnough(Notes):
    """A call that names the app is taken for one of its users; the HTTP API names it as well."""

    law = "nobody_has_no_effect"
    mended = """
exports.main = async (event) => {
  const { OPENID, APPID } = cloud.getWXContext()
  if (!APPID || !OPENID) return { code: 401 }
  const { data: note } = await db.collection('notes').doc(String(event.id)).get()
  if (OPENID && note._openid !== OPENID) return { code: 403 }
  await db.collection('notes').doc(note._id).remove()
  return { code: 0 }
}
"""
    hole = {"!APPID || !OPENID": "!APPID"}
    also = f"forged_identity_reaches_nobody secrets_make_no_difference {BY_SHARING}"


class ChecksUserInfoIfThereIsOne(Notes):
    """Over the HTTP API there is one; whether a timer's event has one, nobody knows."""

    law = "nobody_has_no_effect"
    mended = """
exports.main = async (event) => {
  const { data: note } = await db.collection('notes').doc(String(event.id)).get()
  if (!event.userInfo || note._openid !== event.userInfo.openId) return { code: 403 }
  await db.collection('notes').doc(note._id).remove()
  return { code: 0 }
}
"""
    hole = {"!event.userInfo || note": "event.userInfo && note"}
    also = BY_SHARING
    cause = "carries no userInfo"


class AnythingButTheHttpApi(Notes):
    """What comes over the HTTP API is refused; what else comes without an openid is not expected to."""

    law = "nobody_has_no_effect"
    mended = """
exports.main = async (event) => {
  if (cloud.getWXContext().SOURCE === 'wx_http') return { code: 403 }
  const { openId } = event.userInfo
  if (openId === undefined) return { code: 401 }
  const { stats } = await db.collection('notes').where({ _id: event.id, _openid: openId }).remove()
  return { code: stats.removed ? 0 : 404 }
}
"""
    hole = {"  if (openId === undefined) return { code: 401 }\n": ""}
    also = BY_SHARING
    cause = "carries userInfo: {appId}"


class CalledByAnotherFunction(Notes):
    """The function that the client calls refuses nobody's calls; the one that it calls relies on that."""

    mended = """
exports.main = async ({ id, step }, context) => {
  const { OPENID } = cloud.getWXContext()
  if (step !== 'remove') {
    if (!OPENID) return { code: 401 }
    return (await cloud.callFunction({ name: context.function_name, data: { id: String(id), step: 'remove' } })).result
  }
  if (OPENID === undefined) return { code: 401 }
  const { stats } = await db.collection('notes').where({ _id: id, _openid: OPENID }).remove()
  return { code: stats.removed ? 0 : 404 }
}
"""
    hole = {"  if (OPENID === undefined) return { code: 401 }\n": ""}
    also = "nobody_has_no_effect"  # who sends the step that is the function's own
    cause = "that is called by another"


class CleansUpAfterItself(Notes):
    """The owner has a second function remove what is theirs, and it removes what is everybody's."""

    law = "bystanders_stay_untouched"
    mended = """
exports.main = async ({ step }, context) => {
  const { OPENID } = cloud.getWXContext()
  if (step !== 'clear') {
    if (!OPENID) return { code: 401 }
    return (await cloud.callFunction({ name: context.function_name, data: { step: 'clear' } })).result
  }
  if (OPENID === undefined) return { code: 401 }
  const { stats } = await db.collection('notes').where({ version: 1, _openid: OPENID }).remove()
  return { code: 0, removed: stats.removed }
}
"""
    hole = {"  if (OPENID === undefined) return { code: 401 }\n": ""}
    also = "strangers_have_no_effect nobody_has_no_effect"
    cause = "finds no OPENID"

    def event(self, note_id, caller):
        return {}
