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
    """By the law that is about it, and by no others than may be. Their plain tests show it again."""
    said = judge(twin_cloud, twin, f"{twin.__name__}_hole")
    broken = {law: error for law, error in said.items() if isinstance(error, Violation)}

    assert twin.law in broken, said
    assert broken.keys() <= {twin.law, *twin.also.split()}
    assert {law: str(error) for law, error in said.items() if isinstance(error, Inconclusive)} == {}
    assert twin.cause in str(said[twin.law])
    for law, error in broken.items():
        code = error.verdicts[0].reproduction
        assert code or (twin.is_python() and law == "secrets_make_no_difference"), law
        if code:
            with pytest.raises(AssertionError):
                run(twin, twin_cloud, law, code, "hole")
            run(twin, twin_cloud, law, code, "mended")


def run(twin: type[Twin], cloud: WxCloud, law: str, code: str, kind: str) -> None:
    """Run a plain test of a verdict on a hole, at its time, on the `kind` of function."""
    function = f"{twin.__name__}_{kind}"
    names: dict[str, Any] = {twin.__name__: type(twin.__name__, (twin,), {"function": function})}
    exec(code.replace(f"{twin.__name__}_hole", function), names)
    instant = re.search(r'wx_time\("(.*)"\)', code)
    with names[twin.__name__]().scene(cloud), frozen(instant[1]) if instant else nullcontext():
        names[f"test_{law}"](cloud, cloud.people)


@each
def test_the_mended_twin_is_not_flagged(twin: type[Twin], twin_cloud: WxCloud) -> None:
    """By no law at all; where a function only crashes, a law is skipped."""
    said = judge(twin_cloud, twin, f"{twin.__name__}_mended")

    assert {law: str(error) for law, error in said.items() if isinstance(error, AssertionError)} == {}
