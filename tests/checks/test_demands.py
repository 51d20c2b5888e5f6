"""Laws that a contract asks for by name: each on a handler that must fail it, and on one that must pass it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pytest_wxcloud import AuthorizationContract, Project, Settings, WxCloud
from pytest_wxcloud.checks.arranging import arranged
from pytest_wxcloud.checks.attempt import attempting
from pytest_wxcloud.checks.demands import DEMANDS
from pytest_wxcloud.checks.verdict import Violation
from pytest_wxcloud.errors import ContractError

from .twin import JS

READ = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  const { data: [note] } = await db.collection('notes').where({ _id: String(event.id) }).get()
  %s
  if (!OPENID || !note || note._openid !== OPENID) return { code: 404 }
  return { code: 0, note }
}
"""
OWNERS = """
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const note = (await db.collection('notes').doc(id).get()).data
  if (%s) return { code: 403 }
  await db.collection('notes').doc(id).remove()
  return { code: 0 }
}
"""
ADD = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  await db.collection('notes').add({ data: { %s, text: event.text } })
  return { code: 0 }
}
"""
LIST = """
exports.main = async (event) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return []
  const { data } = await db.collection('notes').where({ _openid: OPENID }).limit(%s).get()
  return data
}
"""
USER_INFO = """
exports.main = async (event) => {
  const me = %s
  if (!me) return { code: 401 }
  const { stats } = await db.collection('notes').where({ _id: event.id, _openid: me }).remove()
  return { code: 0, removed: stats.removed }
}
"""
NOTHING, OWN = "", "_openid: OPENID"
#: The demand → its handlers: what fails it, and what keeps it.
HANDLERS = {
    "openids_stay": (
        READ % "if (note && note._openid !== OPENID) return { code: 403, owner: note._openid }",
        READ % NOTHING,
    ),
    "logs_hold_nothing_private": (READ % "console.log('read', note)", READ % "console.log('read', event.id)"),
    "denied_and_missing_answer_alike": (
        READ % "if (note && note._openid !== OPENID) return { code: 403 }",
        READ % "if (!note) return { code: 404 }",
    ),
    "documents_have_an_owner": (ADD % "by: 'somebody'", ADD % OWN),
    "nobody_gets_what_has_no_owner": (
        OWNERS % "note._openid !== OPENID",
        OWNERS % "!OPENID || note._openid !== OPENID",
    ),
    "denied_inserts_nothing": (
        READ % "await db.collection('audit_logs').add({ data: { who: OPENID, id: event.id } })",
        READ % "if (note && note._openid === OPENID) await db.collection('audit_logs').add({ data: { id: event.id } })",
    ),
    "refuses_without_crashing": (
        READ % "note._openid.trim(OPENID.length)",
        READ % "if (!note || !OPENID) return { code: 403 }",
    ),
    "sent_user_info_reaches_nobody": (USER_INFO % "event.userInfo.openId", USER_INFO % "cloud.getWXContext().OPENID"),
    "pages_are_limited": (LIST % "event.pageSize || 20", LIST % "Math.min(event.pageSize || 20, 100)"),
}


class Demanding(AuthorizationContract):
    allow = {"owner"}
    demand = frozenset(DEMANDS)

    def arrange(self, cloud, person):
        note = {"_id": f"note-{person.openid[-6:]}-1", "_openid": person.openid, "text": cloud.secret()}
        return cloud.db["notes"].insert_one(note).inserted_id

    def event(self, note_id, caller):
        return {"id": note_id, "text": "said"}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WxCloud]:
    root = tmp_path_factory.mktemp("demands")
    for name, sources in HANDLERS.items():
        for kind, source in zip(("fails", "keeps"), sources, strict=True):
            folder = root / f"{name}-{kind}"
            folder.mkdir()
            (folder / "index.js").write_text(JS + source, "utf-8")
    with WxCloud(Project(root), Settings(time_limit=20)) as cloud:
        yield cloud


def tried(cloud: WxCloud, name: str, function: str, **more: object) -> Exception | None:
    """What the demand raised on the function."""
    contract = type("Demanded", (Demanding,), {"function": function, **more})()
    with arranged(contract, cloud) as world, attempting(world) as attempts:
        try:
            getattr(contract, f"test_{name}")(attempts)
        except (AssertionError, ContractError) as error:
            return error
    return None


def test_every_demand_has_its_handlers() -> None:
    assert HANDLERS.keys() == DEMANDS.keys()


@pytest.mark.parametrize("name", HANDLERS)
def test_it_is_flagged(cloud: WxCloud, name: str) -> None:
    error = tried(cloud, name, f"{name}-fails")

    assert isinstance(error, Violation), error
    assert error.verdicts[0].law == name


@pytest.mark.parametrize("name", HANDLERS)
def test_it_is_not_flagged(cloud: WxCloud, name: str) -> None:
    assert tried(cloud, name, f"{name}-keeps") is None


@pytest.mark.parametrize("name", HANDLERS)
@pytest.mark.parametrize("kind", ["fails", "keeps"])
def test_the_lines_that_show_it_again(cloud: WxCloud, name: str, kind: str) -> None:
    """As a plain test they fail where the finding is, and pass where it is not."""
    error = tried(cloud, name, f"{name}-fails")
    assert isinstance(error, Violation)
    told = error.verdicts[0].reproduction.replace(f"{name}-fails", f"{name}-{kind}")
    space: dict[str, object] = {}
    exec(compile(told, "<reproduction>", "exec"), space)
    test = space[f"test_{name}"]

    if kind == "keeps":
        test(cloud, cloud.people)  # type: ignore[operator]
    else:
        with pytest.raises(AssertionError):
            test(cloud, cloud.people)  # type: ignore[operator]


def test_collections_that_the_contract_ignores_may_be_written(cloud: WxCloud) -> None:
    assert tried(cloud, "denied_inserts_nothing", "denied_inserts_nothing-fails", ignore={"audit_logs"}) is None


def test_a_page_limit_of_its_own(cloud: WxCloud) -> None:
    error = tried(cloud, "pages_are_limited", "pages_are_limited-keeps", page_limit=50)

    assert "a list of 71 entries, where the contract's page_limit is 50" in str(error)


def test_what_cannot_be_tried_is_told(cloud: WxCloud) -> None:
    error = tried(cloud, "pages_are_limited", "documents_have_an_owner-keeps")
    assert "Demanded demands 'pages_are_limited', but its answer holds no list." in str(error)
    error = tried(
        cloud,
        "nobody_gets_what_has_no_owner",
        "pages_are_limited-keeps",
        arrange=lambda self, cloud, person: "x",
        decide=lambda self, outcome: True,
    )
    assert "but no document that it arranges in the local database has a field that says whose it is" in str(error)

    def event(self: object, resource: object, caller: object) -> dict[str, str]:
        return {"text": "said"}

    error = tried(cloud, "denied_and_missing_answer_alike", "documents_have_an_owner-keeps", event=event)
    assert "its event names no document that arrange stored" in str(error)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"demand": {"openid_stays"}}, "demand has 'openid_stays', which is no law. Did you mean 'openids_stay'?"),
        ({"demand": "openids_stay"}, "demand is 'openids_stay'; it is a set of names"),
        ({"page_limit": 0}, "page_limit is 0; it is a number of entries, 1 or more"),
    ],
)
def test_a_demand_that_is_none(cloud: WxCloud, more: dict[str, object], said: str) -> None:
    contract = type("Demanded", (Demanding,), {"function": "openids_stay-keeps", **more})()

    with pytest.raises(ContractError, match=said.replace("?", r"\?")), arranged(contract, cloud):
        pass


def test_a_demand_is_a_test_until_a_contract_below_leaves_it_out() -> None:
    class Below(Demanding):
        demand = frozenset({"openids_stay"})

    assert callable(Below.test_openids_stay)
    assert Below.test_pages_are_limited is None
    assert type("Below", (AuthorizationContract,), {}).test_openids_stay is None
