"""Functions that call functions."""

from __future__ import annotations

import pytest

from pytest_wxcloud import BlockedError, LoadError

from .conftest import outcome_of

CALL = "return t(() => cloud.callFunction({ name: event.name, data: event.data || {} }))"


def test_the_other_function_runs_as_the_same_user(cloud, run) -> None:
    """It may be written in Python; SOURCE tells the chain."""
    answer = run(CALL, name="python", data={"n": 1})
    event, openid, source = answer["result"]

    assert answer["errMsg"] == "callFunction:ok"
    assert event["n"] == 1
    assert (openid, source) == (cloud.people["alice"].openid, "wx_client,scf")


def test_calls_at_once(cloud, run) -> None:
    """Several calls may be on their way, and an identity is the caller's own afterwards."""
    answer = run("""
        const calls = [1, 2, 3].map((n) => cloud.callFunction({ name: 'python', data: { n } }))
        const answers = (await Promise.all(calls)).map(({ result }) => result[0].n)
        return [answers, cloud.getWXContext().SOURCE]
    """)

    assert answer == [[1, 2, 3], "wx_client"]


def test_what_goes_wrong_is_answered(cloud, run) -> None:
    """An unknown function, one that throws, and one that never stops calling itself."""
    assert "FunctionName parameter could not be found" in run(CALL, name="nowhere")["errMsg"]
    assert "无权限" in run(CALL, name="refuses")["errMsg"]
    assert "functions call each other 10 deep" in run(CALL, name="again")["errMsg"]


def test_a_function_that_cannot_be_loaded_is_told(cloud) -> None:
    """That is no answer of the platform's, so the test fails, even if the caller swallowed it."""
    with pytest.raises(LoadError, match="Cannot find module 'left-pad'"):
        outcome_of(cloud, "4.0.2", CALL, name="broken")


def test_what_a_called_function_tries_is_told(cloud) -> None:
    """A called function that leaves the machine fails the test of its caller."""
    with pytest.raises(BlockedError, match=r"example\.com:80"):
        outcome_of(cloud, "4.0.2", CALL, name="escapes")


@pytest.mark.parametrize(
    "code, what",
    {
        "db.collection('people').where({ at: _.geoNear({ geometry: db.Geo.Point(1, 2) }) }).get()": "$nearSphere",
        "cloud.openapi.security.msgSecCheck({ content: 'x' })": "the open API security.msgSecCheck",
    }.items(),
)
def test_what_is_not_served_is_told_by_name(cloud, code: str, what: str) -> None:
    """Nothing unserved goes unseen, even if the function swallows the error."""
    cloud.db.create_collection("people")
    with pytest.raises(BlockedError) as caught:
        outcome_of(cloud, "4.0.2", f"try {{ await {code} }} catch (error) {{ return 'swallowed' }}")

    assert what in str(caught.value)
    assert caught.value.outcome.value == "swallowed"
