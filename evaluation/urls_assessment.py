"""Addresses of self-assessments and panels, under /evaluation/."""

from django.urls import path

from evaluation.views import agency, assessment, panels

urlpatterns = [
    path("assessments/<int:pk>/", assessment.ToAssessment.as_view(), name="assessment"),
    path("rounds/by-number/<int:pk>/", assessment.ToRound.as_view(), name="round_of"),
    path("rounds/<str:code>/panels/", panels.Board.as_view(), name="panels"),
    path("rounds/<str:code>/panels/open/", panels.Open.as_view(), name="panels_open"),
    path("rounds/<str:code>/panels/close/", panels.Close.as_view(), name="panels_close"),
    path("commissions/", agency.Commissions.as_view(), name="commissions"),
    path("commissions/<str:code>/", agency.Commission.as_view(), name="commission"),
    path("commissions/<str:code>/<int:pk>/", agency.CommissionedEntity.as_view(), name="commissioned"),
]
