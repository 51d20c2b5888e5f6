"""Apps that only tell who asks, and one that knows people by UNIONID."""

from __future__ import annotations

from .twin import FASTAPI, WebTwin


class WhoAsks(WebTwin):
    """GET /me: the openid, or whom the query says it is."""

    law = "forged_identity_reaches_nobody"
    allow = frozenset({"anyone"})
    cause = "was taken for owner"
    mended = """
@app.get("/me")
def who():
    openid = request.headers.get("X-WX-OPENID")
    return jsonify(data={"openid": openid, "query": request.args}) if openid else ("", 401)
"""
    hole = {'request.headers.get("X-WX-OPENID")': 'request.args.get("openid") or request.headers.get("X-WX-OPENID")'}

    def arrange(self, cloud, person):
        return None

    def request(self, nothing, caller):
        return {"method": "GET", "path": "/me"}


class WhoAsksInAHeader(WhoAsks):
    """A debugging header, for those who have no identity of WeChat's, and then for all; told as plain text."""

    framework = FASTAPI
    mended = """
@app.get("/me")
async def who(x_wx_openid: str | None = Header(None), x_debug_openid: str | None = Header(None)):
    openid = x_wx_openid
    return Response(f"hello {openid}") if openid else Response(status_code=401)
"""
    hole = {"openid = x_wx_openid\n": "openid = x_debug_openid or x_wx_openid\n"}


class ShownNoUnionid(WebTwin):
    """POST /pin: everybody's notes of one account, in each of its apps."""

    law = "the_unionid_lets_nobody_in"
    keyed_by = "unionid"
    cause = "there is no X-WX-UNIONID"
    also = (
        "strangers_have_no_effect nobody_has_no_effect forged_identity_reaches_nobody without_identity_it_refuses "
        "the_channel_gives_no_right"
    )
    mended = """
@app.post("/pin")
def pin():
    unionid = request.headers.get("X-WX-UNIONID")
    if not unionid:
        abort(401)
    where, values = ("WHERE openid = ?", [unionid]) if unionid else ("", [])
    db.execute(f"UPDATE notes SET pinned = 1 {where}", values)
    return jsonify(ok=True)
"""
    hole = {"    if not unionid:\n        abort(401)\n": ""}

    def arrange(self, cloud, person):
        sql = "INSERT INTO notes (openid, text) VALUES (?, ?)"
        return self.db.execute(sql, (person.unionid, cloud.secret())).lastrowid

    def request(self, note_id, caller):
        return {"method": "POST", "path": "/pin"}
