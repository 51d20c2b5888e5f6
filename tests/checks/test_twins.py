"""Every hole is flagged by the right law, and nobody is accused falsely."""

from __future__ import annotations

import pytest

from pytest_wxcloud import WxCloud
from pytest_wxcloud.checks.verdict import Inconclusive, Violation

from .twin import Twin, judge, twins

each = pytest.mark.parametrize("twin", twins(), ids=lambda twin: twin.__name__)


@each
def test_the_hole_is_flagged(twin: type[Twin], twin_cloud: WxCloud) -> None:
    """By the law that is about it, and by no others than may be."""
    said = judge(twin_cloud, twin, f"{twin.__name__}_hole")
    broken = {law for law, error in said.items() if isinstance(error, Violation)}

    assert twin.law in broken, said
    assert broken <= {twin.law, *twin.also.split()}
    assert {law: str(error) for law, error in said.items() if isinstance(error, Inconclusive)} == {}
    assert twin.cause in str(said[twin.law])


@each
def test_the_mended_twin_is_not_flagged(twin: type[Twin], twin_cloud: WxCloud) -> None:
    """By no law at all; where a function only crashes, a law is skipped."""
    said = judge(twin_cloud, twin, f"{twin.__name__}_mended")

    assert {law: str(error) for law, error in said.items() if isinstance(error, AssertionError)} == {}
