"""What the law of overlapping requests says of an app that breaks down when they overlap."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from pytest_wxcloud import WxCloud
from pytest_wxcloud.checks.verdict import Crashed

from .apps_surface import SharedInALoop
from .twin import WebTwin, judge

LAW = "overlapping_requests_never_mix"


class OneConnection(SharedInALoop):
    """One connection for all requests, which cannot do two things at once; the caller is kept in a global, too."""

    law = ""  # no twin: what is behind the crash does not show
    mended = SharedInALoop.mended.replace("CURRENT = {}", "CURRENT = {}\nARRIVED = []").replace(
        "    await asyncio.sleep(0)",
        """\
    ARRIVED.append(x_wx_openid)
    number = len(ARRIVED)
    await asyncio.sleep(0)
    if len(ARRIVED) != number:
        raise RuntimeError("another operation is in progress")""",
    )


def test_requests_that_crash_whenever_they_overlap_are_no_pass(
    web_cloud: WxCloud, app_module: Callable[[type[WebTwin], str], ModuleType]
) -> None:
    """Whether they keep their callers is not known then, and that is said."""
    said = judge(web_cloud, OneConnection, app_module(OneConnection, "hole"))

    error = said.pop(LAW)
    assert isinstance(error, Crashed)
    assert "did nothing but crash where another request is under way" in str(error)
    assert not said
