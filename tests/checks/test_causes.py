"""The cause that a verdict tells is the true one, or none: whatever fields are called, and whatever roles there are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_wxcloud import Project, Settings, WxCloud
from pytest_wxcloud.checks.verdict import Violation

from .handlers.documents import Notes
from .twin import Twin, judge, write

VANISHED = "there is no OPENID, and the SDK drops keys that are undefined"
NO_OPENID = "there is no OPENID, and the function goes on all the same"
BY_NAME = "what is changed is found by what the event names alone"
DROPPED = "what the event leaves out, or has empty, takes its condition out of the query"


class Caused(Notes):
    """No twin: the cause alone is looked at."""

    law = ""


class ClearMine(Caused):
    """Nobody is refused where the event names a note, and there alone."""

    mended = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID && event.noteRef) return { code: 401 }
  const found = { _openid: OPENID, version: 1 }
  if (event.noteRef) found._id = event.noteRef
  const { stats } = await db.collection('notes').where(found).remove()
  return { code: 0, removed: stats.removed }
}
"""
    key = "noteRef"

    def event(self, note_id, caller):
        return {self.key: note_id}


class ClearMineByAWord(ClearMine):
    """The field's name is a word for something else that may be odd."""

    key = "operatorInsteadSpliced"
    mended = ClearMine.mended.replace("noteRef", key)


class ComparesWhereThereIsOne(Caused):
    """Nothing vanishes from a query: the comparison is left out."""

    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const { data } = await db.collection('notes').where({ _id: String(id) }).get()
  if (!data.length || (OPENID && data[0]._openid !== OPENID)) return { code: 403 }
  await db.collection('notes').doc(data[0]._id).remove()
  return { code: 0 }
}
"""


class TimersMay(ComparesWhereThereIsOne):
    """It is how the call comes that counts."""

    mended = ComparesWhereThereIsOne.mended.replace(
        "(OPENID && data[0]._openid !== OPENID)",
        "(cloud.getWXContext().SOURCE !== 'wx_trigger' && data[0]._openid !== OPENID)",
    )


class Unchecked(Caused):
    """Anybody who has an OPENID."""

    mended = """
exports.main = async ({ id }) => {
  if (!cloud.getWXContext().OPENID || typeof id !== 'string') return { code: 403 }
  await db.collection('notes').doc(id).remove()
  return { code: 0 }
}
"""


class UncheckedWithARole(Unchecked):
    """There is a role, which may not do this."""

    roles = ("admin",)

    def grant(self, cloud, person, role, scope):
        cloud.db["admins"].insert_one({"openid": person.openid})


class Kick(Twin):
    """Whoever is chief of any club, where the event names none."""

    allow = {"owner", "chief"}
    roles = ("chief",)
    mended = """
exports.main = async ({ clubId, member }) => {
  const members = db.collection('clubMembers')
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 403 }
  const { data } = await members.where({ clubId, who: OPENID, rank: 'chief' }).get()
  if (!data.length) return { code: 403 }
  await members.where({ clubId, who: member }).remove()
  return { code: 0 }
}
"""

    def arrange(self, cloud, person):
        club = cloud.db["clubs"].insert_one({"by": person.openid}).inserted_id
        self.grant(cloud, person, "chief", {"clubId": club})
        member = f"member of {person}"
        cloud.db["clubMembers"].insert_one({"clubId": club, "who": member, "rank": "guest"})
        return {"clubId": club, "member": member}

    def grant(self, cloud, person, role, scope):
        cloud.db["clubMembers"].insert_one({"clubId": scope["clubId"], "who": person.openid, "rank": role})

    def event(self, ids, caller):
        return ids


class AnyOwnerField(Caused):
    """That the event has an owner lets its sender in, whoever the owner is."""

    mended = """
exports.main = async ({ id, owner }) => {
  const { OPENID } = cloud.getWXContext()
  const { data: note } = await db.collection('notes').doc(String(id)).get()
  if (!OPENID || (note._openid !== OPENID && !owner)) return { code: 403 }
  await db.collection('notes').doc(String(id)).remove()
  return { code: 0 }
}
"""


class SetsTheRole(Caused):
    """It takes the role by name; other fields of the event are not stored."""

    roles = ("admin",)
    mended = """
exports.main = async ({ nick, role }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  await db.collection('users').where({ _openid: OPENID }).update({ data: role ? { nick, role } : { nick } })
  return { code: 0 }
}
"""

    def arrange(self, cloud, person):
        cloud.db["users"].insert_one({"_openid": person.openid, "nick": "n", "role": "user"})

    def grant(self, cloud, person, role, scope):
        cloud.db["users"].insert_one({"_openid": person.openid, "role": role})

    def event(self, nothing, caller):
        return {"nick": "changed"}


class Formerly(UncheckedWithARole):
    """A note in the past is enough."""

    allow = {"admin"}
    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const { total } = await db.collection('admins').where({ openid: OPENID || '' }).count()
  if (!total) return { code: 403 }
  await db.collection('notes').doc(String(id)).remove()
  return { code: 0 }
}
"""

    def revoke(self, cloud, person, role, scope):
        cloud.db["admins"].update_one({"openid": person.openid}, {"$set": {"left": True}})


class FindsByUnionid(Caused):
    """Only a UNIONID finds people of other apps."""

    mended = """
exports.main = async ({ id }) => {
  const { OPENID, UNIONID } = cloud.getWXContext()
  const { data } = await db.collection('users').where({ unionid: UNIONID || '-' }).get()
  const { data: note } = await db.collection('notes').doc(String(id)).get()
  if (!OPENID || ![OPENID, (data[0] || {})._openid].includes(note._openid)) return { code: 403 }
  await db.collection('notes').doc(String(id)).remove()
  return { code: 0 }
}
"""

    def arrange(self, cloud, person):
        cloud.db["users"].insert_one({"_openid": person.openid, "unionid": person.unionid})
        return super().arrange(cloud, person)


class TellsTheEnd(Caused):
    """A part of a secret is told to anybody; that takes two worlds to see, and no call alone."""

    mended = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const { data } = await db.collection('notes').doc(String(id)).get()
  return data._openid === OPENID ? data : { hint: data.text.slice(-4) }
}
"""


class NotInTheTools(Caused):
    """Who may is kept out of the developer tools: nobody else gets in."""

    mended = """
exports.main = async ({ id }) => {
  const { OPENID, SOURCE } = cloud.getWXContext()
  if (!OPENID || SOURCE === 'wx_devtools') return { code: 403 }
  await db.collection('notes').where({ _id: String(id), _openid: OPENID }).remove()
  return { code: 0 }
}
"""


#: The law that is broken, and how the cause begins; an empty one is told to be none.
CAUSES: dict[type[Twin], tuple[str, str]] = {
    ClearMine: ("nobody_has_no_effect", VANISHED),
    ClearMineByAWord: ("nobody_has_no_effect", VANISHED),
    ComparesWhereThereIsOne: ("nobody_has_no_effect", NO_OPENID),
    TimersMay: ("nobody_has_no_effect", "SOURCE decides"),
    Unchecked: ("strangers_have_no_effect", BY_NAME),
    UncheckedWithARole: ("other_roles_have_no_effect", BY_NAME),
    Kick: ("strangers_have_no_effect", DROPPED),
    AnyOwnerField: ("forged_identity_reaches_nobody", ""),
    SetsTheRole: ("no_right_is_gained", "a right is taken from the event"),
    Formerly: ("other_roles_have_no_effect", "a role that was taken away still counts"),
    TellsTheEnd: ("secrets_make_no_difference", ""),
    NotInTheTools: ("the_channel_takes_no_right", "SOURCE decides"),
    FindsByUnionid: ("another_app_is_another_person", "people are found by what they have in other apps as well (UNIO"),
}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WxCloud]:
    root = tmp_path_factory.mktemp("causes")
    for twin in CAUSES:
        write(root, twin, twin.__name__, twin.source("hole"))
    with WxCloud(Project(root), Settings(time_limit=20)) as cloud:
        yield cloud


@pytest.mark.parametrize("twin", CAUSES, ids=lambda twin: twin.__name__)
def test_the_true_cause_or_none(twin: type[Twin], cloud: WxCloud) -> None:
    """As the calls show it that are made for that."""
    law, cause = CAUSES[twin]

    said = judge(cloud, type(twin.__name__, (twin,), {"law": law}), twin.__name__, until_broken=True)[law]

    assert isinstance(said, Violation)
    assert said.verdicts[0].cause.startswith(cause), said.verdicts[0].cause
    assert bool(cause) == bool(said.verdicts[0].cause), said.verdicts[0].cause


@pytest.mark.parametrize(
    ("twin", "cwe"),
    [(NotInTheTools, 863), (Unchecked, 639), (SetsTheRole, 269)],
    ids=lambda one: getattr(one, "__name__", one),
)
def test_who_could_not_do_what_they_may_is_a_class_of_its_own(twin: type[Twin], cwe: int, cloud: WxCloud) -> None:
    """Nobody got in there: it is no broken object level authorization."""
    law, _ = CAUSES[twin]

    said = judge(cloud, type(twin.__name__, (twin,), {"law": law}), twin.__name__, until_broken=True)[law]

    assert isinstance(said, Violation)
    assert said.verdicts[0].weakness.cwe == cwe
