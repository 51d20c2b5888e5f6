"""A handler twice: with a hole, and mended. Its contract is the class itself; laws are judged without a nested pytest."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import SkipTest

from pytest_wxcloud import AuthorizationContract, WxCloud
from pytest_wxcloud.checks.arranging import arranged
from pytest_wxcloud.checks.attempt import attempting
from pytest_wxcloud.checks.verdict import Violation

#: What every handler in JavaScript begins with.
JS = """\
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()
const _ = db.command
"""
#: What every handler in Python begins with: tables of its own, in SQLite.
PY = """\
import json, os, sqlite3
db = sqlite3.connect(os.path.join(os.path.dirname(__file__), 'app.db'), isolation_level=None, check_same_thread=False)
db.row_factory = sqlite3.Row
"""


class Twin(AuthorizationContract):
    """A contract, and the handlers that it is tried on."""

    mended = ""
    hole: dict[str, str] = {}  # what of `mended` is written otherwise where the hole is
    law = ""  # the law that has to flag the hole
    also = ""  # others that may, separated by spaces
    cause = ""  # a part of the cause that is told
    schema = ""  # tables, of a handler in Python

    @classmethod
    def is_python(cls) -> bool:
        return bool(cls.schema)

    @classmethod
    def source(cls, kind: str) -> str:
        """The source of the `kind`, "hole" or "mended"."""
        text = cls.mended
        for good, bad in cls.hole.items() if kind == "hole" else ():
            assert text.count(good) == 1, f"{cls.__name__}: {good!r} stands {text.count(good)} times in it"
            text = text.replace(good, bad)
        return (PY if cls.is_python() else JS) + text

    def connect(self, cloud: WxCloud) -> Any:
        """The tables of a handler in Python."""
        import sqlite3

        return sqlite3.connect(cloud.project.folder(str(self.function)) / "app.db", isolation_level=None)


def twins() -> list[type[Twin]]:
    """Every twin in the modules beside this one."""
    from . import handlers

    for module in pkgutil.iter_modules(handlers.__path__):
        importlib.import_module(f"{handlers.__name__}.{module.name}")
    return [cls for cls in _below(Twin) if cls.mended and cls.law]


def _below(cls: type[Twin]) -> Iterator[type[Twin]]:
    for sub in cls.__subclasses__():
        yield sub
        yield from _below(sub)


def write(root: Path, twin: type[Twin], name: str, source: str) -> None:
    """Write a handler as the function `name`."""
    folder = root / name
    folder.mkdir(exist_ok=True)
    (folder / f"index.{'py' if twin.is_python() else 'js'}").write_text(source, "utf-8")
    if twin.schema and not (folder / "app.db").exists():
        import sqlite3

        connection = sqlite3.connect(folder / "app.db")
        connection.executescript(twin.schema)
        connection.close()


def laws() -> list[str]:
    """The laws of a contract, without the test_ of their methods."""
    return [name.removeprefix("test_") for name in vars(AuthorizationContract) if name.startswith("test_")]


def judge(cloud: WxCloud, twin: type[Twin], function: str, *, until_broken: bool = False) -> dict[str, Exception]:
    """Try every law on a function. Answers what each raised that did; a law that is silent is not in it."""
    contract = type(twin.__name__, (twin,), {"function": function})()
    said: dict[str, Exception] = {}
    with cloud.scene():
        if twin.schema:
            from pytest_wxcloud.stores import sqlite_store

            cloud.use(sqlite_store(contract.connect(cloud)))
        with arranged(contract, cloud) as world:
            for law in sorted(laws(), key=lambda law: law != twin.law) if until_broken else laws():
                try:
                    with attempting(world) as attempts:
                        getattr(contract, f"test_{law}")(attempts)
                except (AssertionError, SkipTest) as error:
                    said[law] = error
                    if until_broken and isinstance(error, Violation):
                        break
    return said
