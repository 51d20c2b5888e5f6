"""Stories of back ends that know people by ids of their own: by the `_id` of a document, or by the number of a row."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from pytest_wxcloud import AuthorizationContract, ContractError, Project, Settings, Violation, WxCloud, WxUser
from pytest_wxcloud.checks.stories.driver import tell_stories
from pytest_wxcloud.checks.stories.preparing import prepared
from pytest_wxcloud.stores import sqlite_store

SAME_STORIES = settings(derandomize=True, database=None, stateful_step_count=16)
CLUBS = """\
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database({ throwOnNotFound: false })
exports.main = async ({ action, club, user }) => {
  const { OPENID } = cloud.getWXContext()
  const { data: [me] } = await db.collection('people').where({ openId: OPENID || '-' }).get()
  if (!me) return { code: 401 }
  const clubs = db.collection('clubs'), members = db.collection('members')
  if (action === 'make') return { code: 0, id: (await clubs.add({ data: { by: me._id, note: 'x' } }))._id }
  const it = (await clubs.doc(String(club)).get()).data
  if (!it) return { code: 404 }
  if (action === 'join') return members.add({ data: { club, user: me._id } })
  if (action === 'kick') {
    if (it.by !== me._id) return { code: 403 }
    await members.where({ club, user }).remove()
    await clubs.doc(club).update({ data: { kicked: user } })
    return { code: 0 }
  }
  const { total } = await members.where({ club, user: me._id }).count()
  return total > 0 || it.by === me._id ? { code: 0, it } : { code: 403 }
}
"""


class OnClub(AuthorizationContract):
    """Of a club; guests see it. A guest that nobody plays is there from the beginning."""

    function: Any = "clubs"
    allow = {"owner"}
    roles = ("guest",)

    def register(self, cloud: WxCloud, person: WxUser) -> None:
        cloud.db["people"].insert_one({"openId": person.openid})

    def uid(self, cloud: WxCloud, person: WxUser) -> Any:
        found = cloud.db["people"].find_one({"openId": person.openid})
        assert found is not None
        return found["_id"]

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        club = {"by": self.uid(cloud, person), "note": cloud.secret()}
        return self.with_guest(cloud, person, cloud.db["clubs"].insert_one(club).inserted_id)

    def with_guest(self, cloud: WxCloud, person: WxUser, club: Any) -> Any:
        guest = cloud.people[f"guest of {person}"]
        self.register(cloud, guest)
        self.grant(cloud, guest, "guest", {"club": club})
        return {"club": club, "user": self.uid(cloud, guest)}

    def grant(self, cloud: WxCloud, person: WxUser, role: str, scope: Any) -> None:
        cloud.db["members"].insert_one({"club": scope["club"], "user": self.uid(cloud, person)})

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"action": self.action, "club": resource["club"]}


class Make(OnClub):
    action = "make"

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"action": "make"}


class Show(OnClub):
    action = "show"
    allow = {"owner", "guest"}


class Join(OnClub):
    action = "join"
    allow = {"anyone"}
    gives = "guest"


class Kick(OnClub):
    action = "kick"
    takes = "guest"

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"action": "kick", **resource}


class KickNobody(Kick):
    """Whom it is about is no person that anybody knows."""

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"action": "kick", "club": resource["club"], "user": "somebody"}


def clubs(event: dict[str, Any], context: object) -> dict[str, Any]:
    """The same with numbered rows, where who is shown a club is counted. `kick` does nothing else, unless KICKS."""
    me = one("select id from users where openid = ?", os.environ.get("WX_OPENID"))
    if me is None:
        return {"code": 401}
    if event["action"] == "make":
        return {"id": run("insert into clubs (by, shown) values (?, 0)", me[0])}
    club = one("select id, by from clubs where id = ?", event["club"])
    if club is None:
        return {"code": 404}
    if event["action"] == "join":
        return {"id": run("insert into members (club, user) values (?, ?)", club[0], me[0])}
    may = club[1] == me[0]
    if event["action"] == "kick":
        run("delete from members where club = ? and user = ? and ?", club[0], event["user"], may and bool(KICKS))
        run("update clubs set kicked = ? where id = ? and ?", event["user"], club[0], may)
    elif may or one("select 1 from members where club = ? and user = ?", club[0], me[0]):
        run("update clubs set shown = shown + 1 where id = ?", club[0])
    return {"code": 0}


KICKS: list[bool] = []
TABLES = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
TABLES.executescript(
    "create table users (id integer primary key, openid); create table clubs (id integer primary key, by, shown, kicked);"
    "create table members (id integer primary key, club, user);"
)


def run(sql: str, *values: Any) -> Any:
    return TABLES.execute(sql, values).lastrowid


def one(sql: str, *values: Any) -> Any:
    return TABLES.execute(sql, values).fetchone()


class Rows:
    """In place of documents."""

    function = staticmethod(clubs)

    def register(self, cloud: WxCloud, person: WxUser) -> None:
        run("insert into users (openid) values (?)", person.openid)

    def uid(self, cloud: WxCloud, person: WxUser) -> Any:
        return one("select id from users where openid = ?", person.openid)[0]

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        club = run("insert into clubs (by, shown) values (?, 0)", self.uid(cloud, person))
        return self.with_guest(cloud, person, club)  # type: ignore[attr-defined]  # of the contract beside it

    def grant(self, cloud: WxCloud, person: WxUser, role: str, scope: Any) -> None:
        run("insert into members (club, user) values (?, ?)", scope["club"], self.uid(cloud, person))


DOCUMENTS = [Make, Show, Join, Kick]
ROWS: Any = [type(f"{kind.__name__}Row", (Rows, kind), {}) for kind in DOCUMENTS]
STORY = (
    "1. alice creates c1 2. bob creates m1 and becomes guest of c1 3. alice revokes bob as guest of c1 4. bob reads c1"
)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WxCloud]:
    root = tmp_path_factory.mktemp("functions")
    for name, text in {
        "clubs": CLUBS,
        "onlyWritten": CLUBS.replace("members.where({ club, user }).remove()", "0"),
    }.items():
        (root / name).mkdir()
        (root / name / "index.js").write_text(text, "utf-8")
    with WxCloud(Project(root), Settings(time_limit=20)) as cloud:
        yield cloud


def tell(cloud: WxCloud, contracts: Any, how: settings = SAME_STORIES) -> None:
    with prepared("TestStories", contracts, cloud) as script:
        tell_stories(script, how)


def story_of(found: pytest.ExceptionInfo[Violation]) -> str:
    lines = str(found.value).partition("  story ")[2].partition("  weakness ")[0]
    return " ".join(
        word for word in lines.split() if word not in ("onlyWritten", "clubs", "make", "join", "kick", "show")
    )


def test_who_is_kicked_under_an_id_of_the_back_end(cloud: WxCloud) -> None:
    """The `_id` in the event stands for whomever the story names; the story is a plain test, too."""
    tell(cloud, DOCUMENTS, settings(SAME_STORIES, max_examples=30))
    with pytest.raises(Violation) as found:
        tell(cloud, [type(kind.__name__, (kind,), {"function": "onlyWritten"}) for kind in DOCUMENTS])

    assert STORY in story_of(found)
    names: dict[str, Any] = {}
    code = found.value.verdicts[0].reproduction
    exec(code, names)
    with pytest.raises(AssertionError):
        names["test_the_story"](cloud, cloud.people)
    exec(code.replace("onlyWritten", "clubs"), names)
    names["test_the_story"](cloud, cloud.people)


def test_who_is_kicked_under_a_number(cloud: WxCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number counts where it differs from person to person, and not where a club has the same."""
    with cloud.scene():
        cloud.use(sqlite_store(TABLES))
        with monkeypatch.context() as patch:
            patch.setitem(globals(), "KICKS", [True])
            tell(cloud, ROWS, settings(SAME_STORIES, max_examples=20))
        with pytest.raises(Violation) as found:
            tell(cloud, ROWS)

    assert "revokes" in story_of(found)
    assert "was taken back" in " ".join(str(found.value).split())


@pytest.mark.parametrize(
    ("contracts", "message"),
    [
        ([Make, Show, Join, KickNobody], r"KickNobody.takes is 'guest', and its event {.*'user': 'somebody'} names nobody whom"),
        ([Make, Show, type("Give", (Show,), {"allow": {"owner"}, "gives": "guest"})], "Give.gives is 'guest', and its event"),
    ],
)  # fmt: skip
def test_a_role_that_nobody_can_get_is_an_error_of_set_up(cloud: WxCloud, contracts: Any, message: str) -> None:
    """Such a story would pass whatever the function does."""
    with pytest.raises(ContractError, match=message), prepared("TestStories", contracts, cloud):
        pytest.fail("it was prepared")
