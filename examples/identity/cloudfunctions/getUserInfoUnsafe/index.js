// Lets the client say who it is, "for testing": whoever sends an openid is that person from here on.
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })

exports.main = async (event) => {
  const { OPENID, APPID, UNIONID } = cloud.getWXContext()
  return { openid: event.openid || OPENID, appid: APPID, unionid: UNIONID }
}
