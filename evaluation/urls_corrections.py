"""Addresses of corrections, under /evaluation/rounds/…/corrections/."""

from django.urls import path

from evaluation.views import corrections

ONE = "rounds/<str:code>/corrections/<int:number>/"

urlpatterns = [
    path("rounds/<str:code>/corrections/new/", corrections.New.as_view(), name="correction_new"),
    path(ONE, corrections.OneCorrection.as_view(), name="correction"),
    path(f"{ONE}entities/", corrections.NameMore.as_view(), name="correction_name"),
    path(f"{ONE}document/", corrections.Attach.as_view(), name="correction_document"),
    path(f"{ONE}run/", corrections.StartRun.as_view(), name="correction_run"),
    path(f"{ONE}acts/<slug:name>/", corrections.Act.as_view(), name="correction_act"),
]
