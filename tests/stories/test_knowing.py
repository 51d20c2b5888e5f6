"""Stories in which whoever is told a code may join."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_wxcloud import AuthorizationContract, Project, WxCloud, WxUser

from .test_stories import BEGIN, told, write

GROUPS = (
    BEGIN
    + """\
exports.main = async ({ action, id, code }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  const groups = db.collection('groups')
  if (action === 'create') {
    const group = { owner: OPENID, invite: `code ${OPENID.slice(-9)}`, notice: 'at nine' }
    return { code: 0, id: (await groups.add({ data: group }))._id }
  }
  const [group] = (await groups.where({ _id: String(id) }).get()).data
  if (!group) return { code: 404 }
  const members = db.collection('members')
  if (action === 'join') {
    if (group.invite !== code) return { code: 403 }
    return { code: 0, id: (await members.add({ data: { openid: OPENID, group: group._id } }))._id }
  }
  const { total } = await members.where({ openid: OPENID, group: group._id }).count()
  return total > 0 || group.owner === OPENID ? { code: 0, notice: group.notice } : { code: 403 }
}
"""
)


class Create(AuthorizationContract):
    function = "groups"
    action = "create"
    allow = {"anyone"}

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        group = {"owner": person.openid, "invite": f"code {person.openid[-9:]}", "notice": cloud.secret()}
        return {"_id": cloud.db["groups"].insert_one(group).inserted_id, "invite": group["invite"]}

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"action": "create"}


class Join(Create):
    action = "join"
    allow = {"invited"}
    roles = ("invited",)
    gives = "member"

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"action": "join", "id": resource["_id"]}

    def knows(self, resource: Any, role: str) -> dict[str, Any]:
        return {"code": resource["invite"]}


class Look(Create):
    action = "look"
    allow = {"owner", "member"}
    roles = ("member",)

    def grant(self, cloud: WxCloud, person: WxUser, role: str, scope: Any) -> None:
        cloud.db["members"].insert_one({"openid": person.openid, "group": scope["_id"]})

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"action": "look", "id": resource["_id"]}


CONTRACTS = [Create, Join, Look]


def test_who_was_told_joins(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test tells the code; from then on they send it, and nobody is accused. Who was not told guesses."""
    root = tmp_path_factory.mktemp("functions")
    write(root, {"groups": GROUPS})
    with WxCloud(Project(root)) as cloud:
        answers: list[tuple[str, Any]] = []
        call = cloud.call

        def seen(name: str, event: dict[str, Any], **more: Any) -> Any:
            outcome = call(name, event, **more)
            answers.append((event["action"], outcome.value["code"]))
            return outcome

        monkeypatch.setattr(cloud, "call", seen)
        told(cloud, CONTRACTS)

    assert {("join", 0), ("join", 403), ("look", 0), ("look", 403)} <= set(answers)
