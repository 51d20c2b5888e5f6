"""Stories: holes that only a sequence of calls shows are found, and told as short as they can be."""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from pytest_wxcloud import AuthorizationContract, ContractError, Project, Settings, Violation, WxCloud, WxUser
from pytest_wxcloud.checks.stories.driver import tell_stories
from pytest_wxcloud.checks.stories.preparing import prepared
from pytest_wxcloud.checks.stories.story import Script, Step, Story
from pytest_wxcloud.stores import sqlite_store

from . import groups, notes
from .groups import Groups
from .notes import Add, Edit, Notes, OnNote, Read, Remove, Share

Contracts = Sequence[type[AuthorizationContract]]
SAME_STORIES = settings(derandomize=True, database=None, stateful_step_count=16)
BEGIN = """\
const cloud = require('wx-server-sdk')
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
const db = cloud.database()
"""
#: Whoever the users collection calls an administrator reads the report. `remembered` is who was one once.
REPORT = """\
const remembered = new Set()
exports.main = async ({ add }) => {
  const { OPENID } = cloud.getWXContext()
  if (!OPENID) return { code: 401 }
  if (add) return { code: 0, id: (await db.collection('sales').add({ data: { _openid: OPENID, price: 1 } }))._id }
  const { total } = await db.collection('users').where({ _openid: OPENID, role: 'admin' }).count()
  if (total > 0) remembered.add(OPENID)
  return IS_ADMIN ? { code: 0, sales: (await db.collection('sales').get()).data } : { code: 403 }
}
"""
#: Counts in a document that is nobody's.
SHOP = """\
exports.main = async () => {
  const { OPENID } = cloud.getWXContext()
  await db.collection('shops').doc('shop').update({ data: { sold: db.command.inc(1) } })
  return db.collection('sales').add({ data: { _openid: OPENID, price: 1 } })
}
"""
#: Forgets to look whose it is, from its hundredth call on. It counts in a package.
WEARS_OUT = """\
const { calls } = require('counter')
exports.main = async ({ id }) => {
  const { OPENID } = cloud.getWXContext()
  const things = db.collection('things')
  if (!id) return { code: 0, id: (await things.add({ data: { _openid: OPENID } }))._id }
  calls.made += 1
  return things.where(calls.made > 100 ? { _id: id } : { _id: id, _openid: OPENID }).update({ data: { seen: true } })
}
"""


class Sell(AuthorizationContract):
    function = "report"
    allow = {"anyone"}

    def arrange(self, cloud: WxCloud, person: WxUser) -> None:
        cloud.db["sales"].insert_one({"_openid": person.openid, "price": cloud.secret(int)})

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"add": True}


class Report(Sell):
    allow = {"admin"}
    roles = ("admin",)

    def grant(self, cloud: WxCloud, person: WxUser, role: str, scope: Any) -> None:
        cloud.db["users"].insert_one({"_openid": person.openid, "role": role})

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {}


class InShop(Sell):
    """There is one shop, of which whoever comes first makes a document."""

    function = "shop"

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        if cloud.db["shops"].find_one() is None:
            cloud.db["shops"].insert_one({"_id": "shop", "sold": 0})
        return cloud.db["sales"].insert_one({"_openid": person.openid, "price": cloud.secret(int)}).inserted_id


class Make(AuthorizationContract):
    function = "wearsOut"
    allow = {"owner"}

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        return cloud.db["things"].insert_one({"_openid": person.openid}).inserted_id

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {}


class Look(Make):
    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"id": resource}


def keep(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Notes in a table of its own. It looks for who owns a note, and does not look when one is read."""
    openid, tables = os.environ.get("WX_OPENID"), TABLES
    if event["action"] == "add":
        return {"id": tables.execute("INSERT INTO papers (openid, text) VALUES (?, 'x')", (openid,)).lastrowid}
    if event["action"] == "remove":
        gone = tables.execute("DELETE FROM papers WHERE id = ? AND openid = ?", (event["id"], openid)).rowcount
        return {"code": 0 if gone else 403}
    return {"papers": tables.execute("SELECT text FROM papers").fetchall()}


TABLES = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
TABLES.execute("CREATE TABLE papers (id INTEGER PRIMARY KEY AUTOINCREMENT, openid, text)")


class AddPaper(AuthorizationContract):
    function = staticmethod(keep)
    action = "add"
    allow = {"owner"}

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        row = (person.openid, cloud.secret())
        return TABLES.execute("INSERT INTO papers (openid, text) VALUES (?, ?)", row).lastrowid

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"action": self.action, "id": resource}


class RemovePaper(AddPaper):
    action = "remove"


class ReadPapers(AddPaper):
    action = "read"

    def event(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"action": "read"}


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WxCloud]:
    root = tmp_path_factory.mktemp("functions")
    functions = {"notes": notes.MENDED, "groups": groups.MENDED, "wearsOut": BEGIN + WEARS_OUT}
    for back_end in (notes, groups):
        for hole, written in back_end.HOLES.items():
            functions[hole.replace(" ", "-")] = with_hole(back_end.MENDED, written)
    functions |= {"shop": BEGIN + SHOP, "report": BEGIN + REPORT.replace("IS_ADMIN", "total > 0")}
    functions |= {"forgetful": BEGIN + REPORT.replace("IS_ADMIN", "remembered.has(OPENID)")}
    write(root, functions)
    (root / "wearsOut" / "node_modules" / "counter").mkdir(parents=True)
    (root / "wearsOut" / "node_modules" / "counter" / "index.js").write_text("exports.calls = { made: 0 }", "utf-8")
    with WxCloud(Project(root), Settings(time_limit=20)) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def mended(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WxCloud]:
    """Functions of the same names, none of which has its hole."""
    root = tmp_path_factory.mktemp("mended")
    write(root, {hole.replace(" ", "-"): one.MENDED for one in (notes, groups) for hole in one.HOLES})
    write(root, {"forgetful": BEGIN + REPORT.replace("IS_ADMIN", "total > 0"), "shop": BEGIN + SHOP})
    with WxCloud(Project(root), Settings(time_limit=20)) as cloud:
        yield cloud


def write(root: Path, functions: Mapping[str, str]) -> None:
    for name, text in functions.items():
        (root / name).mkdir()
        (root / name / "index.js").write_text(text, "utf-8")


def with_hole(source: str, hole: Mapping[str, str]) -> str:
    """A function in which something is written otherwise."""
    for good, bad in hole.items():
        assert source.count(good) == 1, f"{good!r} stands {source.count(good)} times in it"
        source = source.replace(good, bad)
    return source


def on(function: str, contracts: Contracts) -> Contracts:
    return [type(one.__name__, (one,), {"function": function}) for one in contracts]


def told(cloud: WxCloud, contracts: Contracts, how: settings = SAME_STORIES) -> Script:
    """Tell the stories of these contracts."""
    with prepared("TestStories", contracts, cloud) as script:
        tell_stories(script, how)
    return script


def story_of(found: pytest.ExceptionInfo[Violation]) -> list[str]:
    """The steps of the story that a violation tells."""
    return re.findall(r"^ +(?:story +)?\d+\. (.+?)(?:  .*)?$", str(found.value), re.MULTILINE)


@pytest.mark.parametrize(
    ("hole", "steps", "last"),
    [
        ("a share outlives its note", 5, "bob reads n2"),
        ("a right is cached for each reader", 6, "bob reads n"),
        ("all rights are cached", 6, "bob reads n"),
        ("what is in the trash is still read", 4, "bob reads n1"),
        ("who gave it away still edits", 3, "alice changes n1"),
        ("a share is taken back of others only", 4, "bob reads n1"),
        ("any name is overwritten", 2, "bob changes n1"),
        ("who joined twice does not leave", 6, ""),
        ("who is sent away still posts and reads", 5, "bob reads p1"),
    ],
)
def test_a_hole_is_told_by_the_shortest_story(cloud: WxCloud, hole: str, steps: int, last: str) -> None:
    """Every step of it is needed, and people are named in the order in which they come."""
    machine = Notes if hole in notes.HOLES else Groups
    with pytest.raises(Violation) as found:
        told(cloud, on(hole.replace(" ", "-"), machine.contracts))

    story = story_of(found)
    assert story[0].startswith("alice ")
    assert story[-1].startswith(last)
    assert len(story) <= steps


@pytest.mark.parametrize("hole", [*notes.HOLES, *groups.HOLES, "forgetful"])
def test_the_story_as_a_plain_test(cloud: WxCloud, mended: WxCloud, hole: str) -> None:
    """It fails on the hole and passes when that is mended, wherever the cause is: in the last call or in one before."""
    contracts = Notes.contracts if hole in notes.HOLES else Groups.contracts if hole in groups.HOLES else [Sell, Report]
    with pytest.raises(Violation) as found:
        told(cloud, on(hole.replace(" ", "-"), contracts))
    code = found.value.verdicts[0].reproduction
    names = {"Report": on("forgetful", [Report])[0]}
    exec(code, names)
    test: Any = names["test_the_story"]

    with pytest.raises(AssertionError):
        test(cloud, cloud.people)
    test(mended, mended.people)


def test_the_mended_twin_is_not_accused(cloud: WxCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Though notes are shared, given away, removed and read by all kinds of people."""
    steps: list[str] = []
    close = Story.play

    def play(self: Story, step: Step) -> bool:
        played = close(self, step)
        steps.append(re.sub(r"\d", "", str(self.seen[-1])))
        return played

    monkeypatch.setattr(Story, "play", play)
    told(cloud, Notes.contracts)

    for seen in ("alice reads n", "alice makes bob reader of n", "bob revokes alice as reader of n",
                 "carol hands n over to bob", "bob removes n → gone", "bob tries with n → deny"):  # fmt: skip
        assert steps.count(seen) > 3, seen


def test_what_members_may_is_not_held_against_them(cloud: WxCloud) -> None:
    """A role over a group is one over what is posted there; what hangs on it goes with it; likes are everybody's."""
    told(cloud, Groups.contracts)


def test_what_is_there_once_is_nobodys(cloud: WxCloud) -> None:
    """Though it was made when something was arranged for the bystander."""
    told(cloud, [InShop], settings(SAME_STORIES, max_examples=3))


def test_what_a_new_instance_does_not_do_is_no_finding(cloud: WxCloud) -> None:
    """An instance that has answered too often does something else than one in which the story begins."""
    script = told(cloud, [Make, Look])

    assert script.numbers < 50  # a story went wrong, before all were told


def test_everything_is_taken_back(cloud: WxCloud) -> None:
    with cloud.scenario({"notes": [{"_id": "mine"}]}):
        before = cloud.db.dump()
        told(cloud, Notes.contracts, settings(SAME_STORIES, max_examples=3))
        with pytest.raises(Violation):
            told(cloud, on("who-gave-it-away-still-edits", Notes.contracts))

        assert cloud.db.dump() == before


def test_a_role_is_given_and_taken_by_hand(cloud: WxCloud) -> None:
    """Where no operation does it, the contract's `grant` and `revoke` do."""
    told(cloud, [Sell, Report], settings(SAME_STORIES, max_examples=20))
    with pytest.raises(Violation) as found:
        told(cloud, on("forgetful", [Sell, Report]))

    assert story_of(found) == [
        "the test makes alice admin",
        "alice reads dave's s1",
        "the test revokes alice as admin",
        "alice reads dave's s1",
    ]
    assert "alice's role 'admin' was taken back" in " ".join(str(found.value).split())


def test_rows_of_a_functions_own_database(cloud: WxCloud) -> None:
    """A Python function, whose table is followed like a collection."""
    with cloud.scene():
        cloud.use(sqlite_store(TABLES))
        told(cloud, [AddPaper, RemovePaper], settings(SAME_STORIES, max_examples=10))
        with pytest.raises(Violation, match="alice was shown what belongs to dave") as found:
            told(cloud, [AddPaper, RemovePaper, ReadPapers])
    assert found.value.verdicts[0].reproduction == ""  # how to fill that table only the contract knows
    assert TABLES.execute("SELECT * FROM papers").fetchall() == []


class Nameless(OnNote):
    action = "edit"

    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        return len(super().arrange(cloud, person)) + ord(person.openid[-1])


class Misspelt(Share):
    gives = "raeder"


class Broken(OnNote):
    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        return cloud.db["notes"]["insert_one"]


class Elsewhere(Remove):
    def arrange(self, cloud: WxCloud, person: WxUser) -> Any:
        return cloud.db["drafts"].insert_one({"_openid": person.openid}).inserted_id


class OfAnApp(AuthorizationContract):
    app = staticmethod(lambda environ, start_response: [b""])
    allow = {"owner"}

    def request(self, resource: Any, caller: WxUser | None) -> dict[str, Any]:
        return {"method": "GET", "path": "/"}


@pytest.mark.parametrize(
    ("contracts", "message"),
    [
        ([], "TestStories.contracts is []; it is a list of contracts: contracts = [TestAddTodo, TestRemoveTodo]."),
        ("Add", "TestStories.contracts is 'Add'; it is a list"),
        ([Add, Notes], "TestStories.contracts has <class '.*Notes'>, which is no subclass of AuthorizationContract"),
        ([Add()], "TestStories.contracts has <.*Add object .*>, which is no subclass"),
        ([Edit, Remove], "no contract's operation creates what Edit is about, documents in notes. Add the contract of"),
        ([Report], "no contract's operation creates anything"),
        ([Add, Elsewhere], "no contract's operation creates what Elsewhere is about, documents in drafts."),
        ([Add, Nameless], r"Nameless.arrange answered \d+, of which no document that it inserted has all"),
        ([Add, Read, Misspelt], "Misspelt.gives is 'raeder', which is no role of any contract. Did you mean 'reader'"),
        ([Add, Share], "Share.gives is 'reader', which is no role of any contract of TestStories."),
        ([Add, Broken], "Broken.arrange raised TypeError: "),
        (on("", [Add]), "Add names no function"),
        ([Add, OfAnApp], "OfAnApp is about a web app, which cannot be started anew for each story."),
    ],
)
def test_what_makes_no_stories_is_refused(cloud: WxCloud, contracts: Any, message: str) -> None:
    """Before any story, with what to do."""
    with pytest.raises(ContractError, match=message), prepared("TestStories", contracts, cloud):
        pytest.fail("it was prepared")
