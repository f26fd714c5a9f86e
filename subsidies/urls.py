"""Addresses of the calculator, under /subsidies/."""

from django.urls import path

from subsidies.views import calculator, measures

app_name = "subsidies"

urlpatterns = [
    path("", calculator.measure_list, name="measures"),
    path("calculator/", calculator.calculator, name="calculator"),
    path("calculator/sheet.pdf", calculator.paper, name="paper"),
    path("measures/<slug:key>/", measures.measure, name="measure"),
]
