"""The environment and the context argument, read by @cloudbase/node-sdk."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_wxcloud import People, Principal, WxUser, verbatim
from pytest_wxcloud.carriers.environment import environment
from pytest_wxcloud.identity import CHANNELS

PEOPLE = People()
HOST = PEOPLE.app
ALICE, BOB = PEOPLE["alice"], PEOPLE["bob"]

NO_CARRIER: tuple[str, ...] = ()
CONTEXT_ALONE = ("scf_context",)
OLDER_CONTEXT_ALONE = ("scf_context_older",)
OLDER = ("environment", "scf_context_older")

USERS = {
    "a user": (ALICE, {"openId": ALICE.openid, "appId": HOST.appid}),
    "a user whose unionid is shown": (
        Principal(ALICE, shows_unionid=True),
        {"openId": ALICE.openid, "appId": HOST.appid},
    ),
    "nobody": (Principal(None, CHANNELS["timer"]), {"openId": "", "appId": ""}),
    "nobody over the HTTP API": (None, {"openId": "", "appId": HOST.appid}),
    "a user under resource sharing": (
        Principal(ALICE, CHANNELS["resource_sharing"]),
        {"openId": "", "appId": HOST.appid},
    ),
    "a user at a timer": (Principal(ALICE, CHANNELS["timer"]), {"openId": ALICE.openid, "appId": HOST.appid}),
    "digits stay a string": (WxUser(HOST, verbatim("0012")), {"openId": "0012", "appId": HOST.appid}),
}


@pytest.mark.parametrize(("who", "ids"), USERS.values(), ids=USERS)
def test_get_user_info(ask: Any, node_sdk: str, who: Principal | WxUser | None, ids: dict[str, str]) -> None:
    """auth().getUserInfo() answers openid and appid as they are, and no custom or anonymous user."""
    assert ask(node_sdk, who)["userInfo"] == {**ids, "uid": "", "customUserId": "", "isAnonymous": False}


LIMITS = {
    "memoryLimitInMb": 256,
    "timeLimitIns": 3000,
    "functionVersion": "$LATEST",
    "namespace": HOST.env_id,
}


def variables_of(principal: Principal) -> dict[str, str]:
    return {name: value for name, value in environment(principal).environment.items() if value is not None}


@pytest.mark.parametrize("carriers", [None, CONTEXT_ALONE], ids=["with variables", "alone"])
def test_parse_context(ask: Any, node_sdk: str, carriers: tuple[str, ...] | None) -> None:
    """parseContext(context) finds the limits, the function, the request, and every variable as a string."""
    who = Principal(ALICE, shows_unionid=True)
    parsed = ask(node_sdk, who, carriers=carriers)["parsed"]
    assert parsed.pop("requestId")
    assert parsed.pop("environment") == variables_of(who)
    assert parsed == {**LIMITS, "functionName": node_sdk}


@pytest.mark.parametrize("carriers", [OLDER, OLDER_CONTEXT_ALONE], ids=["with variables", "alone"])
def test_parse_older_context(ask: Any, node_sdk: str, carriers: tuple[str, ...]) -> None:
    """The older form is read too; the SDK makes a list of a value that holds a comma."""
    parsed = ask(node_sdk, ALICE, carriers=carriers)["parsed"]
    assert parsed.pop("requestId")
    wanted: dict[str, Any] = variables_of(Principal(ALICE))
    for listed in ("WX_CONTEXT_KEYS", "TCB_CONTEXT_KEYS"):
        wanted[listed] = wanted[listed].split(",")
    assert parsed.pop("environ") == wanted
    assert parsed == {**LIMITS, "functionName": node_sdk}


def test_an_older_call_chain_is_a_list(ask: Any, node_sdk: str) -> None:
    """SOURCE of a call chain holds a comma, so the older form tells it as a list, as on the platform."""
    who = Principal(ALICE, CHANNELS["call_chain"])
    assert ask(node_sdk, who, carriers=OLDER)["fromContext"]["TCB_SOURCE"] == ["wx_client", "scf"]
    assert ask(node_sdk, who)["fromContext"]["TCB_SOURCE"] == "wx_client,scf"


EVERY_FORM = {
    "both": None,
    "context alone": CONTEXT_ALONE,
    "older context": OLDER,
    "older context alone": OLDER_CONTEXT_ALONE,
}


@pytest.mark.parametrize("carriers", EVERY_FORM.values(), ids=EVERY_FORM)
def test_get_cloudbase_context(ask: Any, node_sdk: str, carriers: tuple[str, ...] | None) -> None:
    """getCloudbaseContext(context) finds the caller in either form, with the variables or without them."""
    who = Principal(ALICE, shows_unionid=True)
    found = ask(node_sdk, who, carriers=carriers)["fromContext"]
    assert found["WX_OPENID"] == ALICE.openid
    assert found["WX_UNIONID"] == ALICE.unionid
    assert found["WX_APPID"] == HOST.appid
    assert found["TCB_ENV"] == found["SCF_NAMESPACE"] == HOST.env_id
    assert found["TCB_SOURCE"] == "wx_client"


@pytest.mark.parametrize("carriers", EVERY_FORM.values(), ids=EVERY_FORM)
def test_nobody_has_no_ids_in_any_form(ask: Any, node_sdk: str, carriers: tuple[str, ...] | None) -> None:
    """After a user's call, nobody's finds no person's id in the context: each call has a context of its own."""
    ask(node_sdk, Principal(ALICE, shows_unionid=True), carriers=carriers)
    found = ask(node_sdk, None, carriers=carriers)["fromContext"]
    assert not {"WX_OPENID", "WX_UNIONID", "WX_FROM_OPENID"} & set(found)
    assert found["TCB_SOURCE"] == "wx_http"


def test_auth_context_holds_no_other_login(ask: Any, node_sdk: str) -> None:
    """getAuthContext(context) works, and tells no uid, because a Mini Program's caller has none."""
    assert ask(node_sdk, ALICE)["authContext"] == {}


def test_without_a_context_the_sdk_refuses(ask: Any, node_sdk: str) -> None:
    """With neither form the SDK throws INVALID_CONTEXT, so it is this carrier that it reads."""
    told = ask(node_sdk, BOB, carriers=NO_CARRIER)
    assert told["parsed"] == told["fromContext"] == told["authContext"] == {"code": "INVALID_CONTEXT"}
