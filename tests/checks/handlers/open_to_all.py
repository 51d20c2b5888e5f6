"""What everybody may see, and what a client's CloudID becomes: rightly open, and a near neighbour that is not."""

from __future__ import annotations

from ..twin import Twin
from .python import Rows


class ReadById(Twin):
    """Whoever knows an id may read: one thing, whatever stands in place of the id."""

    allow = {"anyone", "nobody"}
    law = "odd_values_reach_nobody"
    mended = """
exports.main = async (event) => {
  const { data } = await db.collection('items').where({ _id: String(event.id) }).get()
  return { code: data.length ? 0 : 404, list: data }
}
"""
    hole = {"String(event.id)": "event.id"}
    also = "nobody_has_no_effect bystanders_stay_untouched"
    cause = "takes its condition out of the query"

    def arrange(self, cloud, person):
        item = {"_openid": person.openid, "title": cloud.secret(), "note": cloud.secret()}
        return cloud.db["items"].insert_one(item).inserted_id

    def event(self, item, caller):
        return {"id": item}


class ReadByIdInPart(ReadById):
    """What everybody may see is the title; a list in place of the id is looked up by another way, which shows the rest."""

    mended = """
exports.main = async ({ id }) => {
  const items = db.collection('items')
  const { data } = await items.where({ _id: Array.isArray(id) ? _.in(id.map(String)) : String(id) }).limit(1).get()
  const [one] = data.map(({ title, note }) => (Array.isArray(id) ? { title } : { title }))
  return one || { code: 404 }
}
"""
    hole = {"Array.isArray(id) ? { title } :": "Array.isArray(id) ? { title, note } :"}
    cause = ""


class DetailOrList(Twin):
    """One item by its id; without an id what everybody offers, in a list, of which no more is told than of one."""

    allow = {"anyone", "nobody"}
    law = "odd_values_reach_nobody"
    mended = """
const brief = ({ _id, title }) => ({ _id, title })

exports.main = async ({ id, kind }) => {
  const items = db.collection('items')
  if (!id) return (await items.limit(20).get()).data.map(brief)
  const { data } = await items.where({ _id: String(id), kind: String(kind) }).limit(1).get()
  return data.length ? brief(data[0]) : { code: 404 }
}
"""
    hole = {".data.map(brief)": ".data"}
    cause = ""

    def arrange(self, cloud, person):
        item = {"_openid": person.openid, "kind": "tea", "title": cloud.secret(), "note": cloud.secret()}
        return cloud.db["items"].insert_one(item).inserted_id

    def event(self, item, caller):
        return {"id": item, "kind": "tea"}


class DetailOrQuery(DetailOrList):
    """What an event leaves out takes no condition out of the query: that lists what it should not, as ever."""

    mended = """
exports.main = async ({ id }) => {
  const condition = { gone: _.neq(true), _id: String(id) }
  return (await db.collection('items').where(condition).get()).data
}
"""
    hole = {"_id: String(id) }": "...(id ? { _id: String(id) } : {}) }"}
    also = "nobody_has_no_effect bystanders_stay_untouched"


class CopiedForOrders(ReadById):
    """Whoever orders keeps what it was: a copy of what everybody may read."""

    allow = {"anyone"}
    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const { data: [item] } = await db.collection('items').where({ _id: String(id) }).get()
  if (!item) return { code: 404 }
  await db.collection('orders').add({ data: { _openid: OPENID, title: item.title } })
  return { code: 0 }
}
"""
    hole = {"title: item.title": "title: item.title, note: Array.isArray(id) ? item.note : ''"}
    cause = ""
    also = ""


class PublicList(Twin):
    """A page of what everybody offers, to everybody; what is no offer yet is its owner's."""

    allow = {"anyone"}
    law = "odd_values_reach_nobody"
    also = "strangers_have_no_effect"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const { data } = await db.collection('offers').where({ kind: String(event.kind), draft: false }).limit(20).get()
  return { code: 0, list: data }
}
"""
    hole = {"{ kind: String(event.kind), draft: false }": "{ draft: event.kind === 'tea' ? false : _.exists(true) }"}

    def arrange(self, cloud, person):
        for draft in (False, True):
            offer = {"_openid": person.openid, "kind": "tea", "draft": draft, "text": cloud.secret()}
            cloud.db["offers"].insert_one(offer)

    def event(self, nothing, caller):
        return {"kind": "tea"}


class PublicListForNobody(PublicList):
    """Whoever has no account sees the same."""

    allow = {"anyone", "nobody"}
    also = "forged_identity_reaches_nobody strangers_have_no_effect"
    mended = PublicList.mended.replace("  if (!OPENID) return { code: 401 }\n", "").replace(
        "  const { OPENID } = cloud.getWXContext()\n", ""
    )


class SortedPublicList(PublicList):
    """Everything that a list shows in its order follows from what it holds."""

    mended = PublicList.mended.replace(".limit(20)", ".orderBy('text', 'asc').limit(20)")


class OpenedPhone(Twin):
    """A CloudID comes opened, also to a function that another one calls with it."""

    allow = {"owner"}
    law = "the_channel_takes_no_right"
    mended = """
exports.main = async (event) => {
  const { OPENID, SOURCE } = cloud.getWXContext()
  const phone = event.phone && event.phone.data && event.phone.data.purePhoneNumber
  if (!OPENID || !phone) return { code: 400 }
  await db.collection('users').where({ _openid: OPENID }).update({ data: { phone } })
  return { code: 0 }
}
"""
    hole = {"if (!OPENID || !phone)": "if (!OPENID || !phone || SOURCE !== 'wx_client')"}

    def register(self, cloud, person):
        cloud.db["users"].insert_one({"_openid": person.openid})

    def arrange(self, cloud, person):
        return cloud.cloud_id(phone_number="13800138000", user=person)

    def event(self, phone, caller):
        return {"phone": phone}


class PyReadById(Rows):
    """Whoever knows an id may read."""

    allow = {"anyone", "nobody"}
    law = "odd_values_reach_nobody"
    also = "nobody_has_no_effect"
    mended = """
def main_handler(event, context):
    wanted = event["id"] if isinstance(event["id"], list) else [event["id"]]
    row = db.execute("select * from notes where id = ?", [str(wanted[0]) if wanted else ""]).fetchone()
    return dict(row) if row else {"code": 404}
"""
    hole = {
        "    row = db": '    if isinstance(event["id"], dict):\n'
        '        return [dict(row) for row in db.execute("select * from notes")]\n'
        "    row = db"
    }


class PyPublicList(Rows):
    """Everybody's notes that are done, to everybody."""

    allow = {"anyone"}
    law = "odd_values_reach_nobody"
    also = ""
    mended = """
def main_handler(event, context):
    if not os.environ.get("WX_OPENID"):
        return {"code": 401}
    rows = db.execute("select text from notes where done = ?", [1])
    return {"list": [row["text"] for row in rows]}
"""
    hole = {"[1])": '[1]) if event["done"] == "yes" else db.execute("select text from notes")'}

    def arrange(self, cloud, person):
        for done in (0, 1):
            row = "insert into notes (openid, text, done) values (?, ?, ?)"
            self.execute(cloud, row, person.openid, cloud.secret(), done)

    def event(self, nothing, caller):
        return {"done": "yes"}


class PyDetailOrList(PyReadById):
    """One note by its number; without one all of them, without what only their owners see."""

    mended = """
def main_handler(event, context):
    if not event.get("id"):
        return [{"text": row["text"]} for row in db.execute("select * from notes")]
    row = db.execute("select * from notes where id = ?", [str(event["id"])]).fetchone()
    return {"text": row["text"]} if row else {"code": 404}
"""
    hole = {'[{"text": row["text"]} for row in': "[dict(row) for row in"}
    also = ""

    def arrange(self, cloud, person):
        row = "insert into notes (openid, text, done) values (?, ?, ?)"
        return self.execute(cloud, row, person.openid, cloud.secret(), cloud.secret())
