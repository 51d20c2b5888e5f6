"""Roles in a collection of users: who is an administrator, and who makes themselves one."""

from __future__ import annotations

from ..twin import Twin
from .documents import Notes


class Admins(Twin):
    """Everybody is registered; an administrator has a role there."""

    allow = {"admin"}
    roles = ("admin", "editor")
    law = "strangers_have_no_effect"
    also = "nobody_has_no_effect other_roles_have_no_effect"

    def register(self, cloud, person):
        cloud.db["users"].insert_one({"_openid": person.openid, "role": "user", "phone": cloud.secret()})

    def grant(self, cloud, person, role, scope):
        cloud.db["users"].update_one({"_openid": person.openid}, {"$set": {"role": role}})

    def arrange(self, cloud, person):
        return cloud.db["posts"].insert_one({"_openid": person.openid, "top": False}).inserted_id

    def event(self, post_id, caller):
        return {"id": post_id}


class PinPost(Admins):
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const me = (await db.collection('users').where({ _openid: OPENID || '' }).get()).data[0]
  if (!me || me.role !== 'admin') return { code: 403, message: '无权限' }
  await db.collection('posts').doc(event.id).update({ data: { top: true } })
  return { code: 0 }
}
"""
    hole = {"  if (!me || me.role !== 'admin') return { code: 403, message: '无权限' }\n": ""}
    cause = "holds the role"


class AdminSaysTheEvent(PinPost):
    """Who calls is looked up, and has to be an administrator; but who it is, the client says."""

    law = "forged_identity_reaches_nobody"
    hole = {"where({ _openid: OPENID || '' })": "where({ _openid: String(event.openid || OPENID) })"}
    also = ""
    cause = "believes who the event says"


class PinsTheirOwn(PinPost):
    """What is at the top an administrator decides, and not whose it is."""

    hole = {
        "if (!me || me.role": "const mine = await db.collection('posts').where({ _id: event.id, _openid: OPENID || '' }).count()\n  if (mine.total === 0 && (!me || me.role",
        "!== 'admin')": "!== 'admin'))",
    }
    also = ""
    cause = "holds the role"


class AdminOfAnotherApp(PinPost):
    """The administrator of one app is let in from every other."""

    law = "another_app_is_another_person"
    hole = {
        "where({ _openid: OPENID || '' })": (
            "where(_.or([{ _openid: OPENID || '' }, { unionid: cloud.getWXContext().UNIONID || 'none' }]))"
        )
    }
    also = ""
    cause = "in other apps as well"

    def register(self, cloud, person):
        cloud.db["users"].insert_one({"_openid": person.openid, "unionid": person.unionid, "role": "user"})


class AdminNearly(PinPost):
    """Openids that differ in their case are different people."""

    hole = {"_openid: OPENID || ''": "_openid: db.RegExp({ regexp: `^${OPENID || ' '}$`, options: 'i' })"}
    also = ""
    cause = "without regard to case"


class AdminUnderItsNumber(Admins):
    """The back end's own number of an administrator, which the client sends of itself."""

    law = "forged_identity_reaches_nobody"
    also = ""
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const me = (await db.collection('users').where({ _id: String(event.me), _openid: OPENID || '' }).get()).data[0]
  if (!me || me.role !== 'admin') return { code: 403 }
  await db.collection('posts').doc(event.id).update({ data: { top: true } })
  return { code: 0 }
}
"""
    hole = {", _openid: OPENID || ''": "", "const { OPENID } = cloud.getWXContext()": ""}

    def register(self, cloud, person):
        user = {"_id": f"u{person.openid[-8:]}", "_openid": person.openid, "role": "user"}
        cloud.db["users"].insert_one(user)

    def event(self, post_id, caller):
        return {"id": post_id, "me": f"u{caller.openid[-8:]}" if caller else ""}


class AnyRoleWillDo(PinPost):
    """A lower role is one as well."""

    law = "other_roles_have_no_effect"
    hole = {"me.role !== 'admin'": "me.role === 'user'"}
    also = ""


class CrashesForStrangers(PinPost):
    """Who is not registered makes it crash, which is no finding."""

    law = "other_roles_have_no_effect"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { data: [me] } = await db.collection('users').where({ _openid: OPENID || '' }).get()
  if (me.role === 'admin') await db.collection('posts').doc(event.id).update({ data: { top: true } })
  return me.role
}
"""
    hole = {"=== 'admin'": "!== 'user'"}
    also = ""


class ListUsers(Admins):
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { total } = await db.collection('users').where({ _openid: OPENID || '', role: 'admin' }).count()
  if (total === 0) throw new Error('forbidden')
  return (await db.collection('users').limit(100).get()).data
}
"""
    hole = {"  if (total === 0) throw new Error('forbidden')\n": ""}
    also = "nobody_has_no_effect other_roles_have_no_effect secrets_make_no_difference sensitive_data_stays"


class Publish(Admins):
    """Inserts only: what a denied caller adds is what only an administrator may add."""

    mended = """
exports.main = async ({ title }) => {
  const { OPENID } = cloud.getWXContext()
  const { data } = await db.collection('users').where({ _openid: OPENID || '', role: _.in(['admin']) }).get()
  if (data.length === 0) {
    await db.collection('audit_logs').add({ data: { openid: OPENID || null, what: 'publish', ok: false } })
    return { errCode: 1, errMsg: 'forbidden' }
  }
  await db.collection('notices').add({ data: { title, by: OPENID, at: db.serverDate() } })
  return { errCode: 0 }
}
"""
    hole = {"if (data.length === 0)": "if (data.length > 1)"}

    def arrange(self, cloud, person):
        cloud.db.create_collection("audit_logs")
        cloud.db.create_collection("notices")

    def event(self, nothing, caller):
        return {"title": "hello"}


class BelievesTheRole(Admins):
    """The client says what it is."""

    law = "no_right_is_gained"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const role = ((await db.collection('users').where({ _openid: OPENID || '' }).get()).data[0] || {}).role
  if (role !== 'admin') return { success: false }
  await db.collection('posts').doc(event.id).remove()
  return { success: true }
}
"""
    hole = {"const role = (": "const role = event.role || ("}
    also = ""
    cause = "a right is taken from the event"


class Suspended(Admins):
    """A right that was taken away in its own way: the role stays, and counts no more."""

    law = "other_roles_have_no_effect"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const admins = db.collection('admins')
  const { data } = await admins.where({ openid: OPENID || '', level: _.gte(2), suspended: _.neq(true) }).get()
  if (!data.length) return { code: 403 }
  await db.collection('posts').doc(event.id).update({ data: { top: true } })
  return { code: 0 }
}
"""
    hole = {", suspended: _.neq(true)": ""}
    also = ""

    def register(self, cloud, person):
        pass

    def grant(self, cloud, person, role, scope):
        cloud.db["admins"].insert_one({"openid": person.openid, "level": {"admin": 2, "editor": 1}[role]})

    def revoke(self, cloud, person, role, scope):
        cloud.db["admins"].update_one({"openid": person.openid}, {"$set": {"suspended": True}})


class SetRole(Admins):
    """An administrator makes others what they should be."""

    mended = """
exports.main = async ({ openid, role }) => {
  const { OPENID } = cloud.getWXContext()
  const users = db.collection('users')
  const me = (await users.where({ _openid: OPENID || '' }).get()).data[0]
  if (!me || me.role !== 'admin') return { code: 403 }
  await users.where({ _openid: String(openid) }).update({ data: { role } })
  return { code: 0 }
}
"""
    hole = {"  if (!me || me.role !== 'admin') return { code: 403 }\n": ""}
    also = "nobody_has_no_effect other_roles_have_no_effect no_right_is_gained"

    def arrange(self, cloud, person):
        return person.openid

    def event(self, openid, caller):
        return {"openid": openid, "role": "editor"}


class UpdateProfile(Notes):
    """Mass assignment: the role is a field like any other."""

    law = "no_right_is_gained"
    roles = ("admin",)
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const { nick, city } = event.data || {}
  await db.collection('users').where({ _openid: OPENID }).update({ data: { nick, city } })
  return { code: 0 }
}
"""
    hole = {"update({ data: { nick, city } })": "update({ data: event.data })"}
    also = "nothing_is_planted"  # it lets _openid be replaced, too
    cause = "stored as it came"

    def arrange(self, cloud, person):
        cloud.db["users"].insert_one({"_openid": person.openid, "nick": "n", "role": "user"})

    def grant(self, cloud, person, role, scope):
        cloud.db["users"].insert_one({"_openid": person.openid, "role": role})

    def event(self, nothing, caller):
        return {"data": {"nick": "changed", "city": "广州"}}


class RegisterMyself(UpdateProfile):
    """Mass assignment on the first call, in an insert."""

    allow = {"anyone"}
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const { userInfo, ...profile } = event
  const { total } = await db.collection('members').where({ _openid: OPENID }).count()
  if (total > 0) return { code: 409 }
  await db.collection('members').add({ data: { nick: String(profile.nick), isAdmin: false, _openid: OPENID } })
  return { code: 0 }
}
"""
    hole = {"nick: String(profile.nick), isAdmin: false,": "isAdmin: false, ...profile,"}

    def arrange(self, cloud, person):
        pass

    def grant(self, cloud, person, role, scope):
        cloud.db["members"].insert_one({"_openid": person.openid, "isAdmin": True})

    def event(self, nothing, caller):
        return {"nick": "n"}


class PriceOfAnOrder(Notes):
    """What may not be set is not set, in inserts too."""

    allow = {"anyone"}
    law = "no_right_is_gained"
    may_not_set = {"orders.total": set(), "orders.status": {"paid"}}
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const count = Math.max(1, Number(event.order.count) || 1)
  const order = { ...event.order, count, total: count * 100, status: 'new', buyer: OPENID }
  const { _id } = await db.collection('orders').add({ data: order })
  return { code: 0, _id }
}
"""
    hole = {
        "{ ...event.order, count, total: count * 100, status: 'new', buyer: OPENID }": "{ count, total: count * 100, status: 'new', ...event.order, buyer: OPENID }"
    }

    def arrange(self, cloud, person):
        cloud.db.create_collection("orders")

    def event(self, nothing, caller):
        return {"order": {"sku": "tea", "count": 2}}


class Router(Admins):
    """One function, many actions; the check is made for each."""

    action = "remove"
    mended = """
const OPEN = ['list']
const actions = {
  list: async () => (await db.collection('posts').field({ top: true }).get()).data,
  remove: async ({ id }) => db.collection('posts').doc(id).remove(),
  pin: async ({ id }) => db.collection('posts').doc(id).update({ data: { top: true } }),
}
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const action = Object.prototype.hasOwnProperty.call(actions, event.action) ? actions[event.action] : null
  if (!action) return { code: 404 }
  const admin = await db.collection('users').where({ _openid: OPENID || '', role: 'admin' }).get()
  if (!OPEN.includes(event.action) && admin.data.length === 0) return { code: 403 }
  return { code: 0, data: await action(event) }
}
"""
    hole = {"const OPEN = ['list']": "const OPEN = ['list', 'remove']"}

    def event(self, post_id, caller):
        return {"action": "remove", "id": post_id}


class TcbRouter(Admins):
    """tcb-router's way: middleware, $url and a ctx."""

    action = "post/pin"
    mended = """
function Router(event) {
  const all = []
  const routes = {}
  return {
    use: (f) => all.push(f),
    router: (url, ...fs) => { routes[url] = fs },
    serve: async () => {
      const ctx = {}
      const chain = [...all, ...(routes[event.$url] || [])]
      const run = (at) => (at < chain.length ? chain[at](ctx, () => run(at + 1)) : undefined)
      await run(0)
      return ctx.body
    },
  }
}
exports.main = async (event) => {
  const app = Router(event)
  const admin = async (ctx, next) => {
    if (ctx.me && ctx.me.role === 'admin') await next()
    else ctx.body = { code: 403 }
  }
  app.use(async (ctx, next) => {
    const openid = cloud.getWXContext().OPENID || ''
    ctx.me = (await db.collection('users').where({ _openid: openid }).get()).data[0]
    await next()
  })
  app.router('post/pin', admin, async (ctx) => {
    await db.collection('posts').doc(event.id).update({ data: { top: true } })
    ctx.body = { code: 0 }
  })
  return app.serve()
}
"""
    hole = {"app.router('post/pin', admin, ": "app.router('post/pin', "}

    def event(self, post_id, caller):
        return {"$url": "post/pin", "id": post_id}
