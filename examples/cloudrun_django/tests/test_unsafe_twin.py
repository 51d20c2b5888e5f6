"""The twin asks for the owner only where there is an openid. Two people do not find the hole: nobody does."""

import pytest

pytestmark = pytest.mark.django_db


def test_two_people_find_nothing(studio, wx_users, alices):
    assert studio.request("DELETE", f"/unsafe/bookings/{alices.id}/", caller=wx_users["bob"]).denied
    assert studio.request("DELETE", f"/unsafe/bookings/{alices.id}/", caller=wx_users["alice"]).allowed


@pytest.mark.wx_anonymous(channel="http_api")
def test_nobody_cancels_everybodys(studio, wx_cloud, alices):
    with wx_cloud.changes() as changes:
        assert studio.request("DELETE", f"/unsafe/bookings/{alices.id}/").allowed

    assert [(change.kind, change.id) for change in changes] == [("removed", alices.id)]


@pytest.mark.wx_user("mallory", appid="wx0f1e2d3c4b5a6978", channel="resource_sharing")
def test_so_does_a_user_of_an_app_that_shares_the_environment(studio, alices, wx_user):
    """Her openid stands in X-WX-FROM-OPENID, and there is no X-WX-OPENID."""
    assert studio.request("DELETE", f"/unsafe/bookings/{alices.id}/").allowed


@pytest.mark.wx_anonymous(channel="http_api")
def test_the_safe_twin_asks_first(studio, wx_cloud, alices):
    with wx_cloud.changes() as changes:
        assert studio.request("DELETE", f"/bookings/{alices.id}/").denied

    assert not changes
