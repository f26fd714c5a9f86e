"""Addresses of the spine under /api/v1/."""

from django.urls import path

from filings.api.views import (
    accompany,
    calendar,
    cancellations,
    duties,
    entities,
    filings,
    history,
    leaving,
    parts,
    programmes,
    ratings,
    review,
)

urlpatterns = [
    path("programmes/", programmes.Programmes.as_view(), name="api-programmes"),
    path("programmes/<slug:key>/", programmes.OneProgramme.as_view(), name="api-programme"),
    path("calendar/<int:year>/", calendar.CalendarYear.as_view(), name="api-calendar"),
    path("duties/", duties.Duties.as_view(), name="api-duties"),
    path("entities/<slug:code>/ratings/", ratings.Ratings.as_view(), name="api-ratings"),
    path("entities/<slug:code>/leave/", leaving.Leave.as_view(), name="api-entity-leave"),
    path("ratings/<int:pk>/confirm/", ratings.Confirm.as_view(), name="api-rating-confirm"),
    path("ratings/<int:pk>/refuse/", ratings.Refuse.as_view(), name="api-rating-refuse"),
    path(
        "entities/<slug:code>/waivers/<slug:condition>/<slug:name>/",
        entities.Exceptions.as_view(),
        name="api-entity-waiver",
    ),
    path(
        "entities/<slug:code>/cancellations/", cancellations.Cancellations.as_view(), name="api-cancellations"
    ),
    path("cancellations/<int:pk>/", cancellations.OneCancellation.as_view(), name="api-cancellation"),
    path(
        "cancellations/<int:pk>/actions/<slug:name>/",
        cancellations.Act.as_view(),
        name="api-cancellation-act",
    ),
    path("cancellations/<int:pk>/statements/", cancellations.Statements.as_view(), name="api-statements"),
    path("filings/", filings.Filings.as_view(), name="api-filings"),
    path("filings/<int:pk>/", filings.OneFiling.as_view(), name="api-filing"),
    path("filings/<int:pk>/actions/<slug:name>/", filings.Act.as_view(), name="api-action"),
    path("filings/<int:pk>/participants/", parts.Participants.as_view(), name="api-participants"),
    path("filings/<int:pk>/participants/<int:pid>/", parts.OneParticipant.as_view(), name="api-participant"),
    path("filings/<int:pk>/participants/<int:pid>/sign/", parts.Sign.as_view(), name="api-sign"),
    path("filings/<int:pk>/participants/<int:pid>/decline/", parts.Decline.as_view(), name="api-decline"),
    path("filings/<int:pk>/attachments/", parts.Attachments.as_view(), name="api-attachments"),
    path("filings/<int:pk>/attachments/<int:aid>/", parts.OneAttachment.as_view(), name="api-attachment"),
    path("filings/<int:pk>/checks/", parts.Checks.as_view(), name="api-checks"),
    path(
        "filings/<int:pk>/corrections/<int:cid>/answer/",
        parts.AnswerCorrection.as_view(),
        name="api-correction-answer",
    ),
    path(
        "filings/<int:pk>/corrections/<int:cid>/close/",
        parts.CloseCorrection.as_view(),
        name="api-correction-close",
    ),
    path("filings/<int:pk>/waivers/", parts.Waivers.as_view(), name="api-waivers"),
    path("filings/<int:pk>/reviews/", review.Reviews.as_view(), name="api-reviews"),
    path("filings/<int:pk>/versions/", history.Versions.as_view(), name="api-versions"),
    path("filings/<int:pk>/versions/<int:number>/", history.OneVersion.as_view(), name="api-version"),
    path("filings/<int:pk>/diff/", history.Diff.as_view(), name="api-diff"),
    path("filings/<int:pk>/events/", history.Events.as_view(), name="api-events"),
    path("filings/<int:pk>/assign/", history.Assign.as_view(), name="api-assign"),
    path("filings/<int:pk>/notes/", history.Notes.as_view(), name="api-notes"),
    path("filings/<int:pk>/objections/", history.Objections.as_view(), name="api-objections"),
    path(
        "filings/<int:pk>/objections/<int:oid>/answer/",
        history.AnswerObjection.as_view(),
        name="api-objection-answer",
    ),
    path("entities/<slug:code>/visits/", accompany.Visits.as_view(), name="api-visits"),
    path("entities/<slug:code>/problems/", accompany.Problems.as_view(), name="api-problems"),
    path("problems/<int:pk>/", accompany.OneProblem.as_view(), name="api-problem"),
    path(
        "problems/<int:pk>/actions/<slug:name>/",
        accompany.ActOnProblem.as_view(),
        name="api-problem-action",
    ),
]
