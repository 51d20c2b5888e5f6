"""Who calls: taken from inside a token, a cookie or a text, which whoever knows an id can write."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode

from .documents import Notes
from .python import Rows


class TokenOfAnybody(Notes):
    """A token is base64 of JSON, and says who calls."""

    law = "forged_identity_reaches_nobody"
    cause = "believes who the event says"
    mended = """
exports.main = async ({ token }) => {
  const { OPENID } = cloud.getWXContext()
  const { uid, exp } = JSON.parse(Buffer.from(String(token), 'base64').toString())
  if (!OPENID || uid !== OPENID || exp < 1) return { code: 401 }
  const { data } = await db.collection('notes').where({ _openid: uid }).get()
  return { code: 0, data }
}
"""
    hole = {"!OPENID || uid !== OPENID || ": "!uid || "}

    def event(self, note_id, caller):
        said = {"uid": caller.openid if caller else None, "exp": 2000000000}
        return {"token": b64encode(json.dumps(said).encode()).decode()}


class CookieOfANumber(Notes):
    """The back end's own id of a user, in a cookie among others."""

    law = "forged_identity_reaches_nobody"
    cause = "believes who the event says"
    mended = """
exports.main = async ({ headers, text }) => {
  const { OPENID } = cloud.getWXContext()
  const uid = /uid=([^;]*)/.exec(headers.cookie)
  if (!uid || !OPENID) return { statusCode: 401 }
  const { stats } = await db.collection('users').where({ _id: uid[1], openid: OPENID }).update({ data: { text } })
  return { statusCode: stats.updated ? 200 : 403 }
}
"""
    hole = {"_id: uid[1], openid: OPENID": "_id: uid[1]"}

    def arrange(self, cloud, person):
        user = {"_id": self.number_of(person), "openid": person.openid, "text": "t"}
        return cloud.db["users"].insert_one(user).inserted_id

    def event(self, user_id, caller):
        cookie = "theme=dark" + (f"; uid={self.number_of(caller)}" if caller else "")
        return {"headers": {"cookie": cookie}, "text": "changed"}

    def number_of(self, person):
        """What the client was told when it logged in."""
        return f"u-{person.openid[-6:]}"


class BodyInBase64(Notes):
    """The body of an HTTP call, as the platform hands it on where it is no text."""

    law = "forged_identity_reaches_nobody"
    cause = "believes who the event says"
    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { openid, nick } = JSON.parse(Buffer.from(event.body, 'base64').toString())
  if (!OPENID) return { code: 401, openid }
  const { stats } = await db.collection('notes').where({ _openid: OPENID }).update({ data: { nick: String(nick) } })
  return { code: 0, updated: stats.updated }
}
"""
    hole = {"_openid: OPENID }": "_openid: openid || OPENID }"}

    def event(self, note_id, caller):
        return {"isBase64Encoded": True, "body": b64encode(json.dumps({"nick": "new"}).encode()).decode()}


class PySignatureNobodyChecks(Rows):
    """A signed token, whose signature is read past."""

    law = "forged_identity_reaches_nobody"
    also = ""
    cause = "believes who the event says"
    mended = """
import base64, hashlib, hmac

def main_handler(event, context):
    head, body, signature = event["headers"]["authorization"].removeprefix("Bearer ").split(".")
    right = base64.urlsafe_b64encode(hmac.digest(b"k", f"{head}.{body}".encode(), "sha256")).decode().rstrip("=")
    if not hmac.compare_digest(signature, right):
        return {"statusCode": 401}
    me = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sub"]
    return [row["text"] for row in db.execute("select text from notes where openid = ?", [me])]
"""
    hole = {"not hmac.compare_digest(signature, right)": "not signature"}

    def event(self, note_id, caller):
        return {"headers": {"authorization": f"Bearer {signed(caller.openid) if caller else '..'}"}}


def signed(subject: str, key: bytes = b"k") -> str:
    """A token as many libraries make them: HS256."""
    import hmac

    said = ".".join(_part(json.dumps(one).encode()) for one in ({"alg": "HS256", "typ": "JWT"}, {"sub": subject}))
    return f"{said}.{_part(hmac.digest(key, said.encode(), 'sha256'))}"


def _part(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
