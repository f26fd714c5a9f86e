"""Addresses of loading a register, below ``/filings/``."""

from django.urls import path

from filings.views import loads

urlpatterns = [
    path("loads/", loads.Loads.as_view(), name="loads"),
    path("loads/new/", loads.Upload.as_view(), name="load_new"),
    path("loads/template/", loads.TemplateFile.as_view(), name="load_template"),
    path("loads/<int:pk>/", loads.OneLoad.as_view(), name="load"),
    path("loads/<int:pk>/do/<slug:name>/", loads.Act.as_view(), name="load_act"),
    path("entries/", loads.Entries.as_view(), name="entries"),
    path("entries/<int:pk>/", loads.Entry.as_view(), name="entry"),
    path("entries/<int:pk>/confirm/", loads.ConfirmEntry.as_view(), name="entry_confirm"),
    path("entries/<int:pk>/report/", loads.ReportEntry.as_view(), name="entry_report"),
]
