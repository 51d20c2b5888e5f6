// Removes todos of the caller's own: { id } one of them, { allDone: true } every one that is done
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) {
    return { code: 401, message: '请先登录' }
  }
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
