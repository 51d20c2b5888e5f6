"""A rule of one's own: what it may answer, and that it does not hide a crash."""

from __future__ import annotations

import pytest

from pytest_wxcloud import CrashedError, Decision, ProjectError
from pytest_wxcloud.errors import InvalidAnswerError


def refuses(event, context):
    return {"code": 403}


def crashes(event, context):
    raise KeyError("x")


SAID = [
    (None, refuses, Decision.DENY),
    (None, crashes, Decision.CRASH),
    (True, refuses, Decision.ALLOW),
    (False, refuses, Decision.DENY),
    (True, crashes, Decision.CRASH),
    (False, crashes, Decision.CRASH),
    (Decision.DENY, crashes, Decision.DENY),
    (Decision.CRASH, refuses, Decision.CRASH),
]


@pytest.mark.parametrize("said, function, decision", SAID)
@pytest.mark.parametrize("place", ["call", "settings"])
def test_what_a_rule_may_say(new_cloud, said, function, decision, place):
    """None leaves it to the default rule; True and False tell allowed from denied, where nothing crashed."""
    rule = lambda outcome: said  # noqa: E731
    cloud = new_cloud(rule=rule) if place == "settings" else new_cloud()
    outcome = cloud.call(function, caller=None, **({"decide": rule} if place == "call" else {}))

    assert outcome.decision is decision
    if decision is Decision.CRASH:
        with pytest.raises(CrashedError):
            _ = outcome.allowed
    else:
        assert (outcome.allowed, outcome.denied) == (decision is Decision.ALLOW, decision is Decision.DENY)


def test_anything_else_is_told(new_cloud):
    """A rule that says something else, or is no function, is told."""
    outcome = new_cloud().call(refuses, caller=None, decide=lambda outcome: "deny")

    with pytest.raises(InvalidAnswerError, match=r"decided 'deny'\. A rule returns Decision.ALLOW"):
        _ = outcome.denied
    with pytest.raises(InvalidAnswerError, match="A rule is a function"):
        new_cloud().call(refuses, caller=None, decide="mine:rule")


@pytest.mark.parametrize("limit", [-1, 0, float("nan"), float("inf"), "x", True])
def test_a_time_limit_is_a_number_of_seconds(new_cloud, limit):
    """So it is told at once, and not by a socket."""
    with pytest.raises(ProjectError, match=r"time_limit is .*Write a number of seconds above 0"):
        new_cloud().call(refuses, caller=None, time_limit=limit)
    with pytest.raises(ProjectError, match="time_limit is"):
        new_cloud(time_limit=limit)


@pytest.mark.parametrize("memory", [0, -1, 1.5, float("inf")])
def test_memory_is_a_number_of_megabytes(new_cloud, memory):
    """So it is told before Node is started with it."""
    with pytest.raises(ProjectError, match="memory is"):
        new_cloud(memory=memory)
