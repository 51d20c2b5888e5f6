// Sharing, by invitation. The Mini Program puts the token into a share card; who opens it first may read.
//   { action: 'invite', id }         the owner makes an invitation → { code: 0, token }
//   { action: 'accept', token }      who holds the token becomes a reader → { code: 0, id }
//   { action: 'revoke', id, reader } the owner takes it back from one reader, whose openid listTodos told
const crypto = require('crypto')
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database({ throwOnNotFound: false }) // doc().get() of what is not there answers null
const _ = db.command

const DAY = 24 * 60 * 60 * 1000

exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) {
    return { code: 401, message: '请先登录' }
  }
  switch (event.action) {
    case 'invite':
      return invite(OPENID, event)
    case 'accept':
      return accept(OPENID, event)
    case 'revoke':
      return revoke(OPENID, event)
    default:
      return { code: 400, message: '未知操作' }
  }
}

async function invite(openid, { id }) {
  if (typeof id !== 'string') {
    return { code: 400, message: '参数错误' }
  }
  const { total } = await db.collection('todos').where({ _id: id, _openid: openid }).count()
  if (total === 0) {
    return { code: 404, message: '待办不存在' }
  }
  const token = crypto.randomBytes(16).toString('hex')
  await db.collection('invitations').add({
    data: { _id: token, _openid: openid, todoId: id, expiresAt: db.serverDate({ offset: DAY }) }
  })
  return { code: 0, token }
}

// In a transaction, so that an invitation makes one reader even when two people open it at once.
async function accept(openid, { token }) {
  if (typeof token !== 'string' || !token) {
    return { code: 400, message: '参数错误' }
  }
  return db.runTransaction(async (transaction) => {
    const invitation = await transaction.collection('invitations').doc(token).get()
    if (!invitation.data || invitation.data.expiresAt.getTime() <= Date.now()) {
      return { code: 410, message: '邀请已失效' }
    }
    const { todoId, _openid } = invitation.data
    const todo = await transaction.collection('todos').doc(todoId).get()
    if (!todo.data) { // removed in the meantime
      return { code: 410, message: '邀请已失效' }
    }
    if (openid !== _openid) { // owners who try their own card do not use it up
      await transaction.collection('todos').doc(todoId).update({ data: { sharedWith: _.addToSet(openid) } })
      await transaction.collection('invitations').doc(token).remove()
    }
    return { code: 0, id: todoId }
  })
}

async function revoke(openid, { id, reader }) {
  if (typeof id !== 'string' || typeof reader !== 'string') {
    return { code: 400, message: '参数错误' }
  }
  const { stats } = await db.collection('todos')
    .where({ _id: id, _openid: openid, sharedWith: reader })
    .update({ data: { sharedWith: _.pull(reader) } })
  return stats.updated === 1 ? { code: 0 } : { code: 404, message: '待办不存在' }
}
