"""Addresses of assignment and absence, under ``/assignment/``."""

from django.urls import path

from filings.views.staff import assignment, assignment_absence, assignment_cases

app_name = "assignment"

urlpatterns = [
    path("", assignment.Overview.as_view(), name="overview"),
    path("districts/<str:code>/", assignment.DistrictView.as_view(), name="district"),
    path("contacts/", assignment.Contacts.as_view(), name="contacts"),
    path("contacts/<int:pk>/", assignment.ContactView.as_view(), name="contact"),
    path("absence/", assignment_absence.AbsenceView.as_view(), name="absence"),
    path("absence/<int:pk>/end/", assignment_absence.EndView.as_view(), name="absence_end"),
    path("cases/", assignment_cases.ReassignView.as_view(), name="reassign"),
    path("cases/<int:pk>/", assignment_cases.ResultView.as_view(), name="reassigned"),
]
