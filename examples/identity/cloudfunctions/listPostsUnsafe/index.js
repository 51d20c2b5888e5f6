// Hands on what get() answers: _openid comes with every document.
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async () => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401, message: '请先登录' }
  const { data } = await db.collection('posts').limit(20).get()
  return { code: 0, posts: data }
}
