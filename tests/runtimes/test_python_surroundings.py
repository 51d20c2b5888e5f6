"""What a Python function changes of the process is put back after its call."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

CODE = """
    import os, sys
    {kind} main(event, context):
        sys.path.insert(0, "/somewhere")
        os.chdir(event["to"])
        assert os.getcwd() == os.path.realpath(event["to"])
        if event.get("fails"): raise ValueError
        return sys.path[0]
"""


@pytest.mark.parametrize("kind", ["def", "async def"])
@pytest.mark.parametrize("event", [{}, {"fails": True}])
def test_working_directory_and_search_path(new_cloud, project_folder, tmp_path, kind, event):
    """Of a folder and of a callable, however the call ends."""
    before = os.getcwd(), list(sys.path)
    project_folder.function("mover", CODE.format(kind=kind), "py")
    cloud = new_cloud()

    def function(sent, context):
        sys.path.append("/elsewhere")
        os.chdir(sent["to"])

    for one in ("mover", function):
        outcome = cloud.call(one, {"to": str(tmp_path), **event}, caller=None)
        assert outcome.error is None or outcome.error.name == "ValueError"
        assert (os.getcwd(), sys.path) == before
        asyncio.run(cloud.acall(one, {"to": str(tmp_path), **event}, caller=None))
        assert (os.getcwd(), sys.path) == before


UNKNOWN = {
    "nomod.x:y": "There is no module 'nomod', so 'nomod.x:y' names no function",
    "json.nomod:y": "There is no module 'json.nomod'",
    "../slow": "There is no cloud function '../slow'",
    "./slow": "There is no cloud function './slow'.*Did you mean 'slow'",
    ".": "There is no cloud function '.'",
    ":": "There is no cloud function ':'",
    ".rel:x": "There is no cloud function '.rel:x'",
    5: "A function is named by a text, or is a callable, not int",
}


@pytest.mark.parametrize("name, said", UNKNOWN.items())
def test_a_name_that_is_none(new_cloud, project_folder, name, said):
    """What names no function is an unknown function, with the near names."""
    from pytest_wxcloud import UnknownFunctionError

    project_folder.function("slow", "def main(event, context): pass", "py")
    with pytest.raises(UnknownFunctionError, match=said):
        new_cloud().call(name, caller=None)


BROKEN = {
    "throws": ("1 / 0", "ZeroDivisionError"),
    "syntax": ("def main(:", "SyntaxError"),
    "package": ("import nowhere_to_be_found", "pip install nowhere_to_be_found"),
}


@pytest.mark.parametrize("code, said", BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize("name", ["broken", "broken_module:main"])
def test_a_broken_function_is_told_with_its_own_frames(pytester, mini_program, code, said, name):
    """In the report of a test stands its own stack, and no frame of the plugin, chained or not."""
    mini_program.function("broken", code, "py")
    pytester.makepyfile(broken_module=code)
    pytester.makepyfile(test_it=f"def test_it(wx_cloud): wx_cloud.call({name!r}, caller=None)")
    result = pytester.runpytest("-p", "no:asyncio", "-p", "no:xdist", "-o", "pythonpath=.")

    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    assert said in text or (name != "broken" and "nowhere_to_be_found" in text)
    assert "pytest_wxcloud/" not in text.replace("\\", "/")
