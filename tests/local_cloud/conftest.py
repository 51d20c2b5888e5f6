"""Functions on the real SDKs, several versions of them, before one local cloud."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_wxcloud import Outcome, Settings, WxCloud

SDKS = Path(__file__).parents[1] / "sdks" / "node_modules"
VERSIONS = ("1.8.3", "2.1.2", "2.4.0", "2.6.3", "3.0.4", "4.0.2")
MODERN = VERSIONS[3:]  # which send every value as Extended JSON; older ones make text of some dates
ADMIN_VERSIONS = ("1.2.1", "1.9.0", "1.22.0", "1.23.0")  # of tcb-admin-node

#: What older SDKs do not have, and the version that does; before that `_.mod` loses the remainder.
SINCE = {"cloud.cloudPay": "2.1", "cloud.getCloudCallSign": "2.4", "new cloud.Cloud": "2.4", "_.mod(": "2.6"}

#: Runs the code in its event. `t(action)` answers what an SDK call came to, error or not.
RUN = """
const cloud = require('wx-server-sdk');
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV });
const db = cloud.database();
const _ = db.command;
const $ = _.aggregate;
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
const t = async (action) => {
  try { return await action(); } catch (error) { return { errCode: error.errCode, errMsg: error.errMsg || error.message }; }
};
exports.main = async (event) =>
  new AsyncFunction('cloud', 'db', '_', '$', 't', 'event', 'require', event.code)(cloud, db, _, $, t, event, require);
"""

#: The same before tcb-admin-node.
RUN_ADMIN = """
const tcb = require('tcb-admin-node');
tcb.init({ env: process.env.TCB_ENV });
const db = tcb.database();
const _ = db.command;
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
exports.main = async (event) => new AsyncFunction('tcb', 'db', '_', 'event', event.code)(tcb, db, _, event);
"""

OTHERS = {
    "python/index.py": "import os\ndef main(event, context): return [event, os.environ['WX_OPENID'], os.environ['TCB_SOURCE']]\n",
    "refuses/index.js": "exports.main = async () => { throw new Error('无权限') }\n",
    "broken/index.js": "require('left-pad')\n",
    "dies/index.js": "exports.main = async () => process.exit(3)\n",
    "escapes/index.js": "exports.main = async () => { await fetch('http://example.com').catch(() => {}) }\n",
    "again/index.js": "const cloud = require('wx-server-sdk'); cloud.init()\n"
    "exports.main = async () => (await cloud.callFunction({ name: 'again' })).result\n",
}

Run = Callable[..., Any]


@pytest.fixture(scope="session")
def functions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A function root with the functions `run` and `admin` on each version of their SDKs, and some others."""
    if not SDKS.is_dir():
        pytest.fail("The SDKs are not installed. Install them:\n    python tests/sdks/install.py", pytrace=False)
    root = tmp_path_factory.mktemp("functions")
    for version in VERSIONS:
        write_function(root / f"run-{version}", RUN, "wx-server-sdk", SDKS / f"wx-server-sdk-{version}")
    for version in ADMIN_VERSIONS:
        installed = "tcb-admin-node" if version == "1.22.0" else f"tcb-admin-node-{version}"
        write_function(root / f"run-admin-{version}", RUN_ADMIN, "tcb-admin-node", SDKS / installed)
    for name, code in OTHERS.items():
        file = root / name
        file.parent.mkdir()
        file.write_text(code, "utf-8")
    return root


def write_function(folder: Path, code: str, package: str, installed: Path) -> None:
    """A function that finds the package `installed` under the name `package`."""
    module = folder / "node_modules" / package / "index.js"
    module.parent.mkdir(parents=True)
    module.write_text(f"module.exports = require({json.dumps(str(installed))});", "utf-8")
    (folder / "index.js").write_text(code, "utf-8")


@pytest.fixture(scope="session")
def session_cloud(functions: Path) -> Iterator[WxCloud]:
    with WxCloud(functions, Settings(time_limit=20)) as cloud:
        yield cloud


@pytest.fixture(scope="session")
def reference() -> Iterator[Any]:
    """The engine that the local database is compared with."""
    from .reference import Reference

    reference = Reference()
    yield reference
    reference.close()


@pytest.fixture
def cloud(session_cloud: WxCloud) -> Iterator[WxCloud]:
    """The harness, its local cloud as empty as before after each test."""
    with session_cloud.scenario():
        yield session_cloud


@pytest.fixture(params=VERSIONS)
def run(request: pytest.FixtureRequest, cloud: WxCloud) -> Run:
    """Runs JavaScript in a function, on each version of the SDK; answers what it returns."""

    def run(code: str, **arguments: Any) -> Any:
        for part, since in SINCE.items():
            if part in code and request.param < since:
                pytest.skip(f"{part} came with {since}")
        return outcome_of(cloud, request.param, code, **arguments).result

    return run


def outcome_of(cloud: WxCloud, version: str, code: str, **arguments: Any) -> Outcome:
    caller = arguments.pop("caller", cloud.people["alice"])
    return cloud.call(f"run-{version}", {"code": code, **arguments}, caller=caller)
