"""What only the back end is to have: credentials of its environment, its context, and those that WeChat gives it."""

from __future__ import annotations

from .documents import Notes
from .python import Rows


class EnvironmentInARefusal(Notes):
    """The refusal tells more than it means to; the context is logged by everybody, as in WeChat's own template."""

    law = "sensitive_data_stays"
    cause = "what WeChat answered"
    mended = """
exports.main = async (event, context) => {
  console.log(event, context, JSON.stringify(context))
  const { OPENID, ENV } = cloud.getWXContext()
  const { data } = await db.collection('notes').where({ _id: String(event.id), _openid: OPENID || '-' }).get()
  if (data.length === 0) return { code: 403, debug: { env: ENV, function: context.function_name } }
  return { code: 0, note: data[0] }
}
"""
    hole = {"{ env: ENV, function: context.function_name }": "process.env"}


class ContextInAnError(EnvironmentInARefusal):
    """Only an event that breaks the function gets to see it."""

    mended = """
exports.main = async (event, context) => {
  const { OPENID } = cloud.getWXContext()
  try {
    const note = (await db.collection('notes').where({ _id: event.id.trim(), _openid: OPENID || '-' }).get()).data[0]
    return note ? { code: 0, note } : { code: 404 }
  } catch (error) {
    console.error(error)
    return { code: 500, message: error.message, request: context.request_id }
  }
}
"""
    hole = {"request: context.request_id": "context"}


class EnvironmentInTheLog(EnvironmentInARefusal):
    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  console.log('asked for', id, process.env.TCB_ENV)
  const { data } = await db.collection('notes').where({ _id: String(id), _openid: OPENID || '-' }).get()
  return data[0] || null
}
"""
    hole = {"process.env.TCB_ENV": "process.env"}


class EnvironmentInADocument(EnvironmentInARefusal):
    """A line of an audit log holds all there was."""

    mended = """
exports.main = async ({ id }, context) => {
  const { OPENID } = cloud.getWXContext()
  await db.collection('audit_logs').add({ data: { who: OPENID || null, id: String(id), by: context.function_name } })
  const { data } = await db.collection('notes').where({ _id: String(id), _openid: OPENID || '-' }).get()
  return data[0] || null
}
"""
    hole = {"by: context.function_name": "by: { ...process.env }"}

    def arrange(self, cloud, person):
        cloud.db.create_collection("audit_logs")
        return super().arrange(cloud, person)


class TokenOfTheBackEnd(EnvironmentInARefusal):
    """A token that WeChat gives the back end is kept, for the next call; it is not the client's."""

    allow = {"anyone"}
    mended = """
const https = require('https')
const get = (url) => new Promise((resolve, reject) => https.get(url, (answer) => {
  let text = ''
  answer.on('data', (piece) => { text += piece }).on('end', () => resolve(JSON.parse(text)))
}).on('error', reject))
exports.main = async () => {
  if (!cloud.getWXContext().OPENID) return { code: 401 }
  const answer = await get('https://api.weixin.qq.com/cgi-bin/token?grant_type=client_credential')
  await db.collection('tokens').doc('newest').set({ data: { token: answer.access_token } })
  return { code: 0, expires: answer.expires_in }
}
"""
    hole = {"expires: answer.expires_in": "...answer"}

    def arrange(self, cloud, person):
        cloud.db.create_collection("tokens")
        token = {"access_token": "88_abcDEF-not-a-real-one", "expires_in": 7200}
        cloud.http["api.weixin.qq.com"] = token

    def decide(self, outcome):
        return isinstance(outcome.value, dict) and outcome.value.get("code") == 0


class PyEnvironmentInARefusal(Rows):
    """The whole environment, or the context, for a client that is refused."""

    law = "sensitive_data_stays"
    also = ""
    mended = """
def main_handler(event, context):
    print(event, context)
    row = db.execute("select * from notes where id = ?", [str(event.get("id"))]).fetchone()
    if row is None or row["openid"] != os.environ.get("WX_OPENID"):
        return {"code": 403, "debug": {"env": os.environ.get("TCB_ENV")}}
    return dict(row)
"""
    hole = {'{"env": os.environ.get("TCB_ENV")}': "dict(os.environ)"}


class PyContextInARefusal(PyEnvironmentInARefusal):
    hole = {'{"env": os.environ.get("TCB_ENV")}': "context"}
