"""What each route promises. Every law of authorization is tried against it, with callers that nobody thought of."""

import pytest
from booking.models import Booking, Lesson

from pytest_wxcloud import AuthorizationContract, Violation

pytestmark = pytest.mark.django_db


class OnOnesBooking(AuthorizationContract):
    """Everybody has booked a lesson of their own teacher's."""

    app = "studio.wsgi"
    allow = {"owner"}

    def arrange(self, cloud, person):
        teacher = cloud.people[f"teacher of {person}"]
        lesson = Lesson.objects.create(title="早课", teacher=teacher.openid, places=5)
        return Booking.objects.create(lesson=lesson, openid=person.openid, phone=cloud.secret())


class TestList(OnOnesBooking):
    def request(self, booking, caller):
        return {"method": "GET", "path": "/bookings/"}


class TestCancel(OnOnesBooking):
    demand = {"denied_and_missing_answer_alike"}

    def request(self, booking, caller):
        return {"method": "DELETE", "path": f"/bookings/{booking.id}/"}


class TestBook(AuthorizationContract):
    """Whoever has an openid may, once."""

    app = "studio.wsgi"
    allow = {"anyone"}

    def arrange(self, cloud, person):
        return Lesson.objects.create(title="晚课", teacher=person.openid, places=5).id

    def request(self, lesson, caller):
        return {"method": "POST", "path": "/bookings/", "json": {"lesson": lesson, "phone": "13800000000"}}


class TestParticipants(AuthorizationContract):
    """A lesson is its teacher's; who comes to it, nobody else learns."""

    app = "studio.wsgi"
    allow = {"owner"}
    demand = {"denied_and_missing_answer_alike"}

    def arrange(self, cloud, person):
        lesson = Lesson.objects.create(title="早课", teacher=person.openid, places=5)
        lesson.booking_set.create(openid=cloud.people[f"pupil of {person}"].openid, phone=cloud.secret())
        return lesson.id

    def request(self, lesson, caller):
        return {"method": "GET", "path": f"/lessons/{lesson}/participants/"}


class TestCancelUnsafe(TestCancel):
    """The twin that drops the owner's condition with the header."""

    def request(self, booking, caller):
        return {"method": "DELETE", "path": f"/unsafe/bookings/{booking.id}/"}

    @pytest.mark.xfail(raises=Violation, strict=True)
    def test_nobody_has_no_effect(self, wx_attempts):
        super().test_nobody_has_no_effect(wx_attempts)

    @pytest.mark.xfail(raises=Violation, strict=True)
    def test_the_channel_gives_no_right(self, wx_attempts):
        super().test_the_channel_gives_no_right(wx_attempts)

    @pytest.mark.xfail(raises=Violation, strict=True)
    def test_another_app_is_another_person(self, wx_attempts):
        super().test_another_app_is_another_person(wx_attempts)

    @pytest.mark.xfail(raises=Violation, strict=True)
    def test_denied_and_missing_answer_alike(self, wx_attempts):
        super().test_denied_and_missing_answer_alike(wx_attempts)

    @pytest.mark.xfail(raises=Violation, strict=True)
    def test_without_identity_it_refuses(self, wx_attempts):
        super().test_without_identity_it_refuses(wx_attempts)

    @pytest.mark.xfail(raises=Violation, strict=True)
    def test_resource_sharing_gets_what_is_said(self, wx_attempts):
        super().test_resource_sharing_gets_what_is_said(wx_attempts)
