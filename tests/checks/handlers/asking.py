"""Parameters that the operation's own event never has, and what a query finds without those that it has."""

from __future__ import annotations

from .documents import Notes
from .python import Rows

EVERYBODY = "secrets_make_no_difference nobody_has_no_effect"


class AllOfThem(Notes):
    """A parameter for a page of administrators that anybody can send."""

    law = "strangers_have_no_effect"
    also = EVERYBODY
    cause = "a parameter of the event decides"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const where = { version: 1 }
  if (!event.draft) where._openid = OPENID
  where._openid = OPENID
  const { data } = await db.collection('notes').where(where).skip((event.page || 0) * 20).get()
  return { code: 0, data }
}
"""
    hole = {"  where._openid = OPENID\n  const": "  const"}

    def event(self, note_id, caller):
        return {}


class ModeOfAnAdministrator(AllOfThem):
    """The value stands in the source; another one is refused."""

    mended = """
const MODES = ['mine', 'everything']
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { mode = 'mine', id } = event
  if (!OPENID || !MODES.includes(mode)) return { code: 400 }
  const note = (await db.collection('notes').where({ _id: String(id) }).get()).data[0]
  if (!note) return { code: 404 }
  const mine = note._openid === OPENID
  if (!mine) return { code: 403, mode: mode === 'everything' }
  await db.collection('notes').doc(id).remove()
  return { code: 0 }
}
"""
    hole = {"if (!mine) return": "if (!mine && mode !== 'everything') return"}

    def event(self, note_id, caller):
        return {"id": note_id}


class OnlyMine(AllOfThem):
    """What restricts is a parameter, with a default that is right."""

    mended = """
exports.main = async ({ onlyMine = true, skip = 0 }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return []
  const where = onlyMine ? { _openid: OPENID } : { _openid: OPENID, version: 1 }
  return (await db.collection('notes').where(where).skip(skip).get()).data
}
"""
    hole = {": { _openid: OPENID, version: 1 }": ": { version: 1 }"}


class OnlyMineIsSent(OnlyMine):
    """The same, where clients say so."""

    def event(self, note_id, caller):
        return {"onlyMine": True}


class ScopeInATable(AllOfThem):
    mended = """
const SCOPES = {
  mine: (openid) => ({ _openid: openid }),
  recent: (openid) => ({ _openid: openid, version: 1 }),
}
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const scope = SCOPES[event.scope || 'mine']
  if (!OPENID || !scope) return { code: 400 }
  return (await db.collection('notes').where(scope(OPENID)).get()).data
}
"""
    hole = {"({ _openid: openid, version: 1 })": "({ version: 1 })"}


class IdLeftOut(Notes):
    """Without an id the condition is dropped, and with it goes the only thing that told whose."""

    law = "strangers_have_no_effect"
    also = "nobody_has_no_effect odd_values_reach_nobody"
    cause = "what the event leaves out"
    mended = """
exports.main = async ({ id, text }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  if (id !== undefined) {
    const note = (await db.collection('notes').where({ _id: String(id) }).get()).data[0]
    if (!note || note._openid !== OPENID) return { code: 403 }
  } else return { code: 400 }
  const { stats } = await db.collection('notes').where({ _id: id, version: 1 }).update({ data: { text } })
  return { code: 0, updated: stats.updated }
}
"""
    hole = {" else return { code: 400 }": ""}

    def event(self, note_id, caller):
        return {"id": note_id, "text": "changed"}


class PyAllOfThem(Rows):
    """Rows, in Python."""

    law = "strangers_have_no_effect"
    also = "secrets_make_no_difference"
    cause = "a parameter of the event decides"
    mended = """
def main_handler(event, context):
    openid = os.environ.get("WX_OPENID")
    if not openid:
        return {"code": 401}
    if event.get("scope") == "team":
        rows = db.execute("select text from notes where openid = ? or openid is null", [openid])
    else:
        rows = db.execute("select text from notes where openid = ?", [openid])
    return [row["text"] for row in rows]
"""
    hole = {"openid is null": "openid is not null"}

    def event(self, note_id, caller):
        return {}


class PyRightThatIsKnown(Rows):
    """A right that is granted nowhere, and compared with a word of the source."""

    law = "no_right_is_gained"
    also = ""
    cause = "a right is taken from the event"
    mended = """
def main_handler(event, context):
    openid = os.environ.get("WX_OPENID")
    if not openid:
        return {"code": 401}
    if event.get("userRole") == "inspector" and openid == os.environ.get("INSPECTOR"):
        return [row["text"] for row in db.execute("select text from notes")]
    return [row["text"] for row in db.execute("select text from notes where openid = ?", [openid])]
"""
    hole = {' and openid == os.environ.get("INSPECTOR")': ""}

    def event(self, note_id, caller):
        return {}
