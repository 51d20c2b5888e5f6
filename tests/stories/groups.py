"""A back end of groups: what is posted there is read by members, who join, leave and are sent away."""

from __future__ import annotations

from typing import Any

from pytest_wxcloud import AuthorizationContract, AuthorizationMachine, WxCloud, WxUser

MENDED = """\
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database({ throwOnNotFound: false })
const _ = db.command
const groups = db.collection('groups')
const members = db.collection('members')
const posts = db.collection('posts')

const isOwner = async (id, openid) => (await groups.where({ _id: id, _openid: openid }).count()).total === 1
const isMember = async (id, openid) => (await members.where({ group: id, member: openid }).count()).total > 0
const belongs = async (id, openid) => (await isOwner(id, openid)) || isMember(id, openid)

exports.main = async ({ action, id, who }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  if (action === 'create') {
    return { code: 0, id: (await groups.add({ data: { _openid: OPENID, title: 'hikers' } }))._id }
  }
  if (typeof id !== 'string') return { code: 400 }
  switch (action) {
    case 'join': {
      if (!(await groups.doc(id).get()).data) return { code: 404 }
      await members.add({ data: { group: id, member: OPENID } })
      return { code: 0 }
    }
    case 'leave': {
      const { stats } = await members.where({ group: id, member: OPENID }).remove()
      return { code: stats.removed > 0 ? 0 : 403 }
    }
    case 'sendAway': {
      if (!(await isOwner(id, OPENID))) return { code: 403 }
      await members.where({ group: id, member: who }).remove()
      return { code: 0 }
    }
    case 'post': {
      if (!(await belongs(id, OPENID))) return { code: 403 }
      await posts.add({ data: { _openid: OPENID, group: id, text: 'hello', likes: 0 } })
      return { code: 0 }
    }
    case 'page': {
      if (!(await belongs(id, OPENID))) return { code: 403 }
      return { code: 0, posts: (await posts.where({ group: id }).get()).data }
    }
    case 'like': {
      const { data } = await posts.doc(id).get()
      if (!data || !(await belongs(data.group, OPENID))) return { code: 403 }
      await posts.doc(id).update({ data: { likes: _.inc(1) } })
      return { code: 0 }
    }
    case 'withdraw': {
      const { stats } = await posts.where({ _id: id, _openid: OPENID }).remove()
      return { code: stats.removed > 0 ? 0 : 403 }
    }
    case 'dissolve': {
      if (!(await isOwner(id, OPENID))) return { code: 403 }
      await posts.where({ group: id }).remove()
      await members.where({ group: id }).remove()
      await groups.doc(id).remove()
      return { code: 0 }
    }
  }
}
"""
HOLES = {
    "who joined twice does not leave": {
        "const { stats } = await members.where({ group: id, member: OPENID }).remove()": "const { data } = await "
        "members.where({ group: id, member: OPENID }).limit(1).get()\n      "
        "const { stats } = await members.where({ _id: data.length > 0 ? data[0]._id : 'none' }).remove()"
    },
    "who is sent away still posts and reads": {
        "      await members.where({ group: id, member: who }).remove()": "      "
        "await members.where({ group: id, member: who }).update({ data: { sentAway: true } })"
    },
}
WHO = "oWhoWhoWhoWhoWhoWhoWhoWho123"


class OnGroup(AuthorizationContract):
    function = "groups"
    allow = {"owner"}
    roles = ("member",)

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        return cloud.db["groups"].insert_one({"_openid": person.openid, "title": cloud.secret()}).inserted_id

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"action": self.action, "id": resource}

    def grant(self, cloud: WxCloud, person: WxUser, role: str, scope: Any) -> None:
        cloud.db["members"].insert_one({"group": scope, "member": person.openid})


class OnPost(OnGroup):
    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        post = {"group": super().arrange(cloud, person), "_openid": person.openid, "text": cloud.secret(), "likes": 0}
        return cloud.db["posts"].insert_one(post).inserted_id


class Create(OnGroup):
    action = "create"
    allow = {"anyone"}

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"action": "create"}


class Join(OnGroup):
    action = "join"
    allow = {"anyone"}
    gives = "member"


class Leave(OnGroup):
    action = "leave"
    allow = {"member"}
    takes = "member"


class SendAway(OnGroup):
    action = "sendAway"
    takes = "member"

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"action": "sendAway", "id": resource, "who": WHO}


class Post(OnGroup):
    action = "post"
    allow = {"owner", "member"}


class Page(OnGroup):
    action = "page"
    allow = {"owner", "member"}


class Like(OnPost):
    action = "like"
    allow = {"owner", "member"}
    shared = {"posts.likes"}


class Withdraw(OnPost):
    action = "withdraw"


class Dissolve(OnGroup):
    action = "dissolve"


class Groups(AuthorizationMachine):
    contracts = [Create, Join, Leave, SendAway, Post, Page, Like, Withdraw, Dissolve]
