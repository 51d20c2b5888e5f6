"""What machines show in a run: the story that goes wrong and nothing else, and mistakes as errors of set-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ..conftest import ProjectFolder

NOTES = """
    const cloud = require('wx-server-sdk')
    cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
    exports.main = async ({ id }) => {
      const { OPENID } = cloud.getWXContext()
      const notes = cloud.database().collection('notes')
      if (!id) return notes.add({ data: { _openid: OPENID, text: 'x' } })
      return notes.where({ _id: id }).remove()
    }
"""
MACHINE = """
    from pytest_wxcloud import AuthorizationContract, AuthorizationMachine

    class Add(AuthorizationContract):
        function = "notes"
        allow = {"owner"}

        def arrange(self, cloud, person):
            return cloud.db["notes"].insert_one({"_openid": person.openid, "text": cloud.secret()}).inserted_id

    class Remove(Add):
        action = "remove"

        def event(self, note_id, caller):
            return {"id": note_id}

    class TestNotes(AuthorizationMachine):
        contracts = [Add, Remove]
"""


@pytest.fixture
def project(mini_program: ProjectFolder) -> ProjectFolder:
    mini_program.function("notes", NOTES)
    return mini_program


def run(pytester: pytest.Pytester) -> pytest.RunResult:
    return pytester.runpytest_inprocess("--color=no")


def test_a_story_that_goes_wrong_is_all_that_is_told(pytester: pytest.Pytester, project: ProjectFolder) -> None:
    """No traceback, and nothing of Hypothesis's; the line of the summary says what happened."""
    pytester.makepyfile(MACHINE)
    result = run(pytester)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*TestNotes.test_stories*",
            "Violation: notes remove: * removed what belongs to *",  # alice dave's, or bob alice's
            "  story      1. alice *   notes*",
            "  weakness   broken object level authorization, BOLA (CWE-639, OWASP API1:2023)",
            "  promised   Remove allows owner; * has no role over it",
            "  caller     * (o*)",
            "  happened   notes/*, which belongs to *, was removed",
            "*short test summary info*",
        ]
    )
    for unwanted in ("*Traceback*", "*Failing test case*", "*Falsifying*", "*hypothesis*raise*"):
        result.stdout.no_fnmatch_line(unwanted)


@pytest.mark.parametrize(
    ("contracts", "told"),
    [
        ("[]", "*TestNotes.contracts is ?]; it is a list of contracts: contracts = *"),
        ("[Remove]", "*TestNotes: no contract's operation creates what Remove is about, documents in notes.*"),
    ],
)
def test_a_mistake_is_an_error_of_set_up(
    pytester: pytest.Pytester, project: ProjectFolder, contracts: str, told: str
) -> None:
    pytester.makepyfile(MACHINE.replace("[Add, Remove]", contracts))
    result = run(pytester)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_settings_say_how_many_stories(pytester: pytest.Pytester, project: ProjectFolder) -> None:
    """Hypothesis's settings, and its profiles."""
    counting = """
        import pytest
        from hypothesis import settings
        from pytest_wxcloud.checks.stories.story import Story

        @pytest.fixture(scope="session", autouse=True)
        def count():
            settings.register_profile("few", max_examples=7)
            settings.load_profile("few")
            stories = []
            told = Story.told
            Story.told = lambda self: stories.append(self) or told(self)
            yield
            print("STORIES", len(stories))
    """
    pytester.makeconftest(counting)
    pytester.makepyfile(
        test_profile=MACHINE.replace("[Add, Remove]", "[Add]"),
        test_settings=MACHINE.replace("[Add, Remove]", "[Add]\n        settings = __import__('hypothesis').settings(max_examples=3)"),
    )  # fmt: skip

    for file, stories in (("test_profile.py", 8), ("test_settings.py", 4)):  # one more than told: the rehearsal
        pytester.runpytest_subprocess("-s", file).stdout.fnmatch_lines([f"*STORIES {stories}"])
