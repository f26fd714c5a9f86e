"""Addresses of self-assessments and panels, under /evaluation/."""

from django.urls import path

from evaluation.views import assessment, panels

urlpatterns = [
    path("assessments/<int:pk>/", assessment.ToAssessment.as_view(), name="assessment"),
    path("rounds/by-number/<int:pk>/", assessment.ToRound.as_view(), name="round_of"),
    path("rounds/<str:code>/panels/", panels.Board.as_view(), name="panels"),
    path("rounds/<str:code>/panels/open/", panels.Open.as_view(), name="panels_open"),
    path("rounds/<str:code>/panels/close/", panels.Close.as_view(), name="panels_close"),
]
