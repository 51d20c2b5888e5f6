from django.urls import path

from . import unsafe, views

urlpatterns = [
    path("bookings/", views.bookings),
    path("bookings/<int:number>/", views.booking),
    path("lessons/<int:number>/participants/", views.participants),
    path("unsafe/bookings/<int:number>/", unsafe.booking),
]
