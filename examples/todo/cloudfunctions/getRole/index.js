// The caller's role: 'admin', or whatever else the users collection says; 'visitor' for who is not in it
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async () => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) {
    return { code: 401, message: '请先登录' }
  }
  const { data } = await db.collection('users').where({ _openid: OPENID }).limit(1).get()
  return { code: 0, role: data.length > 0 ? data[0].role : 'visitor' }
}
