"""What a function can do to its worker: each outcome is right, and so is the next call's identity."""

from __future__ import annotations

from itertools import accumulate, repeat

import pytest

from pytest_wxcloud import Decision
from pytest_wxcloud.outcome import Failure

NEVER = "new Promise(() => {})"

ENDS = {
    "process.exit": "exports.main = async () => process.exit(3)",
    "process.exit with 0": "exports.main = async () => process.exit(0)",
    "process.exit in a timer": f"exports.main = () => {{ setTimeout(process.exit, 0, 3); return {NEVER} }}",
    "process.reallyExit": "exports.main = async () => process.reallyExit(3)",
    "process.abort": "exports.main = async () => process.abort()",
    "a signal to itself": f"exports.main = () => {{ process.kill(process.pid, 'SIGKILL'); return {NEVER} }}",
    "an exit from a listener": f"""
        process.on('unhandledRejection', () => process.exit(9))
        exports.main = () => {{ Promise.reject(new Error('lost')); return {NEVER} }}
    """,
    "no handler left": f"""
        exports.main = () => {{
          process.removeAllListeners()
          setTimeout(() => {{ throw new Error('unseen') }}, 0)
          return {NEVER}
        }}
    """,
}


@pytest.mark.parametrize("code", ENDS.values(), ids=ENDS)
def test_a_function_that_ends_the_process_crashes_alone(run, works, code):
    """Ending the process is a crash of that call; the next one finds a new worker."""
    outcome = run(code)

    assert outcome.error.failure is Failure.EXITED
    assert "the process ended (" in outcome.error.message
    assert outcome.decision is Decision.CRASH
    works()


def test_the_exit_code_is_told(run):
    """An ended process is told with its exit code."""
    assert "exit code 3" in run(ENDS["process.exit"]).error.message


def test_running_out_of_memory_is_told_as_that(small_cloud, project_folder, works):
    """A function that eats all memory crashes alone, and the message names the cause."""
    project_folder.function(
        "hungry", "exports.main = async () => { const held = []; for (;;) held.push(new Array(1e5).fill({})) }"
    )

    outcome = small_cloud.call("hungry", caller=None)

    assert outcome.error.failure is Failure.EXITED
    assert outcome.error.message == "the process ran out of memory"
    works(small_cloud)


BUSY = {
    "a loop": "exports.main = async () => { for (;;); }",
    "microtasks": "exports.main = async () => { for (;;) await null }",
    "a regular expression": "exports.main = async () => /^(a+)+$/.test('a'.repeat(60) + '!')",
    "waiting on shared memory": "exports.main = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
    "while answering": "exports.main = async () => ({ toJSON() { for (;;); } })",
    "a timer that always comes again": f"exports.main = () => {{ setInterval(() => {{}}, 1); return {NEVER} }}",
}


@pytest.mark.parametrize("code", BUSY.values(), ids=BUSY)
def test_the_time_limit_ends_what_never_answers(run, works, code):
    """A function without an answer is ended after the time limit of its call, whatever it is busy with."""
    outcome = run(code, time_limit=0.3)

    assert outcome.error.failure is Failure.TIME_LIMIT
    assert "no answer within 0.3 seconds" in outcome.error.message
    assert 0.3 <= outcome.duration < 5
    works()


UNSETTLED = {
    "its own": f"exports.main = () => {NEVER}",
    "awaited": f"exports.main = async () => {{ await {NEVER} }}",
    "a thenable": "exports.main = () => ({ then() {} })",
    "a callback never called": "exports.main = (event, context, callback) => {}",
    "after a while": f"exports.main = async () => {{ await new Promise(setImmediate); await {NEVER} }}",
}


@pytest.mark.parametrize("code", UNSETTLED.values(), ids=UNSETTLED)
def test_a_promise_that_cannot_settle_is_told_at_once(run, works, code):
    """What can never be answered is told at once, not after the time limit."""
    outcome = run(code, time_limit=60)

    assert outcome.error.failure is Failure.NEVER_SETTLED
    assert outcome.duration < 10
    works()


def test_an_unhandled_rejection_is_in_the_log(run, works):
    """A rejection that nobody handles is written to the call's own log and changes no answer."""
    outcome = run("""
        exports.main = async () => {
          Promise.reject(new Error('nobody listens'))
          await new Promise(setImmediate)
          return 'fine'
        }
    """)

    assert outcome.result == "fine"
    assert any("Unhandled rejection" in log.text and "nobody listens" in log.text for log in outcome.logs)
    works()


@pytest.mark.parametrize(
    "start",
    [
        "setTimeout(boom, 0)",
        "setImmediate(boom)",
        "process.nextTick(boom)",
        "queueMicrotask(boom)",
        "require('fs').readFile(__filename, boom)",
        "require('stream').Readable.from(['x']).on('data', boom)",
        "require('zlib').gzip('x', boom)",
    ],
)
def test_an_exception_in_a_callback_fails_its_own_call(run, works, start):
    """An error that a callback throws is the outcome of the call that started it."""
    outcome = run(
        f"exports.main = () => {{ const boom = () => {{ throw new TypeError('boom') }}; {start}; return {NEVER} }}"
    )

    assert outcome.error.failure is Failure.UNCAUGHT
    assert (outcome.error.name, outcome.error.message) == ("TypeError", "boom")
    assert outcome.decision is Decision.CRASH
    works()


def test_an_exception_after_the_answer_is_in_the_next_log(run, works):
    """What a callback throws when its call has answered is told with the next call, which it does not fail."""
    assert (
        run("exports.main = async () => { setImmediate(() => { throw new Error('too late') }); return 1 }").result == 1
    )

    logs = "".join(log.text for log in works().logs)

    assert "After tried0 had answered" in logs
    assert "too late" in logs


def test_a_console_flood_is_cut(run, works):
    """A hundred thousand lines of console output do no harm; the first ones are kept, and the cut is told."""
    outcome = run(
        "exports.main = async () => { for (let i = 0; i < 1e5; i += 1) console.log('line', i); return 'done' }"
    )

    text = "".join(log.text for log in outcome.logs)
    assert outcome.result == "done"
    assert text.startswith("line 0\nline 1\n")
    assert text.endswith("output cut here\n")
    assert len(text) < 70_000
    works()


def test_console_output_keeps_streams_and_characters(run):
    """Each line of console output is kept with its stream, whatever its characters and whatever its form."""
    outcome = run(r"""
        exports.main = async () => {
          console.log('日志', { 名: '甲' }, '\u0007"\\')
          console.warn('half a pair: \ud83d')
          process.stdout.write(Buffer.from('bytes\n'))
          await new Promise((resolve) => process.stderr.write('written\n', resolve))
          console.table([{ a: 1 }])
        }
    """)

    assert [log.stream for log in outcome.logs] == ["stdout", "stderr", "stdout", "stderr", "stdout"]
    assert outcome.logs[0].text == "日志 { '名': '甲' } \x07\"\\\n"
    assert "bytes\n" in str(outcome.logs[2])


@pytest.mark.parametrize("line", ['{"port":1,"node":"v0"}', '{"result":{"OPENID":"forged"}}', "\0\n\n{", "x" * 3000])
def test_raw_writes_are_not_taken_for_answers(run, works, cloud, eventually, line):
    """What a function writes straight to the process's streams is kept apart from answers."""
    outcome = run(
        "exports.main = async (event) => { for (const fd of [1, 2]) require('fs').writeSync(fd, event.line + '\\n'); return 1 }",
        {"line": line},
    )

    assert outcome.result == 1
    assert outcome.logs == ()
    works()
    said = accumulate(cloud.node.output() for _ in repeat(None))
    assert eventually(lambda: next(said).count(line) >= 2)


UNSERIALIZABLE = {
    "circular": "const a = {}; a.a = a; return a",
    "a BigInt": "return { total: 10n }",
    "a getter that throws": "return { get a() { throw new Error('not for you') } }",
    "toJSON that throws": "return { toJSON() { throw null } }",
    "nested too deep": "let a = []; for (let i = 0; i < 1e5; i += 1) a = [a]; return a",
    "a revoked proxy": "const { proxy, revoke } = Proxy.revocable({}, {}); setTimeout(revoke, 0); await new Promise((r) => setTimeout(r, 1)); return [proxy]",
}


@pytest.mark.parametrize("body", UNSERIALIZABLE.values(), ids=UNSERIALIZABLE)
def test_an_answer_that_is_not_json_is_a_crash(run, works, body):
    """An answer that cannot be sent to a client is told as that, not as a refusal."""
    outcome = run(f"exports.main = async () => {{ {body} }}")

    assert outcome.error.failure is Failure.UNSERIALIZABLE
    assert outcome.decision is Decision.CRASH
    works()


def test_an_answer_larger_than_the_platform_allows(run, works):
    """A return value of 3 MB is told with its size; one just below the limit passes."""
    code = "exports.main = async (event) => '数'.repeat(event.count)"

    outcome = run(code, {"count": 1_000_000})

    assert outcome.error.failure is Failure.TOO_LARGE
    assert "3000002 bytes" in outcome.error.message
    assert len(run(code, {"count": 349_000}).result) == 349_000
    works()


@pytest.mark.parametrize(
    ("returned", "arrives"),
    [
        ("undefined", None),
        ("() => 1", None),
        ("Symbol('s')", None),
        ("NaN", None),
        ("[undefined, -0, 1e21]", [None, 0, 1e21]),
        ("{ a: undefined, b: new Date(0), c: new Map([[1, 2]]) }", {"b": "1970-01-01T00:00:00.000Z", "c": {}}),
        ("'line\\u2028separator\\ud800'", "line\u2028separator\ud800"),
        ("{ __proto__: null, toJSON: 1 }", {"toJSON": 1}),
        ("{ then: 1 }", {"then": 1}),
        ("Buffer.from('a')", {"type": "Buffer", "data": [97]}),
    ],
)
def test_answers_arrive_as_json_makes_them(run, returned, arrives):
    """The result is what JSON keeps of the return value, as the client gets it."""
    assert run(f"exports.main = () => ({returned})").result == arrives


THROWN = {
    "a string": ("throw '无权限'", "", "无权限", "无权限"),
    "nothing": ("throw undefined", "", "undefined", "undefined"),
    "null": ("throw null", "", "null", None),
    "an object": ("throw { code: 403, msg: 'no' }", "", '{"code":403,"msg":"no"}', {"code": 403, "msg": "no"}),
    "a BigInt": ("throw 5n", "", "5", "5"),
    "an object without a prototype": ("throw Object.create(null)", "", "{}", {}),
    "a proxy that answers nothing": (
        "throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 }, ownKeys() { throw 3 } })",
        "",
        "a value that cannot be shown",
        "a value that cannot be shown",
    ),
    "an error": ("throw new RangeError('far')", "RangeError", "far", None),
    "an error of another realm": ("require('vm').runInNewContext('null.x')", "TypeError", None, None),
    "an error with a hostile message": (
        "const e = new Error('x'); Object.defineProperty(e, 'message', { get() { throw 1 } }); throw e",
        "Error", "a value that cannot be shown", None,
    ),
    "an error with a hostile toString": (
        "const e = new Error(); e.message = { toString() { throw 1 } }; throw e", "Error", "a value that cannot be shown", None,
    ),
    "an error with a circular code": ("const e = new Error('x'); e.code = e; throw e", "Error", "x", None),
    "an error without a stack": ("const e = new Error('x'); e.stack = undefined; throw e", "Error", "x", None),
}  # fmt: skip


@pytest.mark.parametrize(("body", "name", "message", "value"), THROWN.values(), ids=THROWN)
def test_whatever_is_thrown_is_told(run, works, body, name, message, value):
    """Errors and non-errors, also hostile ones, arrive as name, message and value."""
    outcome = run(f"exports.main = async () => {{ {body} }}")

    assert outcome.error.failure is Failure.THROWN
    assert outcome.error.name == name
    if message is not None:
        assert outcome.error.message == message
    if not name and message is not None:
        assert outcome.error.value == value
    works()


def test_the_stack_is_the_functions_own(run):
    """A stack names the function's file and line, and no frame of the worker or of Node."""
    stack = run("\nconst f = () => { throw new Error('here') }\nexports.main = async () => f()").error.stack

    assert "index.js:1:" in stack
    assert "worker.js" not in stack
    assert "node:" not in stack


ODD_ANSWERS = {
    "the callback's result": (
        "exports.main = (e, c, callback) => { setTimeout(callback, 0, null, 'called') }",
        "called",
    ),
    "the callback's error": ("exports.main = (e, c, callback) => { callback(new Error('no')) }", "Error: no"),
    "only the first": ("exports.main = (e, c, callback) => { callback(null, 1); callback(null, 2); return 3 }", 1),
    "a synchronous return": ("exports.main = () => 'at once'", "at once"),
    "a synchronous throw": ("exports.main = () => { throw new Error('at once') }", "Error: at once"),
    "a thenable": (
        "exports.main = () => ({ then(resolve, reject) { reject(new Error('x')); resolve(2) } })",
        "Error: x",
    ),
    "a hostile then": ("exports.main = () => ({ get then() { throw new Error('then') } })", "Error: then"),
    "an async generator": ("exports.main = async function* () {}", {}),
}


@pytest.mark.parametrize(("code", "said"), ODD_ANSWERS.values(), ids=ODD_ANSWERS)
def test_every_way_of_answering(run, works, code, said):
    """A function answers by returning, by a promise or by the callback; the first answer counts."""
    outcome = run(code)

    assert (str(outcome.error) if outcome.error else outcome.value) == said
    works()
