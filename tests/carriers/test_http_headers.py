"""The headers of WeChat Cloud Run, read from the environ of a WSGI server."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from pytest_wxcloud import People, Principal, WxUser
from pytest_wxcloud.carriers.credentials import CREDENTIALS
from pytest_wxcloud.carriers.http_headers import http_headers
from pytest_wxcloud.identity import CHANNELS, as_principal

PEOPLE = People()
HOST = PEOPLE.app
ALICE = PEOPLE["alice"]
GUEST = ALICE.in_app(PEOPLE.fabricate_app(1))
TOKEN = CREDENTIALS["X-WX-CLOUDBASE-ACCESS-TOKEN"]
ENV = {"HTTP_X_WX_ENV": HOST.env_id, "HTTP_X_WX_CLOUDBASE_ACCESS_TOKEN": TOKEN}
ADDRESS = {"HTTP_X_FORWARDED_FOR": "203.0.113.7"}
IDS = {"HTTP_X_WX_OPENID": ALICE.openid, "HTTP_X_WX_APPID": HOST.appid}

CALLERS: dict[str, tuple[Principal | WxUser, dict[str, str | None]]] = {
    "a user": (ALICE, {**IDS, **ENV, **ADDRESS, "HTTP_X_WX_SOURCE": "wx_client"}),
    "a user whose unionid is shown": (
        Principal(ALICE, shows_unionid=True),
        {**IDS, "HTTP_X_WX_UNIONID": ALICE.unionid, **ENV, **ADDRESS, "HTTP_X_WX_SOURCE": "wx_client"},
    ),
    "a user in the devtools": (
        Principal(ALICE, CHANNELS["devtools"]),
        {**IDS, **ENV, **ADDRESS, "HTTP_X_WX_SOURCE": "wx_devtools"},
    ),
    "a call chain": (
        Principal(ALICE, CHANNELS["call_chain"]),
        {**IDS, **ENV, **ADDRESS, "HTTP_X_WX_SOURCE": "wx_client,scf"},
    ),
    "resource sharing": (
        Principal(GUEST, CHANNELS["resource_sharing"], shows_unionid=True, env_id=HOST.env_id, host_appid=HOST.appid),
        {
            "HTTP_X_WX_APPID": HOST.appid,
            "HTTP_X_WX_FROM_OPENID": GUEST.openid,
            "HTTP_X_WX_FROM_APPID": GUEST.app.appid,
            "HTTP_X_WX_FROM_UNIONID": ALICE.unionid,
            **ENV,
            **ADDRESS,
            "HTTP_X_WX_SOURCE": "wx_client",
        },
    ),
    "nobody at a timer": (
        Principal(None, CHANNELS["timer"], env_id=HOST.env_id),
        {**ENV, "HTTP_X_WX_SOURCE": "wx_trigger"},
    ),
    "nobody at a payment callback": (
        Principal(None, CHANNELS["payment_callback"], env_id=HOST.env_id),
        {**ENV, "HTTP_X_WX_SOURCE": "wx_paycallback"},
    ),
}


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def request_seen() -> Iterator[Callable[[dict[str, str]], dict[str, str]]]:
    """Send headers to a real WSGI server; answers the part of the environ that names a caller."""

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "application/json")])
        names = ("HTTP_X_WX_", "HTTP_X_FORWARDED_FOR", "HTTP_X_ORIGINAL")
        return [json.dumps({name: environ[name] for name in environ if name.startswith(names)}).encode()]

    def ask(headers: dict[str, str]) -> dict[str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        try:
            connection.request("GET", "/", headers=headers)
            return json.loads(connection.getresponse().read())  # type: ignore[no-any-return]
        finally:
            connection.close()

    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield ask
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("who", "environ"), CALLERS.values(), ids=CALLERS)
def test_the_server_finds_the_caller(request_seen: Any, who: Any, environ: dict[str, str]) -> None:
    """environ holds what is known under the documented names; what is unknown is absent, not empty."""
    assert request_seen(dict(http_headers(as_principal(who)).headers)) == environ


def test_a_server_that_tests_for_the_source_sees_one() -> None:
    """X-WX-SOURCE, by which the documentation says to tell a call through WeChat, is always there."""
    for channel in CHANNELS.values():
        assert http_headers(Principal(None, channel)).headers["X-WX-SOURCE"] == channel.source
