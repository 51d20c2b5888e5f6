"""A project's own wx_user, and what markers say: a test never acts as anybody but whom it names."""

from __future__ import annotations

import pytest

CONFTEST = """
import pytest

@pytest.fixture{scope}
def wx_user(wx_users): return wx_users["zoe"]
"""
MARKED = """
import os
import pytest
from pytest_wxcloud import Principal

def me(): return os.environ.get("WX_OPENID")

def test_unmarked(wx_user, wx_users): assert me() == wx_users["zoe"].openid

@pytest.mark.wx_anonymous
def test_nobody(wx_user): assert me() is None and wx_user is None

@pytest.mark.wx_anonymous
def test_nobody_named(): assert me() is None

@pytest.mark.wx_user(openid="oGZUI0egBJY1zhBYw2KhdUfwVJJE")
def test_openid(wx_user): assert me() == wx_user.openid == "oGZUI0egBJY1zhBYw2KhdUfwVJJE"

@pytest.mark.wx_each_user("owner", "stranger")
def test_each(wx_user, wx_users, request):
    assert me() == wx_user.openid == wx_users[request.node.callspec.id].openid

@pytest.mark.wx_each_user("owner", "stranger")
class TestClass:
    def test_each(self, wx_users, request): assert me() == wx_users[request.node.callspec.id].openid
    @pytest.mark.wx_user("alice")
    def test_closest(self, wx_users): assert me() == wx_users["alice"].openid

@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.wx_user("bob"))])
def test_case(n, wx_user, wx_users): assert me() == wx_user.openid == wx_users["zoe" if n == 1 else "bob"].openid

@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.wx_user("bob"))])
def test_only_one_case_acts(n, wx_users): assert me() == (None if n == 1 else wx_users["bob"].openid)

@pytest.fixture
def logged_in(wx_user): return wx_user.openid

@pytest.mark.wx_user("alice")
def test_dependent(logged_in, wx_users): assert me() == logged_in == wx_users["alice"].openid

@pytest.mark.wx_user(openid="user-1")
def test_malformed(): raise AssertionError("not reached")
"""


@pytest.mark.parametrize("scope", ["", '(scope="module")', '(scope="session")'])
def test_a_marker_is_closer_than_the_projects_own(pytester: pytest.Pytester, scope: str) -> None:
    """A marker that says who acts is heard whatever wx_user the project has, and of whatever scope."""
    pytester.makeconftest(CONFTEST.format(scope=scope))
    pytester.makepyfile(MARKED)
    result = pytester.runpytest()

    result.assert_outcomes(passed=14, errors=1)
    result.stdout.fnmatch_lines(["*'user-1' is not a well-formed openid*"])


def test_the_projects_own_may_be_built_on_the_marked_user(pytester: pytest.Pytester) -> None:
    """A wx_user that asks for wx_user gets the marked one, and what it makes of it acts."""
    pytester.makeconftest("""
        import pytest
        from pytest_wxcloud import Principal

        @pytest.fixture
        def wx_user(wx_user): return Principal(wx_user, shows_unionid=wx_user is not None)
    """)
    pytester.makepyfile("""
        import os
        import pytest

        @pytest.mark.wx_user("bob", channel="devtools")
        def test_bob(wx_users, with_unionid):
            assert os.environ["WX_OPENID"] == wx_users["bob"].openid
            assert os.environ["WX_UNIONID"] == with_unionid == wx_users["bob"].unionid
            assert os.environ["TCB_SOURCE"] == "wx_devtools"

        @pytest.mark.wx_anonymous
        def test_nobody(): assert "WX_OPENID" not in os.environ
    """)

    pytester.runpytest().assert_outcomes(passed=2)


CONTRADICTIONS = {
    "a wx_user that takes the marked one for somebody else": (
        "@pytest.fixture\ndef wx_user(wx_user, wx_users): return wx_users['zoe']\n"
        "@pytest.mark.wx_user('bob')\ndef test_it(): pass",
        ["wx_user('bob') says who acts", "the fixture wx_user in ", "def wx_user(wx_user)"],
    ),
    "a fixture of wider scope that needs the project's own": (
        "@pytest.fixture(scope='module')\ndef wx_user(wx_users): return wx_users['zoe']\n"
        "@pytest.fixture(scope='module')\ndef todos(wx_user): return 1\n"
        "@pytest.mark.wx_anonymous\ndef test_it(todos): pass",
        ["wx_anonymous() says who acts", "the fixture wx_user in "],
    ),
    "a parametrization": (
        "@pytest.mark.wx_user('bob')\n@pytest.mark.parametrize('wx_user', [None])\ndef test_it(wx_user): pass",
        ["wx_user('bob') says who acts", "the parametrization of wx_user"],
    ),
    "an indirect parametrization": (
        "@pytest.mark.wx_user('bob')\n@pytest.mark.parametrize('wx_user', ['alice'], indirect=True)\n"
        "def test_it(wx_user): pass",
        ["wx_user('bob') says who acts", "the parametrization of wx_user"],
    ),
    "a parametrization besides wx_each_user": (
        "@pytest.mark.wx_each_user('a', 'b')\n@pytest.mark.parametrize('wx_user', [None])\ndef test_it(wx_user): pass",
        ["wx_each_user('a', 'b') says who acts", "the parametrization of wx_user"],
    ),
    "wx_each_user on a method of unittest": (
        "import unittest\nclass TestIt(unittest.TestCase):\n"
        "    @pytest.mark.wx_each_user('a', 'b')\n    def test_it(self): pass",
        ["wx_each_user('a', 'b') did not run this test once per person", "unittest.TestCase"],
    ),
    "wx_each_user in a case": (
        "@pytest.mark.parametrize('n', [pytest.param(1, marks=pytest.mark.wx_each_user('a', 'b'))])\n"
        "def test_it(n): pass",
        ["wx_each_user('a', 'b') did not run this test once per person", "pytest.param"],
    ),
    "a parametrization by something that is no name": (
        "@pytest.mark.parametrize('wx_user', [5], indirect=True)\ndef test_it(wx_user): pass",
        ["wx_user is parametrized with names", "not 5"],
    ),
}


@pytest.mark.parametrize("code, said", CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_contradiction_is_told(pytester: pytest.Pytester, code: str, said: list[str]) -> None:
    """Where two things say who acts, the test fails in its set-up, and the others run."""
    pytester.makepyfile(f"import pytest\ndef test_other(): pass\n{code}\n")
    result = pytester.runpytest()

    result.assert_outcomes(passed=1, errors=1)
    text = result.stdout.str()
    for part in said:
        assert part in text
    assert "pytest_wxcloud/" not in text.replace("\\", "/")


def test_a_parametrized_one(pytester: pytest.Pytester) -> None:
    """A project's own wx_user with parameters runs each acting test once per parameter, unless a marker says who."""
    pytester.makepyfile("""
        import os
        import pytest

        @pytest.fixture(params=["ann", "ben"])
        def wx_user(request, wx_users): return wx_users[request.param]

        def test_named(wx_user): assert os.environ["WX_OPENID"] == wx_user.openid
        def test_context(wx_context): assert "WX_OPENID" in wx_context["environment"]
        @pytest.mark.without_unionid
        def test_marked(): assert os.environ["WX_OPENID"]
        @pytest.mark.wx_user("bob")
        def test_bob(wx_user, wx_users): assert os.environ["WX_OPENID"] == wx_users["bob"].openid
        @pytest.mark.wx_each_user("c", "d")
        def test_each(wx_user, wx_users): assert wx_user.label in "cd"
        def test_nobody_acts(): assert "WX_OPENID" not in os.environ
    """)

    pytester.runpytest().assert_outcomes(passed=3 * 2 + 1 + 2 + 1)


def test_asked_for_by_the_test(pytester: pytest.Pytester) -> None:
    """A wx_user that a test asks for while it runs acts from then on, the project's own like ours."""
    pytester.makepyfile(
        test_own="""
        import os
        import pytest

        @pytest.fixture
        def wx_user(wx_users): return wx_users["zoe"]

        def test_it(request):
            assert "WX_OPENID" not in os.environ
            assert request.getfixturevalue("wx_user").openid == os.environ["WX_OPENID"]
        def test_after(): assert "WX_OPENID" not in os.environ
        def test_usual(request, wx_user): assert request.getfixturevalue("wx_user") is wx_user
        """,
        test_ours="""
        import os

        def test_it(request): assert request.getfixturevalue("wx_user").openid == os.environ["WX_OPENID"]
        """,
    )

    pytester.runpytest("test_own.py", "test_ours.py").assert_outcomes(passed=4)


def test_parametrized_by_name(pytester: pytest.Pytester) -> None:
    """parametrize("wx_user", names, indirect=True) acts as each of these people."""
    pytester.makepyfile("""
        import os
        import pytest

        @pytest.mark.parametrize("wx_user", ["ann", "ben"], indirect=True)
        def test_it(wx_user, wx_users, request):
            assert os.environ["WX_OPENID"] == wx_users[request.node.callspec.id].openid
    """)

    pytester.runpytest().assert_outcomes(passed=2)


def test_under_given(pytester: pytest.Pytester) -> None:
    """Under @given only what is made once per test is refused, and wx_app with our words."""
    pytester.makepyfile("""
        import os
        import pytest
        from hypothesis import given, strategies as st

        @pytest.fixture(scope="session")
        def wx_user(wx_users): return wx_users["zoe"]

        @given(n=st.integers())
        def test_session(n, wx_user): assert os.environ["WX_OPENID"] == wx_user.openid
        @given(n=st.integers())
        def test_app(n, wx_app): pass
    """)
    result = pytester.runpytest()

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*wx_app cannot be combined with @given*"])
