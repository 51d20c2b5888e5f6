"""Python functions: how they are found, called and answered."""

from __future__ import annotations

import asyncio
import functools
import os
import threading

import pytest

from pytest_wxcloud import Decision, LoadError
from pytest_wxcloud.outcome import Failure


@pytest.fixture
def write(project_folder):
    """Writes a Python function."""
    return lambda code, name="tried": project_folder.function(name, code, "py")


@pytest.fixture
def call(cloud):
    """Calls a function as alice."""
    return lambda name="tried", event=None, **how: cloud.call(name, event, **{"caller": cloud.people["alice"], **how})


FORMS = {
    "main_handler": "def main_handler(event, context): return who()",
    "main": "def main(event, context): return who()",
    "the first of both": "def main_handler(event, context): return who()\ndef main(event, context): return 'wrong'",
    "async": "async def main_handler(event, context):\n    await asyncio.sleep(0)\n    return who()",
    "an awaitable": "def main(event, context): return asyncio.sleep(0, who())",
    "a callable object": "class C:\n    def __call__(self, event, context): return who()\nmain = C()",
    "an async callable object": "class C:\n    async def __call__(self, event, context): return who()\nmain = C()",
    "a partial": "def f(extra, event, context): return who()\nmain = functools.partial(f, 1)",
    "an async partial": "async def f(extra, event, context): return who()\nmain = functools.partial(f, 1)",
    "decorated": "@functools.lru_cache\ndef cached(key): return who()\ndef main(event, context): return cached(1)",
    "a method": "class C:\n    @staticmethod\n    def main(event, context): return who()\nmain = C.main",
    "an event loop of its own": (
        "async def f(): return who()\n"
        "def main(event, context):\n"
        "    import threading\n"
        "    seen = []\n"
        "    thread = threading.Thread(target=lambda: seen.append(asyncio.run(f())))\n"
        "    thread.start(); thread.join()\n"
        "    return seen[0]"
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", FORMS.values(), ids=FORMS)
def test_every_form_of_handler_in_every_kind_of_call(write, cloud, code):
    """A handler is called as its caller whatever it is, by call, by acall, and by call below a running loop."""
    write(f"import asyncio, functools, os\ndef who(): return os.environ['WX_OPENID']\n{code}")
    alice = cloud.people["alice"]

    async def below() -> list[str]:
        return [cloud.call("tried", caller=alice).result, (await cloud.acall("tried", caller=alice)).result]

    assert [cloud.call("tried", caller=alice).result, *asyncio.run(below())] == [alice.openid] * 3
    assert "WX_OPENID" not in os.environ


def test_a_callable_of_the_test(cloud):
    """A function of the test's own is called like a folder, and its outcome bears its name."""
    outcome = cloud.call(lambda event, context: [event["a"], context["function_name"]], {"a": 1}, caller=None)

    assert outcome.result == [1, "<lambda>"]
    assert cloud.call(functools.partial(max, 1), {}, caller=None).function.startswith("functools.partial(")


@pytest.mark.parametrize("path", ["os.path:basename", "os.path.basename", "collections:OrderedDict.fromkeys"])
def test_a_dotted_path_names_a_callable(cloud, path):
    """A dotted path, with a colon or a dot before the name, is a function of that name."""
    assert cloud.function(path).name == path


def test_the_same_module_is_used_by_a_path(cloud):
    """A handler named by its path is the very one that the test sees, not a copy."""
    seen = []
    module = type(os)("wxcloud_a_module")
    module.handler = lambda event, context: seen.append(event) or "called"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, "wxcloud_a_module", module)
        assert cloud.call("wxcloud_a_module:handler", {"a": 1}, caller=None).result == "called"
    assert [event["a"] for event in seen] == [1]


UNREACHABLE = {
    "no such name": ("os.path:basenam", "'os.path' has no 'basenam'. Did you mean 'basename'?"),
    "no function": ("os:sep", "'os:sep' is str, not a function"),
    "no such class": ("collections:OrderedDic.fromkeys", "'collections' has no 'OrderedDic.fromkeys'"),
}


@pytest.mark.parametrize(("path", "told"), UNREACHABLE.values(), ids=UNREACHABLE)
def test_a_path_that_leads_nowhere(cloud, path, told):
    """A dotted path that cannot be followed is told with what is near."""
    with pytest.raises(LoadError) as caught:
        cloud.call(path, caller=None)

    assert told in str(caught.value)


ANSWERS = {
    "None": ("None", None),
    "a tuple": ("(1, 'a')", [1, "a"]),
    "number keys": ("{1: True, None: 2.5}", {"1": True, "null": 2.5}),
    "Chinese": ("{'名': '甲'}", {"名": "甲"}),
    "a string subclass": ("type('S', (str,), {})('x')", "x"),
    "half a surrogate pair": ("'\\ud800'", "\ud800"),
    "a large number": ("2 ** 70", 2**70),
}


@pytest.mark.parametrize(("returned", "arrives"), ANSWERS.values(), ids=ANSWERS)
def test_answers_arrive_as_json_makes_them(write, call, returned, arrives):
    """The result is what JSON makes of the return value, as the client gets it."""
    write(f"def main(event, context): return {returned}")

    assert call().result == arrives


NO_JSON = {
    "NaN": "float('nan')",
    "infinity": "[float('inf')]",
    "a date": "__import__('datetime').datetime(2024, 1, 1)",
    "bytes": "b'x'",
    "a set": "{1}",
    "an object": "object()",
    "a circle": "(lambda a: a.append(a) or a)([])",
    "tuple keys": "{(1, 2): 3}",
    "a decimal": "__import__('decimal').Decimal(1)",
    "nested too deep": "(lambda a: [a := [a] for _ in range(100000)][-1])([])",
    "a generator": "(n for n in ())",
}


@pytest.mark.parametrize("returned", NO_JSON.values(), ids=NO_JSON)
def test_an_answer_that_is_not_json_is_a_crash(write, call, returned):
    """An answer that cannot be sent to a client is told as that, not as a refusal."""
    write(f"def main(event, context): return {returned}")
    outcome = call()

    assert outcome.error.failure is Failure.UNSERIALIZABLE
    assert "the answer is not JSON" in outcome.error.message
    assert outcome.decision is Decision.CRASH


HOSTILE = """
class Hostile(Exception):
    def __str__(self): raise ValueError('no')
    code = property(lambda self: 1 / 0)
    errCode = property(lambda self: 1 / 0)
"""
RAISED = {
    "a refusal": ("raise PermissionError('无权限')", Failure.THROWN, "PermissionError: 无权限", Decision.DENY),
    "a plain exception": ("raise Exception('no')", Failure.THROWN, "Exception: no", Decision.DENY),
    "a business error": ("raise type('NotYours', (Exception,), {'code': 403})('no')", Failure.THROWN, "NotYours: no", Decision.DENY),
    "a mistake": ("{}['id']", Failure.THROWN, "KeyError: 'id'", Decision.CRASH),
    "a name": ("nowhere()", Failure.THROWN, "NameError: name 'nowhere' is not defined", Decision.CRASH),
    "an assertion": ("assert False, 'x'", Failure.THROWN, "AssertionError: x", Decision.CRASH),
    "too deep": ("(f := lambda: f())()", Failure.THROWN, None, Decision.CRASH),
    "a missing file": ("open('/nowhere/x')", Failure.THROWN, None, Decision.CRASH),
    "sys.exit": ("__import__('sys').exit(3)", Failure.EXITED, "SystemExit: the handler ended the process with 3", Decision.CRASH),
    "a hostile error": ("raise Hostile()", Failure.THROWN, "Hostile: a message that cannot be shown", Decision.DENY),
    "a cancellation": ("raise asyncio.CancelledError()", Failure.THROWN, None, None),
    "a group": ("raise ExceptionGroup('many', [ValueError()])", Failure.THROWN, None, None),
}  # fmt: skip


@pytest.mark.parametrize("form", ["def", "async def"])
@pytest.mark.parametrize(("body", "failure", "said", "decision"), RAISED.values(), ids=RAISED)
def test_whatever_is_raised_is_told(write, call, form, body, failure, said, decision):
    """A refusal, a mistake and the end of the process are told apart, also when the error is hostile."""
    write(f"import asyncio\n{HOSTILE}\n{form} main(event, context):\n    {body}")

    outcome = call()

    assert outcome.error.failure is failure
    if said is not None:
        assert str(outcome.error) == said
    if decision is not None:
        assert outcome.decision is decision


@pytest.mark.parametrize("error", [KeyboardInterrupt, pytest.skip.Exception])
def test_what_is_the_tests_own_passes(cloud, error):
    """An interrupt, and pytest's own ways to end a test, are no answer of the handler's."""

    def handler(event, context):
        raise error("now")

    with pytest.raises(error):
        cloud.call(handler, caller=None)


def test_the_stack_begins_with_the_handler(write, call):
    """A stack shows the handler's own file and line, and no frame of the runtime."""
    write("def helper():\n    raise ValueError('here')\ndef main(event, context):\n    return helper()")

    stack = call().error.stack

    assert "index.py" in stack
    assert "line 2, in helper" in stack
    assert "pytest_wxcloud" not in stack
    assert "contextlib" not in stack


def test_a_cancelled_call_is_cancelled(cloud):
    """Cancelling the task of a call cancels the handler, and is no outcome."""

    async def cancel() -> list[str]:
        waits, seen = asyncio.Event(), []

        async def handler(event, context):
            waits.set()
            try:
                await asyncio.Event().wait()
            finally:
                seen.append("ended")

        task = asyncio.create_task(cloud.acall(handler, caller=None))
        await waits.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return seen

    assert asyncio.run(cancel()) == ["ended"]


def test_event_and_context_are_the_handlers_own(write, call):
    """What a handler does to its event and context changes nobody else's."""
    write("def main(event, context):\n    event['a']['b'] = event['userInfo'] = context['x'] = 'changed'\n    return 1")
    event = {"a": {"b": "sent"}}

    outcome = call(event=event)

    assert outcome.event == event == {"a": {"b": "sent"}}


def test_a_function_keeps_its_environment(write, call, cloud):
    """What a handler sets in os.environ stays with its warm instance: no test, no other function and no fresh one sees it."""
    code = """
        import os
        os.environ.setdefault("LOADED", "yes")
        def main(event, context):
            os.environ["COUNT"] = str(int(os.environ.get("COUNT", 0)) + 1)
            os.environ["WX_OPENID"] = "forged"
            os.environ.pop("PATH", None)
            return [os.environ["COUNT"], os.environ["LOADED"], "PATH" in os.environ, "COUNT" in os.environ.copy()]
    """
    write(code)
    write(code, "other")
    before = dict(os.environ)

    assert [call().result[0], call().result[0], call("other").result[0], call(fresh=True).result[0]] == [
        "1",
        "2",
        "1",
        "1",
    ]
    assert call().result == ["2", "yes", False, True]
    assert call(lambda event, context: os.environ["WX_OPENID"]).result == cloud.people["alice"].openid
    assert dict(os.environ) == before


def test_a_handler_of_the_test_changes_the_real_environment(cloud):
    """A callable of the test's own is no function on the platform: what it sets is the test's matter."""

    def handler(event, context):
        os.environ["WXCLOUD_SET"] = "by the test"

    try:
        cloud.call(handler, caller=None)
        assert os.environ["WXCLOUD_SET"] == "by the test"
    finally:
        os.environ.pop("WXCLOUD_SET", None)


def test_warm_and_fresh(write, call):
    """A warm instance keeps its module variables between callers; a fresh one starts anew."""
    write(
        "import os\nfirst = None\ndef main(event, context):\n    global first\n    first = first or os.environ.get('WX_OPENID')\n    return first"
    )

    alice = call().result
    assert call(caller=None).result == alice
    assert call(caller=None, fresh=True).result is None


def test_renewed(write, call, cloud):
    """What an instance kept in its modules is gone."""
    write("calls = []\ndef main(event, context):\n    calls.append(1)\n    return len(calls)")

    told = [call().result, call().result]
    cloud.renew()

    assert [*told, call().result, call().result] == [1, 2, 1, 2]


def test_there_is_no_caller_while_a_function_loads(write, call, cloud):
    """Module code finds the platform's variables and no identity, whoever acts around it."""
    write(
        "import os\nseen = [os.environ.get('WX_OPENID'), os.environ.get('TENCENTCLOUD_RUNENV')]\ndef main(event, context): return seen"
    )

    with cloud.acting_as(cloud.people["alice"]):
        assert cloud.call("tried").result == [None, "SCF"]


def test_a_handler_is_loaded_once_by_many_threads(write, cloud):
    """Threads that call a function for the first time together import it once."""
    write("import threading\nlock = threading.Lock()\ndef main(event, context): return id(lock)")
    together = threading.Barrier(6)
    seen = []

    def work() -> None:
        together.wait(30)
        seen.append(cloud.call("tried", caller=None).result)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(seen) == 6
    assert len(set(seen)) == 1


BROKEN = {
    "raises": ({"index.py": "x = 1\nraise ValueError('no config')"}, ["its index.py raised ValueError", "line 2", "no config"]),
    "a syntax error": ({"index.py": "def main(:"}, ["SyntaxError", "index.py"]),
    "ends": ({"index.py": "raise SystemExit(2)"}, ["raised SystemExit"]),
    "a sibling raises": ({"index.py": "import part", "part.py": "nowhere"}, ["NameError", "part.py", "line 1"]),
    "no handler": ({"index.py": "def handler(event): pass"}, ["defines neither main_handler nor main", "It defines: handler", "def main_handler("]),
    "no function at all": ({"index.py": "main = 1"}, ["It defines: no function"]),
    "a missing package": ({"index.py": "import wxcloud_missing.part"}, ["No module named 'wxcloud_missing'", "-m pip install wxcloud_missing"]),
    "with requirements": (
        {"index.py": "import wxcloud_missing", "requirements.txt": "x"}, ["pip install -r broken/requirements.txt"],
    ),
    "a missing name": ({"index.py": "from part import nothing", "part.py": ""}, ["ImportError", "nothing"]),
    "a relative import": (
        {"index.py": "from . import part", "part.py": ""}, ["attempted relative import with no known parent package"],
    ),
    "too relative an import": (
        {"index.py": "import pkg.part", "pkg/__init__.py": "", "pkg/part.py": "from ..other import x", "other.py": "x = 1"},
        ["attempted relative import beyond top-level package"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "told"), BROKEN.values(), ids=BROKEN)
def test_a_function_that_cannot_be_loaded_is_told_with_the_way_out(cloud, project_folder, files, told):
    """Each reason why a function cannot be loaded has its message: its own stack, and what to do."""
    for name, text in files.items():
        project_folder.write(f"broken/{name}", text)

    for _ in range(2):  # the second try is no different
        with pytest.raises(LoadError) as caught:
            cloud.call("broken", caller=None)

    message = str(caught.value)
    assert [part for part in told if part not in message] == []
    assert "pytest_wxcloud/runtimes" not in message.replace(os.sep, "/")
