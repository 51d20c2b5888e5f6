"""What no documentation says of the platform is tried both ways where it can matter, and told where it does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pytest_wxcloud import AuthorizationContract, Project, Settings, WxCloud
from pytest_wxcloud.checks.arranging import arranged
from pytest_wxcloud.checks.attempt import Attempts, attempting
from pytest_wxcloud.checks.laws import LAWS
from pytest_wxcloud.checks.verdict import Violation

from .twin import JS

REMOVE = """
exports.main = async (event, context) => {
  const { OPENID, SOURCE } = cloud.getWXContext()
  %s
  const { stats } = await db.collection('notes').where({ _id: event.id, _openid: OPENID }).remove()
  return { code: stats.removed ? 0 : 404 }
}
"""
HANDLERS = {
    "plain": REMOVE % "if (!OPENID) return { code: 401 }",
    "reader": REMOVE % "if (!OPENID || !event.userInfo) return { code: 401 }",
    "caller": REMOVE % "if (!OPENID) return (await cloud.callFunction({ name: 'plain', data: event })).result",
    "open": REMOVE % "",
    "timers": REMOVE % "if (SOURCE !== 'wx_trigger' && !OPENID) return { code: 401 }",
    "told": REMOVE % "if (!OPENID && !(SOURCE === 'wx_trigger' && event.userInfo)) return { code: 401 }",
    "untold": REMOVE % "if (!OPENID && !(SOURCE === 'wx_trigger' && !event.userInfo)) return { code: 401 }",
}


class Remove(AuthorizationContract):
    allow = {"owner"}

    def arrange(self, cloud: WxCloud, person: Any) -> Any:
        return cloud.db["notes"].insert_one({"_openid": person.openid}).inserted_id

    def event(self, note_id: Any, caller: Any) -> dict[str, Any]:
        return {"id": note_id}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WxCloud]:
    root = tmp_path_factory.mktemp("doubts")
    for name, source in HANDLERS.items():
        folder = root / name
        folder.mkdir()
        (folder / "index.js").write_text(JS + source, "utf-8")
    with WxCloud(Project(root), Settings(time_limit=20)) as cloud:
        yield cloud


def supposed(attempts: Attempts, law: str) -> list[tuple[str, str]]:
    """What the cases of a law suppose of the platform, and through which channel each comes."""
    principals = [case.principal for case in LAWS[law].cases(attempts)]
    return [(str(one.channel), str(one.supposing)) for one in principals if one.supposing is not None]


SILENT = ["devtools", "call_chain", "timer", "payment_callback"]
TRIED = {
    ("plain", "nobody_has_no_effect"): [],
    ("plain", "strangers_have_no_effect"): [],
    ("plain", "the_channel_gives_no_right"): [("client", "chains_lose_identity")],
    ("reader", "nobody_has_no_effect"): [(channel, "app_is_told") for channel in SILENT],
    ("reader", "another_app_is_another_person"): [("resource_sharing", "app_is_told")] * 2,
    ("caller", "strangers_have_no_effect"): [("client", "chains_lose_identity")],
    ("caller", "bystanders_stay_untouched"): [("client", "chains_lose_identity")],
}


@pytest.mark.parametrize(("tried", "cases"), TRIED.items(), ids=[" ".join(one) for one in TRIED])
def test_both_ways_are_tried_where_the_function_may_notice(
    cloud: WxCloud, tried: tuple[str, str], cases: list[tuple[str, str]]
) -> None:
    """Over the HTTP API it is documented, so there is one way; a function that looks at nothing of it is not asked."""
    contract = type("Tried", (Remove,), {"function": tried[0]})()
    with arranged(contract, cloud) as world, attempting(world) as attempts:
        assert supposed(attempts, tried[1]) == cases


WHERE = {
    "open": "",  # over the HTTP API, as documented
    "timers": "",  # both ways
    "told": "where what comes through timer carries userInfo: {appId}, as it does over the HTTP API",
    "untold": "where what comes through timer carries no userInfo",
}


@pytest.mark.parametrize(("function", "where"), WHERE.items(), ids=list(WHERE))
def test_a_finding_tells_in_which_world_it_holds(cloud: WxCloud, function: str, where: str) -> None:
    """In none in particular, where that makes no difference."""
    contract = type("Tried", (Remove,), {"function": function})()
    with (
        arranged(contract, cloud) as world,
        attempting(world) as attempts,
        pytest.raises(Violation) as caught,
    ):
        contract.test_nobody_has_no_effect(attempts)
    assert caught.value.verdicts[0].where == where
    assert ("WeChat's documentation leaves that open" in " ".join(str(caught.value).split())) == bool(where)
