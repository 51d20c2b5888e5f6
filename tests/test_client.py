"""``call_function`` answers like ``wx.cloud.callFunction`` in the Mini Program."""

from __future__ import annotations

import re

import pytest

from pytest_wxcloud import CallFunctionError, LoadError, NoIdentityError, WxCloud


@pytest.fixture
def cloud(project_folder):
    project_folder.function("echo", "def main(event, context): return {'said': event.get('said')}", "py")
    project_folder.function("refuse", "def main(event, context): raise PermissionError('无权限')", "py")
    project_folder.function("deny", "def main(event, context): return {'code': 403}", "py")
    project_folder.function("crash", "def main(event, context): return nowhere", "py")
    project_folder.function("broken", "nowhere", "py")
    with WxCloud(project_folder.project) as cloud:
        yield cloud


def test_success(cloud):
    """A call that answers gives the result, the message and the request's id, each call another id."""
    first = cloud.call_function("echo", {"said": "hi"}, caller=None)
    second = cloud.call_function(name="echo", data={"said": "again"}, caller=None)

    assert first == {"result": {"said": "hi"}, "errMsg": "cloud.callFunction:ok", "requestID": first["requestID"]}
    assert second["result"] == {"said": "again"}
    assert first["requestID"] != second["requestID"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", first["requestID"])


def test_a_refusal_in_the_answer_is_a_success(cloud):
    """To the client a function that answers has succeeded, whatever it says."""
    assert cloud.call_function("deny", caller=None)["result"] == {"code": 403}


FAILURES = {
    "thrown": ("refuse", -504002, "functions execute fail | errMsg: PermissionError: 无权限"),
    "crashed": ("crash", -504002, "functions execute fail | errMsg: NameError: name 'nowhere' is not defined"),
    "unknown": ("ech", -501000, "FunctionName parameter could not be found | errMsg: There is no cloud function 'ech'"),
}


@pytest.mark.parametrize(("name", "code", "text"), FAILURES.values(), ids=FAILURES)
def test_failure(cloud, name, code, text):
    """A call that fails raises what the fail callback would get: code, message and the request's id."""
    with pytest.raises(CallFunctionError) as caught:
        cloud.call_function(name, caller=None)

    assert caught.value.err_code == code
    assert caught.value.err_msg.startswith(f"cloud.callFunction:fail Error: errCode: {code} {text}")
    assert str(caught.value) == caught.value.err_msg
    assert caught.value.request_id


def test_too_large(project_folder):
    """An answer that is too large has a code of its own."""
    project_folder.function("large", "exports.main = async () => 'x'.repeat(2e6)")

    with (
        WxCloud(project_folder.project) as cloud,
        pytest.raises(CallFunctionError, match="response too large") as caught,
    ):
        cloud.call_function("large", caller=None)

    assert caught.value.err_code == -604001


@pytest.mark.parametrize("name", ["echo", "refuse", "unknown"])
@pytest.mark.parametrize("given", [{"success"}, {"fail"}, {"complete"}, {"success", "fail", "complete"}], ids=sorted)
def test_callbacks(cloud, name, given):
    """With a callback nothing is returned or raised: success or fail is called, then complete, with one answer."""
    called: list[tuple[str, dict]] = []
    callbacks = {kind: lambda answer, kind=kind: called.append((kind, answer)) for kind in given}

    assert cloud.call_function(name, {"said": "hi"}, caller=None, **callbacks) is None

    expected = [kind for kind in ("success" if name == "echo" else "fail", "complete") if kind in given]
    assert [kind for kind, _ in called] == expected
    for _, answer in called:
        assert answer is called[0][1]
        assert answer["errMsg"].startswith("cloud.callFunction:ok" if name == "echo" else "cloud.callFunction:fail")
        assert ("errCode" in answer) == (name != "echo")


def test_an_error_in_a_callback_is_the_tests_own(cloud):
    """What a callback raises reaches the test."""

    def success(answer):
        assert answer["result"] == "something else"

    with pytest.raises(AssertionError, match="something else"):
        cloud.call_function("echo", caller=None, success=success)


def test_mistakes_are_not_the_functions_failures(cloud):
    """That nobody was chosen, or that a function cannot be loaded, is told to the test, not to its callbacks."""
    with pytest.raises(NoIdentityError):
        cloud.call_function("echo", fail=pytest.fail)
    with pytest.raises(LoadError):
        cloud.call_function("broken", caller=None, fail=pytest.fail)


def test_the_actor_calls(cloud):
    """Without a caller, whoever acts calls."""
    alice = cloud.people["alice"]

    with cloud.acting_as(alice):
        assert cloud.call_function("echo")["errMsg"] == "cloud.callFunction:ok"
