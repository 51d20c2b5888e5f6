// The caller's membership: {} → { code: 0, level } | { code: 401 | 404 }
// One person is the same in every app of an Open Platform account, by UNIONID. The platform shows it only to bound
// apps, and not in every call; where it does not, a member is found by OPENID.
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async () => {
  const { OPENID, UNIONID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const who = UNIONID ? { unionid: UNIONID } : { _openid: OPENID }
  const { data: [member] } = await db.collection('members').where({ ...who, active: true }).limit(1).get()
  return member ? { code: 0, level: member.level } : { code: 404 }
}
