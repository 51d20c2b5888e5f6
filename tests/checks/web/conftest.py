"""One cloud for all apps: each a module of its own."""

from __future__ import annotations

import importlib
import itertools
import sys
from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from pytest_wxcloud import Project, Settings, WxCloud

from .twin import WebTwin

_numbers = itertools.count()


@pytest.fixture(scope="session")
def web_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WxCloud]:
    """A cloud without functions; nothing here starts Node."""
    with WxCloud(Project(tmp_path_factory.mktemp("project")), Settings(time_limit=20)) as cloud:
        yield cloud
        assert not cloud.node.running


@pytest.fixture
def app_module(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[type[WebTwin], str], ModuleType]]:
    """Writes an app as a module, and imports it."""
    made: list[ModuleType] = []

    def make(twin: type[WebTwin], kind: str) -> ModuleType:
        name = f"{twin.__name__.lower()}_{kind}_{next(_numbers)}"  # the cloud knows an app by its path
        (tmp_path / f"{name}.py").write_text(twin.source(kind), "utf-8")
        importlib.invalidate_caches()
        made.append(importlib.import_module(name))
        return made[-1]

    monkeypatch.syspath_prepend(str(tmp_path))
    yield make
    for module in made:
        module.db.close()
        del sys.modules[module.__name__]
