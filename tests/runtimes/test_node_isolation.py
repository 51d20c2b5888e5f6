"""On the platform each function has a process of its own; here they share one, and must not notice."""

from __future__ import annotations

import pytest

POLLUTIONS = {
    # what it does, what shows it, what is shown before and after
    "a method on arrays": ("Array.prototype.last = () => 'mine'", "typeof [].last", "undefined", "function"),
    "a method on dates": ("Date.prototype.Format = () => 'mine'", "typeof new Date().Format", "undefined", "function"),
    "a method on all objects": ("Object.prototype.mine = 1", "String({}.mine)", "undefined", "1"),
    "a locked method": (
        "Object.defineProperty(String.prototype, 'mine', { value: 1 })", "String(''.mine)", "undefined", "1",
    ),
    "several locked methods": (
        "Object.defineProperties(Number.prototype, { mine: { value: 1 } })", "String((1).mine)", "undefined", "1",
    ),
    "a locked method by Reflect": (
        "Reflect.defineProperty(Promise, 'mine', { value: 1 })", "String(Promise.mine)", "undefined", "1",
    ),
    "a getter": ("Object.defineProperty(Map.prototype, 'mine', { get: () => 1 })", "String(new Map().mine)", "undefined", "1"),
    "a symbol": ("Function.prototype[Symbol.for('mine')] = 1", "String((() => {})[Symbol.for('mine')])", "undefined", "1"),
    "JSON.stringify": ("JSON.stringify = () => '\"mine\"'", "'{}' === JSON.stringify({}) ? 'real' : 'mine'", "real", "mine"),
    "JSON.parse": ("JSON.parse = () => 'mine'", "String(JSON.parse('1'))", "1", "mine"),
    "toJSON": ("Object.prototype.toJSON = () => 'mine'", "JSON.parse(JSON.stringify({})) + ''", "[object Object]", "mine"),
    "Math.random": ("Math.random = () => 2", "String(Math.random() < 1)", "true", "false"),
    "a deleted method": ("delete Array.prototype.at", "typeof [].at", "function", "undefined"),
    "a global": ("global.mine = 1", "typeof mine", "undefined", "number"),
    "an undeclared variable": ("mine = 1", "typeof mine", "undefined", "number"),
    "setTimeout": ("global.setTimeout = Object.assign(() => {}, { mine: 1 })", "String(setTimeout.mine)", "undefined", "1"),
    "Promise": ("global.Promise = class mine {}", "Promise.name", "Promise", "mine"),
    "Promise.prototype.then": (
        "Promise.prototype.then = function () { return 'mine' }", "String(Promise.resolve().then())", "[object Promise]", "mine",
    ),
    "Function.prototype.call": ("Function.prototype.call = () => 'mine'", "String((() => 1).call())", "1", "mine"),
    "Map.prototype.get": ("Map.prototype.get = () => 'mine'", "String(new Map().get(1))", "undefined", "mine"),
    "Set.prototype.add": ("Set.prototype.add = () => 'mine'", "String(new Set().add(1))", "[object Set]", "mine"),
    "array iteration": (
        "Array.prototype[Symbol.iterator] = function* () { yield 'mine' }", "[...['real']].join()", "real", "mine",
    ),
    "String.prototype.slice": ("String.prototype.slice = () => 'mine'", "'real'.slice(0)", "real", "mine"),
    "console.log": ("console.log = Object.assign(() => {}, { mine: 1 })", "String(console.log.mine)", "undefined", "1"),
    "process.stdout.write": (
        "process.stdout.write = Object.assign(() => {}, { mine: 1 })", "String(process.stdout.write.mine)", "undefined", "1",
    ),
    "process.nextTick": ("process.nextTick = Object.assign(() => {}, { mine: 1 })", "String(process.nextTick.mine)", "undefined", "1"),
    "process.exit": ("process.exit = Object.assign(() => {}, { mine: 1 })", "String(process.exit.mine)", "undefined", "1"),
    "EventEmitter": (
        "require('events').prototype.on = Object.assign(() => {}, { mine: 1 })", "String(process.on.mine)", "undefined", "1",
    ),
    "https.request": (
        "require('https').request = Object.assign(() => {}, { mine: 1 })", "String(require('https').request.mine)", "undefined", "1",
    ),
    "fs.readFileSync": (
        "require('fs').readFileSync = Object.assign(() => {}, { mine: 1 })", "String(require('fs').readFileSync.mine)", "undefined", "1",
    ),
    "module loading": (
        "const M = require('module'); const load = M._resolveFilename;"
        "M._resolveFilename = (name, ...rest) => (name === 'mine' ? __filename : load(name, ...rest))",
        "(() => { try { require('mine'); return 'found' } catch { return 'not found' } })()", "not found", "found",
    ),
    "require.extensions": ("require.extensions['.mine'] = () => {}", "typeof require.extensions['.mine']", "undefined", "function"),
    "a frozen prototype": ("Object.freeze(Array.prototype); Array.prototype.mine = 1", "String([].mine)", "undefined", "1"),
    "a frozen JSON": ("Object.freeze(JSON); Object.seal(Math); Reflect.preventExtensions(Reflect); JSON.mine = 1",
        "String(JSON.mine)", "undefined", "1"),
    "listeners of process": (
        "process.on('unhandledRejection', () => process.exit(1))", "String(process.listenerCount('unhandledRejection'))", "1", "2",
    ),
    "no listeners of process": (
        "process.removeAllListeners('unhandledRejection')", "String(process.listenerCount('unhandledRejection'))", "1", "0",
    ),
    "an environment variable": ("process.env.MINE = 'x'", "String(process.env.MINE)", "undefined", "x"),
    "a deleted variable": ("delete process.env.PATH", "typeof process.env.PATH", "string", "undefined"),
    "the whole environment": ("process.env = { ...process.env, MINE: 'x' }", "String(process.env.MINE)", "undefined", "x"),
    "an emptied environment": ("process.env = {}", "typeof process.env.PATH", "string", "undefined"),
    "the time zone": ("process.env.TZ = 'Asia/Shanghai'", "String(new Date(0).getHours())", "0", "8"),
    "a module's variable": ("require('./state').mine = 1", "String(require('./state').mine)", "undefined", "1"),
}  # fmt: skip


@pytest.fixture
def polluter(project_folder):
    def write(deed: str, shows: str) -> None:
        for name, doing in (("polluter", deed), ("witness", "")):
            project_folder.write(f"{name}/state.js", "exports.count = 0")
            project_folder.function(
                name,
                f"exports.main = async (event) => {{ if (event.do) {{ {doing} }} return event.look ? {shows} : 'done' }}",
            )

    return write


@pytest.mark.parametrize(("deed", "shows", "pristine", "changed"), POLLUTIONS.values(), ids=POLLUTIONS)
def test_what_a_function_does_to_its_process_is_its_own(cloud, polluter, works, deed, shows, pristine, changed):
    """A change of anything global is seen by the same warm instance only: not by others, not by a fresh one."""
    polluter(deed, shows)
    alice = cloud.people["alice"]

    def look(name: str, **how: bool) -> str:
        return cloud.call(name, {"look": True}, caller=alice, **how).value

    assert look("polluter") == look("witness") == pristine
    cloud.call("polluter", {"do": True}, caller=alice)
    assert (look("witness"), look("polluter"), look("witness")) == (pristine, changed, pristine)
    works()
    assert look("polluter", fresh=True) == pristine
    works()


def test_a_getter_without_manners(run, works):
    """A getter that throws, put on an object everybody has, does not reach anybody else."""
    run("""exports.main = async () => {
        for (const key of ['log', 'warn']) Object.defineProperty(console, key, { get() { throw 1 }, configurable: true })
        Object.defineProperty(JSON, 'stringify', { get() { throw 2 }, configurable: true })
    }""")

    works()


LEAKS = {
    "an interval": "setInterval(() => {}, 1)",
    "a timer that throws": "setTimeout(() => { throw new Error('late') }, 1)",
    "a timer that rejects": "setTimeout(async () => { throw new Error('late') }, 1)",
    "a timer that writes": "setInterval(() => console.log('late'), 1)",
    "a timer that changes the environment": "setInterval(() => { process.env.WX_OPENID = 'forged' }, 0)",
    "microtasks for a while": "(async () => { for (let i = 0; i < 1e4; i += 1) await null })()",
    "another directory": "process.chdir('/')",
    "a listening server": "require('http').createServer().listen(0, '127.0.0.1')",
    "an exit code": "process.exitCode = 7",
    "listeners by the dozen": "for (let i = 0; i < 50; i += 1) process.on('exit', () => {})",
    "an ended stdin": "process.stdin.destroy()",
    "a context of its own": "new (require('async_hooks').AsyncLocalStorage)().enterWith({})",
    "a changed user information": "event.userInfo.openId = 'forged'; context.request_id = 'forged'",
    "a changed identity": "process.env.WX_OPENID = 'forged'; process.env.WX_CONTEXT_KEYS = ''",
    "a second answer": "setTimeout(callback, 0, null, 'forged'); setTimeout(callback, 1, new Error('forged'))",
}


@pytest.mark.parametrize("deed", LEAKS.values(), ids=LEAKS)
def test_what_a_function_leaves_behind_touches_nobody(run, works, cloud, deed):
    """Whatever goes on after the answer changes no other call's answer, identity or directory."""
    assert run(f"exports.main = async (event, context, callback) => {{ {deed}; return 1 }}").result == 1
    for _ in range(3):
        works()

    assert run("exports.main = async () => { await new Promise((r) => setTimeout(r, 5)); return process.cwd() }").result
    outcome = works()
    assert outcome.value["OPENID"] == cloud.people["bob"].openid


def test_every_call_starts_in_the_functions_folder(cloud, project_folder):
    """The working directory is the function's folder at each call, so that it finds its own files."""
    project_folder.write("reader/data.txt", "own")
    project_folder.function(
        "reader",
        """
        exports.main = async () => {
          const text = require('fs').readFileSync('data.txt', 'utf8')
          process.chdir('/')
          return text
        }
    """,
    )

    assert [cloud.call("reader", caller=None).result.strip() for _ in range(2)] == ["own", "own"]


def test_a_folder_behind_a_link(cloud, project_folder, tmp_path):
    """A function root that is reached through a symbolic link works like any other."""
    folder = project_folder.function("real", "exports.main = async () => require('fs').existsSync('index.js')")
    link = project_folder.path / "cloudfunctions" / "linked"
    try:
        link.symlink_to(folder, target_is_directory=True)
    except OSError:
        pytest.skip("this system does not let us make links")

    assert [cloud.call("linked", caller=None).result for _ in range(2)] == [True, True]


ENVIRONMENT = {
    "reading": ("process.env.WX_OPENID", "OPENID"),
    "destructuring": ("(({ WX_OPENID }) => WX_OPENID)(process.env)", "OPENID"),
    "spreading": ("({ ...process.env }).WX_OPENID", "OPENID"),
    "entries": ("Object.fromEntries(Object.entries(process.env)).WX_OPENID", "OPENID"),
    "in": ("'WX_OPENID' in process.env", True),
    "hasOwn": ("Object.prototype.hasOwnProperty.call(process.env, 'WX_OPENID')", True),
    "its own method": ("process.env.hasOwnProperty('WX_OPENID')", True),
    "for in": ("(() => { for (const name in process.env) if (name === 'WX_OPENID') return true })()", True),
    "JSON": ("JSON.parse(JSON.stringify(process.env)).WX_OPENID", "OPENID"),
    "printing": ("/WX_OPENID: '(.*)'/.exec(require('util').inspect(process.env))[1]", "OPENID"),
    "Reflect": ("Reflect.get(process.env, 'WX_OPENID')", "OPENID"),
    "a number is written as text": ("(process.env.NUMBER = 1, process.env.NUMBER === '1')", True),
    "undefined is written as text": ("(process.env.NOTHING = undefined, process.env.NOTHING)", "undefined"),
    "assigning": ("(Object.assign(process.env, { A: 'b' }), process.env.A)", "b"),
    "defining": (
        "(Object.defineProperty(process.env, 'D', { value: 'd', writable: true, enumerable: true, configurable: true }), process.env.D)",
        "d",
    ),
    "deleting": (
        "(delete process.env.WX_OPENID, process.env.WX_OPENID === undefined && !('WX_OPENID' in process.env))",
        True,
    ),
    "what is not set": ("[process.env.WX_UNIONID === undefined, 'WX_UNIONID' in process.env]", [True, False]),
    "a symbol": ("(() => { try { process.env[Symbol.iterator] = 1 } catch (e) { return e.name } })()", "TypeError"),
    "through another module": ("require('process').env.WX_OPENID", "OPENID"),
    "in a thread": (
        "await new Promise((done) => new (require('worker_threads').Worker)("
        "'require(\"worker_threads\").parentPort.postMessage(process.env.WX_OPENID)', { eval: true }).on('message', done))",
        "OPENID",
    ),
    "in a thread that shares it": (
        "await new Promise((done) => { const { Worker, SHARE_ENV } = require('worker_threads'); new Worker("
        "'require(\"worker_threads\").parentPort.postMessage(process.env.WX_OPENID)', { eval: true, env: SHARE_ENV }).on('message', done) })",
        "OPENID",
    ),
}


@pytest.mark.parametrize(("expression", "expected"), ENVIRONMENT.values(), ids=ENVIRONMENT)
def test_process_env_behaves(run, cloud, works, expression, expected):
    """process.env answers like the real one, with the caller's variables, however it is asked."""
    answer = run(f"exports.main = async () => {expression}").result

    assert answer == (cloud.people["alice"].openid if expected == "OPENID" else expected)
    works()


def test_variables_stay_with_the_warm_instance(run):
    """What a function puts into its environment is there at its next call, and gone in a fresh instance."""
    code = "exports.main = async () => { process.env.COUNT = Number(process.env.COUNT || 0) + 1; return process.env.COUNT }"

    assert [run(code).result, run(code).result, run(code, fresh=True).result] == ["1", "2", "1"]


def test_a_lasting_worker_of_the_module_serves_the_call_under_way(cloud, project_folder):
    """A loop that module code or an earlier call left running sees the identity of the call it works for."""
    project_folder.function(
        "queue",
        """
        const jobs = []
        let wake
        const loop = async () => {
          for (;;) {
            while (jobs.length > 0) jobs.shift()(process.env.WX_OPENID)
            await new Promise((resolve) => { wake = resolve })
          }
        }
        loop()
        exports.main = async (event) => {
          if (event.again) loop()
          return new Promise((resolve) => { jobs.push(resolve); wake() })
        }
    """,
    )
    people = [cloud.people[name] for name in ("alice", "bob", "carol")]

    seen = [cloud.call("queue", {"again": number == 0}, caller=person).result for number, person in enumerate(people)]

    assert seen == [person.openid for person in people]
