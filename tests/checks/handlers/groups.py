"""Members of groups: a role over one thing is none over another."""

from __future__ import annotations

from ..twin import Twin


class Groups(Twin):
    """A group belongs to who founded it; members stand in a collection of their own."""

    allow = {"owner", "leader"}
    roles = ("leader", "member")
    law = "other_roles_have_no_effect"

    def arrange(self, cloud, person):
        group = cloud.db["groups"].insert_one({"owner": person.openid, "notice": cloud.secret()}).inserted_id
        self.grant(cloud, person, "leader", group)
        return group

    def grant(self, cloud, person, role, scope):
        cloud.db["members"].insert_one({"openid": person.openid, "groupId": scope, "role": role})

    def event(self, group, caller):
        return {"groupId": group}


class RenameGroup(Groups):
    mended = """
exports.main = async ({ groupId, notice }) => {
  const { OPENID } = cloud.getWXContext()
  const { data } = await db.collection('members').where({ openid: OPENID || '', groupId, role: 'leader' }).get()
  if (!data.length) return { code: 403 }
  await db.collection('groups').doc(groupId).update({ data: { notice } })
  return { code: 0 }
}
"""
    hole = {", groupId, role: 'leader' }": ", role: 'leader' }"}
    also = "mixed_ids_reach_nobody strangers_have_no_effect bystanders_stay_untouched"

    def event(self, group, caller):
        return {"groupId": group, "notice": "changed"}


class MembersOnly(RenameGroup):
    """A lower role may read, and not write."""

    hole = {"groupId, role: 'leader' }": "groupId }"}


class ReadNotice(Groups):
    allow = {"owner", "leader", "member"}
    law = "strangers_have_no_effect"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const groupId = String(event.groupId)
  const { total } = await db.collection('members').where({ groupId, openid: OPENID || '' }).count()
  if (total < 1) throw new Error('members only')
  return (await db.collection('groups').doc(groupId).get()).data
}
"""
    hole = {"  if (total < 1) throw new Error('members only')\n": ""}
    also = "nobody_has_no_effect secrets_make_no_difference other_roles_have_no_effect"


class LeftTheGroup(Groups):
    """A list in the group that leaving forgets."""

    allow = {"owner", "member"}
    roles = ("member",)
    mended = """
exports.main = async ({ groupId }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const { data: group } = await db.collection('groups').doc(groupId).get()
  const { total } = await db.collection('members').where({ groupId, openid: OPENID, left: _.neq(true) }).count()
  const isMember = total > 0
  if (!isMember && group.owner !== OPENID) return { code: 403 }
  return { code: 0, notice: group.notice }
}
"""
    hole = {"const isMember = total > 0": "const isMember = group.memberIds.includes(OPENID)"}

    def arrange(self, cloud, person):
        group = {"owner": person.openid, "memberIds": [], "notice": cloud.secret()}
        return cloud.db["groups"].insert_one(group).inserted_id

    def grant(self, cloud, person, role, scope):
        cloud.db["members"].insert_one({"openid": person.openid, "groupId": scope})
        cloud.db["groups"].update_one({"_id": scope}, {"$push": {"memberIds": person.openid}})

    def revoke(self, cloud, person, role, scope):
        cloud.db["members"].update_one({"openid": person.openid}, {"$set": {"left": True}})


class JoinGroup(Groups):
    """Who joins says what as."""

    allow = {"anyone"}
    law = "no_right_is_gained"
    mended = """
exports.main = async ({ groupId, role }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const { total } = await db.collection('members').where({ groupId: String(groupId), openid: OPENID }).count()
  if (total > 0) return { code: 409 }
  await db.collection('members').add({ data: { openid: OPENID, groupId: String(groupId), role: 'member' } })
  return { code: 0 }
}
"""
    hole = {"role: 'member' } })": "role: role || 'member' } })"}


class FoundGroup(Groups):
    """Who founds a group leads it: that is no right gained over another."""

    allow = {"anyone"}
    law = "nothing_is_planted"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const owner = OPENID
  const { _id } = await db.collection('groups').add({ data: { owner, notice: String(event.notice) } })
  await db.collection('members').add({ data: { openid: owner, groupId: _id, role: 'leader' } })
  return { code: 0, _id }
}
"""
    hole = {"const owner = OPENID": "const owner = event.owner || OPENID"}

    def event(self, group, caller):
        return {"notice": "n"}


class AdminsInAList(Groups):
    """Administrators of a group are a list in its document."""

    allow = {"owner", "leader"}
    roles = ("leader",)
    law = "strangers_have_no_effect"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { data: group } = await db.collection('groups').doc(event.groupId).get()
  if (!OPENID || ![group.owner, ...group.leaders].includes(OPENID)) return { ok: false }
  await db.collection('groups').doc(event.groupId).update({ data: { leaders: _.addToSet(event.openid) } })
  return { ok: true }
}
"""
    hole = {"  if (!OPENID || ![group.owner, ...group.leaders].includes(OPENID)) return { ok: false }\n": ""}
    also = "nobody_has_no_effect other_roles_have_no_effect no_right_is_gained"

    def arrange(self, cloud, person):
        return cloud.db["groups"].insert_one({"owner": person.openid, "leaders": []}).inserted_id

    def grant(self, cloud, person, role, scope):
        cloud.db["groups"].update_one({"_id": scope}, {"$push": {"leaders": person.openid}})

    def event(self, group, caller):
        return {"groupId": group, "openid": "oAfriend0000000000000000000x"}


class ListOfOnesGroup(Twin):
    """Members see what is in their group, whatever the event calls it; people are known by their openid."""

    allow = {"owner"}
    law = "forged_identity_reaches_nobody"
    mended = """
exports.main = async ({ groupId }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const { data: [me] } = await db.collection('people').where({ _id: OPENID }).limit(1).get()
  if (!me || (groupId && groupId !== me.group)) return { code: 403 }
  return { code: 0, list: (await db.collection('entries').where({ group: me.group }).get()).data }
}
"""
    hole = {" || (groupId && groupId !== me.group)": "", "{ group: me.group }": "{ group: groupId || me.group }"}

    def arrange(self, cloud, person):
        group = cloud.db["groups"].insert_one({"founder": person.openid}).inserted_id
        cloud.db["people"].insert_one({"_id": person.openid, "group": group})
        cloud.db["entries"].insert_one({"by": person.openid, "group": group, "text": cloud.secret()})
