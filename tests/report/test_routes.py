"""The routes of web apps are known, and those that no contract is about are told."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_wxcloud.runtimes.web_routes import route_of, routes_of

FLASK = """
from flask import Flask, request
app = Flask(__name__)
notes = {}

@app.get("/notes/<int:note_id>")
def read(note_id):
    openid = request.headers.get("X-WX-OPENID")
    return notes.get((note_id, openid)) or ("", 404)

@app.route("/notes/<int:note_id>", methods=["PUT", "DELETE"])
def write(note_id): ...

@app.get("/health")
def health(): return "ok"
"""
CONTRACT = """
from pytest_wxcloud import AuthorizationContract
from shop import app, notes

class TestRead(AuthorizationContract):
    app = "shop:app"
    allow = {"owner"}

    def arrange(self, cloud, person):
        notes[len(notes) + 1, person.openid] = cloud.secret()
        return len(notes)

    def request(self, note_id, caller):
        return {"method": "GET", "path": f"/notes/{note_id}"}
"""


def test_routes_without_a_contract_fail_a_run_that_has_to_be_complete(pytester: pytest.Pytester) -> None:
    """By their names, as the framework writes them; what is left out on purpose is not told."""
    pytester.makepyfile(shop=FLASK, test_contract=CONTRACT)
    pytester.makeini("[pytest]\npythonpath = .\nwxcloud_no_contract = GET /health")
    result = pytester.runpytest_subprocess(
        "-p", "no:asyncio", "--color=no", "--wx-require-complete", "-k", "allowed or strangers"
    )

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=2, deselected=21)
    result.stdout.fnmatch_lines(
        [
            "GET /notes/<int:note_id> *",
            "2 of 4 operations in shop:app have no contract among the tests collected:",
            "  DELETE /notes/<int:note_id>",
            "  PUT /notes/<int:note_id>",
        ]
    )


def names(app: Any) -> list[str]:
    return [name for route in routes_of(app) or () for name in route.names]


def test_routes_of_fastapi() -> None:
    """Included routers and mounted apps too; the documentation that FastAPI adds is left out."""
    from fastapi import APIRouter, FastAPI
    from starlette.applications import Starlette
    from starlette.routing import Route

    app, router = FastAPI(), APIRouter(prefix="/v1")
    router.add_api_route("/notes/{note_id}", lambda note_id: None, methods=["GET", "PUT"])
    app.include_router(router)
    app.mount("/sub", Starlette(routes=[Route("/files/{path:path}", lambda request: None)]))

    assert names(app) == ["GET /v1/notes/{note_id}", "PUT /v1/notes/{note_id}", "GET /sub/files/{path:path}"]
    assert route_of(app, "PUT", "/v1/notes/7?x=1") == "PUT /v1/notes/{note_id}"
    assert route_of(app, "GET", "/sub/files/a/b") == "GET /sub/files/{path:path}"
    assert route_of(app, "GET", "/v1/notes") == ""


DJANGO = """
import django
from django.conf import settings
settings.configure(ROOT_URLCONF="urls", ALLOWED_HOSTS=["*"], INSTALLED_APPS=["rest_framework"], SECRET_KEY="x")
django.setup()
from django.core.wsgi import get_wsgi_application
import sys; sys.path.insert(0, ".")
from pytest_wxcloud.runtimes.web_routes import route_of, routes_of
app = get_wsgi_application()
for route in routes_of(app):
    print(*route.names, sep="\\n")
print(route_of(app, "PATCH", "/api/notes/7/"), route_of(app, "POST", "/plain/7/"), sep="\\n")
"""
URLS = """
from django.http import HttpResponse
from django.urls import include, path, re_path
from django.views import View
from rest_framework.routers import DefaultRouter
from rest_framework.viewsets import ViewSet

class Notes(ViewSet):
    def list(self, request): ...
    def partial_update(self, request, pk=None): ...

class Old(View):
    def get(self, request, year): ...

router = DefaultRouter()
router.register("notes", Notes, basename="note")
urlpatterns = [
    path("plain/<int:note_id>/", lambda request, note_id: HttpResponse()),
    re_path(r"^old/(?P<year>[0-9]{4})/$", Old.as_view()),
    path("api/", include(router.urls)),
]
"""


def test_routes_of_django(pytester: pytest.Pytester) -> None:
    """Views that are functions take any method, as far as can be known; DRF's own pages are left out."""
    pytester.makepyfile(urls=URLS, ask=DJANGO)
    result = pytester.runpython(pytester.path / "ask.py")

    assert result.outlines == [
        "/plain/<int:note_id>/",
        "GET /old/<year>/",
        "GET /api/notes/",
        "PATCH /api/notes/<pk>/",
        "PATCH /api/notes/<pk>/",
        "/plain/<int:note_id>/",
    ]


def test_an_app_of_another_framework_has_no_routes_that_are_known() -> None:
    """And nothing is said of them."""

    def app(environ: Any, start_response: Any) -> list[bytes]: ...

    assert routes_of(app) is None
    assert route_of(app, "GET", "/") == ""
