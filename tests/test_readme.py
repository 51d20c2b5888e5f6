"""The READMEs are true: their examples run, and both hold the same ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pytest_wxcloud import AuthorizationContract
from pytest_wxcloud.web_contract import WebLaws

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(name: str) -> list[tuple[str, str, str]]:
    """Language, path (may be empty) and text of each fenced block."""
    return BLOCK.findall((ROOT / name).read_text("utf-8"))


def laws_of(kind: type) -> int:
    """How many laws are written there."""
    return sum(name.startswith("test_") for name in vars(kind))


@pytest.mark.parametrize("name", READMES)
def test_examples_run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The files that a README shows are a project whose tests all pass."""
    monkeypatch.setenv("CI", "true")  # where Hypothesis has no deadline: the machine may be busy
    tests = laws = 0
    for _, path, text in blocks(name):
        if path:
            file = pytester.path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
            tests += text.count("def test_")
            laws += text.count("(AuthorizationContract):") * laws_of(AuthorizationContract)
            laws += text.count('    app = "') * laws_of(WebLaws)
    result = pytester.runpytest_subprocess("-p", "no:asyncio", "-W", "error", "--strict-markers")

    assert result.ret == 0, result.stdout.str()
    outcomes = result.parseoutcomes()
    assert outcomes["passed"] + outcomes["xfailed"] == tests + 1 + laws  # one of them runs twice
    assert outcomes["xfailed"] == 1


def test_both_languages_show_the_same() -> None:
    """Every block of code stands in both READMEs; comments in console blocks may be translated."""
    english, chinese = (
        [(language, path, re.sub(r" +#.*", "", text)) for language, path, text in blocks(name)] for name in READMES
    )

    assert english == chinese


def test_both_languages_have_the_same_sections() -> None:
    """Heading for heading and row for row, both READMEs have the same shape."""
    english, chinese = (
        [
            len(line.split(" ")[0]) if line.startswith("#") else "|"
            for line in text.splitlines()
            if line.startswith(("#", "|"))
        ]
        for text in (BLOCK.sub("", (ROOT / name).read_text("utf-8")) for name in READMES)
    )

    assert english == chinese


@pytest.mark.parametrize("name", READMES)
def test_every_option_and_marker_is_told(name: str) -> None:
    """A README names every ini option, marker, hook and public strategy."""
    from pytest_wxcloud import hookspecs, strategies
    from pytest_wxcloud.markers import SIGNATURES
    from pytest_wxcloud.plugin.options import OPTIONS

    text = (ROOT / name).read_text("utf-8")
    hooks = [hook for hook in vars(hookspecs) if hook.startswith("pytest_wxcloud_")]
    drawn = [name for name in strategies.__all__ if name.islower() and name != "with_value"]
    for word in (*(option.name for option in OPTIONS), *SIGNATURES, *hooks, *drawn):
        assert word in text, word
