"""The additions to the event, as a function finds them."""

from __future__ import annotations

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


@pytest.mark.parametrize(
    "who", [None, Principal(None, CHANNELS["client"]), Principal(ALICE, CHANNELS["resource_sharing"])], ids=repr
)
def test_without_an_openid_there_is_no_user_info(ask: Any, who: Principal | None) -> None:
    """Nobody, and a user who arrives as FROM_*, are not named in the event."""
    assert "userInfo" not in ask(READER, who)


def test_a_forged_user_info_is_replaced(ask: Any) -> None:
    """A client that sends userInfo itself is still named as who it is."""
    forged = {"userInfo": {"openId": MALLORY.openid, "appId": "wx0000000000000000", "isAdmin": True}}
    assert ask(READER, ALICE, forged)["userInfo"] == ALICES


def test_the_rest_of_the_event_is_the_clients(new_cloud: Any, project_folder: Any) -> None:
    """The platform adds userInfo to the event and changes nothing else of it."""
    project_folder.function("echo", "exports.main = async (event) => event")
    sent = {"id": "t1", "nested": {"userInfo": {"openId": "kept"}}, "list": [1, None]}
    assert new_cloud().call("echo", sent, caller=ALICE).result == {**sent, "userInfo": ALICES}
