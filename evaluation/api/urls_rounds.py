"""Addresses of rounds and reports, under /api/v1/."""

from django.urls import path

from evaluation.api import corrections, figures, reports, rounds

SUBJECT = "rounds/<str:code>/entities/<int:pk>/"
CORRECTION = "rounds/<str:code>/corrections/<int:number>/"

urlpatterns = [
    path("rounds/", rounds.Rounds.as_view(), name="api-rounds"),
    path("rounds/<str:code>/", rounds.OneRound.as_view(), name="api-round"),
    path("rounds/<str:code>/calendar/", rounds.Calendar.as_view(), name="api-round-calendar"),
    path("rounds/<str:code>/late/confirm/", rounds.ConfirmLate.as_view(), name="api-round-late"),
    path("rounds/<str:code>/actions/<slug:name>/", rounds.Act.as_view(), name="api-round-action"),
    path("rounds/<str:code>/runs/", rounds.Runs.as_view(), name="api-round-runs"),
    path("rounds/<str:code>/results/", rounds.Results.as_view(), name="api-round-results"),
    path("rounds/<str:code>/entities/", figures.Entities.as_view(), name="api-round-entities"),
    path(SUBJECT, figures.OneEntity.as_view(), name="api-round-entity"),
    path(f"{SUBJECT}figures/", figures.Figures.as_view(), name="api-round-figures"),
    path(f"{SUBJECT}checked/", figures.Checked.as_view(), name="api-round-checked"),
    path(f"{SUBJECT}marks/", figures.Marks.as_view(), name="api-round-marks"),
    path(
        f"{SUBJECT}marks/<int:mark>/<slug:name>/",
        figures.SettleMark.as_view(),
        name="api-round-mark-action",
    ),
    path("rounds/<str:code>/corrections/", corrections.Corrections.as_view(), name="api-round-corrections"),
    path(CORRECTION, corrections.OneCorrection.as_view(), name="api-round-correction"),
    path(f"{CORRECTION}entities/", corrections.Entities.as_view(), name="api-round-correction-entities"),
    path(f"{CORRECTION}document/", corrections.Document.as_view(), name="api-round-correction-document"),
    path(f"{CORRECTION}runs/", corrections.Runs.as_view(), name="api-round-correction-runs"),
    path(f"{CORRECTION}changes/", corrections.Changes.as_view(), name="api-round-correction-changes"),
    path(f"{CORRECTION}actions/<slug:name>/", corrections.Act.as_view(), name="api-round-correction-action"),
    path("reports/", reports.Reports.as_view(), name="api-reports"),
    path("reports/<int:pk>/", reports.OneReport.as_view(), name="api-report"),
    path("reports/<int:pk>/pdf/", reports.Pdf.as_view(), name="api-report-pdf"),
]
