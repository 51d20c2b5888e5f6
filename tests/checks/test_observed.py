"""The table and the JSON say what was seen of calls, whatever the contract allows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest

from pytest_wxcloud import AuthorizationContract, Project, Settings, WxCloud
from pytest_wxcloud.checks.arranging import arranged
from pytest_wxcloud.checks.attempt import Attempts, attempting
from pytest_wxcloud.checks.verdict import Crashed, Standing

from .twin import JS

SOURCES = {
    # no one else's note is read; what strangers are told reads as a yes
    "polite": """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const { data } = await db.collection('notes').where({ _id: id, _openid: OPENID }).get()
  return { code: 0, data }
}
""",
    "crashing": """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const { data: [note] } = await db.collection('notes').where({ _id: id, _openid: OPENID || 'nobody' }).get()
  return { code: 0, text: note.text }
}
""",
    "crashingLate": """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const { stats } = await db.collection('notes').where({ _id: id, _openid: OPENID }).remove()
  if (stats.removed) undefined.length
  return { code: 404 }
}
""",
    "feed": """
exports.main = async () => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const { data } = await db.collection('notes').get()
  return { code: 0, data: data.map(({ _openid, at, text }) => ({ _openid, text: _openid === OPENID ? text : '' })) }
}
""",
}


class Noting(AuthorizationContract):
    allow = {"owner"}

    def arrange(self, cloud, person):
        return cloud.db["notes"].insert_one({"_openid": person.openid, "text": cloud.secret()}).inserted_id

    def event(self, note, caller):
        return {"id": note}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WxCloud]:
    root = tmp_path_factory.mktemp("observed")
    for name, source in SOURCES.items():
        (root / name).mkdir()
        (root / name / "index.js").write_text(JS + source, "utf-8")
    with WxCloud(Project(root), Settings(time_limit=20)) as cloud:
        yield cloud


def tried(cloud: WxCloud, function: str, law: str) -> Attempts:
    """The attempts of one law, which holds or is skipped."""
    contract = type("Noted", (Noting,), {"function": function})()
    with arranged(contract, cloud) as world, attempting(world) as attempts:
        with suppress(Crashed):
            getattr(contract, f"test_{law}")(attempts)
        return attempts


def standings(attempts: Attempts) -> dict[str, Standing]:
    return {str(verdict.evidence.case): verdict.standing for verdict in attempts.verdicts}


def test_an_answer_is_told_as_it_is(cloud: WxCloud) -> None:
    """A stranger who is told yes, and sees nothing, was not denied; nobody is refused."""
    strangers = standings(tried(cloud, "polite", "strangers_have_no_effect"))
    nobody = standings(tried(cloud, "polite", "nobody_has_no_effect"))
    owner = standings(tried(cloud, "polite", "allowed_callers_have_the_effect"))

    assert strangers["stranger"] is strangers["newcomer"] is Standing.YES
    assert nobody["nobody through http_api"] is Standing.REFUSED
    assert owner["owner"] is Standing.EFFECT


def test_a_crash_is_no_refusal(cloud: WxCloud) -> None:
    """It has a standing of its own, and a line; a law that saw nothing but crashes is skipped."""
    attempts = tried(cloud, "crashing", "strangers_have_no_effect")

    seen = standings(attempts)
    assert {seen[caller] for caller in ("stranger", "bystander", "newcomer")} == {Standing.UNREFUSED}
    assert attempts.notes["unrefused"].startswith("stranger got nowhere, and only because it crashed: threw TypeError")


def test_a_law_that_saw_only_crashes_has_not_passed(cloud: WxCloud) -> None:
    """Whoever may not crashes; that the owner is answered, in the same law, tells nothing of them."""
    contract = type("Noted", (Noting,), {"function": "crashing"})()
    with arranged(contract, cloud) as world, attempting(world) as attempts:
        with pytest.raises(Crashed, match="for those who may not, the first time for stranger: threw TypeError"):
            contract.test_sensitive_data_stays(attempts)
        plain = [verdict for verdict in attempts.verdicts if verdict.evidence.case.plain is None]
        assert {verdict.standing for verdict in plain} == {Standing.EFFECT, Standing.UNREFUSED}


def test_a_crash_after_the_effect_is_told(cloud: WxCloud) -> None:
    attempts = tried(cloud, "crashingLate", "allowed_callers_have_the_effect")

    assert standings(attempts)["owner"] is Standing.CRASHED
    assert "owner crashed when it had done what it does: threw TypeError" in attempts.notes["crashed after its effect"]


def test_openids_in_answers_are_told(cloud: WxCloud) -> None:
    """That is no failure, and says where, and what leaves them out."""
    attempts = tried(cloud, "feed", "sensitive_data_stays")

    note = attempts.notes["openids in answers"]
    assert note.startswith("owner is told somebody else's openid (data.")
    assert "._openid); .field({_openid: false}) leaves it out of a query" in note
    assert "openids in answers" not in tried(cloud, "polite", "sensitive_data_stays").notes
