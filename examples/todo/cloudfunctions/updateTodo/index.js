// Changes a todo of the caller's own: { id, text, done }, of which text or done may be missing
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()
const _ = db.command

const LONGEST_TEXT = 200

exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) {
    return { code: 401, message: '请先登录' }
  }
  const changes = changesIn(event)
  if (typeof event.id !== 'string' || !changes) {
    return { code: 400, message: '参数错误' }
  }
  const { stats } = await db.collection('todos')
    .where({ _id: event.id, _openid: OPENID })
    .update({ data: { ...changes, version: _.inc(1), updatedAt: db.serverDate() } })
  // Not there and not yours get the same answer, so that nobody can find out which todos there are.
  return stats.updated === 1 ? { code: 0 } : { code: 404, message: '待办不存在' }
}

// What the event asks to change, and nothing beside text and done; null when that is not valid.
function changesIn({ text, done }) {
  const changes = {}
  if (text !== undefined) {
    if (typeof text !== 'string' || !text.trim() || text.trim().length > LONGEST_TEXT) return null
    changes.text = text.trim()
  }
  if (done !== undefined) {
    if (typeof done !== 'boolean') return null
    changes.done = done
  }
  return Object.keys(changes).length > 0 ? changes : null
}
