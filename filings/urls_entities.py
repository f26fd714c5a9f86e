"""Addresses of entities on the register and of their cancellations, below ``/filings/``."""

from django.urls import path

from filings.views.entities import cancellation, entity

urlpatterns = [
    path("entities/", entity.Entities.as_view(), name="entities"),
    path("entities/<str:code>/", entity.EntityPage.as_view(), name="entity"),
    path("cancellations/<int:pk>/", cancellation.CancellationPage.as_view(), name="cancellation"),
]
