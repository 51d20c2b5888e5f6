"""The plugin around the harness: reports, options, other plugins, and what it costs to have it."""

from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

import pytest

import pytest_wxcloud

HEAVY = (
    "faker",
    "hypothesis",
    "freezegun",
    "unittest.mock",
    "asyncio",
    "django",
    "fastapi",
    "flask",
    "httpx",
    "rest_framework",
    "sqlalchemy",
    "starlette",
    "werkzeug",
    "pytest_wxcloud.cloud",
    "pytest_wxcloud.identity",
)


def test_unused_it_imports_nothing_heavy(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that does not use the plugin imports none of its dependencies; theirs are blocked here."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("PYTEST_ADDOPTS")
    pytester.makepyfile(f"""
        import sys
        def test_it():
            assert [name for name in {HEAVY!r} if name in sys.modules] == []
            assert "pytest_wxcloud.plugin" in sys.modules
    """)

    pytester.runpytest_subprocess("-p", "pytest_wxcloud", "-W", "error").assert_outcomes(passed=1)


def test_the_package_imports_nothing_until_asked() -> None:
    """`import pytest_wxcloud` is free (PEP 562)."""
    code = "import sys, pytest_wxcloud; print([n for n in sys.modules if n.startswith('pytest_wxcloud.')])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert said.strip() == "[]"


def test_every_module_is_imported_without_a_warning() -> None:
    """What a coming Python takes away is an error here, also before pytest's own filters are in place."""
    code = """
        import importlib, pkgutil, pytest_wxcloud
        found = pkgutil.walk_packages(pytest_wxcloud.__path__, "pytest_wxcloud.")
        print(len([importlib.import_module(module.name) for module in found]))
    """
    command = [sys.executable, "-W", "error", "-c", dedent(code)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert int(done.stdout) > 100


def test_every_public_name_is_there() -> None:
    """`__all__` matches what can be imported."""
    assert sorted(pytest_wxcloud.__all__) == sorted({*pytest_wxcloud._HOMES, "__version__"})
    for name in pytest_wxcloud.__all__:
        assert getattr(pytest_wxcloud, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = pytest_wxcloud.nothing


@pytest.mark.parametrize("arguments", [(), ("-p", "pytest_wxcloud"), ("--strict-markers",), ("-W", "error")], ids=str)
def test_it_gets_along(pytester: pytest.Pytester, arguments: tuple[str, ...]) -> None:
    """With these arguments a marked test runs."""
    pytester.makepyfile("import pytest\n@pytest.mark.wx_user\ndef test_it(wx_user): pass")

    pytester.runpytest_subprocess(*arguments).assert_outcomes(passed=1)


def test_it_can_be_switched_off(pytester: pytest.Pytester) -> None:
    """-p no:pytest_wxcloud leaves nothing of it."""
    pytester.makepyfile("def test_it(wx_user): pass")
    result = pytester.runpytest_subprocess("-p", "no:pytest_wxcloud")

    result.stdout.fnmatch_lines(["*fixture 'wx_user' not found*"])


def test_under_xdist(pytester: pytest.Pytester, mini_program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each worker process has a Node worker of its own, and all of them the same people."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-W error -p no:asyncio")
    pytester.makepyfile("""
        import pytest
        @pytest.mark.wx_each_user("a", "b", "c", "d")
        def test_it(wx_cloud, wx_user):
            assert wx_cloud.call("whoami").result["OPENID"] == wx_user.openid
        @pytest.mark.parametrize("n", range(4))
        def test_same(wx_users, n, tmp_path_factory):
            known = tmp_path_factory.getbasetemp().parent / "alice"
            with known.open("a") as file:
                file.write(wx_users["alice"].openid + "\\n")
            assert len(set(known.read_text().split())) == 1
    """)

    pytester.runpytest_subprocess("-n", "2").assert_outcomes(passed=8)


def test_header(pytester: pytest.Pytester, mini_program) -> None:
    """The header tells the seed, the functions, and what they run on."""
    pytester.makepyfile("def test_it(): pass")

    pytester.runpytest().stdout.fnmatch_lines(
        ["wxcloud: seed 0, 1 cloud function in cloudfunctions, Node v*, wx-server-sdk 4.0.2"]
    )
    pytester.runpytest("--wx-seed=x").stderr.fnmatch_lines(["ERROR: --wx-seed is 'x', which is no whole number."])


def test_header_without_functions(pytester: pytest.Pytester) -> None:
    """Where there are no functions the header says so in one line."""
    pytester.makepyfile("def test_it(): pass")

    pytester.runpytest().stdout.fnmatch_lines(["wxcloud: seed 0, no cloud functions here"])


def test_help_texts(pytester: pytest.Pytester) -> None:
    """--markers, --fixtures and --help tell what there is."""
    markers = pytester.runpytest("--markers").stdout.str()
    fixtures = pytester.runpytest("--fixtures").stdout.str()
    options = pytester.runpytest("--help").stdout.str()

    assert "@pytest.mark.wx_user(name=None, *, openid=None" in markers
    assert "@pytest.mark.wx_each_user(*names): run the test once as each of these people" in markers
    for name in (
        "wx_cloud [session scope]",
        "wx_users [session scope]",
        "wx_user",
        "wx_app",
        "with_unionid",
        "wx_context",
    ):
        assert name in fixtures
    assert "no docstring available" not in fixtures[fixtures.index("wx_cloud") : fixtures.index("wx_context")]
    assert "wxcloud_patch" in options
    assert "--wx-seed" in options


def test_console_output_is_shown_with_the_failed_test(pytester: pytest.Pytester, mini_program) -> None:
    """What a function printed, also past the console, stands in the report of the test that called it."""
    mini_program.function(
        "talk",
        "exports.main = async () => { console.log('to the console'); require('fs').writeSync(1, 'past it\\n') }",
    )
    pytester.makepyfile("""
        def test_a(wx_cloud):
            wx_cloud.call("talk", caller=None)
        def test_b(wx_cloud):
            wx_cloud.call("talk", caller=None)
            assert 0
    """)
    text = pytester.runpytest().stdout.str()

    assert "console of talk call" in text
    assert text.count("to the console") == 1
    assert text.count("past it") >= 1


def test_an_attempt_after_the_answer_fails_the_test(pytester: pytest.Pytester, mini_program) -> None:
    """A function that leaves the machine after it has answered is reported in the tear-down."""
    mini_program.function(
        "late",
        """
        exports.main = async (event) => {
          if (event.wait) return new Promise((resolve) => setTimeout(() => resolve('waited'), 50))
          setTimeout(() => require('net').connect(80, '203.0.113.1').on('error', () => {}), 1)
        }
        """,
    )
    pytester.makepyfile("""
        def test_it(wx_cloud):
            wx_cloud.call("late", caller=None)
            wx_cloud.call("late", {"wait": True}, caller=None)
        def test_other(wx_cloud):
            pass
    """)
    result = pytester.runpytest()

    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*when it had answered, tried to leave this machine*203.0.113.1:80*"])


def test_the_nearest_project_counts(pytester: pytest.Pytester) -> None:
    """Each test is served by the project above it; without one, by the ini options."""
    for name in ("one", "two"):
        folder = pytester.mkdir(name)
        (folder / "project.config.json").write_text('{"cloudfunctionRoot": "fns", "appid": "touristappid"}', "utf-8")
        (folder / "fns" / "which").mkdir(parents=True)
        (folder / "fns" / "which" / "index.py").write_text(f"def main(event, context): return {name!r}", "utf-8")
        (folder / f"test_{name}.py").write_text(
            f"def test_it(wx_cloud, wx_user): assert wx_cloud.call('which').result == {name!r}", "utf-8"
        )
    plain = pytester.mkdir("plain")
    (plain / "which").mkdir()
    (plain / "which" / "index.py").write_text("def main(event, context): return 'plain'", "utf-8")
    (plain / "test_plain.py").write_text(
        "def test_it(wx_cloud, wx_user, wx_app):\n"
        "    assert wx_cloud.call('which').result == 'plain' and wx_app.appid == 'wx00000000000000aa'\n",
        "utf-8",
    )
    pytester.makeini("[pytest]\nwxcloud_root = plain\nwxcloud_appid = wx00000000000000aa\n")

    pytester.runpytest().assert_outcomes(passed=3)


def test_a_broken_project_file_is_told(pytester: pytest.Pytester) -> None:
    """A project.config.json that is no JSON stops the run with one line."""
    (pytester.path / "project.config.json").write_text("{", "utf-8")
    pytester.makepyfile("def test_it(): pass")

    pytester.runpytest().stderr.fnmatch_lines(["ERROR: *project.config.json cannot be read as JSON*"])


def test_loading_is_not_on_the_clock_of_an_example(pytester: pytest.Pytester, mini_program) -> None:
    """Functions that are slow to load do not trip Hypothesis's deadline, however they are named."""
    slow = "const end = Date.now() + 300; while (Date.now() < end); exports.main = async () => 1"
    for name in ("literal", "constant", "helped", "attribute", "parameter", "made1"):
        mini_program.function(name, slow)
    pytester.makepyfile("""
        import pytest
        from hypothesis import given, settings, strategies as st
        NAME = "constant"
        def helper(cloud): return cloud.call("helped", caller=None).result
        few = settings(max_examples=5, deadline=200, database=None)

        @few
        @given(n=st.integers())
        def test_literal(wx_cloud, n): assert wx_cloud.call("literal", caller=None).result
        @few
        @given(n=st.integers())
        def test_constant(wx_cloud, n): assert wx_cloud.call(NAME, caller=None).result
        @few
        @given(n=st.integers())
        def test_helped(wx_cloud, n): assert helper(wx_cloud)
        class TestIt:
            function = "attribute"
            @few
            @given(n=st.integers())
            def test_it(self, wx_cloud, n): assert wx_cloud.call(self.function, caller=None).result
        @pytest.mark.parametrize("name", ["parameter"])
        @few
        @given(n=st.integers())
        def test_parameter(wx_cloud, name, n): assert wx_cloud.call(name, caller=None).result
        @few
        @given(n=st.integers())
        def test_made(wx_cloud, n): assert wx_cloud.call("ma" + f"de{1}", caller=None).result
    """)

    pytester.runpytest().assert_outcomes(passed=6)


def test_it_waits_in_an_event_loop(pytester: pytest.Pytester, mini_program, monkeypatch: pytest.MonkeyPatch) -> None:
    """acall works in async tests, also when time is frozen."""
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:xdist")
    pytester.makeini("[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\n")
    pytester.makepyfile("""
        import asyncio
        import pytest
        from freezegun import freeze_time

        async def test_a(wx_cloud, wx_users):
            names = ["a", "b", "c"]
            outcomes = await asyncio.gather(*(wx_cloud.acall("whoami", caller=wx_users[n]) for n in names))
            assert [o.result["OPENID"] for o in outcomes] == [wx_users[n].openid for n in names]

        @freeze_time("2030-01-01")
        async def test_b(wx_cloud, wx_user):
            assert (await wx_cloud.acall("whoami")).result["OPENID"] == wx_user.openid

        @pytest.mark.wx_time("2030-01-01")
        async def test_c(wx_cloud, wx_user):
            outcome = await asyncio.wait_for(wx_cloud.acall("whoami"), 5)
            assert outcome.result["OPENID"] == wx_user.openid
    """)

    pytester.runpytest_subprocess().assert_outcomes(passed=3)


def test_the_project_decides_what_a_refusal_is(pytester: pytest.Pytester) -> None:
    """wxcloud_decide replaces the rule for every call."""
    pytester.makepyfile(
        rules="""
        from pytest_wxcloud import Decision
        def decide(outcome):
            return Decision.DENY if outcome.result == "nope" else Decision.ALLOW
        """
    )
    pytester.makeini("[pytest]\npythonpath = .\nwxcloud_decide = rules:decide\n")
    pytester.makepyfile("""
        def test_it(wx_cloud):
            assert wx_cloud.call(lambda event, context: "nope", caller=None).denied
    """)

    pytester.runpytest().assert_outcomes(passed=1)


OPTIONS = {
    "wxcloud_time_limit = soon": "wxcloud_time_limit is 'soon', which is no number",
    "wxcloud_patch = nonsense": "'nonsense' is not a patch target",
    "wxcloud_patch = json:nothing": "'json' has no 'nothing'",
    "wxcloud_decide = nowhere:decide": "wxcloud_decide is 'nowhere:decide', which cannot be imported",
    "wxcloud_carriers = enviroment": "there is no carrier 'enviroment'. Did you mean 'environment'",
    "wxcloud_decide = os:sep": "wxcloud_decide is 'os:sep', which is str, not a function",
    "wxcloud_decide = os": "wxcloud_decide is 'os'. Write 'module:function'",
    "wxcloud_appid = mine": "wxcloud_appid: 'mine' is not a well-formed appid",
    "wxcloud_openapi_default = yes": "wxcloud_openapi_default is 'yes'. Write ok",
    "wxcloud_seed = nan": "wxcloud_seed is 'nan', which is no whole number",
    "wxcloud_seed = inf": "wxcloud_seed is 'inf', which is no whole number",
    "wxcloud_seed = 1.5": "wxcloud_seed is '1.5', which is no whole number",
    "wxcloud_memory = inf": "wxcloud_memory is 'inf', which is no whole number",
    "wxcloud_memory = 0": "wxcloud_memory is '0'. Write a whole number, 1 or more",
    "wxcloud_time_limit = nan": "wxcloud_time_limit is nan. Write a number of seconds above 0",
    "wxcloud_time_limit = -1": "wxcloud_time_limit is -1.0. Write a number of seconds above 0",
    "wxcloud_time_limit = 0": "wxcloud_time_limit is 0.0. Write a number of seconds above 0",
}


@pytest.mark.parametrize("line, said", OPTIONS.items())
def test_a_wrong_option_is_told(pytester: pytest.Pytester, line: str, said: str) -> None:
    """A wrong ini option is told in one message, without a traceback of the plugin."""
    pytester.makeini(f"[pytest]\n{line}\n")
    pytester.makepyfile("def test_it(wx_user): pass")
    result = pytester.runpytest()
    text = result.stdout.str() + result.stderr.str()

    assert result.ret != 0
    assert said in text
    assert "Traceback" not in text
    assert "INTERNALERROR" not in text
    assert "verbatim(" not in text  # which cannot be written there


#: Lines of the table [tool.pytest] and what is wrong with them, if anything.
NATIVE = {
    "wxcloud_seed = 5\nwxcloud_time_limit = 2.5\nwxcloud_memory = 512\nwxcloud_require_complete = false": "",
    "wxcloud_time_limit = 3\nwxcloud_carriers = ['environment']\nwxcloud_timezone = 'Asia/Shanghai'": "",
    "wxcloud_time_limit = nan": "wxcloud_time_limit is nan. Write a number of seconds above 0",
    "wxcloud_memory = 0": "wxcloud_memory is 0. Write a whole number, 1 or more",
    "wxcloud_memory = 1.5": "wxcloud_memory",
    "wxcloud_seed = true": "wxcloud_seed",
}


@pytest.mark.skipif(pytest.version_tuple < (9,), reason="the table is new in pytest 9")
@pytest.mark.parametrize("lines, said", NATIVE.items())
def test_options_as_values_of_toml(pytester: pytest.Pytester, lines: str, said: str) -> None:
    """Under [tool.pytest] a number is written as a number; what is wrong with it is told as elsewhere."""
    pytester.makepyprojecttoml(f"[tool.pytest]\n{lines}\n")
    pytester.makepyfile("""
        def test_it(wx_cloud, wx_user):
            settings = wx_cloud.settings
            assert (settings.seed, settings.time_limit, settings.memory) in [(5, 2.5, 512), (0, 3, 2048)]
    """)
    result = pytester.runpytest()

    if said:
        text = result.stdout.str() + result.stderr.str()
        assert result.ret != 0
        assert said in text
        assert "Traceback" not in text
        assert "INTERNALERROR" not in text
    else:
        result.assert_outcomes(passed=1)


HOOKS = {
    "carriers are no dict": (
        "def pytest_wxcloud_carriers(config): return 7",
        "expected a dict of carriers by name, got 7",
    ),
    "a carrier renders nonsense": (
        "def pytest_wxcloud_carriers(config): return {'mine': lambda principal: {}}",
        "expected 'mine' to return an Injection",
    ),
    "a carrier's name is taken": (
        "def pytest_wxcloud_carriers(config): return {'environment': print}",
        "expected carriers with new names",
    ),
    "a carrier fails for nobody": (
        "from pytest_wxcloud import Injection\n"
        "def render(principal): return Injection(environment={'A': principal.user.openid})\n"
        "def pytest_wxcloud_carriers(config): return {'mine': render}",
        "its carrier 'mine', asked to render nobody through http_api, raised AttributeError",
    ),
    "a variable is no text": (
        "from pytest_wxcloud import Injection\n"
        "def pytest_wxcloud_carriers(config): return {'mine': lambda principal: Injection(environment={'A': 5})}",
        "expected 'mine' to give each variable a string or None, got {'A': 5}",
    ),
    "a header is no text": (
        "from pytest_wxcloud import Injection\n"
        "def pytest_wxcloud_carriers(config): return {'mine': lambda principal: Injection(headers={'A': None})}",
        "expected 'mine' to give each header a string, got {'A': None}",
    ),
    "what is added to the event is no JSON": (
        "from pytest_wxcloud import Injection\n"
        "def pytest_wxcloud_carriers(config): return {'mine': lambda principal: Injection(event={'a': {1}})}",
        "expected 'mine' to add JSON to the event and the context, got {'a': {1}}",
    ),
    "carriers raise": (
        "def pytest_wxcloud_carriers(config): return 1 / 0",
        "pytest_wxcloud_carriers: it raised ZeroDivisionError: division by zero",
    ),
    "channels raise": (
        "def pytest_wxcloud_channels(config): return [][0]",
        "pytest_wxcloud_channels: it raised IndexError",
    ),
    "pools raise": ("def pytest_wxcloud_id_pools(config): {}['a']", "pytest_wxcloud_id_pools: it raised KeyError: 'a'"),
    "customising raises": (
        "def pytest_wxcloud_customise_user(user): user.nothing",
        "pytest_wxcloud_customise_user: it raised AttributeError",
    ),
    "a channel is a word": ("def pytest_wxcloud_channels(config): return ['mine']", "expected a list of Channel"),
    "a pool has no find_id": ("def pytest_wxcloud_id_pools(config): return [object()]", "objects with find_id"),
    "a user becomes a word": ("def pytest_wxcloud_customise_user(user): return 'me'", "expected a WxUser or None"),
    "an unknown hook": ("def pytest_wxcloud_carrier(config): return {}", "unknown hook 'pytest_wxcloud_carrier'"),
}


@pytest.mark.parametrize("code, said", HOOKS.values(), ids=HOOKS)
def test_a_wrong_hook_is_told_when_the_run_starts(pytester: pytest.Pytester, code: str, said: str) -> None:
    """What a hook answers is checked before any test."""
    pytester.makeconftest(code)
    pytester.makepyfile("def test_it(): pass")
    result = pytester.runpytest_inprocess()

    assert result.ret != 0
    text = result.stdout.str() + result.stderr.str()
    assert said in text
    assert "passed" not in text
    assert "INTERNALERROR" not in text or "unknown hook" in said  # which is pytest's own to tell
    assert "pytest_wxcloud/" not in text.replace("\\", "/")


def test_node_gets_ready_while_pytest_does(pytester: pytest.Pytester, mini_program) -> None:
    """Where a test is going to call a JavaScript function, it loads from the end of the collection on."""
    mini_program.function("hello", "exports.main = async () => 1")
    pytester.makeconftest("""
        import threading
        import pytest
        started = []
        start = threading.Thread.start
        threading.Thread.start = lambda self: (started.append(self.name), start(self))[1]
        @pytest.hookimpl(trylast=True)
        def pytest_collection_finish():
            print("ahead" if "pytest-wxcloud ahead" in started else "not ahead")
    """)
    calling = pytester.makepyfile("def test_it(wx_cloud): assert wx_cloud.call('hello', caller=None).result == 1")
    python = pytester.makepyfile(test_python="def test_it(wx_cloud): assert wx_cloud.call(lambda e, c: 1, caller=None)")

    told = {
        "ahead": [(calling,)],
        "not ahead": [(python,), (calling, "--collect-only"), (calling, "-k", "nothing")],
    }
    for said, runs in told.items():
        for arguments in runs:
            pytester.runpytest_subprocess("-s", "-q", *arguments).stdout.fnmatch_lines([said])


def test_a_variable_that_a_test_sets_is_seen_by_functions(pytester: pytest.Pytester, mini_program) -> None:
    """monkeypatch.setenv and delenv reach JavaScript functions at each call, and are taken back with the test."""
    mini_program.function(
        "setting", "exports.main = async () => [process.env.ADMIN || null, process.env.HOME_TOWN || null]"
    )
    pytester.makeconftest("import os\nos.environ['HOME_TOWN'] = 'Guangzhou'")
    pytester.makepyfile("""
        def test_a(wx_cloud): assert wx_cloud.call("setting", caller=None).result == [None, "Guangzhou"]
        def test_b(wx_cloud, monkeypatch):
            monkeypatch.setenv("ADMIN", "管理员")
            monkeypatch.delenv("HOME_TOWN")
            assert wx_cloud.call("setting", caller=None).result == ["管理员", None]
        def test_c(wx_cloud): assert wx_cloud.call("setting", caller=None).result == [None, "Guangzhou"]
    """)

    pytester.runpytest_subprocess().assert_outcomes(passed=3)
