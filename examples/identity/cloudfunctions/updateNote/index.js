// Changes a note of the caller's own: { id, text } → { code: 0 } | { code: 401 | 400 | 403 }
// Whose the note is, the database knows; the event only says which.
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async ({ id, text }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401, message: '请先登录' }
  if (typeof id !== 'string' || typeof text !== 'string') return { code: 400, message: '参数错误' }
  const { stats } = await db.collection('notes').where({ _id: id, _openid: OPENID }).update({ data: { text } })
  return stats.updated ? { code: 0 } : { code: 403, message: '无权限' }
}
