"""The worker between calls and at its end: nothing that happens to it is another call's outcome."""

from __future__ import annotations

import asyncio

import pytest

from pytest_wxcloud import InvalidEventError
from pytest_wxcloud.outcome import Failure


@pytest.mark.parametrize("fresh", [False, True])
def test_a_process_that_ends_between_two_calls(run, works, cloud, eventually, fresh):
    """A function that ends the process after its answer fails no later call, nor a fresh instance of its own."""
    code = "exports.main = async () => { setTimeout(() => process.exit(5), 1); return 'answered' }"
    process = cloud.node.worker()

    assert run(code).result == "answered"
    eventually(lambda: not process.alive)
    works()
    assert run(code, fresh=fresh).result == "answered"
    process = cloud.node.worker()
    eventually(lambda: not process.alive)


@pytest.mark.parametrize("end", ["process.exit(3)", "process.exitCode = 3; process.emit('SIGTERM'); process.exit()"])
def test_what_was_written_before_the_end_is_kept(run, works, end):
    """A function that ends the process is told with what it had written."""
    outcome = run(f"exports.main = async () => {{ console.log('last words'); {end} }}")

    assert outcome.error.failure is Failure.EXITED
    assert "exit code 3" in outcome.error.message
    assert [log.text for log in outcome.logs] == ["last words\n"]
    works()


def test_an_answer_that_python_cannot_read(run, works):
    """An answer nested deeper than Python reads is told as one that cannot be sent."""
    outcome = run("exports.main = async () => { let a = []; for (let i = 0; i < 5000; i += 1) a = [a]; return a }")

    assert outcome.error is None or outcome.error.failure is Failure.UNSERIALIZABLE
    works()


def test_an_event_that_is_too_deep(cloud):
    """An event nested too deep to be sent is told as such."""
    event: dict = {}
    for _ in range(100_000):
        event = {"a": event}

    with pytest.raises(InvalidEventError):
        cloud.call("whoami", event, caller=None)


@pytest.mark.parametrize("said", ["\ud800", "\udfff\ud83d", "\x00", "\u2028\n\r", "\U0001f600", "长" * 100_000])
def test_every_character_arrives(cloud, said):
    """Whatever text a client can send arrives, and comes back, as it was; half a surrogate pair too."""
    assert cloud.call("whoami", {"said": said, said: 1}, caller=None).result["said"] == said


def test_the_time_limit_counts_the_functions_it_calls(cloud, project_folder, works):
    """A function that calls others on and on is ended by its own time limit."""
    project_folder.function("quick", "exports.main = async () => 1")
    project_folder.function("endless", """
        const cloud = require('wx-server-sdk')
        cloud.init()
        exports.main = async () => { for (let i = 0; i < 2e4; i += 1) await cloud.callFunction({ name: 'quick' }) }
    """)  # fmt: skip

    outcome = cloud.call("endless", caller=None, time_limit=0.5)

    assert outcome.error.failure is Failure.TIME_LIMIT
    assert outcome.duration < 10
    works()


def test_a_limit_that_ends_many(cloud, project_folder, works):
    """When one call's time limit ends the process, overlapping calls are told so, and nothing stays open."""
    project_folder.function("some", """
        exports.main = (event) => new Promise((done) => {
          if (event.number === 0) setTimeout(() => { for (;;); }, 5)
          else if (event.number % 2) done(event.number)
        })
    """)  # fmt: skip
    cloud.function("some")

    async def together() -> list:
        return await asyncio.gather(
            *(cloud.acall("some", {"number": number}, caller=None, time_limit=0.5) for number in range(12))
        )

    outcomes = asyncio.run(together())

    assert {outcome.error.failure for outcome in outcomes if outcome.error} <= {
        Failure.TIME_LIMIT,
        Failure.EXITED,
        Failure.NEVER_SETTLED,  # what was asked before the endless loop began is told at once
    }
    for number, outcome in enumerate(outcomes):
        assert outcome.error or (number % 2 and outcome.value == number)
    assert outcomes[0].error is not None
    works()
