"""What an outcome says about itself, above all when it is asked for what it has not."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace

import pytest

from pytest_wxcloud import CrashedError, Decision
from pytest_wxcloud.decision import decide
from pytest_wxcloud.identity import People, Principal
from pytest_wxcloud.outcome import Blocked, BlockedError, Failure, FunctionError, LogLine, Outcome

ALICE = Principal(People().user("alice"))
THROWN = FunctionError(
    Failure.THROWN, "TypeError", "x is null", "TypeError: x is null\n    at main (index.js:3:5)", programming_error=True
)


@pytest.fixture
def outcome() -> Outcome:
    return Outcome("removeTodo", ALICE, {"id": "t1"}, decide, {"ok": True})


def test_an_answer(outcome):
    """An outcome with an answer has a result, is allowed or denied, and reads as one line."""
    assert outcome.result == {"ok": True}
    assert outcome.allowed
    assert not outcome.denied
    assert str(outcome) == 'removeTodo called by alice: allow, {"ok": true}'
    denied = replace(outcome, value=False)
    assert denied.denied
    assert not denied.allowed
    assert denied.result is False


def test_a_refusal_by_throwing(outcome):
    """A thrown refusal is denied and has no result; asking for one tells the error."""
    refused = replace(outcome, value=None, error=FunctionError(Failure.THROWN, "Error", "无权限"))

    assert refused.denied
    assert str(refused) == "removeTodo called by alice: deny, error Error: 无权限"
    with pytest.raises(CrashedError, match=r"removeTodo has no result\.(.|\n)*thrown: Error: 无权限"):
        _ = refused.result


@pytest.mark.parametrize("question", ["allowed", "denied"])
def test_a_crash_neither_allowed_nor_denied(outcome, question):
    """A crashed outcome refuses to say what it decided, and tells who, with what, and the function's own stack and log."""
    logs = tuple(LogLine("stdout", f"line {number}\n") for number in range(9))
    crashed = replace(outcome, value=None, error=THROWN, logs=logs)

    with pytest.raises(CrashedError) as caught:
        getattr(crashed, question)

    assert crashed.decision is Decision.CRASH
    assert str(caught.value).splitlines() == [
        "removeTodo crashed, so it neither allowed nor denied.",
        "  caller: alice",
        '  event:  {"id": "t1"}',
        "  thrown: TypeError: x is null",
        "    TypeError: x is null",
        "        at main (index.js:3:5)",
        *(f"  stdout: line {number}" for number in range(4, 9)),
    ]
    assert caught.value.outcome is crashed
    assert isinstance(caught.value, AssertionError)


def test_a_programming_error_in_the_answer(outcome):
    """A mistake that a function caught and told is shown as its answer."""
    told = replace(outcome, value={"code": -1, "message": "Cannot read properties of undefined"})

    with pytest.raises(CrashedError, match="reports a programming error it caught"):
        _ = told.denied
    assert told.result["code"] == -1


@pytest.mark.parametrize("failure", list(Failure))
def test_every_failure_is_told_by_its_name(outcome, failure):
    """Each way to fail is told in words."""
    failed = replace(outcome, value=None, error=FunctionError(failure, "", "what happened"))

    with pytest.raises(CrashedError, match=f"  {failure.value.replace('_', ' ')}: what happened"):
        _ = failed.result


def test_an_outcome_is_not_true_or_false(outcome):
    """Using an outcome as a condition is a mistake, and says what to ask instead."""
    with pytest.raises(TypeError, match=r"\.allowed, \.denied or \.result"):
        bool(outcome)
    with pytest.raises(TypeError):
        assert outcome


def test_long_texts_are_cut(outcome):
    """A message shows the beginning of a long event and of a long stack."""
    error = replace(THROWN, stack="\n".join(f"line {number}" for number in range(100)))
    crashed = replace(outcome, event={"text": "长" * 5000}, error=error)

    with pytest.raises(CrashedError) as caught:
        _ = crashed.result

    assert len(str(caught.value)) < 1000
    assert "line 11\n" in str(caught.value) + "\n"
    assert "line 12" not in str(caught.value)


def test_an_event_that_is_no_json_is_shown(outcome):
    """Telling a crash does not crash."""
    with pytest.raises(CrashedError, match="object at"):
        _ = replace(outcome, event={"a": object()}, error=THROWN).result


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (FunctionError(Failure.THROWN, "Error", "no"), "Error: no"),
        (FunctionError(Failure.THROWN, "", "no"), "no"),
        (FunctionError(Failure.TIME_LIMIT, "", "no answer within 10 seconds"), "no answer within 10 seconds"),
        (LogLine("stdout", "a\n"), "a\n"),
        (Blocked("a connection to", "example.com:80"), "a connection to example.com:80"),
    ],
)
def test_texts(error, said):
    """Errors, log lines and blocked attempts read as themselves."""
    assert str(error) == said


def test_outcomes_are_values(outcome):
    """An outcome cannot be changed; two that say the same are equal, however long they took and whatever the rule."""
    with pytest.raises(FrozenInstanceError):
        outcome.value = 1
    assert replace(outcome, duration=9.0, rule=lambda _: Decision.DENY) == outcome
    assert replace(outcome, value=1) != outcome
    assert "rule" not in repr(outcome)


def test_errors_carry_their_outcome(outcome):
    """A blocked attempt is an assertion's failure with the outcome at hand, or none when nobody was calling."""
    assert BlockedError("x", outcome).outcome is outcome
    assert BlockedError("x").outcome is None
    assert issubclass(BlockedError, AssertionError)


def test_results_are_json(outcome):
    """A result survives being written down, as the client would get it."""
    assert json.loads(json.dumps(outcome.result)) == outcome.result
