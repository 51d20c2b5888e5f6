"""Django apps: views that take an identity from where a client writes, and apps that share an environment."""

from __future__ import annotations

from .twin import DJANGO, WebTwin


class DjangoUpdate(WebTwin):
    """PUT /notes/1/, in a view that answers 404 to who may not."""

    framework = DJANGO
    law = "strangers_have_no_effect"
    also = "the_channel_gives_no_right another_app_is_another_person"
    cause = "nothing compares its owner with the caller"
    mended = """
def me(request):
    return request.headers.get("X-WX-OPENID")

def note_view(request, note_id):
    openid = me(request)
    if not openid:
        return JsonResponse({"detail": "who are you?"}, status=401)
    note = db.execute("SELECT * FROM notes WHERE id = ?", (note_id,)).fetchone()
    if note is None or note["openid"] != openid:
        raise Http404("no such note")
    db.execute("UPDATE notes SET text = ? WHERE id = ?", (str(json.loads(request.body)["text"]), note_id))
    return JsonResponse({"ok": True})

urlpatterns = [path("notes/<int:note_id>/", note_view)]
"""
    hole = {' or note["openid"] != openid': ""}

    def request(self, note_id, caller):
        return {"method": "PUT", "path": f"/notes/{note_id}/", "json": {"text": "changed"}}


class DjangoDebugMeta(DjangoUpdate):
    """A header that the gateway does not set, read from META, "for local debugging"."""

    law = "forged_identity_reaches_nobody"
    also = "nobody_has_no_effect without_identity_it_refuses"
    cause = "the app believes"
    hole = {
        'return request.headers.get("X-WX-OPENID")': (
            'return request.META.get("HTTP_X_DEBUG_OPENID") or request.headers.get("X-WX-OPENID")'
        )
    }


class SharedEnvironment(DjangoUpdate):
    """The back end of another app may do what it likes; a request that says nothing is not one of it."""

    allow = frozenset({"owner", "resource_sharing"})
    law = "without_identity_it_refuses"
    also = "nobody_has_no_effect"
    cause = "nobody through http_api changed"
    mended = DjangoUpdate.mended.replace(
        '    if not openid:\n        return JsonResponse({"detail": "who are you?"}, status=401)\n',
        '    shared = request.headers.get("X-WX-FROM-APPID") is not None\n'
        '    if not openid and not shared:\n        return JsonResponse({"detail": "who are you?"}, status=401)\n',
    ).replace('note["openid"] != openid', '(note["openid"] != openid and not shared)')
    hole = {'shared = request.headers.get("X-WX-FROM-APPID") is not None': "shared = not openid"}
