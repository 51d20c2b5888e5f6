"""Apps on which headers, resource sharing and requests that overlap decide."""

from __future__ import annotations

from typing import ClassVar

from .apps_flask import ME, UpdateNote
from .twin import FASTAPI, STARLETTE, WebTwin


class BreaksDown(UpdateNote):
    """X-WX-OPENID is read as if it were always there."""

    law = "without_identity_it_refuses"
    also = "resource_sharing_gets_what_is_said"
    cause = "answered 500"
    hole: ClassVar = {"openid = me()": 'openid = request.environ["HTTP_X_WX_OPENID"]'}


class FastUpdate(WebTwin):
    """FastAPI, a model with an openid "for local debugging"."""

    framework = FASTAPI
    law = "forged_identity_reaches_nobody"
    cause = "the app believes"
    mended = """
class Change(BaseModel):
    text: str
    openid: str | None = None

@app.put("/notes/{note_id}")
def update_note(note_id: int, change: Change, x_wx_openid: str = Header()):
    me = x_wx_openid
    if not db.execute("UPDATE notes SET text = ? WHERE id = ? AND openid = ?", (change.text, note_id, me)).rowcount:
        raise HTTPException(404)
    return {"ok": True}
"""
    hole: ClassVar = {"me = x_wx_openid": "me = change.openid or x_wx_openid"}

    def request(self, note_id, caller):
        return {"method": "PUT", "path": f"/notes/{note_id}", "json": {"text": "changed"}}


class StarletteList(WebTwin):
    """Starlette, raw headers."""

    framework = STARLETTE
    law = "no_header_smuggles_identity"
    cause = "the last of two X-WX-OPENID headers wins"
    mended = """
def openid_of(request):
    return request.headers.get("x-wx-openid")

async def list_notes(request):
    openid = openid_of(request)
    if not openid:
        return JSONResponse({"error": "who"}, 401)
    rows = db.execute("SELECT id, text FROM notes WHERE openid = ?", (openid,)).fetchall()
    return JSONResponse([dict(row) for row in rows])

app = Starlette(routes=[Route("/notes", list_notes)])
"""
    hole: ClassVar = {
        'request.headers.get("x-wx-openid")': 'dict(request.scope["headers"]).get(b"x-wx-openid", b"").decode()'
    }

    def request(self, note_id, caller):
        return {"method": "GET", "path": "/notes"}


class UnderscoreHeader(StarletteList):
    """Names are made alike, as CGI has them."""

    also = "a_warm_instance_forgets"
    cause = "the caller is looked for under more names"
    hole: ClassVar = {
        'request.headers.get("x-wx-openid")': (
            '{name.decode().upper().replace("-", "_"): value.decode() for name, value in request.scope["headers"]}'
            '.get("X_WX_OPENID")'
        )
    }


class SharedGlobally(WebTwin):
    """Flask: the caller in a global, one thread's beside the other's."""

    law = "overlapping_requests_never_mix"
    cause = "both requests share it"
    mended = (
        ME
        + """
@app.before_request
def who():
    g.openid = me()

@app.put("/notes/<int:note_id>")
def update_note(note_id):
    if not isinstance(request.get_json(), dict):
        abort(400)
    text = request.get_json().get("text")
    if not isinstance(text, str):
        abort(400)
    note = db.execute("SELECT * FROM notes WHERE id = ?", (note_id,)).fetchone()
    if note is None or note["openid"] != g.openid:
        abort(404)
    db.execute("UPDATE notes SET text = ? WHERE id = ?", (text, note_id))
    return jsonify(ok=True)
"""
    )
    hole: ClassVar = {
        "\n@app.before_request": "\nclass g: pass\n\n@app.before_request",
    }

    def request(self, note_id, caller):
        return {"method": "PUT", "path": f"/notes/{note_id}", "json": {"text": "changed"}}


class SharedRemoval(SharedGlobally):
    """What both requests do is the same: everybody's own notes are removed, or one person's twice."""

    cause = "both requests share it"
    mended = (
        ME
        + """
@app.before_request
def who():
    g.openid = me()

@app.delete("/notes")
def remove_notes():
    reason = request.get_json(silent=True)
    db.execute("DELETE FROM notes WHERE openid = ?", (g.openid,))
    return jsonify(ok=True)
"""
    )

    def request(self, note_id, caller):
        return {"method": "DELETE", "path": "/notes"}


class SharedInALoop(WebTwin):
    """FastAPI: the caller in a global, over an await."""

    framework = FASTAPI
    law = "overlapping_requests_never_mix"
    cause = "was shown what belongs to owner"
    mended = """
CURRENT = {}

@app.get("/notes")
async def list_notes(x_wx_openid: str = Header()):
    CURRENT["openid"] = x_wx_openid
    await asyncio.sleep(0)
    openid = x_wx_openid
    rows = db.execute("SELECT id, text FROM notes WHERE openid = ?", (openid,)).fetchall()
    return [dict(row) for row in rows]
"""
    hole: ClassVar = {"    openid = x_wx_openid": '    openid = CURRENT["openid"]'}

    def request(self, note_id, caller):
        return {"method": "GET", "path": "/notes"}


class SharedInAPool(SharedInALoop):
    """FastAPI: a plain function, which runs in a thread."""

    mended = SharedInALoop.mended.replace("async def", "def").replace("await asyncio.sleep(0)", "pass")


class SharedOverAPool(SharedInALoop):
    """FastAPI: over a pool, whose connections are of the event loop that opened them, as asyncpg's are."""

    mended = SharedInALoop.mended.replace("await asyncio.sleep(0)", "await connection()").replace(
        "CURRENT = {}",
        """CURRENT = {}
OPENED_IN = []

async def connection():
    await asyncio.sleep(0)
    OPENED_IN.append(asyncio.get_running_loop())
    if OPENED_IN[0] is not OPENED_IN[-1]:
        raise RuntimeError("got Future attached to a different loop")
""",
    )


class FromAnotherApp(UpdateNote):
    """Whoever shares the environment may change everything."""

    law = "resource_sharing_gets_what_is_said"
    also = "another_app_is_another_person the_channel_gives_no_right"
    cause = "changed what belongs to owner"
    hole: ClassVar = {
        'openid = request.headers.get("X-WX-OPENID")': (
            'openid = request.headers.get("X-WX-OPENID")\n    if request.headers.get("X-WX-FROM-OPENID"): return ""'
        ),
        ' or note["openid"] != openid': ' or openid and note["openid"] != openid',
    }


class Concealed(UpdateNote):
    """404-style concealment is demanded."""

    law = "denied_and_missing_answer_alike"
    cause = "could tell what is denied from what does not exist"
    demand = frozenset({"denied_and_missing_answer_alike"})
    hole: ClassVar = {
        ' or note["openid"] != openid:\n        abort(404)': ':\n        abort(404)\n    if note["openid"] != openid:\n        abort(403)'
    }
