"""What a constant openid cannot test: that the second person is refused."""

import pytest
from hypothesis import given

from pytest_wxcloud import CallFunctionError
from pytest_wxcloud import strategies as wx


def test_only_alice_may_change_her_note(wx_cloud, wx_users):
    alice, bob = wx_users["alice"], wx_users["bob"]
    event = {"text": "hello", "resourceOwnerId": alice.openid}

    assert wx_cloud.call("updateNote", event, caller=alice).allowed
    assert wx_cloud.call("updateNote", event, caller=bob).denied


@given(people=wx.pairs("strangers"))
def test_only_the_owner_whoever_they_are(wx_cloud, people):
    owner, stranger = people
    event = {"text": "hello", "resourceOwnerId": owner.openid}

    assert wx_cloud.call("updateNote", event, caller=owner).allowed
    assert wx_cloud.call("updateNote", event, caller=stranger).denied


@given(people=wx.pairs("same person, other app"))
def test_the_same_person_in_another_app_is_another_openid(wx_cloud, people):
    here, elsewhere = people

    assert here.unionid == elsewhere.unionid
    assert wx_cloud.call("updateNote", {"text": "x", "resourceOwnerId": here.openid}, caller=elsewhere).denied


def test_success_as_the_mini_program_sees_it(wx_cloud, wx_user):
    seen = []
    wx_cloud.call_function(
        name="updateNote",
        data={"text": "hi", "resourceOwnerId": wx_user.openid},
        success=lambda res: seen.append(res["result"]["data"]["text"]),
        complete=lambda res: seen.append(res["errMsg"]),
    )

    assert seen == ["hi", "cloud.callFunction:ok"]


def test_failure_as_the_mini_program_sees_it(wx_cloud, wx_user):
    with pytest.raises(CallFunctionError, match="text is required") as failure:
        wx_cloud.call_function(name="updateNote", data={})

    assert failure.value.err_code == -504002
