"""Routes of the API that belong to the alliances app, under /api/v1/."""

from django.urls import path

from alliances.api.views import lists, records

urlpatterns = [
    path("alliances/<slug:code>/records/", records.Records.as_view(), name="api-alliance-records"),
    path("alliances/<slug:code>/tasks/", records.Tasks.as_view(), name="api-alliance-tasks"),
    path("alliances/<slug:code>/intensity/", records.RdIntensity.as_view(), name="api-alliance-intensity"),
    path("alliance-records/<int:pk>/", records.OneRecord.as_view(), name="api-alliance-record"),
    path("alliance-records/<int:pk>/change/", records.Change.as_view(), name="api-alliance-record-change"),
    path(
        "alliance-records/<int:pk>/evidence/", records.Evidence.as_view(), name="api-alliance-record-evidence"
    ),
    path(
        "alliance-records/<int:pk>/withdraw/", records.Withdraw.as_view(), name="api-alliance-record-withdraw"
    ),
    path("alliance-records/<int:pk>/judge/", records.Judge.as_view(), name="api-alliance-record-judge"),
    path("public/chain-gaps/", lists.PublicGaps.as_view(), name="api-public-chain-gaps"),
    path("chain-gaps/", lists.Gaps.as_view(), name="api-chain-gaps"),
    path("chain-gaps/<int:pk>/change/", lists.ChangeGap.as_view(), name="api-chain-gap-change"),
    path("chain-gaps/<int:pk>/take-on/", lists.TakeOn.as_view(), name="api-chain-gap-take-on"),
    path("chain-gaps/<int:pk>/close/", lists.CloseGap.as_view(), name="api-chain-gap-close"),
    path("public/scenarios/", lists.PublicScenarios.as_view(), name="api-public-scenarios"),
    path("scenarios/", lists.Scenarios.as_view(), name="api-scenarios"),
    path("scenarios/<int:pk>/publish/", lists.PublishScenario.as_view(), name="api-scenario-publish"),
]
