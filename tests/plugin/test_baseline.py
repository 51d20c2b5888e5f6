"""Wider fixtures make the baseline of every test, in whatever order pytest comes to need them."""

from __future__ import annotations

import pytest

CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def everyone(wx_cloud):
    with wx_cloud.scenario({"c": [{"_id": "everyone"}]}, files={"a/file.txt": "x"}):
        yield

@pytest.fixture(scope="session")
def bare(wx_db):
    wx_db["c"].insert_one({"_id": "bare"})

@pytest.fixture(scope="module")
def mine(wx_cloud, request):
    with wx_cloud.scenario({"c": [{"_id": request.module.__name__}]}):
        yield

@pytest.fixture
def seen(wx_db):
    return lambda: sorted(one["_id"] for one in wx_db["c"].find())
"""
FIRST = """
def test_module(mine, seen): assert seen() == ["test_first"]
def test_session_later(everyone, seen): assert seen() == ["everyone", "test_first"]
def test_in_the_test(request, seen, wx_db):
    wx_db["c"].insert_one({"_id": "own"})
    request.getfixturevalue("bare")
    assert seen() == ["bare", "everyone", "own", "test_first"]
def test_after(seen, wx_cloud):
    wx_cloud.call("leave", caller=None)  # a new worker reads in its journal what was done
    assert seen() == ["bare", "everyone", "test_first"]
"""
SECOND = """
def test_what_stays(seen, wx_cloud):
    assert seen() == ["bare", "everyone"]
    assert wx_cloud.storage.list() == ["a/file.txt"]
def test_again(mine, seen): assert seen() == ["bare", "everyone", "test_second"]
"""


@pytest.fixture
def project(pytester: pytest.Pytester, mini_program) -> pytest.Pytester:
    mini_program.function("leave", "exports.main = async () => process.exit(1)")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_first=FIRST, test_second=SECOND)
    return pytester


def test_the_baseline_outlives_narrower_fixtures(project: pytest.Pytester) -> None:
    """What a session fixture stores stays when a module fixture that was set up before it ends."""
    project.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=6)


def test_nothing_narrow_stays(project: pytest.Pytester) -> None:
    """A module's own data goes with it, also where a wider fixture came later."""
    project.makepyfile(test_third='def test_it(seen, everyone): assert seen() == ["bare", "everyone"]')

    project.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=7)
