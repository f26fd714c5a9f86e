"""Addresses of visits, problems and candidates, below ``/filings/``."""

from django.urls import path

from filings.views.accompany import candidates, problems, visits

urlpatterns = [
    path("visits/", visits.Visits.as_view(), name="visits"),
    path("visits/new/", visits.PickEntity.as_view(), name="visit_new"),
    path("visits/new/<slug:code>/", visits.Plan.as_view(), name="visit_plan"),
    path("visits/new/<slug:code>/held/", visits.Held.as_view(), name="visit_held"),
    path("visits/<int:pk>/", visits.OneVisit.as_view(), name="visit"),
    path("visits/<int:pk>/record/", visits.Record.as_view(), name="visit_record"),
    path("visits/<int:pk>/change/", visits.Change.as_view(), name="visit_change"),
    path("visits/<int:pk>/call-off/", visits.CallOff.as_view(), name="visit_call_off"),
    path("visits/<int:pk>/problem/", visits.FoundProblem.as_view(), name="visit_problem"),
    path("problems/", problems.Problems.as_view(), name="problems"),
    path("problems/new/", problems.PickEntity.as_view(), name="problem_new"),
    path("problems/new/<slug:code>/", problems.Raise.as_view(), name="problem_raise"),
    path("problems/<int:pk>/", problems.OneProblem.as_view(), name="problem"),
    path("problems/<int:pk>/do/<slug:name>/", problems.ActOnProblem.as_view(), name="problem_act"),
    path("candidates/", candidates.Candidates.as_view(), name="candidates"),
    path("candidates/new/", candidates.Add.as_view(), name="candidate_new"),
    path("candidates/<int:pk>/", candidates.OneCandidate.as_view(), name="candidate"),
    path("candidates/<int:pk>/edit/", candidates.Edit.as_view(), name="candidate_edit"),
    path("candidates/<int:pk>/advance/", candidates.Advance.as_view(), name="candidate_advance"),
    path("candidates/<int:pk>/link/", candidates.Link.as_view(), name="candidate_link"),
]
