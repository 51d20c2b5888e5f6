// Only the owner of a resource may change it.
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })

exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!event.text) {
    throw new Error('text is required')
  }
  if (!OPENID || OPENID !== event.resourceOwnerId) {
    return { code: 403, message: '无权限' }
  }
  return { code: 0, data: { text: event.text, updatedBy: OPENID } }
}
