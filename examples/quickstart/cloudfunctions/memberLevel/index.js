// Members are known across the company's Mini Programs by their unionid, visitors by their openid.
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })

exports.main = async () => {
  const { OPENID, UNIONID } = cloud.getWXContext()
  const key = UNIONID || OPENID
  if (!key) {
    return { success: false, message: '请先登录' }
  }
  return { success: true, key, level: UNIONID ? 'member' : 'visitor' }
}
