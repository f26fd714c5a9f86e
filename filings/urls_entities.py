"""Addresses of entities on the register and of their cancellations, below ``/filings/``."""

from django.urls import path

from filings.views.entities import acts, cancellation, entity, exceptions, ratings

urlpatterns = [
    path("entities/", entity.Entities.as_view(), name="entities"),
    path("entities/<str:code>/", entity.EntityPage.as_view(), name="entity"),
    path("entities/<str:code>/print/", entity.EntityPrint.as_view(), name="entity_print"),
    path("entities/<str:code>/ratings/new/", ratings.Record.as_view(), name="rating_new"),
    path("entities/<str:code>/ratings/<int:pk>/correct/", ratings.Correct.as_view(), name="rating_correct"),
    path("entities/<str:code>/ratings/<int:pk>/", ratings.OneRating.as_view(), name="rating"),
    path("entities/<str:code>/ratings/<int:pk>/confirm/", ratings.Confirm.as_view(), name="rating_confirm"),
    path("entities/<str:code>/ratings/<int:pk>/refuse/", ratings.Refuse.as_view(), name="rating_refuse"),
    path(
        "entities/<str:code>/exceptions/<slug:condition>/",
        exceptions.OneException.as_view(),
        name="entity_exception",
    ),
    path(
        "entities/<str:code>/exceptions/<slug:condition>/<slug:name>/",
        exceptions.Act.as_view(),
        name="entity_exception_act",
    ),
    path("entities/<str:code>/cancellations/new/", cancellation.Open.as_view(), name="cancellation_new"),
    path("cancellations/<int:pk>/", cancellation.CancellationPage.as_view(), name="cancellation"),
    path("cancellations/<int:pk>/do/<slug:name>/", acts.ActView.as_view(), name="cancellation_act"),
    path(
        "cancellations/<int:pk>/do/<slug:name>/letter.pdf",
        acts.LetterPdf.as_view(),
        name="cancellation_letter",
    ),
]
