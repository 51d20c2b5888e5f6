"""How JavaScript functions are found and loaded, and what is said about those that cannot be."""

from __future__ import annotations

import json

import pytest

import pytest_wxcloud.runtimes.node as node_runtime
from pytest_wxcloud import LoadError
from pytest_wxcloud.runtimes.node_toolchain import find_sdk


def test_warm_and_fresh(run):
    """A warm instance keeps its modules between calls, as the platform's does; a fresh one starts anew."""
    code = "let calls = 0\nexports.main = async () => { calls += 1; return calls }"

    assert [run(code).result, run(code).result, run(code, fresh=True).result, run(code).result] == [1, 2, 1, 2]


def test_a_fresh_instance_reads_the_files_again(cloud, project_folder):
    """A fresh instance runs the function's files as they are now, also the ones that it requires."""
    project_folder.write("changing/part.js", "module.exports = 'old'")
    project_folder.function("changing", "exports.main = async () => require('./part')")
    assert cloud.call("changing", caller=None).result == "old"
    project_folder.write("changing/part.js", "module.exports = 'new'")

    assert cloud.call("changing", caller=None).result == "old"
    assert cloud.call("changing", caller=None, fresh=True).result == "new"


def test_a_renewed_function_keeps_its_packages_only(cloud, project_folder):
    """Its own modules are loaded anew, from what stands there now; what they require from node_modules is not."""
    counter = "let n = 0; exports.next = () => ++n"
    code = "exports.main = () => [require('./own').next(), require('dep').next(), process.env.KEPT ||= 'SET']"
    project_folder.write("counting/own.js", counter)
    project_folder.write("counting/node_modules/dep/index.js", counter)
    project_folder.function("counting", code.replace("SET", "old"))

    told = [cloud.call("counting", caller=None).result for _ in range(2)]
    project_folder.function("counting", code.replace("SET", "new"))
    cloud.renew()
    told += [cloud.call("counting", caller=None).result for _ in range(2)]

    assert told == [[1, 1, "old"], [2, 2, "old"], [1, 3, "new"], [2, 4, "new"]]


def test_each_function_has_its_own_packages(cloud, project_folder):
    """Two functions may bring different versions of one package; each gets its own."""
    for name in ("one", "two"):
        project_folder.write(f"{name}/node_modules/dep/index.js", f"module.exports = {{ version: '{name}' }}")
        project_folder.function(name, "exports.main = async () => require('dep').version")

    assert [cloud.call(name, caller=None).result for name in ("one", "two", "one")] == ["one", "two", "one"]


def test_a_package_on_disk_is_not_shared_in_memory(cloud, project_folder):
    """Functions that find the same file have each their own copy of its state, the SDK's too."""
    project_folder.write("node_modules/counter/index.js", "let n = 0\nmodule.exports = () => { n += 1; return n }")
    for name in ("one", "two"):
        project_folder.function(
            name,
            """
            const cloud = require('wx-server-sdk')
            const marked = cloud.mark
            cloud.mark = true
            exports.main = async () => [require('counter')(), Boolean(marked)]
        """,
        )

    told = [cloud.call(name, caller=None).result for name in ("one", "one", "two", "one")]

    assert told == [[1, False], [2, False], [1, False], [3, False]]


def test_the_installed_sdk_is_the_fallback(cloud, project_folder):
    """A function without an SDK of its own runs on the installed one; its own one comes first."""
    project_folder.function("without", "exports.main = async () => require.resolve('wx-server-sdk')")
    project_folder.write("with/node_modules/wx-server-sdk/index.js", "")
    project_folder.function("with", "exports.main = async () => require.resolve('wx-server-sdk')")

    sdk = find_sdk()
    assert sdk is not None
    assert cloud.call("without", caller=None).result.startswith(str(sdk.node_modules.resolve()))
    assert str(project_folder.path) in cloud.call("with", caller=None).result


@pytest.mark.parametrize(
    "code",
    [
        "exports.main = async () => 'called'",
        "module.exports = { main: async () => 'called' }",
        "module.exports = class { static async main() { return 'called' } }",
        "exports.main = function () { return new Promise((done) => done('called')) }",
        "Object.defineProperty(exports, 'main', { get: () => () => 'called' })",
        "exports.main = new Proxy(() => 'called', {})",
        "exports.main = (() => 'called').bind(null)",
        "#!/usr/bin/env node\nexports.main = () => 'called'",
        "\ufeffexports.main = () => 'called'",
        "exports.main = () => (require.main === module ? 'as a program' : 'called')",
        "exports.main = async () => (await import('path')).basename('a/called')",
        "exports.main = () => require('node:path').basename('a/called')",
        "exports.main = () => require('./data.json').said",
    ],
)
def test_every_way_of_exporting_main(cloud, project_folder, code):
    """A function may export main in whatever way CommonJS knows."""
    project_folder.write("any/data.json", '{"said": "called"}')
    project_folder.function("any", code)

    assert cloud.call("any", caller=None).result == "called"


BROKEN = {
    "throws": ({"index.js": "\nconst f = () => { throw new Error('no config') }\nf()"}, ["Error: no config", "index.js:2"]),
    "throws a string": ({"index.js": "throw 'plain'"}, ["plain"]),
    "a syntax error": ({"index.js": "exports.main = async () => { ]"}, ["SyntaxError", "index.js:1"]),
    "a part throws": ({"index.js": "require('./part')", "part.js": "nowhere()"}, ["nowhere is not defined", "part.js:1"]),
    "no main": ({"index.js": "exports.handler = () => {}"}, ["broken/index.js exports no main", "exports.main = async (event, context)"]),
    "main is no function": ({"index.js": "exports.main = {}"}, ["exports no main"]),
    "exports nothing": ({"index.js": "module.exports = null"}, ["exports no main"]),
    "a missing package": (
        {"index.js": "require('left-pad')"},
        ["Cannot find module 'left-pad'", "npm --prefix", "broken install --ignore-scripts left-pad"],
    ),
    "part of a missing package": ({"index.js": "require('lodash/fp')"}, ["install --ignore-scripts lodash"]),
    "a missing scoped package": (
        {"index.js": "require('@cloudbase/manager-node/x')"}, ["install --ignore-scripts @cloudbase/manager-node"],
    ),
    "a declared package": (
        {"index.js": "require('left-pad')", "package.json": json.dumps({"dependencies": {"left-pad": "1"}})},
        ["npm --prefix", "install --ignore-scripts"],
    ),
    "a package that is broken": (
        {"index.js": "require('dep')", "node_modules/dep/index.js": "require('./lost')"},
        ["./lost is a file of the function's own that is not there"],
    ),
    "a file of its own": ({"index.js": "require('./helper')"}, ["./helper is a file of the function's own that is not there"]),
    "a package.json that is no JSON": ({"index.js": "nowhere()", "package.json": "{"}, ["cannot be loaded"]),
    "TypeScript": ({"index.ts": "export const main = 1"}, ["index.ts is TypeScript", "npx tsc", "the compiled index.js"]),
    "an ES module by its name": ({"index.mjs": "export const main = 1"}, ["index.mjs is an ES module", "require"]),
    "an ES module by package.json": (
        {"index.js": "export const main = () => 1", "package.json": '{"type": "module"}'}, ['"type": "module"', "require"],
    ),
    "an ES module by import": ({"index.js": "import fs from 'fs'\nexport const main = () => 1"}, ["It is an ES module", "require"]),
    "an ES module by export": ({"index.js": "export const main = () => 1"}, ["It is an ES module", "require"]),
    "ends the process": ({"index.js": "process.exit(3)"}, ["the process ended (exit code 3) while its index.js ran"]),
    "leaves the machine": (
        {"index.js": "require('child_process').execSync('ls')"}, ["pytest-wxcloud blocked the child process ls"],
    ),
    "a hostile error": (
        {"index.js": "throw Object.defineProperty(new Error(), 'message', { get() { throw 1 } })"}, ["cannot be loaded"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("files", "told"), BROKEN.values(), ids=BROKEN)
def test_a_function_that_cannot_be_loaded_is_told_with_the_way_out(cloud, project_folder, works, files, told):
    """Each reason why a function cannot be loaded has its message: the function's own stack, and what to do."""
    for name, text in files.items():
        project_folder.write(f"broken/{name}", text)

    with pytest.raises(LoadError) as caught:
        cloud.call("broken", caller=None)

    message = str(caught.value)
    assert [part for part in told if part not in message] == []
    assert "worker.js" not in message
    assert "node:internal" not in message
    works()


def test_a_mended_function_loads(cloud, project_folder):
    """A function that could not be loaded is tried again at the next call."""
    project_folder.function("mended", "require('./helper')")
    with pytest.raises(LoadError):
        cloud.call("mended", caller=None)
    project_folder.write("mended/helper.js", "")
    project_folder.function("mended", "require('./helper'); exports.main = async () => 'mended'")

    assert cloud.call("mended", caller=None).result == "mended"


def test_module_code_that_never_ends(cloud, project_folder, works, monkeypatch):
    """Module code that never ends is ended by a limit of its own, and told as that."""
    monkeypatch.setattr(node_runtime, "LOAD_LIMIT", 0.3)
    project_folder.function("endless", "for (;;);")

    with pytest.raises(LoadError, match=r"endless cannot be loaded: no answer within 0\.3 seconds.*never ends"):
        cloud.call("endless", caller=None)
    monkeypatch.undo()
    works()


def test_the_output_of_module_code_is_in_the_first_log(cloud, project_folder):
    """What module code writes to the console is told with the first call, as the log of a cold start is."""
    project_folder.function("chatty", "console.log('cold start')\nexports.main = async () => console.log('called')")
    cloud.function("chatty")

    logs = [[log.text for log in cloud.call("chatty", caller=None).logs] for _ in range(2)]

    assert logs == [["cold start\n", "called\n"], ["called\n"]]


def test_there_is_no_caller_while_a_function_loads(cloud, project_folder):
    """Module code finds the platform's variables and no identity, whoever's call loads it."""
    project_folder.function(
        "eager",
        """
        const { WX_OPENID, WX_CONTEXT_KEYS, TENCENTCLOUD_RUNENV } = process.env
        exports.main = async () => [WX_OPENID, WX_CONTEXT_KEYS, TENCENTCLOUD_RUNENV]
    """,
    )

    assert cloud.call("eager", caller=cloud.people["alice"]).result == [None, None, "SCF"]


def test_loading_is_done_once(cloud, project_folder):
    """Asking for a function loads it, so that its first call does not."""
    project_folder.function(
        "counted", "globalThis.loads = (globalThis.loads || 0) + 1\nexports.main = async () => loads"
    )
    cloud.function("counted")
    cloud.function("counted")

    assert [cloud.call("counted", caller=None).result for _ in range(2)] == [1, 1]


def test_the_machines_own_identity_is_not_believed(new_cloud, project_folder, monkeypatch):
    """Variables of the machine that runs the tests, which look like the platform's, do not reach a function."""
    for name in ("WX_OPENID", "WX_UNIONID", "TCB_UUID", "TENCENTCLOUD_SECRETKEY", "SCF_FUNCTIONNAME"):
        monkeypatch.setenv(name, "the machine's")
    monkeypatch.setenv("NODE_OPTIONS", "--require=/nowhere.js")
    project_folder.function("dump", "exports.main = async () => Object.values(process.env)")
    harness = new_cloud()

    assert "the machine's" not in harness.call("dump", caller=None).result


def test_the_sdk_loads_in_silence(cloud, project_folder):
    """The SDK finds what it looks for when it loads, so that it writes no warning into the first log."""
    project_folder.function("sdk", """
        const cloud = require('wx-server-sdk')
        cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })
        exports.main = async () => cloud.getWXContext().ENV
    """)  # fmt: skip

    outcome = cloud.call("sdk", caller=cloud.people["alice"])

    assert outcome.logs == ()
    assert outcome.result == cloud.wx_app.env_id
