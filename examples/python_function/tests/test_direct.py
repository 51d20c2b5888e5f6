"""A handler may also be called directly: os.environ is what the platform would have set."""

import pytest
from notes.identity import from_environment
from notes.service import main_handler, rename


def test_main_handler(wx_user, wx_context):
    assert main_handler({"id": "t1"}, wx_context)["openid"] == wx_user.openid


@pytest.mark.wx_anonymous
def test_nobody(wx_context):
    assert main_handler({}, wx_context)["openid"] is None


@pytest.mark.wx_time("2025-06-01 08:00:00")
def test_frozen(wx_user, wx_context):
    assert main_handler({}, wx_context)["at"] == "2025-06-01T08:00:00+00:00"


def test_acting_as_somebody_for_a_while(wx_cloud, wx_users):
    with wx_cloud.acting_as(wx_users["alice"]):
        assert from_environment() == wx_users["alice"].openid
    assert from_environment() is None


def test_patched_context_provider(wx_user):
    """wxcloud_patch in pytest.ini replaces get_wx_context and current_user, wherever they were imported."""
    assert rename({"ownerOpenid": wx_user.openid, "name": "x"}) == {"name": "x", "by": wx_user.openid}


def test_a_stranger_may_not_rename(wx_user, wx_users):
    with pytest.raises(PermissionError):
        rename({"ownerOpenid": wx_users["alice"].openid, "name": "x"})
