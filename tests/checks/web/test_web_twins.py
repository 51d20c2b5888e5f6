"""Every hole in a web app is flagged by the right law, and nobody is accused falsely."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from pytest_wxcloud import WxCloud
from pytest_wxcloud.checks.verdict import Violation
from pytest_wxcloud.stores import sqlite_store

from .twin import WebTwin, judge, twins

each = pytest.mark.parametrize("twin", twins(), ids=lambda twin: twin.__name__)
Maker = Callable[[type[WebTwin], str], ModuleType]


@each
def test_the_hole_is_flagged(twin: type[WebTwin], web_cloud: WxCloud, app_module: Maker) -> None:
    """By the law that is about it, and by no others than may be."""
    said = judge(web_cloud, twin, app_module(twin, "hole"))
    broken = {law for law, error in said.items() if isinstance(error, Violation)}

    assert twin.law in broken, said
    assert broken <= {twin.law, *twin.also.split()}
    assert twin.cause in " ".join(str(said[twin.law]).split())


@each
def test_the_mended_twin_is_not_flagged(twin: type[WebTwin], web_cloud: WxCloud, app_module: Maker) -> None:
    """By no law at all; where an app only crashes, a law is skipped."""
    said = judge(web_cloud, twin, app_module(twin, "mended"))

    assert [str(error) for error in said.values() if isinstance(error, AssertionError)] == [], said


@each
def test_the_plain_tests_of_a_hole(twin: type[WebTwin], web_cloud: WxCloud, app_module: Maker) -> None:
    """They fail on the hole, and pass when that is mended. There is none where requests overlap."""
    modules = {kind: app_module(twin, kind) for kind in ("hole", "mended")}
    said = judge(web_cloud, twin, modules["hole"])
    broken = {law: error for law, error in said.items() if isinstance(error, Violation)}
    offered = {law: error.verdicts[0].reproduction for law, error in broken.items()}
    assert offered[twin.law] or twin.law == "overlapping_requests_never_mix"

    for law, code in offered.items():
        for kind, module in modules.items() if code else ():
            names = {twin.__name__: type(twin.__name__, (twin,), {"app": f"{module.__name__}:app", "db": module.db})}
            exec(code.replace(modules["hole"].__name__, module.__name__), names)
            test: Any = names[f"test_{law}"]
            with web_cloud.scene():
                web_cloud.use(sqlite_store(module.db))
                if kind == "mended":
                    test(web_cloud, web_cloud.people)
                    continue
                with pytest.raises(AssertionError):
                    test(web_cloud, web_cloud.people)
