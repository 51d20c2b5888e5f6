// The page "who am I" of a new project: {} → { success, identity: { openid, appid, unionid }, timestamp }
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })

exports.main = async () => {
  const { OPENID, APPID, UNIONID } = cloud.getWXContext()
  return {
    success: true,
    identity: {
      openid: OPENID || 'Not available',
      appid: APPID || 'Not available',
      unionid: UNIONID || 'Not available'
    },
    timestamp: new Date().toISOString()
  }
}
