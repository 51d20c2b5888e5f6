"""Apps that believe a token that anybody can write."""

from __future__ import annotations

from ..handlers.tokens import signed
from .twin import WebTwin


class BearerOpenid(WebTwin):
    """The token is the openid itself."""

    law = "forged_identity_reaches_nobody"
    cause = "the app believes"
    mended = """
@app.get("/my")
def mine():
    scheme, _, openid = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or openid != request.headers.get("X-WX-OPENID"):
        abort(401)
    note = db.execute("SELECT text FROM notes WHERE openid = ?", (openid,)).fetchone() or abort(404)
    return {"text": note["text"]}
"""
    hole = {'openid != request.headers.get("X-WX-OPENID")': "not openid"}

    def request(self, note_id, caller):
        return {
            "path": "/my",
            "method": "GET",
            "headers": {"Authorization": f"Bearer {caller.openid}"} if caller else {},
        }


class TokenForTesting(WebTwin):
    """Who has no identity of WeChat's may say one, for tools; no client sends it."""

    law = "forged_identity_reaches_nobody"
    also = "nobody_has_no_effect"
    cause = "the app believes"
    mended = """
@app.get("/my")
def mine():
    openid = request.headers.get("X-WX-OPENID")
    if not openid:
        abort(401, request.headers.get("Authorization", ""))
    note = db.execute("SELECT text FROM notes WHERE openid = ?", (openid,)).fetchone() or abort(404)
    return {"text": note["text"]}
"""
    hole = {
        "    if not openid:\n": "    if not openid:\n"
        '        openid = request.headers.get("Authorization", "").removeprefix("Bearer ")\n    if not openid:\n'
    }

    def request(self, note_id, caller):
        return {"method": "GET", "path": "/my"}


class SignatureNobodyChecks(WebTwin):
    """A signed token, whose signature is read past."""

    law = "forged_identity_reaches_nobody"
    cause = "the app believes"
    mended = """
import base64, hmac, json

@app.get("/my")
def mine():
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token.count(".") != 2:
        abort(401)
    said, _, signature = token.rpartition(".")
    right = base64.urlsafe_b64encode(hmac.digest(b"k", said.encode(), "sha256")).decode().rstrip("=")
    if not hmac.compare_digest(signature, right):
        abort(401)
    body = said.partition(".")[2]
    me = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))["sub"]
    note = db.execute("SELECT text FROM notes WHERE openid = ?", (me,)).fetchone() or abort(404)
    return {"text": note["text"]}
"""
    hole = {"not hmac.compare_digest(signature, right)": "not signature"}

    def request(self, note_id, caller):
        token = {"Authorization": f"Bearer {signed(caller.openid)}"} if caller else {}
        return {"method": "GET", "path": "/my", "headers": token}
