// DO NOT COPY. The unsafe twin of removeTodo: it does not ask whether there is a caller at all.
// "The query names the owner, so nobody's query finds nothing", it seems; but the SDK leaves out a
// condition that is undefined, and what remains is { done: true }: everybody's.
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (event.allDone === true) {
    const { stats } = await db.collection('todos').where({ _openid: OPENID, done: true }).remove()
    return { code: 0, removed: stats.removed }
  }
  if (typeof event.id !== 'string') {
    return { code: 400, message: '参数错误' }
  }
  const { stats } = await db.collection('todos').where({ _id: event.id, _openid: OPENID }).remove()
  return stats.removed === 1 ? { code: 0, removed: 1 } : { code: 404, message: '待办不存在' }
}
