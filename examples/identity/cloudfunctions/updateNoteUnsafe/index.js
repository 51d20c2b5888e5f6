// Compares the caller with the owner that the event names, and then changes the note that it names: the two need not
// belong together. Whoever calls sends their own openid beside somebody else's note.
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()

exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (OPENID === event.resourceOwnerId) {
    await db.collection('notes').doc(event.id).update({ data: { text: event.text } })
    return { code: 0 }
  }
  return { code: 403, message: '无权限' }
}
