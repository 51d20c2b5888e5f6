"""The actions of routers are found in their source, and nothing else is taken for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pytest_wxcloud.report.dispatch import actions_of

if TYPE_CHECKING:
    from ..conftest import ProjectFolder

ROUTERS = {
    "switch": (
        "switch (event.action) { case 'add': return add(event); case 'remove': { switch (event.kind) "
        "{ case 'soft': break } return remove() } default: return null }",
        "add remove",
    ),
    "switch with a default": (
        "switch (event.action || 'list') { case 'list': case 'page': return list() }",
        "list page",
    ),
    "unpacked": ("const { action, data } = event; switch (action) { case 'a': break; case 'b': break }", "a b"),
    "unpacked and renamed": (
        "const { action: what = 'a' } = event; if (what === 'a') x(); if (what == 'b') y()",
        "a b",
    ),
    "assigned": ("const type = event.type; if (type === 'in') x(); else if ('out' === type) y()", "in out"),
    "optional": ("if (event?.action === 'a') x()", "a"),
    "by index": ("if (event['action'] === 'a') x(); if (event['$url'] === 'b') y()", "a b"),
    "a nested object": ("switch (event.data.action) { case 'a': break }", "a"),
    "constants": (
        "const ACTIONS = { ADD: 'add', DROP: 'drop' }; const LIST = 'list'\n"
        "switch (event.action) { case ACTIONS.ADD: break; case ACTIONS.DROP: break; case LIST: break }",
        "add drop list",
    ),
    "a table": (
        "const handlers = { add, async remove(event) {}, 'get-all': () => ({ no: 1 }), list: require('./list') }\n"
        "return handlers[event.action](event)",
        "add get-all list remove",
    ),
    "a table, asked first": (
        "const handlers = Object.freeze({ add: a, remove: b }); const { action } = event\n"
        "const handler = handlers[action]; if (!handler) return; return handler(event)",
        "add remove",
    ),
    "a map": ("const routes = new Map([['a', one], ['b', two]]); return routes.get(event.action)(event)", "a b"),
    "tcb-router": (
        "const TcbRouter = require('tcb-router'); const app = new TcbRouter({ event })\n"
        "app.use(async (ctx, next) => { await next() })\n"
        "app.router('list', async (ctx) => {}); app.router(['add', 'append'], f); app.router('*', g)",
        "add append list",
    ),
    "comments and texts are no code": (
        "// case 'x': event.action === 'y'\n/* event.action === 'z' */ const s = \"event.action === 'w'\"\n"
        "const r = /event.action === 'v'\"/; if (event.action === 'a') x()",
        "a",
    ),
}
NOT_ROUTERS = {
    "one thing": "return db.collection('todos').where({ type: 'x' }).get()",
    "one type": "if (event.type === 'vip') discount = 2; return discount",
    "a document's type": "if (todo.type === 'a') x(); if (todo.type === 'b') y()",
    "labels": "const { type } = event; return { label: LABELS[type], LABELS }",
    "a refusal": "if (event.action !== 'a') return",
    "set": "event.action = 'a'; post.action = { action: 'b' }",
}
PYTHON = {
    'action = event.get("action", "list")\nif action == "list":\n    pass\nelif action == "add":\n    pass': "add list",
    'match event["action"]:\n    case "a" | "b":\n        pass\n    case _:\n        pass': "a b",
    'HANDLERS = {"a": 1, "b": 2}\nHANDLERS[event["action"]](event)': "a b",
    'HANDLERS = {"a": 1, "b": 2}\nkind = event["type"]\nHANDLERS.get(kind)': "a b",
    'if event.get("type") == "vip":\n    pass': "",
    "def (": "",
}


def main(code: str) -> str:
    return f"exports.main = async (event) => {{\n{code}\n}}\n"


@pytest.mark.parametrize("name", ROUTERS)
def test_routers(project_folder: ProjectFolder, name: str) -> None:
    code, actions = ROUTERS[name]
    assert actions_of(project_folder.function("f", main(code))) == actions.split()


@pytest.mark.parametrize("name", NOT_ROUTERS)
def test_no_routers(project_folder: ProjectFolder, name: str) -> None:
    assert actions_of(project_folder.function("f", main(NOT_ROUTERS[name]))) == []


@pytest.mark.parametrize("code", PYTHON)
def test_python(project_folder: ProjectFolder, code: str) -> None:
    assert actions_of(project_folder.function("f", code, "py")) == PYTHON[code].split()


def test_a_table_in_a_file_of_its_own(project_folder: ProjectFolder) -> None:
    """What is required from beside the function counts; what is installed does not."""
    folder = project_folder.function("f", main("const all = require('./all'); return all[event.action](event)"))
    project_folder.write("f/all.js", "module.exports = { add: 1, drop }; exports.list = 2")
    project_folder.write("f/node_modules/x/index.js", "if (event.action === 'no') x()")

    assert actions_of(folder) == ["add", "drop", "list"]


def test_an_action_outweighs_a_type(project_folder: ProjectFolder) -> None:
    """Where a function has actions, its event's type is an argument."""
    code = "if (event.action === 'add') { if (event.type === 'a') x(); if (event.type === 'b') y() }"

    assert actions_of(project_folder.function("f", main(code))) == ["add"]
