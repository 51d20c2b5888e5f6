"""Who a test acts as: fixtures, markers, and what lies around them."""

from __future__ import annotations

import pytest

READ = """
import os
import pytest
from hypothesis import given, settings, strategies as st, HealthCheck
from pytest_wxcloud import Principal, WxUser, strategies as wx

def me():
    return os.environ.get("WX_OPENID")
"""


def run(pytester: pytest.Pytester, code: str, *arguments: str) -> pytest.RunResult:
    pytester.makepyfile(READ + code)
    return pytester.runpytest(*arguments)


PASSING = {
    "without a fixture or marker nobody acts": """
def test_it(): assert me() is None
""",
    "the fixture acts, and stops acting after the test": """
def test_a(wx_user): assert me() == wx_user.openid
def test_b(): assert me() is None and "WX_OPENID" not in os.environ
""",
    "a marker acts without a fixture": """
@pytest.mark.wx_user(openid="oGZUI0egBJY1zhBYw2KhdUfwVJJE")
def test_it(): assert me() == "oGZUI0egBJY1zhBYw2KhdUfwVJJE"
""",
    "verbatim ids are taken as they stand": """
from pytest_wxcloud import verbatim
@pytest.mark.wx_user(openid=verbatim("user-1"))
def test_it(wx_user): assert me() == wx_user.openid == "user-1"
""",
    "a named user is the one of wx_users": """
@pytest.mark.wx_user("alice")
def test_it(wx_user, wx_users): assert wx_user == wx_users["alice"] != wx_users["bob"]
""",
    "an appid makes it another app": """
@pytest.mark.wx_user(appid="wx0123456789abcdef")
def test_it(wx_user, wx_app):
    assert os.environ["WX_APPID"] == "wx0123456789abcdef" != wx_app.appid
    assert wx_user.unionid == wx_user.in_app(wx_app).unionid
""",
    "the unionid is hidden unless asked for": """
def test_a(wx_user): assert wx_user.unionid and "WX_UNIONID" not in os.environ
def test_b(with_unionid, wx_user): assert os.environ["WX_UNIONID"] == with_unionid == wx_user.unionid
def test_c(wx_user, with_unionid): assert os.environ["WX_UNIONID"] == with_unionid
@pytest.mark.wx_user(unionid="o6_bmjrPTlm6_2sgVt7hMZOPfL2M")
def test_d(): assert os.environ["WX_UNIONID"] == "o6_bmjrPTlm6_2sgVt7hMZOPfL2M"
@pytest.mark.with_unionid
def test_e(): assert os.environ["WX_UNIONID"]
""",
    "a unionid that is not given is not shown": """
@pytest.mark.wx_user(unionid=None, openid=None)
def test_a(wx_user): assert wx_user.unionid and "WX_UNIONID" not in os.environ
@pytest.mark.without_unionid
@pytest.mark.wx_user(unionid=None)
def test_b(): assert "WX_UNIONID" not in os.environ
""",
    "an autouse fixture already finds the identity": """
@pytest.fixture(autouse=True)
def early(): assert me() is not None
@pytest.mark.wx_user
def test_it(): pass
""",
    "fixtures of wider scope are not touched": """
@pytest.fixture(scope="module")
def module(): return me()
@pytest.fixture(scope="session")
def session(): return me()
@pytest.mark.wx_user
def test_it(module, session): assert me() and module is None and session is None
""",
    "a project's own wx_user is honoured": """
@pytest.fixture
def wx_user(wx_users): return wx_users["zoe"]
def test_a(wx_user, wx_users): assert me() == wx_users["zoe"].openid
@pytest.mark.with_unionid
def test_b(wx_users): assert os.environ["WX_UNIONID"] == wx_users["zoe"].unionid
""",
    "a project's own wx_user may be module-scoped, or a principal": """
@pytest.fixture(scope="module")
def wx_user(wx_users): return Principal(wx_users["zoe"], shows_unionid=True)
def test_it(wx_user): assert os.environ["WX_UNIONID"] == wx_user.user.unionid
""",
    "the closest marker wins": """
pytestmark = pytest.mark.wx_user("module")
@pytest.mark.wx_user("outer")
@pytest.mark.with_unionid
class TestIt:
    def test_class(self, wx_user): assert wx_user.label == "outer" and os.environ["WX_UNIONID"]
    @pytest.mark.wx_user("inner")
    def test_function(self, wx_user): assert wx_user.label == "inner" and os.environ["WX_UNIONID"]
    @pytest.mark.without_unionid
    def test_hidden(self): assert "WX_UNIONID" not in os.environ
    @pytest.mark.wx_anonymous
    def test_nobody(self): assert me() is None and os.environ["TCB_SOURCE"] == "wx_http"
    @pytest.mark.wx_user("function")
    @pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.wx_user("case"))])
    def test_case(self, wx_user, n): assert wx_user.label == ("function" if n == 1 else "case")
def test_module(wx_user): assert wx_user.label == "module"
""",
    "nobody, through a channel": """
@pytest.mark.wx_anonymous(channel="timer")
def test_it(wx_user): assert wx_user is None and me() is None and os.environ["TCB_SOURCE"] == "wx_trigger"
""",
    "a user through a channel": """
@pytest.mark.wx_user(channel="resource_sharing")
def test_a(wx_user): assert me() is None and os.environ["WX_FROM_OPENID"] == wx_user.openid
@pytest.mark.wx_user(channel="call_chain", client_ip="198.51.100.9")
def test_b(): assert (os.environ["TCB_SOURCE"], os.environ["WX_CLIENTIP"]) == ("wx_client,scf", "198.51.100.9")
""",
    "traits win over what is fabricated": """
@pytest.mark.wx_user(nickname="小明", city="深圳")
def test_it(wx_user): assert (wx_user.profile.nickname, wx_user.profile.city) == ("小明", "深圳")
""",
    "unittest classes are marked like others": """
import unittest
@pytest.mark.wx_user("alice")
class TestIt(unittest.TestCase):
    def setUp(self): self.at_setup = me()
    def test_it(self): assert self.at_setup == me() is not None
""",
    "a marked test may be a @given one": """
@pytest.mark.wx_user("alice")
@given(n=st.integers())
def test_a(n, wx_users): assert me() == wx_users["alice"].openid
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(n=st.integers())
def test_b(wx_user, n): assert me() == wx_user.openid
""",
    "what a test sets by hand wins": """
def test_a(wx_user, monkeypatch):
    monkeypatch.setenv("WX_OPENID", "mine")
    monkeypatch.delenv("WX_APPID")
    assert me() == "mine" and "WX_APPID" not in os.environ
def test_b(wx_user): assert me() == wx_user.openid
def test_c(): assert me() is None
""",
    "an exception leaves nothing behind": """
@pytest.mark.xfail(strict=True, raises=ZeroDivisionError)
def test_a(wx_cloud, wx_users):
    with wx_cloud.acting_as(wx_users["alice"]): 1 / 0
def test_b(): assert me() is None
""",
    "somebody may act for a while": """
def test_it(wx_cloud, wx_user, wx_users):
    with wx_cloud.acting_as(wx_users["alice"]) as principal:
        assert me() == principal.user.openid == wx_users["alice"].openid
        with wx_cloud.acting_as(None): assert me() is None
        assert me() == wx_users["alice"].openid
    assert me() == wx_user.openid
""",
    "what a test sets by hand wins, and goes with the test": """
def test_a(wx_user):
    os.environ["WX_OPENID"] = "mine"
    assert me() == "mine"
def test_b(wx_user): assert me() == wx_user.openid
def test_c(wx_user, monkeypatch):
    monkeypatch.setenv("WX_OPENID", "mine")
    assert me() == "mine"
def test_d(wx_user): assert me() == wx_user.openid
""",
    "the context argument names the user": """
import json
def test_it(wx_context, wx_user):
    assert json.loads(wx_context["environment"])["WX_OPENID"] == wx_user.openid
""",
    "frozen time": """
from datetime import datetime, timezone
import time
@pytest.mark.wx_time("2025-06-01 08:00:00")
def test_a(): assert datetime.now(timezone.utc).hour == 8 and time.time() == time.time()
@pytest.mark.wx_time("2025-06-01", tick=True)
def test_b(): assert datetime.now(timezone.utc).year == 2025
@pytest.mark.wx_time("2025-06-01", auto_tick_seconds=60)
def test_c(): assert time.time() + 59 < time.time()
def test_d(): assert datetime.now(timezone.utc).year > 2025
""",
    "a clock that ticks when it is asked, asked by the test alone": """
import gc
import time
from hypothesis import given, strategies as st

@given(st.none())
def test_hypothesis_watches_the_collector_from_now_on(_): pass

@pytest.mark.wx_time("2025-06-01", auto_tick_seconds=60)
def test_it():
    before = time.time()
    gc.collect()
    assert time.time() == before + 60
""",
}


@pytest.mark.parametrize("code", PASSING.values(), ids=PASSING)
def test_who_acts(pytester: pytest.Pytester, code: str) -> None:
    """Each case is a module whose tests all pass."""
    result = run(pytester, code)

    assert result.ret == 0, result.stdout.str()


def test_each_user(pytester: pytest.Pytester) -> None:
    """wx_each_user runs the test once per person, with readable ids, and the closest marker wins."""
    result = run(
        pytester,
        """
@pytest.mark.wx_each_user("owner", "stranger")
class TestIt:
    def test_a(self, wx_user): assert me() == wx_user.openid
    def test_b(self): assert me()
    @pytest.mark.parametrize("n", [1, 2])
    def test_c(self, n, wx_user): assert wx_user.label in ("owner", "stranger")
    @pytest.mark.wx_user("alice")
    def test_d(self, wx_user): assert wx_user.label == "alice"
""",
        "-v",
    )

    result.assert_outcomes(passed=9)
    result.stdout.fnmatch_lines(["*::test_a?owner? PASSED*", "*::test_a?stranger? PASSED*", "*::test_d PASSED*"])


def test_seed(pytester: pytest.Pytester) -> None:
    """People follow from the seed, whether it stands in the ini file or on the command line."""
    pytester.makeini("[pytest]\nwxcloud_seed = 5\n")
    code = "def test_it(wx_users): print('OPENID', wx_users['alice'].openid)"
    pytester.makepyfile(code)
    shown = [
        next(line for line in pytester.runpytest("-s", *arguments).outlines if "OPENID" in line)
        for arguments in ((), ("--wx-seed=5",), ("--wx-seed=6",))
    ]

    assert shown[0] == shown[1] != shown[2]


def test_a_failing_example_is_readable(pytester: pytest.Pytester) -> None:
    """Under @given the drawn people shrink to user#0 and user#1."""
    result = run(
        pytester,
        """
@given(people=wx.pairs("strangers"))
def test_it(wx_cloud, people):
    with wx_cloud.acting_as(people[1]):
        assert me() == people[0].openid
""",
    )

    result.stdout.fnmatch_lines(["*people=(user#0, user#1)*"])
