"""Pages of the clusters app."""

from django.urls import URLPattern, URLResolver, include, path

from clusters.views import clusters, enterprises, firms, listings, projects

app_name = "clusters"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", clusters.Clusters.as_view(), name="clusters"),
    path("statistics/", include("clusters.urls_statistics")),
    path("named/", clusters.Named.as_view(), name="named"),
    path("public/<slug:code>/", clusters.PublicCluster.as_view(), name="public"),
    path("firms/<int:pk>/edit/", firms.Edit.as_view(), name="firm_edit"),
    path("firms/<int:pk>/leave/", firms.Leave.as_view(), name="firm_leave"),
    path("projects/", projects.AllProjects.as_view(), name="all_projects"),
    path("projects/export/", projects.Export.as_view(), name="all_projects_export"),
    path("projects/<int:pk>/", projects.OneProject.as_view(), name="project"),
    path("projects/<int:pk>/edit/", projects.Edit.as_view(), name="project_edit"),
    path("projects/<int:pk>/years/", projects.Years.as_view(), name="project_years"),
    path("projects/<int:pk>/list/", listings.AddProject.as_view(), name="project_list"),
    path("projects/<int:pk>/move/<slug:target>/", projects.Move.as_view(), name="project_move"),
    path("moves/<int:pk>/check/", projects.Check.as_view(), name="move_check"),
    path("listings/<int:pk>/end/", listings.End.as_view(), name="listing_end"),
    path("enterprises/", enterprises.AllEntries.as_view(), name="all_enterprises"),
    path("enterprises/export/", enterprises.Export.as_view(), name="all_enterprises_export"),
    path("enterprises/<int:pk>/", enterprises.OneEntry.as_view(), name="enterprise"),
    path("enterprises/<int:pk>/edit/", enterprises.Edit.as_view(), name="enterprise_edit"),
    path("enterprises/<int:pk>/leave/", enterprises.Leave.as_view(), name="enterprise_leave"),
    path("enterprises/<int:pk>/ask/", enterprises.Ask.as_view(), name="enterprise_ask"),
    path("requests/", enterprises.Requests.as_view(), name="requests"),
    path("requests/<int:pk>/", enterprises.OneRequest.as_view(), name="request"),
    path("requests/<int:pk>/do/<slug:name>/", enterprises.ActOnRequest.as_view(), name="request_act"),
    path("<slug:code>/", clusters.OneCluster.as_view(), name="cluster"),
    path("<slug:code>/firms/", firms.Firms.as_view(), name="firms"),
    path("<slug:code>/firms/new/", firms.Add.as_view(), name="firm_new"),
    path("<slug:code>/firms/export/", firms.Export.as_view(), name="firms_export"),
    path("<slug:code>/firms/import/", listings.Import.as_view(), name="firms_import"),
    path("<slug:code>/projects/", projects.Projects.as_view(), name="projects"),
    path("<slug:code>/projects/new/", projects.Add.as_view(), name="project_new"),
    path("<slug:code>/projects/export/", projects.Export.as_view(), name="projects_export"),
    path("<slug:code>/enterprises/", enterprises.Entries.as_view(), name="enterprises"),
    path("<slug:code>/enterprises/new/", enterprises.Enter.as_view(), name="enterprise_new"),
    path("<slug:code>/enterprises/export/", enterprises.Export.as_view(), name="enterprises_export"),
    path("<slug:code>/listings/new/", listings.Add.as_view(), name="listing_new"),
    path("<slug:code>/records/", listings.Records.as_view(), name="records"),
    path("<slug:code>/records/<slug:topic>/", listings.Work.as_view(), name="work"),
]
