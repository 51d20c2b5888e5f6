"""Roles that are kept beside lists: of rights, of tags, of whatever an event brings along."""

from __future__ import annotations

from ..twin import Twin


class MakeBoss(Twin):
    """A boss may enter themselves again. What makes one is a role and a list of rights."""

    allow = {"boss"}
    roles = ("boss",)
    law = "no_right_is_gained"
    also = "strangers_have_no_effect nobody_has_no_effect other_roles_have_no_effect"
    mended = """
exports.main = async () => {
  const { OPENID } = cloud.getWXContext()
  const bosses = db.collection('bosses')
  const { total } = await bosses.where({ _openid: OPENID || '-', role: 'boss' }).count()
  if (total === 0) return { code: 403 }
  await bosses.add({ data: { _openid: OPENID, role: 'boss', rights: ['all'] } })
  return { code: 0 }
}
"""
    hole = {"  if (total === 0) return { code: 403 }\n": ""}

    def grant(self, cloud, person, role, scope):
        cloud.db["bosses"].insert_one({"_openid": person.openid, "role": role, "rights": ["all"]})


class MakeEditor(Twin):
    """What stands beside the role comes from the event, where an odd value may be a list or nothing."""

    allow = {"editor"}
    roles = ("editor",)
    law = "no_right_is_gained"
    also = (
        "strangers_have_no_effect nobody_has_no_effect other_roles_have_no_effect another_app_is_another_person "
        "the_channel_gives_no_right"
    )
    mended = """
exports.main = async ({ nick }) => {
  const { OPENID } = cloud.getWXContext()
  const people = db.collection('people')
  const { total } = await people.where({ _openid: OPENID || '-', role: 'editor' }).count()
  if (total === 0) return { code: 403 }
  await people.add({ data: { _openid: OPENID, nick, role: 'editor' } })
  return { code: 0 }
}
"""
    hole = {"  if (total === 0) return { code: 403 }\n": ""}

    def register(self, cloud, person):
        cloud.db["people"].insert_one({"_openid": person.openid, "role": "reader"})

    def grant(self, cloud, person, role, scope):
        cloud.db["people"].update_one({"_openid": person.openid}, {"$set": {"role": "editor"}})

    def event(self, nothing, caller):
        return {"nick": "n"}


class MakeNamelessEditor(MakeEditor):
    """What is new says of nobody that they are an editor: it gives no role, and is not theirs to insert."""

    law = "strangers_have_no_effect"
    also = "nobody_has_no_effect other_roles_have_no_effect no_right_is_gained"
    hole = {**MakeEditor.hole, "data: { _openid: OPENID, nick": "data: { nick"}


class JoinWithTags(Twin):
    """Anyone may join as a reader, under tags of their own, and as nothing more."""

    allow = {"anyone"}
    roles = ("reader", "editor")
    law = "no_right_is_gained"
    mended = """
exports.main = async ({ tags, role }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  await db.collection('people').add({ data: { _openid: OPENID, tags, role: 'reader' } })
  return { code: 0 }
}
"""
    hole = {"role: 'reader' }": "role: role || 'reader' }"}

    def arrange(self, cloud, person):
        cloud.db["people"].insert_one({"_openid": person.openid, "tags": []})

    def grant(self, cloud, person, role, scope):
        cloud.db["people"].insert_one({"_openid": person.openid, "tags": [], "role": role})

    def event(self, nothing, caller):
        return {"tags": ["a"]}
