"""Addresses of the policy library, under /policy/."""

from django.urls import path, re_path

from policy.views import changes, figures, library

app_name = "policy"

urlpatterns = [
    path("", library.Library.as_view(), name="library"),
    path("search/", library.Search.as_view(), name="search"),
    path("documents/<slug:key>/", library.DocumentPage.as_view(), name="document"),
    path("documents/<slug:key>/clauses/<str:ref>/", library.ClausePage.as_view(), name="clause"),
    path("items/<slug:key>/", library.ItemPage.as_view(), name="item"),
    path("parameters/", figures.Parameters.as_view(), name="parameters"),
    path("parameters/<str:key>/", figures.ParameterPage.as_view(), name="parameter"),
    path("readings/", figures.Readings.as_view(), name="readings"),
    path("readings/<slug:key>/", figures.ReadingPage.as_view(), name="reading"),
    path("lists/", figures.Lists.as_view(), name="lists"),
    path("lists/<slug:key>/", figures.ListPage.as_view(), name="list"),
    re_path(
        r"^(?P<kind>parameters|readings|lists|documents)/(?P<key>[\w.]+)/propose/$",
        changes.Propose.as_view(),
        name="propose",
    ),
    path("changes/", changes.Changes.as_view(), name="changes"),
    path("changes/<int:pk>/", changes.ChangePage.as_view(), name="change"),
]
