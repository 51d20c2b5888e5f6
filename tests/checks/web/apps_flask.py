"""Flask apps: an identity that a client claims, owners that nobody checks."""

from __future__ import annotations

from datetime import datetime

from .twin import WebTwin

clock = datetime.now  # as Column(default=datetime.now) keeps it

ME = """
def me():
    openid = request.headers.get("X-WX-OPENID")
    if not openid:
        abort(401)
    return openid
"""


class UpdateNote(WebTwin):
    """PUT /notes/1, JSON."""

    law = "strangers_have_no_effect"
    also = "the_channel_gives_no_right another_app_is_another_person"
    cause = "nothing compares its owner with the caller"
    mended = (
        ME
        + """
@app.put("/notes/<int:note_id>")
def update_note(note_id):
    openid = me()
    note = db.execute("SELECT * FROM notes WHERE id = ?", (note_id,)).fetchone()
    if note is None or note["openid"] != openid:
        abort(404)
    text = request.get_json().get("text")
    if not isinstance(text, str):
        abort(400)
    db.execute("UPDATE notes SET text = ? WHERE id = ?", (text, note_id))
    return jsonify(ok=True)
"""
    )
    hole = {' or note["openid"] != openid': ""}

    def request(self, note_id, caller):
        return {"method": "PUT", "path": f"/notes/{note_id}", "json": {"text": "changed"}}


class DebugBody(UpdateNote):
    """An openid in the body, "for local debugging"."""

    law = "forged_identity_reaches_nobody"
    also = ""
    cause = "X-WX-OPENID"
    hole = {"openid = me()": 'openid = (request.get_json(silent=True) or {}).get("openid") or me()'}


class DebugQuery(UpdateNote):
    law = "forged_identity_reaches_nobody"
    also = ""
    cause = "the app believes"
    hole = {"openid = me()": 'openid = request.args.get("openid") or me()'}


class DebugCookie(UpdateNote):
    law = "forged_identity_reaches_nobody"
    also = ""
    cause = "the app believes"
    hole = {"openid = me()": 'openid = request.cookies.get("openid") or me()'}


class DebugHeader(UpdateNote):
    """A header of the app's own, whose name stands nowhere but in its source."""

    law = "forged_identity_reaches_nobody"
    also = ""
    cause = "the app believes"
    hole = {"openid = me()": 'openid = request.headers.get("X-Local-Tester") or me()'}


class UserOfTable(WebTwin):
    """Users are rows, and known by their numbers: which is the caller's, the body says."""

    law = "forged_identity_reaches_nobody"
    also = ""
    cause = "the app believes"
    mended = (
        ME
        + """
@app.post("/folders/rename")
def rename():
    mine = db.execute("SELECT id FROM folders WHERE openid = ?", (me(),)).fetchone()["id"]
    body = request.get_json()
    if not isinstance(body.get("name"), str):
        abort(400)
    db.execute("UPDATE folders SET name = ? WHERE id = ?", (body["name"], mine))
    return jsonify(ok=True)
"""
    )
    hole = {
        '    db.execute("UPDATE': "    if type(body.get('keeper')) is int:\n        mine = body['keeper']\n"
        '    db.execute("UPDATE'
    }

    def arrange(self, cloud, person):
        return self.db.execute("INSERT INTO folders (openid, name) VALUES (?, 'f')", (person.openid,)).lastrowid

    def request(self, folder_id, caller):
        return {"method": "POST", "path": "/folders/rename", "json": {"name": "changed"}}


class ReadNote(WebTwin):
    """GET /notes/1: the secret in the answer."""

    law = "strangers_have_no_effect"
    also = (
        "the_channel_gives_no_right another_app_is_another_person secrets_make_no_difference nobody_has_no_effect "
        "odd_values_reach_nobody"
    )
    cause = "was shown what belongs to owner"
    mended = (
        ME
        + """
@app.get("/notes/<int:note_id>")
def read_note(note_id):
    openid = me()
    note = db.execute("SELECT * FROM notes WHERE id = ? AND openid = ?", (note_id, openid)).fetchone()
    return jsonify(dict(note)) if note else ("", 404)
"""
    )
    hole = {" AND openid = ?": "", "(note_id, openid)": "(note_id,)"}

    def request(self, note_id, caller):
        return {"method": "GET", "path": f"/notes/{note_id}"}


class SecretInHeader(ReadNote):
    """What is shown in a header is shown."""

    hole = {
        'return jsonify(dict(note)) if note else ("", 404)': """
    if note: return jsonify(dict(note))
    note = db.execute("SELECT * FROM notes WHERE id = ?", (note_id,)).fetchone()
    return ("", 404, {"X-Title": note["text"]}) if note else ("", 404)
""".strip()
    }


class CreateNote(WebTwin):
    """POST /notes, as a form: whose the new row is."""

    law = "nothing_is_planted"
    also = ""
    allow = frozenset({"anyone"})
    cause = "in the name of owner"
    mended = (
        ME
        + """
@app.post("/notes")
def create_note():
    openid = me()
    db.execute("INSERT INTO notes (openid, text) VALUES (?, ?)", (openid, request.form["text"]))
    return jsonify(ok=True), 201
"""
    )
    hole = {'VALUES (?, ?)", (openid,': 'VALUES (?, ?)", (request.form.get("userId", openid),'}

    def request(self, note_id, caller):
        return {"method": "POST", "path": "/notes", "form": {"text": "new"}}


class MoveNote(WebTwin):
    """Two ids in one path: only one of them is checked."""

    law = "mixed_ids_reach_nobody"
    also = "strangers_have_no_effect"
    cause = "only one of the ids"
    mended = (
        ME
        + """
@app.delete("/folders/<int:folder_id>/notes/<int:note_id>")
def remove_note(folder_id, note_id):
    openid = me()
    folder = db.execute("SELECT * FROM folders WHERE id = ? AND openid = ?", (folder_id, openid)).fetchone()
    if folder is None:
        abort(404)
    gone = db.execute("DELETE FROM notes WHERE id = ? AND folder = ?", (note_id, folder_id)).rowcount
    return ("", 204) if gone else ("", 404)
"""
    )
    hole = {" AND folder = ?": "", "(note_id, folder_id)": "(note_id,)"}

    def arrange(self, cloud, person):
        folder = self.db.execute("INSERT INTO folders (openid) VALUES (?)", (person.openid,)).lastrowid
        sql = "INSERT INTO notes (openid, folder, text) VALUES (?, ?, ?)"
        note = self.db.execute(sql, (person.openid, folder, cloud.secret())).lastrowid
        return folder, note

    def request(self, resource, caller):
        folder, note = resource
        return {"method": "DELETE", "path": f"/folders/{folder}/notes/{note}"}


class WarmCaller(WebTwin):
    """The last caller stays in the module."""

    law = "a_warm_instance_forgets"
    also = "nobody_has_no_effect without_identity_it_refuses resource_sharing_gets_what_is_said"
    mended = """
LAST = {}

@app.get("/notes")
def list_notes():
    openid = request.headers.get("X-WX-OPENID")
    if not openid:
        abort(401)
    LAST["openid"] = openid
    rows = db.execute("SELECT id, text FROM notes WHERE openid = ?", (openid,)).fetchall()
    return jsonify([dict(row) for row in rows])
"""
    hole = {'request.headers.get("X-WX-OPENID")': 'request.headers.get("X-WX-OPENID") or LAST.get("openid")'}

    def request(self, note_id, caller):
        return {"method": "GET", "path": "/notes"}


class Board(WebTwin):
    """Everybody's notes are listed with when they were made, by a clock that was taken before any could be frozen."""

    law = "secrets_make_no_difference"
    mended = (
        ME
        + """
db.execute("ALTER TABLE notes ADD made TEXT")

def shown(row, openid):
    mine = row["openid"] == openid
    return {"id": row["id"], "made": row["made"], "day": row["made"][:10], "text": row["text"] if mine else ""}

@app.get("/notes")
def list_notes():
    openid = me()
    return jsonify([shown(row, openid) for row in db.execute("SELECT * FROM notes")])
"""
    )
    hole = {'row["text"] if mine else ""': 'row["text"] if mine else row["text"][-4:]'}

    def arrange(self, cloud, person):
        sql = "INSERT INTO notes (openid, text, made) VALUES (?, ?, ?)"
        made = clock().isoformat()
        return self.db.execute(sql, (person.openid, cloud.secret(), made)).lastrowid

    def request(self, note_id, caller):
        return {"method": "GET", "path": "/notes"}


class MyNotes(Board):
    """Only one's own are listed."""

    mended = Board.mended.replace('"SELECT * FROM notes"', '"SELECT * FROM notes WHERE openid = ?", (openid,)')
    hole = {"WHERE openid = ?": "WHERE openid = ? OR 1", **Board.hole}


class LowerCase(WebTwin):
    """Openids are made lower case before they are compared."""

    law = "strangers_have_no_effect"
    cause = "openids are compared without regard to case"
    mended = (
        ME
        + """
db.execute("CREATE TABLE cards (id INTEGER PRIMARY KEY, openid TEXT, text TEXT)")

@app.delete("/cards/<int:card>")
def remove_card(card):
    removed = db.execute("DELETE FROM cards WHERE id = ? AND openid = ?", (card, me())).rowcount
    return jsonify(ok=True) if removed else abort(404)
"""
    )
    hole = {"AND openid = ?": "AND lower(openid) = lower(?)"}

    def arrange(self, cloud, person):
        sql = "INSERT INTO cards (openid, text) VALUES (?, ?)"
        return self.db.execute(sql, (person.openid, cloud.secret())).lastrowid

    def request(self, card, caller):
        return {"method": "DELETE", "path": f"/cards/{card}"}
