"""Apps that can be asked for more than they should tell."""

from __future__ import annotations

from .apps_flask import ME
from .twin import FASTAPI, WebTwin


class AllInTheQuery(WebTwin):
    law = "strangers_have_no_effect"
    cause = "a parameter of the request decides"
    also = "secrets_make_no_difference"
    mended = (
        ME
        + """
@app.get("/notes")
def list_notes():
    openid, everything = me(), request.args.get("scope") == "everything"
    sql = "SELECT text FROM notes WHERE openid = ?" + (" AND pinned = 0" if everything else "")
    return jsonify([row["text"] for row in db.execute(sql, [openid])])
"""
    )
    hole = {'" AND pinned = 0"': '" OR 1 = 1"'}

    def request(self, note_id, caller):
        return {"method": "GET", "path": "/notes"}


class AllAsAFlag(AllInTheQuery):
    """FastAPI checks the types of what it takes: what is no text and no number is refused."""

    framework = FASTAPI
    mended = """
@app.get("/notes")
async def list_notes(
    x_wx_openid: str = Header(""), page: int = 1, word: str = "", everybody: bool = False
):
    if not x_wx_openid:
        raise HTTPException(401)
    sql = "SELECT text FROM notes WHERE openid = ?" + (" AND pinned = 0" if everybody else "")
    return [row["text"] for row in db.execute(sql, [x_wx_openid])]
"""
