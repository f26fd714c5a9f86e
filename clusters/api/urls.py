"""Routes of the API that belong to the clusters app."""

from django.urls import URLPattern, URLResolver, include, path

from clusters.api.views import clusters

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("clusters.api.urls_statistics")),
    path("clusters/", clusters.Clusters.as_view(), name="api-clusters"),
    path("clusters/firms/<int:pk>/leave/", clusters.FirmLeave.as_view(), name="api-cluster-firm-leave"),
    path("clusters/projects/<int:pk>/", clusters.OneProject.as_view(), name="api-cluster-project"),
    path("clusters/projects/<int:pk>/move/", clusters.Move.as_view(), name="api-cluster-project-move"),
    path("clusters/enterprises/<int:pk>/requests/", clusters.AskHelp.as_view(), name="api-ask-help"),
    path("clusters/requests/", clusters.Requests.as_view(), name="api-support-requests"),
    path("clusters/requests/<int:pk>/", clusters.OneRequest.as_view(), name="api-support-request"),
    path(
        "clusters/requests/<int:pk>/actions/<slug:name>/",
        clusters.ActOnRequest.as_view(),
        name="api-support-request-action",
    ),
    path("clusters/<slug:code>/firms/", clusters.Firms.as_view(), name="api-cluster-firms"),
    path("clusters/<slug:code>/projects/", clusters.Projects.as_view(), name="api-cluster-projects"),
    path("clusters/<slug:code>/enterprises/", clusters.Entries.as_view(), name="api-key-enterprises"),
]
