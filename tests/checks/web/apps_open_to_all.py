"""What everybody may see by an app, and what only those may do who know something."""

from __future__ import annotations

from .apps_flask import ME
from .twin import WebTwin


class PublicNotes(WebTwin):
    """GET /notes: what is pinned, to everybody."""

    allow = frozenset({"anyone"})
    law = "odd_values_reach_nobody"
    mended = (
        ME
        + """
@app.get("/notes")
def pinned():
    me()
    rows = db.execute("SELECT text FROM notes WHERE pinned = 1 ORDER BY text")
    return jsonify([row["text"] for row in rows])
"""
    )
    hole = {
        "WHERE pinned = 1 ORDER": "WHERE pinned = 1 OR ? ORDER",
        'BY text")': 'BY text", (request.args["kind"] == "",))',
    }

    def arrange(self, cloud, person):
        for pinned in (0, 1):
            row = (person.openid, cloud.secret(), pinned)
            self.db.execute("INSERT INTO notes (openid, text, pinned) VALUES (?, ?, ?)", row)

    def request(self, nothing, caller):
        return {"method": "GET", "path": "/notes", "query": {"kind": "pinned"}}


class AdminByHeader(WebTwin):
    """DELETE /notes/1: whoever sends the key is the administrator."""

    allow = frozenset({"admin"})
    roles = ("admin",)
    law = "strangers_have_no_effect"
    also = (
        "nobody_has_no_effect forged_identity_reaches_nobody odd_values_reach_nobody the_channel_gives_no_right "
        "another_app_is_another_person without_identity_it_refuses resource_sharing_gets_what_is_said"
    )
    mended = """
@app.delete("/notes/<int:note_id>")
def remove(note_id):
    if request.headers.get("X-Admin-Key") != "correct horse":
        abort(403)
    return ("", 204) if db.execute("DELETE FROM notes WHERE id = ?", (note_id,)).rowcount else abort(404)
"""
    hole = {'!= "correct horse"': "is None"}

    def request(self, note_id, caller):
        return {"method": "DELETE", "path": f"/notes/{note_id}"}

    def knows(self, note_id, role):
        return {"headers": {"X-Admin-Key": "correct horse"}}
