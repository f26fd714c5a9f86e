"""Addresses of rounds, under /evaluation/."""

from django.urls import path

from evaluation.views import figures, rounds, setting_up

urlpatterns = [
    path("", rounds.Rounds.as_view(), name="rounds"),
    path("new/", setting_up.New.as_view(), name="round_new"),
    path("plans/", setting_up.Plans.as_view(), name="plans"),
    path("plans/keep/", setting_up.KeepPlan.as_view(), name="plan_keep"),
    path("monitor/", rounds.Monitor.as_view(), name="monitor"),
    path("monitor/<int:pk>/retry/", rounds.Retry.as_view(), name="job_retry"),
    path("rounds/<str:code>/", rounds.OneRound.as_view(), name="round"),
    path("rounds/<str:code>/edit/", setting_up.Edit.as_view(), name="round_edit"),
    path("rounds/<str:code>/extend/", setting_up.Extend.as_view(), name="round_extend"),
    path("rounds/<str:code>/population/", setting_up.Population.as_view(), name="population"),
    path("rounds/<str:code>/population/<int:pk>/", setting_up.LeaveOut.as_view(), name="leave_out"),
    path("rounds/<str:code>/population/<int:pk>/back/", setting_up.TakeIn.as_view(), name="take_in"),
    path("rounds/<str:code>/late/confirm/", rounds.ConfirmLate.as_view(), name="late_confirm"),
    path("rounds/<str:code>/run/", rounds.StartRun.as_view(), name="run_start"),
    path("rounds/<str:code>/results/", rounds.Results.as_view(), name="results"),
    path("rounds/<str:code>/results.xlsx", rounds.ResultsBook.as_view(), name="results_xlsx"),
    path("rounds/<str:code>/archive/", rounds.Archive.as_view(), name="round_archive"),
    path("rounds/<str:code>/acts/<slug:name>/", rounds.Act.as_view(), name="round_act"),
    path("rounds/<str:code>/entities/", figures.Subjects.as_view(), name="subjects"),
    path("rounds/<str:code>/entities/<int:pk>/", figures.OneSubject.as_view(), name="subject"),
    path("rounds/<str:code>/entities/<int:pk>/checked/", figures.Checked.as_view(), name="checked"),
    path("rounds/<str:code>/entities/<int:pk>/mark/", figures.StateMark.as_view(), name="mark"),
    path(
        "rounds/<str:code>/entities/<int:pk>/mark/<int:mark>/<slug:verb>/",
        figures.SettleMark.as_view(),
        name="mark_settle",
    ),
    path(
        "rounds/<str:code>/entities/<int:pk>/figures/<str:indicator>/",
        figures.Correct.as_view(),
        name="correct",
    ),
]
