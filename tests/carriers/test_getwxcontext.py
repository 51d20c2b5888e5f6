"""The environment carrier, read by ``cloud.getWXContext()`` of the SDK itself."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest

from pytest_wxcloud import People, Principal, WxApp, WxUser, verbatim
from pytest_wxcloud.carriers.environment import environment
from pytest_wxcloud.identity import CHANNELS

PEOPLE = People()
HOST = PEOPLE.app
ALICE = PEOPLE["alice"]
GUEST = ALICE.in_app(PEOPLE.fabricate_app(1))
UNBOUND = ALICE.in_app(PEOPLE.fabricate_app(2, bound=False))

LAST_SDK = "wx-server-sdk-4.0.2"
ADDRESS = {"CLIENTIP": "203.0.113.7"}

#: What a channel adds to the caller's ids. A new channel gets a line here.
TOLD_BY_CHANNEL = {
    "client": {"SOURCE": "wx_client", **ADDRESS},
    "devtools": {"SOURCE": "wx_devtools", **ADDRESS},
    "call_chain": {"SOURCE": "wx_client,scf", **ADDRESS},
    "resource_sharing": {"SOURCE": "wx_client", **ADDRESS},
    "timer": {"SOURCE": "wx_trigger"},
    "http_api": {"SOURCE": "wx_http"},
    "payment_callback": {"SOURCE": "wx_paycallback"},
}


def told(channel: str, kind: str) -> dict[str, str]:
    """What the SDK is to answer for alice through `channel`, written down by hand."""
    common = {"ENV": HOST.env_id, **TOLD_BY_CHANNEL[channel]}
    if kind == "nobody":
        return {"APPID": HOST.appid, **common} if channel == "http_api" else common
    shown = kind == "unionid shown"
    assert ALICE.unionid is not None
    if channel == "resource_sharing":
        unionid = {"FROM_UNIONID": ALICE.unionid} if shown else {}
        return {"APPID": HOST.appid, "FROM_OPENID": GUEST.openid, "FROM_APPID": GUEST.app.appid, **unionid, **common}
    unionid = {"UNIONID": ALICE.unionid} if shown else {}
    return {"OPENID": ALICE.openid, "APPID": HOST.appid, **unionid, **common}


def caller(channel: str, kind: str) -> Principal:
    if kind == "nobody":
        return Principal(None, CHANNELS[channel])
    user = GUEST if channel == "resource_sharing" else ALICE
    return Principal(user, CHANNELS[channel], shows_unionid=kind == "unionid shown")


@pytest.mark.parametrize("kind", ["unionid hidden", "unionid shown", "nobody"])
@pytest.mark.parametrize("channel", TOLD_BY_CHANNEL)
def test_every_sdk_answers_what_the_principal_is(ask: Any, wx_server_sdk: str, channel: str, kind: str) -> None:
    """getWXContext() answers the ids, the environment and the source of the channel; what is missing has no key."""
    assert ask(wx_server_sdk, caller(channel, kind))["context"] == told(channel, kind)


@pytest.mark.parametrize("kind", ["unionid hidden", "unionid shown", "nobody"])
@pytest.mark.parametrize("channel", TOLD_BY_CHANNEL)
def test_python_is_answered_the_same(channel: str, kind: str) -> None:
    """WXContext.as_dict(), which a patch target answers, is what the SDK answers."""
    principal = replace(caller(channel, kind), env_id=HOST.env_id, host_appid=HOST.appid)
    assert principal.context.as_dict() == told(channel, kind)


def test_every_channel_is_in_the_table() -> None:
    """A channel that is added here is also proven against the SDK."""
    assert set(TOLD_BY_CHANNEL) == set(CHANNELS)


ELSE = {
    "nobody, the short way": (None, {"APPID": HOST.appid, "ENV": HOST.env_id, "SOURCE": "wx_http"}),
    "a timer, if it tells the app": (
        Principal(None, CHANNELS["timer"], supposing="app_is_told"),
        {"APPID": HOST.appid, "ENV": HOST.env_id, "SOURCE": "wx_trigger"},
    ),
    "a function in between, if that loses who calls": (
        Principal(ALICE, supposing="chains_lose_identity").through_function(),
        {"ENV": HOST.env_id, "SOURCE": "wx_client,scf"},
    ),
    "no function in between, which would lose who calls": (
        Principal(ALICE, supposing="chains_lose_identity"),
        told("client", "unionid hidden"),
    ),
    "a user is a client": (ALICE, told("client", "unionid hidden")),
    "a user of an unbound app": (
        UNBOUND,
        {**told("client", "unionid hidden"), "OPENID": UNBOUND.openid, "APPID": UNBOUND.app.appid},
    ),
    "two functions in between": (
        Principal(ALICE).through_function().through_function(),
        {**told("client", "unionid hidden"), "SOURCE": "wx_client,scf,scf"},
    ),
    "another address": (
        Principal(ALICE, client_ip="198.51.100.4"),
        {**told("client", "unionid hidden"), "CLIENTIP": "198.51.100.4"},
    ),
    "another environment": (
        Principal(ALICE, env_id="prod-3g7k9x2mabcdef01"),
        {**told("client", "unionid hidden"), "ENV": "prod-3g7k9x2mabcdef01"},
    ),
    "digits arrive as a number": (
        WxUser(HOST, verbatim("0012")),
        {**told("client", "unionid hidden"), "OPENID": 12},
    ),
    "an id that looks like a list": (
        WxUser(HOST, verbatim("a,b;c=d")),
        {**told("client", "unionid hidden"), "OPENID": "a,b;c=d"},
    ),
    "an id beyond ASCII": (
        WxUser(HOST, verbatim("小明")),
        {**told("client", "unionid hidden"), "OPENID": "小明"},
    ),
}


@pytest.mark.parametrize(("who", "answer"), ELSE.values(), ids=ELSE)
def test_what_else_a_caller_may_be(
    ask: Any, wx_server_sdk: str, who: Principal | WxUser | None, answer: dict[str, str]
) -> None:
    """getWXContext() follows whatever a principal says, with the SDK's own way of reading numbers."""
    assert ask(wx_server_sdk, who)["context"] == answer


def test_without_the_environment_the_sdk_knows_nothing(ask: Any, wx_server_sdk: str) -> None:
    """No carrier, no identity: getWXContext() answers {}, so nothing else told it who calls."""
    assert ask(wx_server_sdk, ALICE, carriers=())["context"] == {}


def test_callers_follow_each_other_in_one_instance(ask: Any) -> None:
    """Nothing of a caller is left for the next one: not the unionid, not the address, not FROM_*."""
    for channel in TOLD_BY_CHANNEL:
        for kind in ("unionid shown", "nobody", "unionid hidden"):
            assert ask(LAST_SDK, caller(channel, kind))["context"] == told(channel, kind)


def test_the_environment_is_where_the_function_runs(ask: Any) -> None:
    """A user of another app calls this project's function: ENV is this project's, APPID the user's."""
    other = ALICE.in_app(WxApp("wx00000000000000ff", env_id="elsewhere-1", platform=HOST.platform))
    context = ask(LAST_SDK, other)["context"]
    assert (context["ENV"], context["APPID"]) == (HOST.env_id, "wx00000000000000ff")


IDENTITY_VARIABLES = (
    "WX_OPENID", "WX_UNIONID", "WX_FROM_OPENID", "WX_CLIENTIP", "WX_CLIENTIPV6", "WX_OPEN_DATA_INFO",
    "TCB_UUID", "TCB_CUSTOM_USER_ID", "TCB_ISANONYMOUS_USER", "TCB_SOURCE_IP", "LOGINTYPE", "QQ_OPENID",
)  # fmt: skip


@pytest.mark.parametrize("variable", IDENTITY_VARIABLES)
def test_the_machines_own_variables_are_not_believed(new_cloud: Any, monkeypatch: Any, variable: str) -> None:
    """An identity variable that the machine happens to have is hidden from a function called by nobody."""
    monkeypatch.setenv(variable, "someone")
    cloud = new_cloud()
    seen = cloud.call(lambda event, context: {"seen": os.environ.get(variable)}, caller=None).result["seen"]
    assert seen is None
    assert os.environ[variable] == "someone"


def test_what_is_listed_is_what_is_set() -> None:
    """WX_CONTEXT_KEYS lists exactly the WX_ variables that have a value, with no blanks around a name."""
    for channel in CHANNELS:
        for kind in ("unionid hidden", "unionid shown", "nobody"):
            variables = environment(caller(channel, kind)).environment
            given = [name for name, value in variables.items() if name.startswith("WX_") and value is not None]
            assert sorted([*(variables["WX_CONTEXT_KEYS"] or "").split(","), "WX_CONTEXT_KEYS"]) == sorted(given)
