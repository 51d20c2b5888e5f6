"""A handler twice: with a hole, and mended. Its contract is the class itself; laws are judged without a nested pytest."""

from __future__ import annotations

import importlib
import pkgutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from unittest import SkipTest

from pytest_wxcloud import AuthorizationContract, WxCloud
from pytest_wxcloud.checks.arranging import arranged
from pytest_wxcloud.checks.attempt import attempting
from pytest_wxcloud.checks.verdict import Violation
from pytest_wxcloud.stores import sqlite_store

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
db.execute('pragma synchronous = off')
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

    @contextmanager
    def connected(self, cloud: WxCloud) -> Iterator[sqlite3.Connection]:
        """The tables of a handler in Python."""
        file = cloud.project.folder(str(self.function)) / "app.db"
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("pragma synchronous = off")  # no disk is waited for
            yield connection

    @contextmanager
    def scene(self, cloud: WxCloud) -> Iterator[None]:
        """A scene in which the tables of a handler in Python, if it is in Python, belong to the cloud."""
        with ExitStack() as stack:
            stack.enter_context(cloud.scene())
            if self.schema:
                cloud.use(sqlite_store(stack.enter_context(self.connected(cloud))))
            yield


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
        with closing(sqlite3.connect(folder / "app.db")) as connection:
            connection.executescript(f"pragma synchronous = off; {twin.schema}")


def laws() -> list[str]:
    """The laws of a contract, without the test_ of their methods."""
    return [name.removeprefix("test_") for name in vars(AuthorizationContract) if name.startswith("test_")]


def judge(cloud: WxCloud, twin: type[Twin], function: str, *, until_broken: bool = False) -> dict[str, Exception]:
    """Try every law on a function. Answers what each raised that did; a law that is silent is not in it."""
    contract = type(twin.__name__, (twin,), {"function": function})()
    said: dict[str, Exception] = {}
    cloud._handlers.clear()  # no twin finds another's functions in memory, each of which holds an SDK
    with contract.scene(cloud), arranged(contract, cloud) as world:
        for law in sorted(laws(), key=lambda law: law != twin.law) if until_broken else laws():
            try:
                with attempting(world) as attempts:
                    getattr(contract, f"test_{law}")(attempts)
            except (AssertionError, SkipTest) as error:
                said[law] = error
                if until_broken and isinstance(error, Violation):
                    break
    return said
