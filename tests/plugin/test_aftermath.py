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
    """Nobody can wait for every timer, and those of a tenth of a second are enough; but who set it is known."""
    mini_program.function("leaky", f"exports.main = async () => {{ setTimeout(() => {LEAK}, 250); return 1 }}")
    mini_program.function("slow", "exports.main = () => new Promise((done) => setTimeout(done, 750))")
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


SEND = """
    const cloud = require('wx-server-sdk')
    cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
    exports.main = async ({ wait }) => {
      const sent = cloud.openapi.subscribeMessage.send({ touser: 'x' })
      if (wait) await sent
      return { ok: true }
    }
"""
UNANSWERED = """
    import pytest
    from pytest_wxcloud import AuthorizationContract

    @pytest.mark.parametrize("wait", [True, False])
    def test_it(wx_cloud, wx_user, wait):
        assert wx_cloud.call("remind", {"wait": wait}).result == {"ok": True}

    class TestRemind(AuthorizationContract):
        function = "remind"
        allow = {"anyone"}
        def decide(self, outcome): return outcome.value == {"ok": True}
"""


def test_an_open_api_without_an_answer_fails_its_test_awaited_or_not(pytester: pytest.Pytester, mini_program) -> None:
    """The line that answers all of them is told once for a run; with it they are quiet, and recorded."""
    mini_program.function("remind", SEND)
    pytester.makepyfile(UNANSWERED)

    result = pytester.runpytest("-k", "test_it or test_sensitive_data_stays or test_allowed_callers")
    outcomes = result.parseoutcomes()
    text = result.stdout.str()
    assert (outcomes["failed"], outcomes["errors"], outcomes["passed"]) == (3, 1, 1)
    assert text.count("wxcloud_openapi_default = ok") == 1
    assert "subscribeMessage.send: 4 tests" in text

    pytester.makeini("[pytest]\nwxcloud_openapi_default = ok\n")
    pytester.makepyfile(
        UNANSWERED,
        test_recorded="""
        def test_recorded(wx_cloud, wx_user):
            wx_cloud.call("remind")
            wx_cloud.settle()
            assert [call.data for call in wx_cloud.openapi.calls] == [{"touser": "x"}]
    """,
    )
    result = pytester.runpytest("-k", "test_it or test_sensitive_data_stays or test_allowed_callers or recorded")
    result.assert_outcomes(passed=5, deselected=result.parseoutcomes()["deselected"])


def test_a_mistake_of_what_answers_late_is_told(pytester: pytest.Pytester, mini_program) -> None:
    """It fails the test at its end, and fixtures are torn down all the same."""
    mini_program.function("remind", SEND)
    pytester.makepyfile("""
        import pytest
        torn_down = []
        @pytest.fixture
        def resource():
            yield
            torn_down.append(1)
        def test_it(wx_cloud, wx_user, resource):
            def broken(data): raise ZeroDivisionError("mine")
            wx_cloud.openapi["subscribeMessage.send"] = broken
            wx_cloud.call("remind")
        def test_next(): assert torn_down == [1]
    """)
    result = pytester.runpytest()

    result.assert_outcomes(passed=2, errors=1)
    assert "ZeroDivisionError: mine" in result.stdout.str()
