"""Where people are known by UNIONID, those of whom the platform shows none: a crash is no refusal, and the cause is told."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import SkipTest

import pytest

from pytest_wxcloud import AuthorizationContract, Project, Settings, WxCloud
from pytest_wxcloud.checks.arranging import arranged
from pytest_wxcloud.checks.attempt import attempting
from pytest_wxcloud.checks.verdict import Crashed, Standing, Violation

from .twin import JS

CLEAR = """
exports.main = async () => {
  const { UNIONID } = cloud.getWXContext()
  %s
  const { stats } = await db.collection('notes').where({ %s }).remove()
  return { code: 0, removed: stats.removed }
}
"""
REFUSE = "if (!UNIONID) return { code: 401 }"
HANDLERS = {
    "alone": CLEAR % ("", "unionid: UNIONID"),
    "refused": CLEAR % (REFUSE, "unionid: UNIONID"),
    "vanishing": CLEAR % ("", "unionid: UNIONID, active: true"),
}


class Clear(AuthorizationContract):
    allow = {"owner"}
    keyed_by = "unionid"
    demand = frozenset({"refuses_without_crashing"})

    def arrange(self, cloud, person):
        cloud.db["notes"].insert_one({"unionid": person.unionid, "active": True})


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WxCloud]:
    root = tmp_path_factory.mktemp("unionid")
    for name, source in HANDLERS.items():
        folder = root / name
        folder.mkdir()
        (folder / "index.js").write_text(JS + source, "utf-8")
    with WxCloud(Project(root), Settings(time_limit=20)) as cloud:
        yield cloud


def tried(cloud: WxCloud, law: str, function: str, **more: object) -> Exception | None:
    """What the law raised on the function."""
    contract = type("Tried", (Clear,), {"function": function, **more})()
    with arranged(contract, cloud) as world, attempting(world) as attempts:
        try:
            getattr(contract, f"test_{law}")(attempts)
        except (AssertionError, SkipTest) as error:
            return error
    return None


def test_a_crash_for_want_of_a_unionid_is_no_pass(cloud: WxCloud) -> None:
    """Nobody whose UNIONID is not shown was refused, the owner among them: the law is skipped, and says so."""
    error = tried(cloud, "the_unionid_lets_nobody_in", "alone")

    assert isinstance(error, Crashed)
    assert {one.standing for one in error.verdicts} == {Standing.UNREFUSED}
    assert "owner, showing no UNIONID" in [str(one.evidence.case) for one in error.verdicts]


def test_it_is_a_failure_where_that_is_demanded(cloud: WxCloud) -> None:
    error = tried(cloud, "refuses_without_crashing", "alone")

    assert isinstance(error, Violation)
    assert "owner, showing no UNIONID" in [str(one.evidence.case) for one in error.verdicts]


@pytest.mark.parametrize("law", ["the_unionid_lets_nobody_in", "refuses_without_crashing"])
def test_a_refusal_passes(cloud: WxCloud, law: str) -> None:
    assert tried(cloud, law, "refused") is None


@pytest.mark.parametrize("keyed_by", ["openid", "unionid"])
@pytest.mark.parametrize(
    "law",
    ["strangers_have_no_effect", "nobody_has_no_effect", "bystanders_stay_untouched", "the_unionid_lets_nobody_in"],
)
def test_the_cause_is_the_unionid_that_is_missing(cloud: WxCloud, law: str, keyed_by: str) -> None:
    """Whichever law finds that the condition has dropped out, and whoever is said to be known by what."""
    error = tried(cloud, law, "vanishing", keyed_by=keyed_by)

    if error is not None:
        assert isinstance(error, Violation)
        assert error.verdicts[0].cause.startswith("there is no UNIONID, and the SDK drops keys that are undefined")
    else:  # what is shown in the other laws is no longer missing here, and the other way round
        assert (law, keyed_by) in [("the_unionid_lets_nobody_in", "openid"), ("bystanders_stay_untouched", "unionid")]
