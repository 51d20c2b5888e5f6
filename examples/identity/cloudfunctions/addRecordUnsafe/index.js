// Stores the record for whomever the event names.
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async ({ openid, steps }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401, message: '请先登录' }
  const { _id } = await db.collection('records').add({ data: { _openid: openid || OPENID, steps, at: db.serverDate() } })
  return { code: 0, id: _id }
}
