"""Every hole in a web app is flagged by the right law, and nobody is accused falsely."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from pytest_wxcloud import WxCloud
from pytest_wxcloud.checks.verdict import Violation

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
