"""Addresses of the duties, below ``/duties/``."""

from django.urls import path

from filings.views import duties

app_name = "duties"

urlpatterns = [
    path("", duties.List.as_view(), name="list"),
    path("month/", duties.Month.as_view(), name="month"),
    path("calendar/", duties.Subscription.as_view(), name="calendar"),
    path("<int:pk>/", duties.Go.as_view(), name="go"),
]
