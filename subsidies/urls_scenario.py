"""Addresses of what-if, under /subsidies/what-if/."""

from django.urls import path

from subsidies.views import scenarios

urlpatterns = [
    path("", scenarios.Scenarios.as_view(), name="scenarios"),
    path("new/", scenarios.New.as_view(), name="scenario_new"),
    path("<int:pk>/", scenarios.OneScenario.as_view(), name="scenario"),
    path("<int:pk>/values/", scenarios.Choices.as_view(), name="scenario_choices"),
    path("<int:pk>/values/<str:name>/", scenarios.Value.as_view(), name="scenario_value"),
    path("<int:pk>/remove/", scenarios.Remove.as_view(), name="scenario_remove"),
    path("<int:pk>/start/", scenarios.Start.as_view(), name="scenario_start"),
    path("<int:pk>/copy/", scenarios.Copy.as_view(), name="scenario_copy"),
    path("<int:pk>/difference.xlsx", scenarios.Difference.as_view(), name="scenario_xlsx"),
    path("<int:pk>/propose/", scenarios.Propose.as_view(), name="scenario_propose"),
    path("<int:pk>/settle/", scenarios.Settle.as_view(), name="scenario_settle"),
]
