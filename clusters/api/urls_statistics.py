"""Routes of the statistics in the API."""

from django.urls import path

from clusters.api import statistics as api

urlpatterns = [
    path("clusters/returns/", api.Returns.as_view(), name="api-cluster-returns"),
    path("clusters/returns/<int:pk>/", api.OneReturn.as_view(), name="api-cluster-return"),
    path(
        "clusters/returns/<int:pk>/actions/<str:name>/",
        api.ActOnReturn.as_view(),
        name="api-cluster-return-action",
    ),
    path("clusters/returns/<int:pk>/template/", api.Template.as_view(), name="api-cluster-return-template"),
    path(
        "clusters/returns/<int:pk>/workbooks/", api.Workbooks.as_view(), name="api-cluster-return-workbooks"
    ),
    path(
        "clusters/returns/<int:pk>/workbooks/<int:upload>/apply/",
        api.ApplyWorkbook.as_view(),
        name="api-cluster-return-apply",
    ),
]
