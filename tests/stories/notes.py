"""A back end of notes, mended and with holes that only a sequence of calls shows, and its contracts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pytest_wxcloud import AuthorizationContract, AuthorizationMachine, WxCloud, WxUser

#: Notes have names that their owners choose; who reads them stands in `shares`, who edits them in the note.
MENDED = """\
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()
const _ = db.command

exports.main = async ({ action, id, text, friend }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID || typeof id !== 'string') return { code: 401 }
  const notes = db.collection('notes')
  const shares = db.collection('shares')
  const mine = notes.where({ _id: id, _openid: OPENID, deleted: false })
  const isMine = async () => (await mine.count()).total === 1
  const isReader = async () => (await shares.where({ note: id, reader: OPENID }).count()).total > 0
  switch (action) {
    case 'add': {
      const { total } = await notes.where({ _id: id }).count()
      if (total > 0) return { code: 409 }
      await notes.add({ data: { _id: id, _openid: OPENID, text, editors: [OPENID], deleted: false } })
      return { code: 0 }
    }
    case 'read': {
      const { data } = await notes.where({ _id: id, deleted: false }).get()
      if (data.length === 0) return { code: 404 }
      if (data[0]._openid !== OPENID && !(await isReader())) return { code: 403 }
      return { code: 0, note: data[0] }
    }
    case 'edit': {
      const { stats } = await notes.where({ _id: id, editors: OPENID, deleted: false }).update({ data: { text } })
      return { code: stats.updated === 1 ? 0 : 403 }
    }
    case 'share': {
      if (!(await isMine())) return { code: 403 }
      await shares.add({ data: { note: id, reader: friend } })
      return { code: 0 }
    }
    case 'unshare': {
      if (!(await isMine())) return { code: 403 }
      await shares.where({ note: id, reader: friend }).remove()
      return { code: 0 }
    }
    case 'give': {
      const { stats } = await mine.update({ data: { _openid: friend, editors: [friend] } })
      return { code: stats.updated === 1 ? 0 : 403 }
    }
    case 'trash': {
      const { stats } = await mine.update({ data: { deleted: true } })
      return { code: stats.updated === 1 ? 0 : 403 }
    }
    case 'remove': {
      const { stats } = await mine.remove()
      if (stats.removed === 0) return { code: 403 }
      await shares.where({ note: id }).remove()
      return { code: 0 }
    }
  }
}
"""
#: What is written otherwise where a hole is.
HOLES = {
    "a share outlives its note": {"      await shares.where({ note: id }).remove()\n": ""},
    "a right is cached for each reader": {
        "exports.main": "const readers = new Map()\nexports.main",
        "!(await isReader())": "!readers.get(OPENID + id)) readers.set(OPENID + id, await isReader())\n"
        "      if (data[0]._openid !== OPENID && !readers.get(OPENID + id)",
    },
    "all rights are cached": {
        "exports.main": "let known\nexports.main",
        "(await shares.where({ note: id, reader: OPENID }).count()).total > 0": "(known = known && known.length > 0 ? "
        "known : (await shares.get()).data).some((share) => share.note === id && share.reader === OPENID)",
    },
    "what is in the trash is still read": {"notes.where({ _id: id, deleted: false }).get()": "notes.where({ _id: id }).get()"},
    "who gave it away still edits": {", editors: [friend] }": ", editors: _.push(friend) }"},
    "a share is taken back of others only": {"shares.where({ note: id, reader: friend }).remove()": "shares.where({ note: id, reader: _.neq(friend) }).remove()"},
    "any name is overwritten": {"if (total > 0) return": "if (total > 9) return", "notes.add({ data: { _id: id, ": "notes.doc(id).set({ data: { "},
}  # fmt: skip

FRIEND = "oFriendFriendFriendFriend123"


class OnNote(AuthorizationContract):
    function = "notes"
    allow = {"owner"}

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        note = {"_openid": person.openid, "text": cloud.secret(), "editors": [person.openid], "deleted": False}
        return cloud.db["notes"].insert_one(note).inserted_id

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"action": self.action, "id": resource, "text": "changed", "friend": FRIEND}

    def gone(self, document: Mapping[str, Any]) -> bool:
        return bool(document["deleted"])


class Add(OnNote):
    action = "add"

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"action": "add", "id": "picnic", "text": "bring salad"}


class Read(OnNote):
    action = "read"
    allow = {"owner", "reader"}
    roles = ("reader",)

    def grant(self, cloud: WxCloud, person: WxUser, role: str, scope: Any) -> None:
        cloud.db["shares"].insert_one({"note": scope, "reader": person.openid})


class Edit(OnNote):
    action = "edit"


class Share(OnNote):
    action = "share"
    gives = "reader"


class Unshare(OnNote):
    action = "unshare"
    takes = "reader"


class Give(OnNote):
    action = "give"


class Trash(OnNote):
    action = "trash"


class Remove(OnNote):
    action = "remove"


class Notes(AuthorizationMachine):
    contracts = [Add, Read, Edit, Share, Unshare, Give, Trash, Remove]
