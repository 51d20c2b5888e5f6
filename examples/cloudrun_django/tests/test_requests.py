"""Requests as anyone: what was decided, and which rows changed."""

import pytest
from booking.models import Lesson
from hypothesis import given, settings

from pytest_wxcloud import strategies as wx

pytestmark = pytest.mark.django_db


def test_the_row_is_the_callers(studio, wx_cloud, wx_user, lesson):
    with wx_cloud.changes() as changes:
        assert studio.request("POST", "/bookings/", json={"lesson": lesson.id, "phone": "13800000000"}).allowed

    (change,) = changes
    assert (change.kind, change.collection) == ("inserted", "booking_booking")
    assert change.after["openid"] == wx_user.openid


def test_an_openid_in_the_body_is_nobody(studio, wx_cloud, wx_users, lesson):
    body = {"lesson": lesson.id, "phone": "13800000000", "openid": wx_users["alice"].openid}
    with wx_cloud.changes() as changes:
        assert studio.request("POST", "/bookings/", json=body, caller=wx_users["mallory"]).allowed
        assert studio.request("POST", "/bookings/", json=body, caller=None).denied

    assert [change.after["openid"] for change in changes] == [wx_users["mallory"].openid]


@settings(deadline=None)
@given(people=wx.pairs("strangers"))
def test_only_ones_own_is_cancelled(wx_cloud, people):
    owner, stranger = people
    studio = wx_cloud.app("studio.wsgi")
    with wx_cloud.scenario():
        lesson = Lesson.objects.create(title="早课", teacher=stranger.openid, places=1)
        mine = lesson.booking_set.create(openid=owner.openid, phone="13800000000")
        with wx_cloud.changes() as changes:
            assert studio.request("DELETE", f"/bookings/{mine.id}/", caller=stranger).denied
        assert not changes
        assert studio.request("DELETE", f"/bookings/{mine.id}/", caller=owner).allowed
