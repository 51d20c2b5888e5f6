// The caller's todos and those shared with them, the newest first, a page at a time:
// { page, done } → { code: 0, todos, more }
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()
const _ = db.command

const PAGE_SIZE = 20

exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) {
    return { code: 401, message: '请先登录' }
  }
  const page = Number.isInteger(event.page) && event.page > 0 ? event.page : 0
  const conditions = [_.or([{ _openid: OPENID }, { sharedWith: OPENID }])]
  if (typeof event.done === 'boolean') {
    conditions.push({ done: event.done })
  }
  const { data } = await db.collection('todos')
    .where(_.and(conditions))
    .orderBy('createdAt', 'desc')
    .skip(page * PAGE_SIZE)
    .limit(PAGE_SIZE + 1) // one more tells whether there is another page
    .get()
  return { code: 0, todos: data.slice(0, PAGE_SIZE).map((todo) => seenBy(OPENID, todo)), more: data.length > PAGE_SIZE }
}

// Readers see the todo; only its owner sees who else does.
function seenBy(openid, { _id, _openid, text, done, sharedWith, createdAt }) {
  const mine = _openid === openid
  return { id: _id, text, done, createdAt, mine, ...(mine && { sharedWith }) }
}
