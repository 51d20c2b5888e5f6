// Figures for administrators: how many todos there are, per person, and how many were added today.
// → { code: 0, today, people: [{ openid, total, done }] }; nobody's texts
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()
const _ = db.command
const $ = _.aggregate

const HOUR = 60 * 60 * 1000

exports.main = async () => {
  // The function that is called runs as the same user; only what it answers is believed, never the event.
  const { result } = await cloud.callFunction({ name: 'getRole' })
  if (result.code !== 0 || result.role !== 'admin') {
    return { code: 403, message: '无权限' }
  }
  const { total: today } = await db.collection('todos').where({ createdAt: _.gte(startOfDay()) }).count()
  const { list } = await db.collection('todos')
    .aggregate()
    .group({ _id: '$_openid', total: $.sum(1), done: $.sum($.cond({ if: '$done', then: 1, else: 0 })) })
    .sort({ total: -1, _id: 1 })
    .limit(100)
    .end()
  return { code: 0, today, people: list.map(({ _id, ...counts }) => ({ openid: _id, ...counts })) }
}

// Midnight in China. Cloud functions run on UTC, where the day begins eight hours later.
function startOfDay() {
  const now = Date.now() + 8 * HOUR
  return new Date(now - (now % (24 * HOUR)) - 8 * HOUR)
}
