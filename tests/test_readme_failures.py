"""The failures that the READMEs show are those that come out of examples/todo."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from textwrap import dedent

import pytest
from test_readme import READMES, ROOT, blocks

TODO = ROOT / "examples/todo"
CONTRACTS = "tests/test_contracts.py"


@pytest.fixture
def todo(pytester: pytest.Pytester) -> Path:
    """The example, in pytester's folder."""
    shutil.copytree(TODO, pytester.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return pytester.path


def shown(name: str) -> list[str]:
    """The blocks of text: the failure of a contract, and that of a machine."""
    return [text for language, path, text in blocks(name) if (language, path) == ("text", "")]


def run(pytester: pytest.Pytester, *options: str) -> str:
    result = pytester.runpytest_subprocess("-p", "no:asyncio", "--color=no", CONTRACTS, *options)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    return result.stdout.str()


@pytest.mark.parametrize("name", READMES)
def test_there_are_two(name: str) -> None:
    assert len(shown(name)) == 2


def test_the_failure_of_a_contract(pytester: pytest.Pytester, todo: Path) -> None:
    """Without the mark by which the example expects it."""
    told = run(pytester, "--runxfail", "-k", "TestRemoveUnsafe and nobody_has_no_effect")

    assert shown("README.md")[0] in told


def test_the_failure_of_a_machine(pytester: pytest.Pytester, todo: Path) -> None:
    """When the reader is not taken out, though the answer is that of one who was."""
    function = todo / "cloudfunctions/shareTodo/index.js"
    source = function.read_text("utf-8")
    assert source.count("sharedWith: _.pull(reader)") == 1
    function.write_text(source.replace("sharedWith: _.pull(reader)", "version: _.inc(1)"), "utf-8")

    told = run(pytester, "-k", "TestStories", "--hypothesis-seed=1")

    assert shown("README.md")[1] in told
    plain_test = dedent(re.split(r"\n(?=\S)", told.partition("As a plain test:\n")[2])[0])
    (pytester.path / "test_pasted.py").write_text(plain_test, "utf-8")
    pytester.runpytest_subprocess("-p", "no:asyncio", "test_pasted.py").assert_outcomes(failed=1)
    function.write_text(source, "utf-8")
    pytester.runpytest_subprocess("-p", "no:asyncio", "test_pasted.py").assert_outcomes(passed=1)


@pytest.mark.parametrize("name", READMES)
def test_the_machine_is_that_of_the_example(name: str) -> None:
    example = (TODO / CONTRACTS).read_text("utf-8")
    (machine,) = [text for language, path, text in blocks(name) if (language, path) == ("python", "")]

    assert machine in example
