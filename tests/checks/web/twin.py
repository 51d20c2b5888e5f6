"""A web app twice: with a hole, and mended. The twin is its contract; laws are judged without a nested pytest."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar
from unittest import SkipTest

from pytest_wxcloud import AuthorizationContract, WxCloud
from pytest_wxcloud.checks.arranging import arranged
from pytest_wxcloud.checks.attempt import attempting
from pytest_wxcloud.stores import sqlite_store

#: What every app begins with: a table, in SQLite.
SQL = """\
import sqlite3
db = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
db.row_factory = sqlite3.Row
db.executescript('''
    CREATE TABLE notes (id INTEGER PRIMARY KEY, openid TEXT, folder INTEGER, text TEXT, pinned INTEGER DEFAULT 0);
    CREATE TABLE folders (id INTEGER PRIMARY KEY, openid TEXT, name TEXT);
''')
"""
FLASK = f"""\
from flask import Flask, abort, g, jsonify, request
{SQL}
app = Flask(__name__)
"""
FASTAPI = f"""\
from __future__ import annotations
import asyncio
from fastapi import Body, Cookie, FastAPI, Header, HTTPException, Request, Response
from pydantic import BaseModel
{SQL}
app = FastAPI()
"""
#: Django has one project in a process; each app here is a URLconf of its own in it.
DJANGO = f"""\
import json
from django.conf import settings
if not settings.configured:
    settings.configure(SECRET_KEY="x", ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__)
import django
django.setup()
from django.core.wsgi import get_wsgi_application
from django.http import Http404, JsonResponse
from django.test.utils import override_settings
from django.urls import path
{SQL}
def own_urls(get_response):
    def respond(request):
        request.urlconf = __name__
        return get_response(request)
    return respond

with override_settings(MIDDLEWARE=[__name__ + ".own_urls"]):
    app = get_wsgi_application()
"""
STARLETTE = f"""\
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
{SQL}
"""


class WebTwin(AuthorizationContract):
    """A contract about one note of a person's, and the apps that it is tried on."""

    framework = FLASK
    mended = ""
    hole: ClassVar[dict[str, str]] = {}  # what of `mended` is written otherwise where the hole is
    law = ""  # the law that has to flag the hole
    also = ""  # others that may, separated by spaces
    cause = ""  # a part of what is told
    allow = frozenset({"owner"})
    db: Any = None

    def arrange(self, cloud: WxCloud, person: Any) -> Any:
        sql = "INSERT INTO notes (openid, text) VALUES (?, ?)"
        return self.db.execute(sql, (person.openid, cloud.secret())).lastrowid

    @classmethod
    def source(cls, kind: str) -> str:
        """The source of the `kind`, "hole" or "mended"."""
        text = cls.mended
        for good, bad in cls.hole.items() if kind == "hole" else ():
            assert text.count(good) == 1, f"{cls.__name__}: {good!r} stands {text.count(good)} times in it"
            text = text.replace(good, bad)
        return cls.framework + text


def twins() -> list[type[WebTwin]]:
    """Every twin in the modules beside this one."""
    for file in sorted(Path(__file__).parent.glob("apps_*.py")):
        importlib.import_module(f"{__package__}.{file.stem}")
    return [cls for cls in _below(WebTwin) if cls.mended and cls.law]


def _below(cls: type[WebTwin]) -> Iterator[type[WebTwin]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from _below(sub)


def laws(contract: AuthorizationContract) -> list[str]:
    """The laws of a contract, without the test_ of their methods."""
    return [
        name.removeprefix("test_") for name in dir(contract) if name.startswith("test_") and getattr(contract, name)
    ]


def judge(cloud: WxCloud, twin: type[WebTwin], module: Any) -> dict[str, Exception]:
    """Try every law on an app. Answers what each raised that did; a law that is silent is not in it."""
    contract = type(twin.__name__, (twin,), {"app": f"{module.__name__}:app", "db": module.db})()
    said: dict[str, Exception] = {}
    with cloud.scene():
        cloud.use(sqlite_store(module.db))
        with arranged(contract, cloud) as world:
            for law in laws(contract):
                try:
                    with attempting(world) as attempts:
                        getattr(contract, f"test_{law}")(attempts)
                except (AssertionError, SkipTest) as error:
                    said[law] = error
    return said
