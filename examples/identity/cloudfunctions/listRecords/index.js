// The caller's own records, the newest first: {} → { code: 0, records } | { code: 401 }
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async () => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401, message: '请先登录' }
  const { data } = await db.collection('records').where({ _openid: OPENID }).orderBy('at', 'desc').limit(20).get()
  return { code: 0, records: data.map(({ _id, steps }) => ({ id: _id, steps })) }
}
