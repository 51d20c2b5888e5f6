"""What functions do when they have answered is told with the test that called them."""

from __future__ import annotations

import pytest

LEAK = "require('net').connect(80, 'late.example.com').on('error', () => {})"
TESTS = """
    def test_guilty(wx_cloud): wx_cloud.call("leaky", caller=None)
    def test_innocent(wx_cloud): wx_cloud.call("whoami", caller=None)
"""


def test_a_late_attempt_fails_the_guilty_test(pytester: pytest.Pytester, mini_program) -> None:
    """Also when nothing is called after it."""
    mini_program.function("leaky", f"exports.main = async () => {{ setImmediate(() => {LEAK}); return 1 }}")
    pytester.makepyfile(TESTS)

    for tests, passed in (("test_innocent or test_guilty", 2), ("test_guilty", 1)):
        result = pytester.runpytest("-k", tests)
        result.assert_outcomes(passed=passed, errors=1, deselected=2 - passed)
        text = result.stdout.str()
        assert (
            "leaky (called in test_a_late_attempt_fails_the_guilty_test.py::test_guilty), when it had answered, tried"
            in text
        )
        assert "ERROR at teardown of test_guilty" in text


def test_a_timer_that_rings_in_a_later_test_is_told_with_its_names(pytester: pytest.Pytester, mini_program) -> None:
    """Nobody can wait for every timer; but who set it is known."""
    mini_program.function("leaky", f"exports.main = async () => {{ setTimeout(() => {LEAK}, 30); return 1 }}")
    mini_program.function("slow", "exports.main = () => new Promise((done) => setTimeout(done, 90))")
    pytester.makepyfile(TESTS.replace("whoami", "slow"))
    result = pytester.runpytest()

    result.assert_outcomes(passed=2, errors=1)
    assert "ERROR at teardown of test_innocent" in (text := result.stdout.str())
    assert (
        "py::test_guilty), when it had answered, tried to leave this machine: a connection to late.example.com:80"
        in text
    )


def test_a_late_error_names_function_and_test(pytester: pytest.Pytester, mini_program) -> None:
    """An error after the answer stands in the report of the test whose function it was, with its names."""
    mini_program.function("leaky", "exports.main = async () => { setImmediate(() => { throw new Error('late') }) }")
    pytester.makepyfile("""
        import pytest
        @pytest.fixture
        def failing():
            yield
            raise AssertionError("to see the report")
        def test_it(wx_cloud, failing): wx_cloud.call("leaky", caller=None)
    """)
    result = pytester.runpytest()

    result.stdout.fnmatch_lines(
        ["*console of functions that had answered*", "After leaky (called in *::test_it) had answered: Error: late"]
    )
