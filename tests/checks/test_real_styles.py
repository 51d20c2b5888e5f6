"""Handlers in the styles of public functions, which once were judged wrongly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_wxcloud import Project, Settings, WxCloud

from .twin import Twin, judge, write


class Style(Twin):
    """`flagged` by these laws where the hole is, and by none where it is mended."""

    flagged = ""
    says = ""  # stands in what the first of them tells


class GuestbookEntry(Style):
    """Who writes is told by the client, under a name that no list of names has."""

    allow = {"anyone"}
    owner_key = "visitor"
    flagged = "nothing_is_planted"
    says = 'event      {"visitor":'
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  return db.collection('guestbook').add({ data: { visitor: OPENID, text: event.text } })
}
"""
    hole = {"visitor: OPENID": "visitor: event.visitor"}

    def event(self, resource, caller):
        return {"visitor": caller.openid if caller else None, "text": "hello"}


class LetterFromMe(Style):
    """The sender is an id of the back end's own, which the client says."""

    allow = {"anyone"}
    flagged = "nothing_is_planted"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const people = OPENID ? (await db.collection('people').where({ openid: OPENID }).get()).data : []
  if (people.length === 0) return { code: 401 }
  await db.collection('letters').add({ data: { from: people[0]._id, to: event.to, text: event.text } })
  return { code: 0 }
}
"""
    hole = {"from: people[0]._id": "from: event.my"}

    def register(self, cloud, person):
        cloud.db["people"].insert_one({"_id": f"number-{person.label}", "openid": person.openid})

    def event(self, resource, caller):
        return {"my": f"number-{caller.label}" if caller else None, "to": "number-teacher", "text": "hi"}


class CardOfMine(Style):
    """The whole of an event's data is stored in the caller's own record, the field of whose it is among them."""

    allow = {"owner"}
    flagged = "nothing_is_planted"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return null
  const { nick } = event.data || {}
  await db.collection('cards').where({ openid: OPENID }).update({ data: { nick: String(nick) } })
  return (await db.collection('cards').where({ openid: OPENID }).get()).data[0]
}
"""
    hole = {"data: { nick: String(nick) }": "data: event.data"}
    says = "forged data.openid"

    def register(self, cloud, person):
        cloud.db["cards"].insert_one({"openid": person.openid, "nick": cloud.secret()})

    def event(self, resource, caller):
        return {"data": {"nick": "Li"}}


class HandOver(Style):
    """Whose a ticket is changes, because its owner wants that."""

    allow = {"owner"}
    flagged = "strangers_have_no_effect nobody_has_no_effect"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID || typeof event.id !== 'string' || typeof event.newOwner !== 'string') return { ok: false }
  const { data: ticket } = await db.collection('tickets').doc(event.id).get()
  if (ticket.owner !== OPENID) return { ok: false }
  await db.collection('tickets').doc(event.id).update({ data: { owner: event.newOwner } })
  return { ok: true }
}
"""
    hole = {"ticket.owner !== OPENID": "!ticket.owner", "!OPENID || ": ""}

    def arrange(self, cloud, person):
        return cloud.db["tickets"].insert_one({"owner": person.openid, "seat": 4}).inserted_id

    def event(self, resource, caller):
        return {"id": resource, "newOwner": "a-friend-of-theirs"}


class Shelf(Style):
    """Admins are known by name as well; the role is over everything, not over one book."""

    allow = {"admin"}
    roles = ("admin",)
    flagged = "strangers_have_no_effect"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { total } = OPENID ? await db.collection('admins').where({ openid: OPENID }).count() : { total: 0 }
  if (total === 0 || typeof event.id !== 'string') return 'denied'
  return db.collection('books').doc(event.id).remove()
}
"""
    hole = {"total === 0 || ": ""}

    def arrange(self, cloud, person):
        return cloud.db["books"].insert_one({"title": "x"}).inserted_id

    def grant(self, cloud, person, role, scope):
        cloud.db["admins"].insert_one({"openid": person.openid, "name": person.label, "phone": f"1{person.label}"})

    def event(self, resource, caller):
        return {"id": resource}


class Thumb(Style):
    """Likes are kept where nothing was arranged, and a note about each goes to whose post it is."""

    allow = {"anyone"}
    shared = {"posts.likes"}
    flagged = "nothing_is_planted"
    mended = """
exports.main = async (event) => {
  const openid = cloud.getWXContext().OPENID
  if (!openid) return { code: 401 }
  try {
    const mine = { openid, post: String(event.id) }
    if ((await db.collection('likes').where(mine).count()).total > 0) return { code: 1 }
    const { data: post } = await db.collection('posts').doc(String(event.id)).get()
    await db.collection('likes').add({ data: mine })
    await db.collection('posts').doc(post._id).update({ data: { likes: _.inc(1) } })
    await db.collection('notes').add({ data: { userId: post._openid, from: openid, kind: 'like' } })
    return { code: 0 }
  } catch (error) {
    return { code: 1 }
  }
}
"""
    hole = {"from: openid, kind": "kind", "openid = cloud": "openid = event.openid || cloud"}

    def arrange(self, cloud, person):
        return cloud.db["posts"].insert_one({"_openid": person.openid, "likes": 0}).inserted_id

    def event(self, resource, caller):
        return {"id": resource}


class ClosedTrade(Style):
    """A trade is found by a number of the back end's own, which is checked in one query and not sent in the next."""

    allow = {"owner"}
    flagged = "strangers_have_no_effect"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { number } = event.data
  if (!OPENID || typeof number !== 'string') return { code: 1 }
  const { data } = await db.collection('trades').where({ number, _openid: OPENID }).get()
  if (data.length === 0) return { code: 1 }
  await db.collection('trades').where({ number, open: true }).update({ data: { open: false } })
  return { code: 0 }
}
"""
    hole = {"typeof number !== 'string'": "(number !== undefined && typeof number !== 'string')"}

    def arrange(self, cloud, person):
        cloud.db["trades"].insert_one({"_openid": person.openid, "number": f"t-{person.label}", "open": True})
        return {"number": f"t-{person.label}"}

    def event(self, resource, caller):
        return {"data": dict(resource)}


class Postbox(Style):
    """Letters to one person add to one document, which the first of them makes."""

    allow = {"anyone"}
    flagged = "a_warm_instance_forgets"
    mended = """
exports.main = async (event) => {
  const me = cloud.getWXContext().OPENID
  if (!me || typeof event.to !== 'string') return { code: 1 }
  const boxes = db.collection('boxes')
  const { stats } = await boxes.where({ ownerId: event.to }).update({ data: { unread: _.inc(1) } })
  if (stats.updated === 0) await boxes.add({ data: { ownerId: event.to, unread: 1 } })
  await db.collection('letters').add({ data: { senderId: me, to: event.to, text: event.text } })
  return { code: 0 }
}
"""
    hole = {
        "exports.main = async (event) => {\n  const me =": "let me\nexports.main = async (event) => {\n  me = me ||"
    }

    def arrange(self, cloud, person):
        return person.openid

    def event(self, resource, caller):
        return {"to": resource, "text": "hi"}


class Answers(Style):
    """All that the client sends is stored in the caller's own record, whatever its shape: no other's is reached."""

    allow = {"owner"}
    flagged = "strangers_have_no_effect"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return 'denied'
  return db.collection('answers').where({ by: OPENID }).update({ data: { sheet: event.answers } })
}
"""
    hole = {"by: OPENID }": "by: event.by }", "!OPENID": "false"}
    owner_key = "by"

    def arrange(self, cloud, person):
        cloud.db["answers"].insert_one({"student": "x", "by": person.openid, "first": 1})
        return person.openid

    def event(self, resource, caller):
        return {"by": resource, "answers": {"first": 3}}


STYLES = Style.__subclasses__()
each = pytest.mark.parametrize("style", STYLES, ids=lambda style: style.__name__)


@pytest.fixture(scope="module")
def style_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WxCloud]:
    """Both kinds of each style as functions."""
    root = tmp_path_factory.mktemp("styles")
    for style in STYLES:
        for kind in ("hole", "mended"):
            write(root, style, f"{style.__name__}_{kind}", style.source(kind))
    with WxCloud(Project(root), Settings(time_limit=20)) as cloud:
        yield cloud


@each
def test_the_hole_is_flagged(style: type[Style], style_cloud: WxCloud) -> None:
    """By the law that is about it, in few words."""
    said = judge(style_cloud, style, f"{style.__name__}_hole")

    assert set(style.flagged.split()) <= set(said), said
    assert style.says in str(said[style.flagged.split()[0]])


@each
def test_nobody_is_accused_falsely(style: type[Style], style_cloud: WxCloud) -> None:
    """And nothing is inconclusive."""
    said = judge(style_cloud, style, f"{style.__name__}_mended")

    assert {law: str(error) for law, error in said.items() if isinstance(error, AssertionError)} == {}
