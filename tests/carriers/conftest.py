"""The real readers of identity: several versions of the SDKs, and functions that tell what they read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_wxcloud import Principal, Settings, WxCloud, WxUser
from pytest_wxcloud.carriers import CARRIERS

SDKS = Path(__file__).parents[1] / "sdks"
PACKAGES: dict[str, str] = json.loads((SDKS / "package.json").read_text("utf-8"))["dependencies"]

GET_WX_CONTEXT = """
const cloud = require('wx-server-sdk');
cloud.init({ env: cloud.DYNAMIC_CURRENT_ENV });
exports.main = async (event, context) => ({
  context: cloud.getWXContext(),
  userInfo: event.userInfo,
  extendedContext: context.extendedContext,
});
"""

ASK_NODE_SDK = """
const tcb = require('@cloudbase/node-sdk');
const app = tcb.init({ env: tcb.SYMBOL_CURRENT_ENV });
const told = (ask) => { try { return ask(); } catch (error) { return { code: error.code }; } };
exports.main = async (event, context) => ({
  userInfo: app.auth().getUserInfo(),
  authContext: await app.auth().getAuthContext(context).catch((error) => ({ code: error.code })),
  parsed: told(() => tcb.parseContext(context)),
  fromContext: told(() => tcb.getCloudbaseContext(context)),
});
"""

#: The function that asks an SDK, for each that is installed in several versions.
QUESTIONS = {"wx-server-sdk": GET_WX_CONTEXT, "@cloudbase/node-sdk": ASK_NODE_SDK}


def versions_of(package: str) -> list[str]:
    """The names under which versions of `package` are installed, and their functions called."""
    return [alias for alias, spec in PACKAGES.items() if spec.startswith(f"npm:{package}@")]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes `wx_server_sdk` or `node_sdk` runs with each version."""
    for argument, package in (("wx_server_sdk", "wx-server-sdk"), ("node_sdk", "@cloudbase/node-sdk")):
        if argument in metafunc.fixturenames:
            metafunc.parametrize(argument, versions_of(package))


@pytest.fixture(scope="session")
def sdks() -> Path:
    """The node_modules with the readers."""
    modules = SDKS / "node_modules"
    missing = [name for name in PACKAGES if not (modules / name).is_dir()]
    if missing:
        pytest.fail(
            f"Carriers are tested against what reads them, and {missing[0]} is not installed. Install it:\n"
            "    python tests/sdks/install.py",
            pytrace=False,
        )
    return modules


@pytest.fixture(scope="session")
def readers(sdks: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A function root with one function for each version of each SDK, named after it."""
    root = tmp_path_factory.mktemp("readers")
    for package, question in QUESTIONS.items():
        for alias in versions_of(package):
            # A module that is the SDK: unlike a link to it, Windows lets everyone make one.
            module = root / alias / "node_modules" / package / "index.js"
            module.parent.mkdir(parents=True)
            module.write_text(f"module.exports = require({json.dumps(str(sdks / alias))});", "utf-8")
            (root / alias / "index.js").write_text(question, "utf-8")
    return root


Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def ask(readers: Path) -> Iterator[Ask]:
    """Call a reader as somebody, with identity on the named carriers, else on those of an event function."""
    clouds: dict[tuple[str, ...] | None, WxCloud] = {}

    def ask(
        reader: str,
        who: Principal | WxUser | None,
        event: dict[str, Any] | None = None,
        *,
        carriers: tuple[str, ...] | None = None,
    ) -> Any:
        if carriers not in clouds:
            settings = Settings() if carriers is None else Settings(carriers=tuple(CARRIERS[name] for name in carriers))
            clouds[carriers] = WxCloud(readers, settings)
        return clouds[carriers].call(reader, event, caller=who).result

    yield ask
    for cloud in clouds.values():
        cloud.close()
