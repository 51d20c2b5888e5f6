"""Why an app broke down where it should have refused: the header that it misses, or something else."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

from pytest_wxcloud import WxCloud
from pytest_wxcloud.checks.verdict import Violation

from .apps_flask import UpdateNote
from .twin import WebTwin, judge

LAW = "without_identity_it_refuses"


class _Broken(UpdateNote):
    """No twin: the cause alone is looked at. A person's folder is how this app knows them."""

    law = ""

    def arrange(self, cloud, person):
        self.db.execute("INSERT INTO folders (openid, name) VALUES (?, ?)", (person.openid, "mine"))
        return super().arrange(cloud, person)


class Missing(_Broken):
    cause = "X-WX-OPENID is read as if it were always there; answer 401 or 403 where it is missing"
    hole = {"openid = me()": 'openid = request.environ["HTTP_X_WX_OPENID"] or abort(401)'}


class MissingSource(_Broken):
    cause = "X-WX-SOURCE is read as if it were always there"
    hole = {"openid = me()": 'source = request.environ["HTTP_X_WX_SOURCE"].lower(); openid = me()'}


class Empty(_Broken):
    cause = "an empty X-WX-OPENID is taken for somebody's"
    hole = {"openid = me()": 'openid = request.headers.get("X-WX-OPENID"); openid is None and abort(401); openid[0]'}


class Refusing(_Broken):
    """What answers a refusal is broken: a set is no JSON."""

    cause = "the app breaks down as it refuses: for a stranger, who has an X-WX-OPENID, as well"
    hole = {
        "openid = me()": 'openid = request.headers.get("X-WX-OPENID")',
        "        abort(404)\n    text": '        return {"error": {"no permission"}}, 403\n    text',
    }


class Unknown(_Broken):
    """Whoever is not registered is taken for somebody who is."""

    cause = "who calls is looked up, and taken for found"
    hole = {
        "openid = me()": (
            'openid = request.headers.get("X-WX-OPENID")\n'
            '    openid = db.execute("SELECT * FROM folders WHERE openid = ?", (openid,)).fetchone()["openid"]'
        )
    }


@pytest.mark.parametrize("twin", [Missing, MissingSource, Empty, Refusing, Unknown], ids=lambda twin: twin.__name__)
def test_what_broke_it_down(
    twin: type[WebTwin], web_cloud: WxCloud, app_module: Callable[[type[WebTwin], str], ModuleType]
) -> None:
    """Told by the request in which it does not."""
    said = judge(web_cloud, twin, app_module(twin, "hole"))[LAW]

    assert isinstance(said, Violation)
    assert said.verdicts[0].cause.startswith(twin.cause), said.verdicts[0].cause
