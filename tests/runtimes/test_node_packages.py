"""Packages are read and compiled once, and run anew for each function, as Node runs them."""

from __future__ import annotations

import json

import pytest

from pytest_wxcloud import LoadError

COUNTING = """
    const fs = require('fs')
    const read = fs.readFileSync
    const files = []
    fs.readFileSync = (file, ...how) => { files.push(String(file)); return read(file, ...how) }
    const dep = require('dep')
    fs.readFileSync = read
    exports.main = async () => [dep.next(), files.filter((file) => file.includes('dep')).length]
"""


def test_a_package_is_read_once_and_run_for_each_function(cloud, project_folder):
    """Each has the package's state for itself; a new instance has it anew."""
    project_folder.write("node_modules/dep/index.js", "let n = 0; exports.next = () => ++n")
    for name in ("one", "two"):
        project_folder.function(name, COUNTING)

    first, read = cloud.call("one", caller=None).result
    told = [cloud.call(name, caller=None).result for name in ("one", "two")]
    told.append(cloud.call("one", caller=None, fresh=True).result)

    assert first == 1
    assert told == [[2, read], [1, 0], [1, 0]]


@pytest.mark.parametrize("text", ["exports.said = 'new'", "exports.said = 'new and longer'"])
def test_a_package_that_changes_is_read_again(cloud, project_folder, text):
    """A new instance runs what stands in the file now, whether the file is as long as it was or not."""
    project_folder.write("node_modules/dep/index.js", "exports.said = 'old'")
    project_folder.function("asking", "exports.main = async () => require('dep').said")
    told = [cloud.call("asking", caller=None, fresh=True).result for _ in range(2)]
    project_folder.write("node_modules/dep/index.js", text)
    told.append(cloud.call("asking", caller=None, fresh=True).result)

    assert told == ["old", "old", text.split("'")[1]]


#: What a package may look like, and what `main` of a function that requires it answers.
KINDS = {
    "strict": ("'use strict'\nexports.said = (function () { return this === undefined })()", True),
    "sloppy": ("exports.said = (function () { return this === globalThis })()", True),
    "an early return": ("exports.said = 1\nreturn\nexports.said = 2", 1),
    "what Node hands in": ("exports.said = [arguments.length, this === exports, exports === module.exports]", [5, True, True]),
    "its own name": ("exports.said = [__filename, __dirname].map((it) => it.split(/[\\\\/]/).slice(-2).join('/'))", ["dep/index.js", "node_modules/dep"]),
    "its module": ("exports.said = [module.id === __filename, module.loaded, module.children.length]", [True, False, 0]),
    "nothing else of its module": ("exports.said = Object.keys(module).includes('_compile')", False),
    "a part of its own": ("exports.said = require('./part').name", "a part"),
    "a part that takes part in a circle": ("exports.early = 1; exports.said = require('./circle').early", 1),
    "where a part is": ("exports.said = require.resolve('./part').endsWith('part.js')", True),
    "where parts are looked for": ("exports.said = require.resolve.paths('x')[0].endsWith('node_modules')", True),
    "what is loaded": ("require('./part'); exports.said = require.resolve('./part') in require.cache", True),
    "whether it is a program": ("exports.said = [require.main === module, typeof require.main]", [False, "object"]),
    "kinds of files": ("exports.said = Object.keys(require.extensions)", [".js", ".json", ".node"]),
    "a promised import": ("exports.said = import('path').then((path) => path.basename('a/b'))", "b"),
    "a hash-bang": ("#!/usr/bin/env node\nexports.said = 1", 1),
    "a byte order mark": ("\ufeffexports.said = 1", 1),
    "a comment at its end": ("exports.said = 1 // the end", 1),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), KINDS.values(), ids=KINDS)
def test_a_package_finds_what_node_gives_it(cloud, project_folder, text, said):
    """In the first instance that runs it, and in the second."""
    project_folder.write("node_modules/dep/index.js", text)
    project_folder.write("node_modules/dep/part.js", "exports.name = 'a part'")
    project_folder.write("node_modules/dep/circle.js", "exports.early = require('./index').early")
    project_folder.function("asking", "const { said } = require('dep')\nexports.main = async () => said")

    assert [cloud.call("asking", caller=None, fresh=True).result for _ in range(2)] == [said, said]


#: Packages that throw when they are loaded, and where.
BROKEN = {
    "in its first line": ("const a = 1; nowhere()", "ReferenceError: nowhere is not defined", "index.js:1:14"),
    "in a later line": ("const a = 1\n  nowhere()", "ReferenceError: nowhere is not defined", "index.js:2:3"),
    "in its syntax": ("const a = ]", "SyntaxError: Unexpected token ']'", "index.js:1"),
}


@pytest.mark.parametrize(("text", "error", "where"), BROKEN.values(), ids=BROKEN)
def test_where_a_package_is_broken(cloud, project_folder, text, error, where):
    """The line and the column are those of the file, each time; mended, it loads."""
    index = project_folder.write("node_modules/dep/index.js", text)
    project_folder.function("asking", "exports.main = async () => 1\nrequire('dep')")
    for _ in range(2):
        with pytest.raises(LoadError) as caught:
            cloud.call("asking", caller=None)
        assert error in str(caught.value)
        assert where in str(caught.value)
        assert "packages.js" not in str(caught.value)
    index.write_text("exports.said = 1", "utf-8")

    assert cloud.call("asking", caller=None).result == 1


def test_es_modules_are_left_to_node(cloud, project_folder):
    """A package of ES modules can be imported, and is one for each function and each call."""
    project_folder.write("node_modules/dep/package.json", json.dumps({"type": "module", "exports": "./index.js"}))
    project_folder.write("node_modules/dep/index.js", "export const said = new URL(import.meta.url).protocol")
    project_folder.function("asking", "exports.main = async () => (await import('dep')).said")

    assert [cloud.call("asking", caller=None, fresh=True).result for _ in range(2)] == ["file:", "file:"]


#: What libraries put in the place of Node's own steps, so that `plain` becomes `hooked`.
HOOKS = {
    "compiling": """
        const compile = Module.prototype._compile
        Module.prototype._compile = function (text, ...rest) { return compile.call(this, change(text), ...rest) }
    """,
    "reading": """
        const load = Module._extensions['.js']
        Module._extensions['.js'] = (module, file) => {
          const compile = module._compile
          module._compile = (text, ...rest) => { module._compile = compile; return module._compile(change(text), ...rest) }
          return load(module, file)
        }
    """,
}


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_a_function_may_hook_the_loading_of_packages(cloud, project_folder, hook):
    """It is asked about packages too, and no other function sees what it makes of them."""
    code = "HOOK\nexports.main = async () => require('dep').said"
    change = "const Module = require('module')\nconst change = (text) => text.replace('plain', 'hooked')\n"
    project_folder.write("node_modules/dep/index.js", "exports.said = 'plain'")
    project_folder.function("plain", code.replace("HOOK", ""))
    project_folder.function("hooking", code.replace("HOOK", change + hook))
    names = ("hooking", "plain", "hooking", "plain")
    told = [cloud.call(name, caller=None, fresh=True).result for name in names]

    assert told == ["hooked", "plain", "hooked", "plain"]
