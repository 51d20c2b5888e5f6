"""The twin of `views.booking`: a header that is read with a fallback, and a condition that goes with it."""

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from .models import Booking
from .views import refusal


@require_http_methods(["DELETE"])
def booking(request, number):
    openid = request.META.get("HTTP_X_WX_OPENID", "")
    found = Booking.objects.filter(id=number)
    if openid:
        found = found.filter(openid=openid)
    removed, _ = found.delete()
    return HttpResponse(status=204) if removed else refusal(404, "没有这个预约")
