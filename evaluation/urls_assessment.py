"""Addresses of self-assessments and panels, under /evaluation/."""

from django.urls import path

from evaluation.views import assessment

urlpatterns = [
    path("assessments/<int:pk>/", assessment.ToAssessment.as_view(), name="assessment"),
    path("rounds/by-number/<int:pk>/", assessment.ToRound.as_view(), name="round_of"),
]
