// Lets the event choose whose records, which was meant for the page of one's own.
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async ({ userId }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401, message: '请先登录' }
  const who = userId || OPENID
  const { data } = await db.collection('records').where({ _openid: who }).orderBy('at', 'desc').limit(20).get()
  return { code: 0, records: data.map(({ _id, steps }) => ({ id: _id, steps })) }
}
