"""Apps that are right are accused of nothing for what is their database's."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from pytest_wxcloud import WxCloud

from .apps_flask import LowerCase
from .twin import WebTwin, judge


class Collated(LowerCase):
    """A column that compares without regard to case, as MySQL's do by default."""

    law = ""
    mended = LowerCase.mended.replace("openid TEXT,", "openid TEXT COLLATE NOCASE,")
    hole = {}


def test_a_collation_is_no_hole_of_the_app(
    web_cloud: WxCloud, app_module: Callable[[type[WebTwin], str], ModuleType]
) -> None:
    """Whose openid is another's but for case is that person to the database."""
    assert judge(web_cloud, Collated, app_module(Collated, "mended")) == {}
