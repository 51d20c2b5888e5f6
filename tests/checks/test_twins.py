"""Every hole is flagged by the right law, and nobody is accused falsely."""

from __future__ import annotations

import re
from contextlib import nullcontext
from typing import Any

import pytest

from pytest_wxcloud import WxCloud
from pytest_wxcloud.checks.verdict import Inconclusive, Violation
from pytest_wxcloud.checks.world import frozen

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


@each
def test_the_plain_tests_of_a_hole(twin: type[Twin], twin_cloud: WxCloud) -> None:
    """They fail on the hole, and pass when that is mended."""
    said = judge(twin_cloud, twin, f"{twin.__name__}_hole")
    broken = {law: error for law, error in said.items() if isinstance(error, Violation)}
    offered = {law: error.verdicts[0].reproduction for law, error in broken.items()}
    without = [law for law, code in offered.items() if not code]
    assert without == [] or (twin.is_python() and without == ["secrets_make_no_difference"])

    for law, code in offered.items():
        for kind in ("hole", "mended") if code else ():
            contract = type(twin.__name__, (twin,), {"function": f"{twin.__name__}_{kind}"})
            names = {twin.__name__: contract}
            exec(code.replace(f"{twin.__name__}_hole", str(contract.function)), names)
            test: Any = names[f"test_{law}"]
            instant = re.search(r'wx_time\("(.*)"\)', code)
            with contract().scene(twin_cloud), frozen(instant[1]) if instant else nullcontext():
                if kind == "mended":
                    test(twin_cloud, twin_cloud.people)
                    continue
                with pytest.raises(AssertionError):
                    test(twin_cloud, twin_cloud.people)
