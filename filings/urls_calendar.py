"""Addresses of the working-day calendar, below ``/calendar/``."""

from django.urls import path

from filings.views import calendar

app_name = "calendar"

urlpatterns = [
    path("", calendar.YearView.as_view(), name="home"),
    path("<int:year>/", calendar.YearView.as_view(), name="year"),
    path("<int:year>/enter/", calendar.EnterView.as_view(), name="enter"),
    path("<int:year>/day/", calendar.DayView.as_view(), name="day"),
    path("<int:year>/apply/", calendar.ApplyView.as_view(), name="apply"),
]
