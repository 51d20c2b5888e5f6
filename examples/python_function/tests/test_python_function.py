"""Python functions are called the same way; Node is not needed for them."""

import pytest
from hypothesis import given

from pytest_wxcloud import strategies as wx


def test_owner_and_stranger(wx_cloud, wx_users):
    event = {"text": "hello", "resourceOwnerId": wx_users["alice"].openid}

    assert wx_cloud.call("updateNote", event, caller=wx_users["alice"]).allowed
    assert wx_cloud.call("updateNote", event, caller=wx_users["bob"]).denied
    assert wx_cloud.call("updateNote", event, caller=None).denied


@given(people=wx.pairs("strangers"))
def test_only_the_owner(wx_cloud, people):
    owner, stranger = people

    assert wx_cloud.call("updateNote", {"text": "x", "resourceOwnerId": owner.openid}, caller=stranger).denied


@pytest.mark.wx_user(nickname="小明")
def test_profiles_are_fabricated_too(wx_user):
    assert wx_user.profile.nickname == "小明"
    assert wx_user.profile.phone_number.isdigit()
