"""One cloud for all handlers: each in a folder of its own, on the newest SDK."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_wxcloud import Project, Settings, WxCloud

from .twin import twins, write


@pytest.fixture(scope="session")
def twin_cloud(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[WxCloud]:
    """A cloud with both kinds of every twin as functions: ``RemoveCascade_hole``, ``RemoveCascade_mended``."""
    root = tmp_path_factory.mktemp("twins")
    for twin in twins():
        for kind in ("hole", "mended"):
            write(root, twin, f"{twin.__name__}_{kind}", twin.source(kind))
    with WxCloud(Project(root), Settings(time_limit=20, seed=int(pytestconfig.getoption("--wx-seed") or 0))) as cloud:
        yield cloud
