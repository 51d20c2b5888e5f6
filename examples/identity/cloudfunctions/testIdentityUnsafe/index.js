// Looks the caller up once, and keeps the answer: a reused instance tells everybody who its first caller was.
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })

let identity

exports.main = async () => {
  const { OPENID, APPID, UNIONID } = cloud.getWXContext()
  identity = identity || {
    openid: OPENID || 'Not available',
    appid: APPID || 'Not available',
    unionid: UNIONID || 'Not available'
  }
  return { success: true, identity, timestamp: new Date().toISOString() }
}
