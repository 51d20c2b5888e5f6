// Adds a todo of the caller's own: { text } → { code: 0, id }
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

const LONGEST_TEXT = 200
const MOST_OPEN_TODOS = 50

exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) {
    return { code: 401, message: '请先登录' }
  }
  const text = typeof event.text === 'string' ? event.text.trim() : ''
  if (!text || text.length > LONGEST_TEXT) {
    return { code: 400, message: `请输入 1 到 ${LONGEST_TEXT} 个字` }
  }
  const { total } = await db.collection('todos').where({ _openid: OPENID, done: false }).count()
  if (total >= MOST_OPEN_TODOS) {
    return { code: 409, message: '待办太多了，先完成几个吧' }
  }
  // The fields are named one by one: what else the client sends is not stored.
  const { _id } = await db.collection('todos').add({
    data: { _openid: OPENID, text, done: false, sharedWith: [], version: 1, createdAt: db.serverDate() }
  })
  return { code: 0, id: _id }
}
