"""A handler may also be called directly: os.environ is what the platform would have set."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from myapp import get_wx_context, main_handler


def test_main_handler(wx_user, wx_context):
    assert main_handler({}, wx_context)["openid"] == wx_user.openid


@pytest.mark.wx_anonymous
def test_nobody(wx_context):
    assert main_handler({}, wx_context)["openid"] is None


@pytest.mark.wx_time("2025-06-01 08:00:00")
def test_frozen(wx_user, wx_context):
    assert main_handler({}, wx_context)["at"] == "2025-06-01T08:00:00+00:00"


def test_acting_as(wx_cloud, wx_users):
    with wx_cloud.acting_as(wx_users["alice"]):
        assert get_wx_context()["OPENID"] == wx_users["alice"].openid
    assert get_wx_context()["OPENID"] is None
