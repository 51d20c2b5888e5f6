// The newest posts of everybody: {} → { code: 0, posts } | { code: 401 }
// An openid is what a person is known by; no other user needs it. A post's author has a nickname.
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async () => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401, message: '请先登录' }
  const { data } = await db.collection('posts').field({ _openid: false }).limit(20).get()
  return { code: 0, posts: data }
}
