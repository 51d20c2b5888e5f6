"""A user's mistake: one clear message, no traceback of ours, and the other tests run."""

from __future__ import annotations

import pytest

MISTAKES = {
    "misspelt argument": (
        '@pytest.mark.wx_user(opnid="x")\ndef test_it(): pass',
        ["wx_user takes no argument 'opnid'", "Did you mean 'openid'"],
    ),
    "too many arguments": (
        '@pytest.mark.with_unionid("x")\ndef test_it(): pass',
        ["with_unionid was used wrongly", "too many positional arguments"],
    ),
    "malformed openid": (
        '@pytest.mark.wx_user(openid="user-1")\ndef test_it(): pass',
        ["'user-1' is not a well-formed openid", "it does not start with 'o'", "verbatim('user-1')"],
    ),
    "short openid": (
        '@pytest.mark.wx_user(openid="oGZUI0egBJY1zhBYw2Khd")\ndef test_it(): pass',
        ["it has 21 characters", "The nearest well-formed one is 'oGZUI0egBJY1zhBYw2Khd"],
    ),
    "malformed unionid": (
        '@pytest.mark.wx_user(unionid="u")\ndef test_it(): pass',
        ["'u' is not a well-formed unionid"],
    ),
    "malformed appid": (
        '@pytest.mark.wx_user(appid="WX1234567890ABCDEF")\ndef test_it(): pass',
        ["not a well-formed appid", "'wx1234567890abcdef'"],
    ),
    "an openid that is no string": (
        "@pytest.mark.wx_user(openid=7)\ndef test_it(): pass",
        ["openid must be a string, not int"],
    ),
    "an unknown channel": (
        '@pytest.mark.wx_user(channel="devtool")\ndef test_it(): pass',
        ["There is no channel 'devtool'", "Did you mean 'devtools'"],
    ),
    "two users on one test": (
        '@pytest.mark.wx_user("alice")\n@pytest.mark.wx_anonymous\ndef test_it(): pass',
        ["wx_anonymous() and wx_user('alice')", "contradict each other"],
    ),
    "with and without unionid": (
        "@pytest.mark.with_unionid\n@pytest.mark.without_unionid\ndef test_it(): pass",
        ["contradict each other on one test"],
    ),
    "nobody with a unionid": (
        "@pytest.mark.with_unionid\n@pytest.mark.wx_anonymous\ndef test_it(): pass",
        ["nobody has no unionid"],
    ),
    "a unionid given and hidden": (
        '@pytest.mark.without_unionid\n@pytest.mark.wx_user(unionid="o6_bmjrPTlm6_2sgVt7hMZOPfL2M")\n'
        "def test_it(): pass",
        ["and without_unionid contradict each other"],
    ),
    "a unionid in an unbound app": (
        '@pytest.mark.wx_user(unionid="o6_bmjrPTlm6_2sgVt7hMZOPfL2M")\ndef test_it(unbound): pass',
        ["bound to no Open Platform account", "Bind it"],
    ),
    "with_unionid in an unbound app": (
        "@pytest.mark.with_unionid\ndef test_it(unbound): pass",
        ["has no unionid to show", "bound to no Open Platform account"],
    ),
    "each of nobody": (
        "@pytest.mark.wx_each_user()\ndef test_it(): pass",
        ["wx_each_user takes one or more different names"],
    ),
    "each twice the same": (
        '@pytest.mark.wx_each_user("a", "a")\ndef test_it(): pass',
        ["wx_each_user takes one or more different names"],
    ),
    "each of a list": (
        '@pytest.mark.wx_each_user(["a", "b"])\ndef test_it(): pass',
        ['wx_each_user("owner", "stranger")', "not ['a', 'b']"],
    ),
    "each of no name": (
        '@pytest.mark.wx_each_user("a", "")\ndef test_it(): pass',
        ["wx_each_user takes one or more different names"],
    ),
    "a name that is a list": (
        "@pytest.mark.wx_user([1])\ndef test_it(): pass",
        ["The marker wx_user([1]) was used wrongly: name must be a string, not list ([1])"],
    ),
    "a name that is a number": (
        "@pytest.mark.wx_user(5)\ndef test_it(): pass",
        ["name must be a string, not int (5)"],
    ),
    "a name that is empty": ('@pytest.mark.wx_user(name="")\ndef test_it(): pass', ["name is empty"]),
    "a nickname that is a number": (
        "@pytest.mark.wx_user(nickname=5)\ndef test_it(): pass",
        ["nickname must be a string, not int (5)"],
    ),
    "a phone number that is none": (
        '@pytest.mark.wx_user(phone_number="123")\ndef test_it(): pass',
        ["'123' is no phone number"],
    ),
    "an address that is none": (
        '@pytest.mark.wx_user(client_ip="999.1.1.1")\ndef test_it(): pass',
        ["client_ip is '999.1.1.1', which is no IP address"],
    ),
    "a usage without annotations": (
        "@pytest.mark.wx_time()\ndef test_it(): pass",
        ["It is wx_time(instant, *, tick=False, auto_tick_seconds=0)."],
    ),
    "two times on one test": (
        '@pytest.mark.wx_time("2025-01-01")\n@pytest.mark.wx_time("2025-01-02")\ndef test_it(): pass',
        ["wx_time('2025-01-02') and wx_time('2025-01-01')", "contradict each other on one test"],
    ),
    "no time": (
        "@pytest.mark.wx_time(None)\ndef test_it(): pass",
        ["instant must be a string, a date or a datetime, not NoneType"],
    ),
    "a tick that is a word": (
        '@pytest.mark.wx_time("2025-01-01", auto_tick_seconds="x")\ndef test_it(): pass',
        ["auto_tick_seconds must be a number, not str"],
    ),
    "without unionid and the fixture": (
        "@pytest.mark.without_unionid\ndef test_it(with_unionid): pass",
        ["The marker without_unionid and the fixture with_unionid contradict each other"],
    ),
    "a time that is none": (
        '@pytest.mark.wx_time("yesteryear")\ndef test_it(): pass',
        ["wx_time('yesteryear'): no instant that could be read"],
    ),
    "names that are no users": (
        '@pytest.mark.parametrize("wx_user", ["alice"])\ndef test_it(wx_cloud, wx_user): pass',
        ["not str ('alice')", 'wx_each_user("alice", …)'],
    ),
    "wx_user under @given": (
        "@given(n=st.integers())\ndef test_it(wx_user, n): pass",
        ["wx_user cannot be combined with @given", "wx_users", "wx.users()"],
    ),
    "wx_context under @given": (
        "@given(n=st.integers())\ndef test_it(n, wx_context): pass",
        ["wx_context cannot be combined with @given"],
    ),
}

PREAMBLE = """
import pytest
from hypothesis import given, strategies as st
from pytest_wxcloud import WxApp

@pytest.fixture
def unbound(wx_app):
    assert wx_app.platform is None

def test_other():
    pass

"""
UNBOUND_APP = """
    import pytest
    from pytest_wxcloud import WxApp

    @pytest.fixture
    def wx_app():
        return WxApp("wx1234567890abcdef")
"""


@pytest.mark.parametrize("code, said", MISTAKES.values(), ids=MISTAKES)
def test_mistake(pytester: pytest.Pytester, code: str, said: list[str]) -> None:
    """The test fails in its set-up, with one message and no traceback of the plugin."""
    if "unbound" in code:
        pytester.makeconftest(UNBOUND_APP)
    pytester.makepyfile(PREAMBLE + code)
    result = pytester.runpytest("-p", "no:randomly")

    result.assert_outcomes(passed=1, errors=1)
    text = result.stdout.str()
    for part in said:
        assert part in text
    assert "pytest_wxcloud/" not in text.replace("\\", "/")
    assert "Traceback" not in text
    assert "During handling" not in text  # pytest would tell the message twice


def test_a_misspelt_marker_is_named_by_pytest(pytester: pytest.Pytester) -> None:
    """--strict-markers knows our markers, and no others."""
    pytester.makepyfile("import pytest\n@pytest.mark.wx_usr\ndef test_it(): pass")

    pytester.runpytest("--strict-markers").stdout.fnmatch_lines(["*'wx_usr' not found in `markers`*"])


@pytest.mark.parametrize(("marker", "near"), [("wx_usr", "wx_user"), ("with_union_id", "with_unionid")])
def test_a_misspelt_marker_has_nobody_act(pytester: pytest.Pytester, marker: str, near: str) -> None:
    """Without --strict-markers pytest only warns; one that the project has registered is its own."""
    pytester.makepyfile(f"import pytest\n@pytest.mark.{marker}\ndef test_it(wx_users): pass")
    options = ("-W", "ignore::pytest.PytestUnknownMarkWarning")
    result = pytester.runpytest(*options)
    pytester.makeini(f"[pytest]\nmarkers = {marker}: of our own")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*There is no marker '{marker}'. Did you mean '{near}'? One of your own is named*"])
    pytester.runpytest(*options).assert_outcomes(passed=1)


def test_a_scenario_without_a_block(pytester: pytest.Pytester, mini_program) -> None:
    """It would store nothing, in silence; the next test is not told of it."""
    pytester.makepyfile("def test_it(wx_cloud): wx_cloud.scenario({'todos': []})\ndef test_other(wx_cloud): pass")
    result = pytester.runpytest()

    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*no block began it: nothing was stored. A scenario is a block: with wx_cloud.scen*"])


CALLS = {
    "nobody was chosen": ('wx_cloud.call("whoami")', ["Nobody was chosen to call whoami", "caller=None"]),
    "an unknown function": (
        'wx_cloud.call("whoam", caller=None)',
        ["There is no cloud function 'whoam'", "Did you mean 'whoami'?"],
    ),
    "an event that is no dict": ('wx_cloud.call("whoami", [1], caller=None)', ["An event is a dict, not list"]),
    "an event that is not JSON": (
        'wx_cloud.call("whoami", {"at": object()}, caller=None)',
        ["The event is not JSON", "Object of type object"],
    ),
    "a caller that is none": ('wx_cloud.call("whoami", caller="alice")', ['wx_users["alice"]', "not str"]),
    "a result of a crash": (
        'wx_cloud.call("broken", caller=None).result',
        ["broken has no result", "TypeError: Cannot read properties of undefined", "index.js:1"],
    ),
    "a decision of a crash": ('wx_cloud.call("broken", caller=None).denied', ["neither allowed nor denied"]),
    "fields of an event by name": (
        'wx_cloud.call("whoami", id="t1", caller=None)',
        ["call takes no argument 'id'. What the client sends is one dict: call(\"…\", {'id': 't1'})."],
    ),
    "a person as an attribute": (
        "wx_users.alice",
        ["wx_users has no 'alice'. People are looked up by name: wx_users[\"alice\"]."],
    ),
    "a collection as an attribute": ("wx_db.todos", ['looked up by name: wx_db["todos"]']),
    "another driver's word": ('wx_db["todos"].insert', ["Did you mean insert_one or insert_many?"]),
    "a misspelt word of pymongo's": ('wx_db["todos"].fnd_one', ["Did you mean 'find_one'"]),
    "a misspelt word of an outcome": ('wx_cloud.call("whoami", caller=None).allow', ["Did you mean 'allowed'"]),
    "an outcome as an answer": (
        'assert wx_cloud.call("whoami", caller=None) == {"openid": 1}',
        ["An Outcome is no answer, and equals none ({'openid': 1}). Compare .result"],
    ),
    "a scenario as a database": ('wx_cloud.scenario({"todos": []})["todos"]', ["A scenario is a block: with"]),
    "an outcome as a truth value": ('assert wx_cloud.call("whoami", caller=None)', ["neither true nor false"]),
    "a way out of the machine": (
        'wx_cloud.call("escape", caller=None)',
        ["escape tried to leave this machine: a connection to example.com:80", "allow_blocked=True"],
    ),
    "a package that is not there": (
        'wx_cloud.call("needy", caller=None)',
        ["Cannot find module 'left-pad'", "npm --prefix", "install --ignore-scripts left-pad"],
    ),
}


@pytest.mark.parametrize("code, said", CALLS.values(), ids=CALLS)
def test_mistaken_call(pytester: pytest.Pytester, mini_program, code: str, said: list[str]) -> None:
    """The traceback ends at the user's own line."""
    mini_program.function("broken", "exports.main = async () => undefined.x")
    mini_program.function("needy", "require('left-pad'); exports.main = async () => 1")
    mini_program.function(
        "escape",
        "exports.main = async () => { try { await fetch('http://example.com') } catch (e) { return 'swallowed' } }",
    )
    pytester.makepyfile(f"def test_it(wx_cloud, wx_users, wx_db):\n    {code}\n")
    result = pytester.runpytest()

    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    for part in said:
        assert part in text
    assert "pytest_wxcloud/" not in text.replace("\\", "/")
