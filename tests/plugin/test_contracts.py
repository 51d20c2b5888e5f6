"""What contracts show in a run: their failures, the matrix, the JSON, and which operations have none."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ..conftest import ProjectFolder

REMOVE = """
    const cloud = require('wx-server-sdk')
    cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
    exports.main = async (event) => {
      const { OPENID } = cloud.getWXContext()
      return cloud.database().collection('todos').where({ _id: String(event.id), _openid: OPENID }).remove()
    }
"""
ROUTER = """
    exports.main = async (event) => {
      switch (event.action) {
        case 'invite': return 1
        case 'accept': return 2
      }
    }
"""
CONTRACT = """
    from pytest_wxcloud import AuthorizationContract

    class TestRemove(AuthorizationContract):
        function = "removeTodo"
        allow = {"owner"}

        def arrange(self, cloud, person):
            return cloud.db["todos"].insert_one({"_openid": person.openid, "text": cloud.secret()}).inserted_id

        def event(self, todo_id, caller):
            return {"id": todo_id}
"""
#: The law that removeTodo keeps, and one that it breaks.
TWO_LAWS = ("-k", "nobody_has_no_effect or strangers")


@pytest.fixture
def project(mini_program: ProjectFolder) -> ProjectFolder:
    mini_program.function("removeTodo", REMOVE)
    return mini_program


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("--color=no", *options)


def test_a_broken_law_is_told_by_its_verdict(pytester: pytest.Pytester, project: ProjectFolder) -> None:
    """No traceback, no class of an exception; in the summary a line says what happened."""
    pytester.makepyfile(CONTRACT)
    result = run(pytester, *TWO_LAWS)

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1, failed=1, deselected=17)
    result.stdout.fnmatch_lines(
        [
            "*TestRemove.test_nobody_has_no_effect*",
            "Violation: removeTodo: nobody through http_api removed what belongs to owner",
            "  weakness   broken object level authorization, BOLA (CWE-639, OWASP API1:2023)",
            "  promised   a call without identity fails closed*",
            "  caller     nobody through http_api",
            '  event      {"id": "*"}',
            "  happened   todos/*, which belongs to owner, was removed",
            '*-     "text": "secret-*",',
            "  cause      *drops keys that are undefined*",
            "  As a plain test:",
            "    def test_nobody_has_no_effect(wx_cloud, wx_users):",
            "  The same for:",
            "    nobody through timer",
        ]
    )
    result.stdout.no_fnmatch_line("*traceback entries are hidden*")
    result.stdout.no_fnmatch_line("*pytest_wxcloud.checks*")


def test_the_matrix_and_the_json(pytester: pytest.Pytester, project: ProjectFolder) -> None:
    """Both have the same counts; the JSON also every call with its verdict."""
    pytester.makepyfile(CONTRACT)
    result = run(pytester, *TWO_LAWS, "--wx-report-json", "out/report.json")

    result.stdout.re_match_lines(
        [
            r"=+ wxcloud: who got in =+",
            r" +owner +stranger +other app +nobody",
            r"removeTodo  had effect \d+ +answered yes \d+ +untested +violated 5",
            r" +answered yes \d+ +had effect \d+",
            r" +answered yes \d+",
            r"[\d,]+ calls: \d+ answered yes, \d+ had effect, 5 violated, 1 cell untested",
        ]
    )
    report = json.loads((pytester.path / "out/report.json").read_text("utf-8"))
    (operation,) = report["operations"]
    assert operation["name"] == "removeTodo"
    assert operation["contracts"] == ["TestRemove"]
    assert operation["callers"]["nobody"]["violated"] == 5
    assert report["version"] == 2
    assert report["missing"] is None
    assert set(report["laws"]) == {"nobody_has_no_effect", "strangers_have_no_effect"}
    counted = sum(sum(counts.values()) for counts in operation["callers"].values())
    assert len(report["verdicts"]) == counted
    broken = [one for one in report["verdicts"] if one["standing"] == "violated"]
    assert {one["cwe"] for one in broken} == {639}
    assert [one["law"] for one in broken] == ["nobody_has_no_effect"] * 5
    (told,) = [one for one in broken if one["reproduction"]]
    assert told["caller"] == "nobody through http_api"
    assert told["effects"][0]["kind"] == "removed"
    assert all(one["cwe"] is None for one in report["verdicts"] if one not in broken)


def test_workers_of_xdist_tell_the_same(
    pytester: pytest.Pytester, project: ProjectFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever process tries a law, the matrix, the JSON and completeness are those of one process."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-W error -p no:asyncio")
    pytester.makepyfile(CONTRACT)
    options = ("--wx-require-complete", "--wx-report-json", "report.json")
    seen = []
    for more in ((), ("-n", "2")):
        result = pytester.runpytest_subprocess("--color=no", *options, *more)
        text = result.stdout.str()
        report = json.loads((pytester.path / "report.json").read_text("utf-8"))
        report["verdicts"].sort(key=lambda one: json.dumps(one, sort_keys=True))
        report["laws"] = dict(sorted(report["laws"].items()))
        seen.append((result.ret, text[text.index("who got in") : text.index("short test summary")], report))
    assert "removeTodo" in seen[0][1]
    assert "whoami" in seen[0][1]
    assert seen[0] == seen[1]


def test_a_run_without_contracts_says_nothing(pytester: pytest.Pytester, project: ProjectFolder) -> None:
    pytester.makepyfile("def test_x(wx_cloud, wx_user): wx_cloud.call('whoami')")
    result = run(pytester)

    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*who got in*")


def test_what_a_contract_gets_wrong_is_set_up(pytester: pytest.Pytester, project: ProjectFolder) -> None:
    """An arrangement that raises is an error, with the line that raised; so is an event that does, during a law."""
    pytester.makepyfile(
        test_arrange=CONTRACT.replace('cloud.db["todos"].insert_one(', "self.nothing("),
        test_event=CONTRACT.replace("TestRemove", "TestEvent").replace(
            "            return {",
            "            if repr(caller) == 'bystander':\n                raise KeyError(1)\n            return {",
        ),
    )
    result = run(pytester, "-k", "strangers")

    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["*TestRemove.arrange raised AttributeError*", "*test_arrange.py:*self.nothing(*"])
    result.stdout.fnmatch_lines(["Set-up of a contract: TestEvent.event raised KeyError: 1*", "*test_event.py:*"])
    result.stdout.fnmatch_lines(["set-up failed: removeTodo: TestRemove.arrange raised AttributeError*"])


def test_no_effect_is_inconclusive(pytester: pytest.Pytester, project: ProjectFolder) -> None:
    """A denial proves nothing where not even the owner has an effect. That fails, under a name of its own."""
    pytester.makepyfile(CONTRACT.replace('{"id": todo_id}', '{"id": "no"}'))
    result = run(pytester, *TWO_LAWS)

    result.assert_outcomes(failed=2, deselected=17)
    result.stdout.fnmatch_lines(["Inconclusive: removeTodo: inconclusive, because owner, who may, had no effect*"])
    result.stdout.re_match_lines([r"removeTodo  inconclusive 2 +untested +untested +untested"])


MISSING = "{} of {} operations in *cloudfunctions have no contract among the tests collected:"


def test_every_operation_has_to_have_a_contract(pytester: pytest.Pytester, project: ProjectFolder) -> None:
    """Functions, and the actions of routers; a run in which all laws hold fails all the same."""
    project.function("share", ROUTER)
    pytester.makepyfile(
        CONTRACT,
        test_share="""
            from pytest_wxcloud import AuthorizationContract

            class TestInvite(AuthorizationContract):
                function, action = "share", "invite"

            class TestShare(AuthorizationContract):
                function = "share"
        """,
    )
    result = run(pytester, "--wx-require-complete", "-k", "strangers and Remove")

    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1, deselected=56)
    result.stdout.fnmatch_lines(
        [
            MISSING.format(2, 4),
            "  share accept",
            "  whoami",
            "TestShare is about share, and does not say which action: set its `action`.",
            "*one for each, or leave it out on purpose: a line of the ini option wxcloud_no_contract each.",
            "56 tests were deselected. Their contracts count as written; that their laws hold was not tried.",
        ]
    )


@pytest.mark.parametrize(
    ("left_out", "code"),
    [
        ("whoami\n  share accept\n  share invite", 0),
        ("whoami\n  share", 0),
        ("share", 1),
        ("share\n  whoami\n  whoAmI", 1),
    ],
)
def test_operations_left_out_on_purpose(
    pytester: pytest.Pytester, project: ProjectFolder, left_out: str, code: int
) -> None:
    """By name, each or a whole router; a name that is no operation's is a mistake."""
    project.function("share", ROUTER)
    pytester.makepyfile(CONTRACT)
    pytester.makeini(f"[pytest]\nwxcloud_require_complete = true\nwxcloud_no_contract =\n  {left_out}\n")
    result = run(pytester, "-k", "strangers")

    assert result.ret == code
    if "whoAmI" in left_out:
        result.stdout.fnmatch_lines(["*'whoAmI', which is no operation here. Did you mean 'whoami'?"])
    elif code:
        result.stdout.fnmatch_lines([MISSING.format(1, 4), "  whoami"])
    else:
        result.stdout.no_fnmatch_line("*have no contract*")


def test_a_report_is_a_file(pytester: pytest.Pytester, project: ProjectFolder) -> None:
    """A folder in its place is told before any test has run."""
    pytester.makepyfile(CONTRACT)
    result = run(pytester, "--wx-report-json", ".")

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert re.search(r"--wx-report-json \. is a folder", result.stderr.str())
