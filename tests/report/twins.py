"""Small functions with a hole, each beside its mended twin, and the contract that finds the hole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from pytest_wxcloud import AuthorizationContract, WxCloud, WxUser

HEAD = """
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()
const _ = db.command
"""


@dataclass
class Twin:
    """`hole` and `mended` are bodies of a function of event and OPENID; `laws` are those that the hole breaks."""

    contract: type[AuthorizationContract]
    laws: tuple[str, ...]
    hole: str
    mended: str
    globals: str = ""
    language: str = "js"
    says: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        return str(self.contract.function)

    def code(self, body: str) -> str:
        if self.language == "py":
            return body
        return (
            f"{HEAD}{self.globals}\nexports.main = async (event) => {{\n"
            f"  const {{ OPENID }} = cloud.getWXContext()\n{body}\n}}\n"
        )


class OnNotes(AuthorizationContract):
    allow = frozenset({"owner"})

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        note = {"_openid": person.openid, "text": cloud.secret(), "at": datetime(2025, 5, 1, tzinfo=timezone.utc)}
        return cloud.db["notes"].insert_one(note).inserted_id

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"id": resource}


class RemoveNote(OnNotes):
    function = "removeNote"


class ReadNote(OnNotes):
    function = "readNote"


class UpdateNote(OnNotes):
    function = "updateNote"

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"id": resource, "changes": {"text": "changed"}}


class ListNotes(OnNotes):
    function = "listNotes"

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {}


class AddNote(ListNotes):
    function = "addNote"


class FindNote(OnNotes):
    function = "findNote"


class Profile(AuthorizationContract):
    function = "saveProfile"
    allow = frozenset({"owner"})
    roles = ("admin",)

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        cloud.db["users"].insert_one({"_openid": person.openid, "name": cloud.secret(), "role": "member"})

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"profile": {"name": "小明"}}

    def grant(self, cloud: WxCloud, person: WxUser, role: str, scope: Any) -> None:
        cloud.db["users"].insert_one({"_openid": person.openid, "name": "x", "role": role})


class Balance(AuthorizationContract):
    function = "total"
    allow = frozenset({"admin"})
    roles = ("admin",)

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        cloud.db["accounts"].insert_one({"_openid": person.openid, "amount": cloud.secret(int)})

    def grant(self, cloud: WxCloud, person: WxUser, role: str, scope: Any) -> None:
        cloud.db["staff"].insert_one({"_openid": person.openid, "role": role})

    def decide(self, outcome: Any) -> bool:
        return isinstance(outcome.value, dict) and "total" in outcome.value


class Mine(ListNotes):
    function = "mine"


class Ticket(OnNotes):
    function = "useTicket"
    at = "2025-05-01 12:00:00"
    denied_at = "2025-05-03 12:00:00"


class Notify(OnNotes):
    function = "notify"

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        cloud.openapi["subscribeMessage.send"] = {"errcode": 0}
        return super().arrange(cloud, person)


class PyRemove(OnNotes):
    function = "pyNote"


TWINS = [
    Twin(
        RemoveNote,
        ("nobody_has_no_effect", "another_app_is_another_person"),
        "return db.collection('notes').where({ _id: event.id, _openid: OPENID }).remove()",
        "if (!OPENID) return { code: 401 }\n"
        "return db.collection('notes').where({ _id: event.id, _openid: OPENID }).remove()",
        says=("nobody through http_api removed what belongs to owner", "drops keys that are undefined"),
    ),
    Twin(
        ReadNote,
        ("strangers_have_no_effect",),
        "return (await db.collection('notes').doc(event.id).get()).data",
        "const { data } = await db.collection('notes').doc(event.id).get()\n"
        "return OPENID && data._openid === OPENID ? data : { code: 403 }",
        says=("stranger was shown what belongs to owner",),
    ),
    Twin(
        UpdateNote,
        ("strangers_have_no_effect",),
        "return db.collection('notes').doc(event.id).update({ data: event.changes })",
        "if (!OPENID) return { code: 401 }\n"
        "return db.collection('notes').where({ _id: String(event.id), _openid: OPENID })"
        ".update({ data: { text: String(event.changes.text) } })",
        says=('-     "text": "secret-', '+     "text": "changed"'),
    ),
    Twin(
        ListNotes,
        ("forged_identity_reaches_nobody",),
        "const who = event.openid || OPENID\nif (!who) return { code: 401 }\n"
        "return db.collection('notes').where({ _openid: who }).get()",
        "if (!OPENID) return { code: 401 }\nreturn db.collection('notes').where({ _openid: OPENID }).get()",
        says=("forged openid",),
    ),
    Twin(
        AddNote,
        ("nothing_is_planted",),
        "if (!OPENID) return { code: 401 }\n"
        "return db.collection('notes').add({ data: { _openid: (event.userInfo2 || {}).id || event.ownerId || OPENID } })",
        "if (!OPENID) return { code: 401 }\nreturn db.collection('notes').add({ data: { _openid: OPENID } })",
        says=("planted a record in the name of owner",),
    ),
    Twin(
        FindNote,
        ("odd_values_reach_nobody",),
        "if (!OPENID) return { code: 401 }\n"
        "const { data } = await db.collection('notes').where({ _id: event.id }).get()\n"
        "if (typeof event.id === 'string' && data.some((note) => note._openid !== OPENID)) return { code: 403 }\n"
        "return { data }",
        "if (!OPENID) return { code: 401 }\n"
        "const { data } = await db.collection('notes').where({ _id: event.id }).get()\n"
        "return data.some((note) => note._openid !== OPENID) ? { code: 403 } : { data }",
    ),
    Twin(
        Profile,
        ("no_right_is_gained",),
        "if (!OPENID) return { code: 401 }\n"
        "return db.collection('users').where({ _openid: OPENID }).update({ data: event.profile })",
        "if (!OPENID) return { code: 401 }\n"
        "return db.collection('users').where({ _openid: OPENID }).update({ data: { name: String(event.profile.name) } })",
        says=("gained a role", "CWE-269"),
    ),
    Twin(
        Balance,
        ("secrets_make_no_difference",),
        "const { data } = await db.collection('accounts').get()\n"
        "return { total: data.reduce((sum, account) => sum + account.amount, 0) }",
        "if (!OPENID) return { code: 401 }\n"
        "const { total } = await db.collection('staff').where({ _openid: OPENID, role: 'admin' }).count()\n"
        "if (!total) return { code: 403 }\n"
        "const { data } = await db.collection('accounts').get()\n"
        "return { total: data.reduce((sum, account) => sum + account.amount, 0) }",
        says=("CWE-285",),
    ),
    Twin(
        Mine,
        ("a_warm_instance_forgets",),
        "who = who || OPENID\nif (!who) return { code: 401 }\n"
        "return db.collection('notes').where({ _openid: who }).get()",
        "if (!OPENID) return { code: 401 }\nreturn db.collection('notes').where({ _openid: OPENID }).get()",
        globals="let who",
    ),
    Twin(
        Ticket,
        ("allowed_callers_have_the_effect",),
        "if (!OPENID) return { code: 401 }\n"
        "return db.collection('notes').where({ _id: String(event.id), _openid: OPENID }).remove()",
        "if (!OPENID || Date.now() > Date.parse('2025-05-02')) return { code: 401 }\n"
        "return db.collection('notes').where({ _id: String(event.id), _openid: OPENID }).remove()",
        says=("still had an effect",),
    ),
    Twin(
        Notify,
        ("no_side_effect_before_the_check",),
        "await cloud.openapi.subscribeMessage.send({ touser: OPENID })\n"
        "if (!OPENID) return { code: 401 }\n"
        "return db.collection('notes').where({ _id: String(event.id), _openid: OPENID }).update({ data: { sent: true } })",
        "if (!OPENID) return { code: 401 }\n"
        "const { stats } = await db.collection('notes').where({ _id: String(event.id), _openid: OPENID })"
        ".update({ data: { sent: true } })\n"
        "if (!stats.updated) return { code: 404 }\n"
        "await cloud.openapi.subscribeMessage.send({ touser: OPENID })\nreturn { code: 0 }",
        says=("subscribeMessage.send",),
    ),
]
