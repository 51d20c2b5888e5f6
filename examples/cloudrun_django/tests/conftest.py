"""Django's test database, made once; what a test leaves in it is taken back, in SQL too."""

import pytest
from booking.models import Booking, Lesson

from pytest_wxcloud.stores import django_store


@pytest.fixture(scope="session", autouse=True)
def database(django_db_setup, django_db_blocker, wx_cloud):
    with django_db_blocker.unblock():
        wx_cloud.use(django_store())
        yield


@pytest.fixture
def lesson(wx_users):
    return Lesson.objects.create(title="早课", teacher=wx_users["teacher"].openid, places=2)


@pytest.fixture
def alices(lesson, wx_users):
    return Booking.objects.create(lesson=lesson, openid=wx_users["alice"].openid, phone="13800000000")


@pytest.fixture
def studio(wx_cloud):
    return wx_cloud.app("studio.wsgi")
