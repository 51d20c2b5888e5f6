// Stores a record of the caller's own: { steps } → { code: 0, id } | { code: 401 | 400 }
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async ({ steps }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401, message: '请先登录' }
  if (!Number.isInteger(steps)) return { code: 400, message: '参数错误' }
  const { _id } = await db.collection('records').add({ data: { _openid: OPENID, steps, at: db.serverDate() } })
  return { code: 0, id: _id }
}
