"""Bookings of lessons. Teachers see who comes to theirs; everybody sees and cancels their own."""

import json

from django.db import IntegrityError, transaction
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from .identity import wechat_user
from .models import Booking, Lesson


@require_http_methods(["GET", "POST"])
@wechat_user
def bookings(request):
    if request.method == "POST":
        return book(request)
    mine = Booking.objects.filter(openid=request.openid).select_related("lesson").order_by("id")
    return JsonResponse({"bookings": [shown(booking) for booking in mine]})


def book(request):
    fields = sent(request)
    phone, number = fields.get("phone"), fields.get("lesson")
    if not isinstance(phone, str) or not phone.isdecimal() or len(phone) != 11 or type(number) is not int:
        return refusal(400, "手机号或课程不对")
    try:
        with transaction.atomic():
            lesson = Lesson.objects.select_for_update().filter(id=number).first()
            if lesson is None:
                return refusal(404, "没有这门课")
            if lesson.booking_set.count() >= lesson.places:
                return refusal(409, "已满")
            return JsonResponse(shown(lesson.booking_set.create(openid=request.openid, phone=phone)), status=201)
    except IntegrityError:
        return refusal(409, "已预约")


@require_http_methods(["DELETE"])
@wechat_user
def booking(request, number):
    removed, _ = Booking.objects.filter(id=number, openid=request.openid).delete()
    return HttpResponse(status=204) if removed else refusal(404, "没有这个预约")


@require_http_methods(["GET"])
@wechat_user
def participants(request, number):
    lesson = Lesson.objects.filter(id=number, teacher=request.openid).first()
    if lesson is None:
        return refusal(404, "没有这门课")
    return JsonResponse({"phones": list(lesson.booking_set.order_by("id").values_list("phone", flat=True))})


def sent(request):
    """The JSON object that was sent."""
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def shown(booking):
    return {"id": booking.id, "lesson": booking.lesson.title, "phone": booking.phone}


def refusal(status, error):
    return JsonResponse({"error": error}, status=status)
