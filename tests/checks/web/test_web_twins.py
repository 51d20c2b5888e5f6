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
    """By the law that is about it, and by no others than may be. Their plain tests show it again."""
    hole, mended = app_module(twin, "hole"), app_module(twin, "mended")
    said = judge(web_cloud, twin, hole)
    broken = {law: error for law, error in said.items() if isinstance(error, Violation)}

    assert twin.law in broken, said
    assert broken.keys() <= {twin.law, *twin.also.split()}
    assert twin.cause in " ".join(str(said[twin.law]).split())
    codes = {law: error.verdicts[0].reproduction for law, error in broken.items()}
    assert codes[twin.law] or twin.law in ("overlapping_requests_never_mix", "secrets_make_no_difference")
    for law, code in codes.items():
        if code:
            with pytest.raises(AssertionError):
                run(twin, web_cloud, law, code, hole)
            run(twin, web_cloud, law, code.replace(hole.__name__, mended.__name__), mended)


def run(twin: type[WebTwin], cloud: WxCloud, law: str, code: str, module: ModuleType) -> None:
    """Run a plain test of a verdict."""
    names: dict[str, Any] = {
        twin.__name__: type(twin.__name__, (twin,), {"app": f"{module.__name__}:app", "db": module.db})
    }
    exec(code, names)
    with cloud.scene():
        cloud.use(sqlite_store(module.db))
        names[f"test_{law}"](cloud, cloud.people)


@each
def test_the_mended_twin_is_not_flagged(twin: type[WebTwin], web_cloud: WxCloud, app_module: Maker) -> None:
    """By no law at all; where an app only crashes, a law is skipped."""
    said = judge(web_cloud, twin, app_module(twin, "mended"))

    assert [str(error) for error in said.values() if isinstance(error, AssertionError)] == [], said
