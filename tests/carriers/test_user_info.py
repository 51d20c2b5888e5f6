"""The additions to the event, as a function finds them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pytest_wxcloud import People, Principal
from pytest_wxcloud.identity import CHANNELS

PEOPLE = People()
ALICE, MALLORY = PEOPLE["alice"], PEOPLE["mallory"]
READER = "wx-server-sdk-4.0.2"
ALICES = {"appId": ALICE.app.appid, "openId": ALICE.openid}


@pytest.mark.parametrize("channel", [name for name in CHANNELS if name != "resource_sharing"])
def test_the_event_names_the_caller(ask: Any, channel: str) -> None:
    """event.userInfo is {appId, openId} of the user, through whichever channel, and never the unionid."""
    principal = Principal(ALICE, CHANNELS[channel], shows_unionid=True)
    assert ask(READER, principal)["userInfo"] == ALICES


def test_over_the_http_api_the_event_names_the_app(new_cloud: Any, project_folder: Any) -> None:
    """What the sample of invokeCloudFunction answers is answered here: the app, and nobody."""
    project_folder.function(
        "login",
        "const cloud = require('wx-server-sdk')\n"
        "exports.main = async (event) => ({ event, openid: cloud.getWXContext().OPENID, appid: cloud.getWXContext().APPID })",
    )
    cloud = new_cloud()
    appid = cloud.wx_app.appid
    assert cloud.call("login", {}, caller=None).result == {"event": {"userInfo": {"appId": appid}}, "appid": appid}


WITHOUT_OPENID = [
    *(Principal(None, channel) for channel in CHANNELS.values() if channel.name != "http_api"),
    Principal(ALICE, CHANNELS["resource_sharing"]),
]


@pytest.mark.parametrize("who", WITHOUT_OPENID, ids=repr)
def test_elsewhere_without_an_openid_there_is_no_user_info(ask: Any, who: Principal) -> None:
    """Nobody, and a user who arrives as FROM_*, are not named in the event."""
    assert "userInfo" not in ask(READER, who)


@pytest.mark.parametrize("who", WITHOUT_OPENID, ids=repr)
def test_where_the_documentation_is_silent_the_event_may_name_the_app(ask: Any, who: Principal) -> None:
    """What is supposed of the platform is so: userInfo holds the app alone."""
    assert ask(READER, replace(who, supposing="app_is_told"))["userInfo"] == {"appId": ALICE.app.appid}


@pytest.mark.parametrize("caller", [ALICE, None], ids=["a user", "nobody"])
def test_a_function_called_by_another_may_find_nobody(new_cloud: Any, project_folder: Any, caller: Any) -> None:
    """Where chains lose who calls, the first function finds them and the second does not."""
    project_folder.function(
        "inner",
        "const cloud = require('wx-server-sdk')\n"
        "exports.main = async (event) => [event.userInfo, cloud.getWXContext().OPENID, cloud.getWXContext().SOURCE]",
    )
    project_folder.function(
        "outer",
        "const cloud = require('wx-server-sdk')\ncloud.init({ env: cloud.DYNAMIC_CURRENT_ENV })\n"
        "exports.main = async () => [cloud.getWXContext().OPENID, (await cloud.callFunction({ name: 'inner' })).result]",
    )
    who = Principal(caller, "client", supposing="chains_lose_identity")
    openid = None if caller is None else caller.openid
    assert new_cloud().call("outer", caller=who).result == [openid, [None, None, "wx_client,scf"]]


def test_a_sent_user_info_may_survive(ask: Any) -> None:
    """Where the platform leaves what the client sends, a userInfo that it sends stays."""
    forged = {"userInfo": {"openId": MALLORY.openid}}
    assert ask(READER, Principal(ALICE, supposing="sent_fields_survive"), forged)["userInfo"] == forged["userInfo"]


def test_a_forged_user_info_is_replaced(ask: Any) -> None:
    """A client that sends userInfo itself is still named as who it is."""
    forged = {"userInfo": {"openId": MALLORY.openid, "appId": "wx0000000000000000", "isAdmin": True}}
    assert ask(READER, ALICE, forged)["userInfo"] == ALICES


def test_the_rest_of_the_event_is_the_clients(new_cloud: Any, project_folder: Any) -> None:
    """The platform adds userInfo to the event and changes nothing else of it."""
    project_folder.function("echo", "exports.main = async (event) => event")
    sent = {"id": "t1", "nested": {"userInfo": {"openId": "kept"}}, "list": [1, None]}
    assert new_cloud().call("echo", sent, caller=ALICE).result == {**sent, "userInfo": ALICES}
