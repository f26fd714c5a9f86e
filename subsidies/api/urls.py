"""Addresses of quotes and measures, under /api/v1/."""

from django.urls import include, path

from subsidies.api import finding, scenarios, views

urlpatterns = [
    path("", include("subsidies.api.urls_money")),
    path("subsidies/quote/", views.QuoteView.as_view(), name="api-quote"),
    path("subsidies/measures/", views.Measures.as_view(), name="api-measures"),
    path("subsidies/measures/<slug:key>/", views.OneMeasure.as_view(), name="api-measure"),
    path("subsidies/matches/", finding.OwnMatches.as_view(), name="api-matches"),
    path("subsidies/find/", finding.PublicMatches.as_view(), name="api-find"),
    path("subsidies/what-ifs/", scenarios.Scenarios.as_view(), name="api-what-ifs"),
    path("subsidies/what-ifs/<int:pk>/", scenarios.OneScenario.as_view(), name="api-what-if"),
]
