"""The extended context, read by the server of @cloudbase/functions-framework itself."""

from __future__ import annotations

import http.client
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_wxcloud import People, Principal, WxUser
from pytest_wxcloud.carriers import CARRIERS, Injection
from pytest_wxcloud.carriers.functions_framework import HEADER, functions_framework
from pytest_wxcloud.identity import CHANNELS, as_principal
from pytest_wxcloud.runtimes.node_toolchain import find_node

SERVER = Path(__file__).with_name("tcb_ff.js")
PEOPLE = People()
HOST = PEOPLE.app
ALICE = PEOPLE["alice"]
GUEST = ALICE.in_app(PEOPLE.fabricate_app(1))

#: Who calls, and the framework's `context.extendedContext`, written down by hand.
CALLERS: dict[str, tuple[Principal | WxUser | None, dict[str, Any]]] = {
    "a user": (
        ALICE,
        {
            "envId": HOST.env_id,
            "source": "wx_client",
            "wechatContext": {"source": "wx_client", "appId": HOST.appid, "openId": ALICE.openid},
        },
    ),
    "a user whose unionid is shown": (
        Principal(ALICE, CHANNELS["call_chain"], shows_unionid=True),
        {
            "envId": HOST.env_id,
            "source": "wx_client,scf",
            "wechatContext": {
                "source": "wx_client,scf",
                "appId": HOST.appid,
                "openId": ALICE.openid,
                "unionId": ALICE.unionid,
            },
        },
    ),
    "a user under resource sharing": (
        Principal(GUEST, CHANNELS["resource_sharing"], shows_unionid=True, env_id=HOST.env_id, host_appid=HOST.appid),
        {
            "envId": HOST.env_id,
            "source": "wx_client",
            "wechatContext": {
                "source": "wx_client",
                "appId": HOST.appid,
                "fromOpenId": GUEST.openid,
                "fromAppId": GUEST.app.appid,
                "fromUnionId": ALICE.unionid,
            },
        },
    ),
    "nobody": (
        Principal(None, CHANNELS["http_api"], env_id=HOST.env_id, host_appid=HOST.appid),
        {"envId": HOST.env_id, "source": "wx_http", "wechatContext": {"source": "wx_http", "appId": HOST.appid}},
    ),
}


@pytest.fixture(scope="module")
def serve(sdks: Path) -> Iterator[Callable[[Injection], Any]]:
    """Send a request to the real server; answers what the function was called with."""
    command = [str(find_node()), str(SERVER), str(sdks / "@cloudbase" / "functions-framework"), HEADER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())

            def ask(injection: Injection) -> Any:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                try:
                    headers = {"Content-Type": "application/json", **injection.headers}
                    connection.request("POST", "/", json.dumps({"id": "t1"}), headers)
                    return json.loads(connection.getresponse().read())
                finally:
                    connection.close()

            yield ask
        finally:
            process.kill()


@pytest.mark.parametrize(("who", "extended"), CALLERS.values(), ids=CALLERS)
def test_the_framework_unpacks_the_header(serve: Any, who: Any, extended: dict[str, Any]) -> None:
    """context.extendedContext holds who calls, and the header is not among the function's own."""
    told = serve(functions_framework(as_principal(who)))
    assert told["event"] == {"id": "t1"}
    assert told["context"]["extendedContext"] == extended
    assert HEADER.lower() not in told["context"]["httpContext"]["headers"]


def test_without_the_header_there_is_no_extended_context(serve: Any) -> None:
    """No carrier, no extendedContext, so it is this header that the framework reads."""
    assert "extendedContext" not in serve(Injection())["context"]


@pytest.mark.parametrize(("who", "extended"), CALLERS.values(), ids=CALLERS)
def test_a_function_finds_the_same_here(ask: Any, who: Any, extended: dict[str, Any]) -> None:
    """A function that the harness calls finds in its context argument what the framework would put there."""
    told = ask("wx-server-sdk-4.0.2", who, carriers=("functions_framework",))
    assert told["extendedContext"] == extended


def test_the_framework_sets_no_variables(ask: Any, wx_server_sdk: str) -> None:
    """Under the framework getWXContext() answers {}, as it does on the platform."""
    assert ask(wx_server_sdk, ALICE, carriers=("functions_framework",))["context"] == {}


def test_the_header_goes_beside_the_cloud_runs() -> None:
    """Both HTTP carriers may be rendered together; neither takes the other's headers."""
    both = {**CARRIERS["http_headers"](Principal(ALICE)).headers, **functions_framework(Principal(ALICE)).headers}
    assert {HEADER, "X-WX-OPENID"} <= set(both)
