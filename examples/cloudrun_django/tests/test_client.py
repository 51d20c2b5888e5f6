"""pytest-django's client, and Django's own, send the headers of whoever acts."""

import pytest
from django.test import Client, TestCase

pytestmark = pytest.mark.django_db

BOOKINGS = "/bookings/"


def book(client, lesson, phone="13800000000"):
    return client.post(BOOKINGS, {"lesson": lesson.id, "phone": phone}, content_type="application/json")


def test_a_place_is_booked(client, lesson, wx_user):
    answer = book(client, lesson)

    assert answer.status_code == 201
    assert client.get(BOOKINGS).json() == {"bookings": [answer.json()]}


def test_once(client, lesson, wx_user):
    assert [book(client, lesson).status_code for _ in range(2)] == [201, 409]


def test_as_long_as_there_are_places(client, lesson, wx_cloud, wx_users):
    found = []
    for name in ("alice", "bob", "carol"):
        with wx_cloud.acting_as(wx_users[name]):
            found.append(book(client, lesson).status_code)

    assert found == [201, 201, 409]


@pytest.mark.wx_user("teacher")
def test_the_teacher_sees_who_comes(client, lesson, alices):
    assert client.get(f"/lessons/{lesson.id}/participants/").json() == {"phones": ["13800000000"]}


@pytest.mark.wx_each_user("alice", "stranger")
def test_nobody_else_does(client, lesson, alices, wx_user):
    assert client.get(f"/lessons/{lesson.id}/participants/").status_code == 404


@pytest.mark.parametrize("phone", ["", "110", "1380000000x", 13800000000, None])
def test_what_is_no_phone_number_is_refused(client, lesson, wx_user, phone):
    assert book(client, lesson, phone).status_code == 400


def test_without_a_user_nothing_is_served(client):
    assert client.get(BOOKINGS).status_code == 401


class TestInDjangosOwnWay(TestCase):
    @pytest.mark.wx_user("alice")
    def test_it(self):
        assert self.client.get(BOOKINGS).json() == {"bookings": []}
        assert Client(HTTP_X_WX_OPENID="").get(BOOKINGS).status_code == 401  # what is set by hand wins
