"""pytest-wxcloud doctor looks where pytest would."""

from __future__ import annotations

import sys

import pytest

from pytest_wxcloud.runtimes import node_toolchain


@pytest.fixture
def doctor(pytester: pytest.Pytester):
    def doctor() -> pytest.RunResult:
        return pytester.run(sys.executable, "-m", "pytest_wxcloud", "doctor")

    return doctor


def test_it_follows_the_ini_options(pytester: pytest.Pytester, doctor) -> None:
    """Root, appid, Node and SDK are those of the ini file, and a wrong one is told as pytest tells it."""
    (pytester.mkdir("functions") / "one").mkdir()
    (pytester.path / "functions" / "one" / "index.js").write_text("exports.main = async () => 1")
    pytester.makeini(
        "[pytest]\nwxcloud_root = functions\nwxcloud_appid = wx00000000000000aa\n"
        "wxcloud_sdk_version = 1.0.999\nwxcloud_node = no-such-node\n"
    )
    result = doctor()

    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [
            "ok * appid: wx00000000000000aa",
            "ok * 1 cloud functions in *functions",
            "MISS * wxcloud_node is 'no-such-node', but there is no such program.",
            "MISS * wx-server-sdk 1.0.999 is not installed: pytest-wxcloud install-sdk --version 1.0.999",
        ]
    )
    pytester.makeini("[pytest]\nwxcloud_appid = mine\n")
    result = doctor()
    assert result.ret == 1
    result.stderr.fnmatch_lines(["wxcloud_appid: 'mine' is not a well-formed appid*"])


def test_python_alone_needs_no_node(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    """What is not there is said, and is no fault; nor is an appid that nobody gave."""
    from pytest_wxcloud.__main__ import main

    (pytester.mkdir("cloudfunctions") / "one").mkdir()
    (pytester.path / "cloudfunctions" / "one" / "index.py").write_text("def main(event, context): pass")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(node_toolchain, "_wheel_root", lambda: None)
    assert main(["doctor", str(pytester.path)]) == 0

    said = capsys.readouterr().out
    assert "ok    no appid is given, so one is fabricated" in said
    assert "ok    Node.js was not found, and nothing here needs it" in said
    assert "install it" not in said.lower()
