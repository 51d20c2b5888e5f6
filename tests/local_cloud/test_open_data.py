"""CloudIDs: opened in the event or by getOpenData, for whom they belong to, while they live."""

from __future__ import annotations

import pytest
from freezegun import freeze_time

from pytest_wxcloud import CloudID, InvalidAnswerError, Principal
from pytest_wxcloud.identity import CHANNELS

from .conftest import outcome_of

ECHO = "return event"
GET = "return t(() => cloud.getOpenData({ list: event.list }))"
LIST = "return t(() => cloud.openapi.cloudbase.getOpenData({ cloudidList: event.list }))"
NOON = "2025-06-01 04:00:00"  # in Beijing it is noon
PHONE = {"phoneNumber": "13580006666", "purePhoneNumber": "13580006666", "countryCode": "86"}


@pytest.fixture
def mark(cloud):
    """The watermark of a CloudID made at a time."""
    return lambda timestamp: {"appid": cloud.wx_app.appid, "timestamp": timestamp}


def test_the_event_holds_it_opened(cloud, run, mark) -> None:
    """At the top level the platform opens it; deeper it is the text that the client sent."""
    with freeze_time(NOON):
        phone = cloud.cloud_id(phone_number="13580006666")
        event = run(ECHO, phone=phone, deep={"phone": phone})

    assert event["phone"] == {"cloudID": phone, "data": {**PHONE, "watermark": mark(1748750400)}}
    assert event["deep"] == {"phone": phone}
    assert phone.startswith("27_")


def test_five_are_opened(cloud, run) -> None:
    """The platform opens five at most in one call."""
    event = run(ECHO, **{f"id{n}": cloud.cloud_id(share_info=f"group {n}") for n in range(7)})

    assert [isinstance(event[f"id{n}"], dict) for n in range(7)] == [True] * 5 + [False] * 2


@pytest.mark.parametrize("code, items", [(GET, "list"), (LIST, "dataList")])
def test_a_function_opens_a_list(cloud, run, mark, code: str, items: str) -> None:
    """cloud.getOpenData and the open API answer the same, one by one."""
    with freeze_time(NOON):
        phone, foreign = cloud.cloud_id(phone_number="13580006666"), CloudID("27_nobody-made-it")
        told = run(code, list=[phone, foreign])
    opened = [item.get("json", item) for item in told[items]]

    assert told["errCode"] == 0
    assert opened == [
        {"cloudID": phone, "data": {**PHONE, "watermark": mark(1748750400)}},
        {"cloudID": foreign, "errCode": -601005, "errMsg": "invalid cloudID."},
    ]


def test_python_handlers_find_it_opened(cloud) -> None:
    """The event is the platform's work, whatever language reads it."""
    phone = cloud.cloud_id(phone_number="13580006666")
    outcome = cloud.call("python", {"phone": phone}, caller=cloud.people["alice"])

    assert outcome.result[0]["phone"]["data"]["purePhoneNumber"] == "13580006666"
    assert outcome.event == {"phone": phone}


def test_kinds(cloud) -> None:
    """What each kind of open data holds."""
    alice = cloud.people["alice"]

    def opened(**kind: object) -> dict:
        data = outcome_of(cloud, "4.0.2", ECHO, it=cloud.cloud_id(**kind)).result["it"]["data"]
        return {key: value for key, value in data.items() if key != "watermark"}

    with freeze_time(NOON):
        steps = opened(we_run=[100, 200])
    assert steps == {"stepInfoList": [{"timestamp": 1748620800, "step": 100}, {"timestamp": 1748707200, "step": 200}]}
    assert opened(we_run=[{"timestamp": 1, "step": 2}]) == {"stepInfoList": [{"timestamp": 1, "step": 2}]}
    assert opened(share_info="group") == {"openGId": "group"}
    assert opened(data={"anything": [1]}) == {"anything": [1]}
    assert opened(phone_number="91234567", country_code="852")["phoneNumber"] == "+85291234567"
    assert opened(phone_number=True)["phoneNumber"] == alice.profile.phone_number
    info = opened(user_info={"nickName": "小明"})
    assert (info["openId"], info["unionId"], info["nickName"], info["avatarUrl"]) == (
        alice.openid, alice.unionid, "小明", alice.profile.avatar_url,
    )  # fmt: skip


def test_it_expires_after_five_minutes(cloud, run) -> None:
    """Five minutes of the test's clock."""
    with freeze_time(NOON) as clock:
        phone = cloud.cloud_id(phone_number="13580006666")
        clock.tick(300)
        assert "data" in run(ECHO, phone=phone)["phone"]
        clock.tick(1)
        refused = {"cloudID": phone, "errCode": -601006, "errMsg": "cloudID expired."}
        assert run(ECHO, phone=phone)["phone"] == refused
        assert run(GET, list=[phone])["list"] == [refused]


def test_it_is_one_users(cloud, run) -> None:
    """Whoever sends it first is whose it is, unless that was said; somebody else's cannot be opened."""
    alice, bob = cloud.people["alice"], cloud.people["bob"]
    first, said = cloud.cloud_id(phone_number="13580006666"), cloud.cloud_id(phone_number="13580006666", user=bob)

    assert "data" in run(ECHO, phone=first, caller=alice)["phone"]
    assert run(ECHO, phone=first, caller=bob)["phone"]["errCode"] == -601007
    assert run(GET, list=[first], caller=bob)["list"][0]["errCode"] == -601007
    assert run(ECHO, phone=said, caller=alice)["phone"]["errCode"] == -601007
    assert "data" in run(ECHO, phone=said, caller=bob)["phone"]


def test_a_foreign_or_tampered_one_is_invalid(cloud, run) -> None:
    """Another app's means nothing here, nor does one that was changed."""
    alice = cloud.people["alice"]
    abroad = cloud.cloud_id(phone_number="13580006666", user=alice.in_app(cloud.people.fabricate_app(1)))
    changed = CloudID(cloud.cloud_id(phone_number="13580006666")[:-1] + "!")

    for cloud_id in (abroad, changed):
        refused = {"cloudID": cloud_id, "errCode": -601005, "errMsg": "invalid cloudID."}
        assert run(ECHO, phone=cloud_id)["phone"] == refused


def test_the_watermark_is_of_the_users_app(cloud) -> None:
    """A user of another app sends what he got there."""
    elsewhere = cloud.people.fabricate_app(1)
    carol = cloud.people.user("carol", app=elsewhere)
    event = outcome_of(cloud, "4.0.2", ECHO, phone=cloud.cloud_id(phone_number="1"), caller=carol).result

    assert event["phone"]["data"]["watermark"]["appid"] == elsewhere.appid != cloud.wx_app.appid


@pytest.mark.parametrize("channel, opened", [("devtools", True), ("timer", False)])
def test_only_a_clients_call_is_opened(cloud, channel: str, opened: bool) -> None:
    """Others have no wx.cloud.CloudID; to them it is text."""
    caller = Principal(cloud.people["alice"], CHANNELS[channel])
    event = outcome_of(cloud, "4.0.2", ECHO, phone=cloud.cloud_id(phone_number="1"), caller=caller).result

    assert isinstance(event["phone"], dict) is opened


HANDS_ON = (
    "return (await cloud.callFunction({ name: 'run-4.0.2', data: { code: event.inner, phone: event.phone } })).result"
)


def test_a_function_hands_it_on_opened(cloud, run) -> None:
    """As it came to that one; and so it is for one that a test calls as another function would."""
    alice, phone = cloud.people["alice"], cloud.cloud_id(phone_number="13580006666")
    opened = run(ECHO, phone=phone)["phone"]
    assert opened["data"]["phoneNumber"] == "13580006666"

    assert run(HANDS_ON, inner=ECHO, phone=phone)["phone"] == opened
    between = outcome_of(cloud, "4.0.2", ECHO, phone=phone, caller=Principal(alice).through_function())
    assert between.result["phone"] == opened


def test_scenarios_forget(cloud, run) -> None:
    """One made in a scenario is nobody's after it."""
    kept = cloud.cloud_id(phone_number="1")
    with cloud.scenario():
        forgotten = cloud.cloud_id(phone_number="2")
    event = run(ECHO, kept=kept, forgotten=forgotten)

    assert event["kept"]["data"]["phoneNumber"] == "1"
    assert event["forgotten"]["errCode"] == -601005


@pytest.mark.parametrize(
    "given, said",
    [
        ({}, "not none"),
        ({"phone_number": "1", "data": {}}, "not phone_number and data"),
        ({"data": [1]}, "Open data is a dict, not list"),
        ({"share_info": 7}, "Open data is a dict, not int"),
        ({"data": {"a": object()}}, "is not JSON"),
    ],
)
def test_what_no_cloud_id_stands_for(cloud, given: dict, said: str) -> None:
    """The error says what is wrong."""
    with pytest.raises(InvalidAnswerError, match=said):
        cloud.cloud_id(**given)
