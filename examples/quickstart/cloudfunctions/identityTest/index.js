// A page for support staff: shows what the platform told the function, and when.
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })

exports.main = async (event) => {
  const context = cloud.getWXContext()
  console.log('identity test for', event.page)
  return {
    openid: context.OPENID,
    unionid: context.UNIONID || 'Not available',
    source: context.SOURCE,
    timestamp: new Date().toISOString()
  }
}
