"""Addresses of the auditor's desk, under /evaluation/audit/."""

from django.urls import path, re_path

from evaluation.views import audit

urlpatterns = [
    path("", audit.Reports.as_view(), name="audit"),
    re_path(r"^digests\.(?P<form>csv|xlsx)$", audit.Digests.as_view(), name="audit_digests"),
    path("rounds/<str:code>/archive/", audit.Archive.as_view(), name="audit_archive"),
    path("cases/", audit.Cases.as_view(), name="audit_cases"),
    path("cases/<int:pk>/", audit.Case.as_view(), name="audit_case"),
    path("cases/<int:pk>/pack/", audit.Pack.as_view(), name="audit_pack"),
    path("exceptions/", audit.Exceptions.as_view(), name="audit_exceptions"),
    path("exceptions.xlsx", audit.ExceptionBook.as_view(), name="audit_exceptions_xlsx"),
    path("downloads/", audit.Downloads.as_view(), name="audit_downloads"),
]
