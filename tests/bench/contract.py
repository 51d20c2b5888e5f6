"""What a whole contract costs: every law, beside its bare calls and Hypothesis's own floor for as many examples."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_wxcloud import AuthorizationContract, Project, WxCloud
from pytest_wxcloud.checks.arranging import arranged
from pytest_wxcloud.checks.attempt import attempting

from .figure import Figure
from .measure import FEW, NotMeasured, in_turns, seconds

UPDATE_NOTE = """
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
exports.main = async ({ id, text }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID || typeof id !== 'string' || typeof text !== 'string') return { code: 400 }
  const { stats } = await cloud.database().collection('notes').where({ _id: id, _openid: OPENID }).update({ data: { text } })
  return { code: stats.updated === 1 ? 0 : 404 }
}
"""


class UpdateNote(AuthorizationContract):
    """Everybody may change their own note."""

    function = "updateNote"
    allow = frozenset({"owner"})

    def arrange(self, cloud: WxCloud, person: Any) -> Any:
        note = {"_openid": person.openid, "text": cloud.secret()}
        return cloud.db["notes"].insert_one(note).inserted_id

    def event(self, resource: Any, caller: Any) -> dict[str, Any]:
        return {"id": resource, "text": "changed"}


LAWS = [name for name in dir(UpdateNote) if name.startswith("test_") and getattr(UpdateNote, name) is not None]


def figures(folder: Path) -> Iterator[Figure]:
    """Everything a contract does, its world included, less what pytest adds; in one warm worker."""
    function = folder / "cloudfunctions" / "updateNote"
    function.mkdir(parents=True)
    (function / "index.js").write_text(UPDATE_NOTE, "utf-8")
    with WxCloud(Project(folder / "cloudfunctions")) as cloud:
        made = _contract(cloud)
        if made < 100:
            raise NotMeasured(f"the laws made {made} calls only")

        def calls() -> None:
            owner = cloud.people["owner"]
            with cloud.scenario({"notes": [{"_id": "n1", "_openid": owner.openid, "text": "x"}]}):
                for _ in range(made):
                    cloud.call("updateNote", {"id": "n1", "text": "changed"}, caller=owner)

        @settings(max_examples=made, database=None, deadline=None)
        @given(st.integers(0, 2**32))
        def floor(_: int) -> None:
            pass

        rounds = in_turns(
            [lambda: seconds(lambda: _contract(cloud)), lambda: seconds(calls), lambda: seconds(floor)], FEW
        )
    yield Figure(f"a contract / its {made} bare calls and Hypothesis", [a / (b + c) for a, b, c in rounds], 3.0)
    yield Figure("  a contract", [1e3 * a for a, _, _ in rounds], unit="ms")
    yield Figure("  its bare calls", [1e3 * b for _, b, _ in rounds], unit="ms")
    yield Figure("  Hypothesis, for as many examples", [1e3 * c for _, _, c in rounds], unit="ms")


def _contract(cloud: WxCloud) -> int:
    """Try every law. Answers how many calls that took."""
    made = 0
    contract = UpdateNote()
    with arranged(contract, cloud) as world:
        for law in LAWS:
            with attempting(world) as attempts:
                getattr(contract, law)(attempts)
                made += len(attempts.made)
    return made
