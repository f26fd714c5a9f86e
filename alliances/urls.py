"""Pages of the alliances app, below ``/alliances/``."""

from django.urls import path

from alliances.views import gaps, networks, records, scenarios

app_name = "alliances"

urlpatterns = [
    path("", networks.Networks.as_view(), name="networks"),
    path("goals/", networks.Goals.as_view(), name="goals"),
    path("gaps/", gaps.PublicGaps.as_view(), name="gaps"),
    path("gaps/file/", gaps.GapsFile.as_view(), name="gaps_file"),
    path("gaps/kept/", gaps.KeptGaps.as_view(), name="gaps_kept"),
    path("gaps/new/", gaps.Add.as_view(), name="gap_add"),
    path("gaps/<int:pk>/change/", gaps.Change.as_view(), name="gap_change"),
    path("gaps/<int:pk>/take-on/", gaps.TakeOn.as_view(), name="gap_take_on"),
    path("gaps/<int:pk>/close/", gaps.Close.as_view(), name="gap_close"),
    path("scenarios/", scenarios.PublicScenarios.as_view(), name="scenarios"),
    path("scenarios/kept/", scenarios.KeptScenarios.as_view(), name="scenarios_kept"),
    path("scenarios/new/", scenarios.Open.as_view(), name="scenario_add"),
    path("scenarios/<int:pk>/", scenarios.OneScenario.as_view(), name="scenario"),
    path("scenarios/<int:pk>/change/", scenarios.Change.as_view(), name="scenario_change"),
    path("scenarios/<int:pk>/publish/", scenarios.Publish.as_view(), name="scenario_publish"),
    path("scenarios/<int:pk>/send-back/", scenarios.SendBack.as_view(), name="scenario_send_back"),
    path("scenarios/<int:pk>/end/", scenarios.End.as_view(), name="scenario_end"),
    path("records/waiting/", records.Waiting.as_view(), name="waiting"),
    path("records/<int:pk>/", records.OneRecord.as_view(), name="record"),
    path("records/<int:pk>/change/", records.Change.as_view(), name="record_change"),
    path("records/<int:pk>/withdraw/", records.Withdraw.as_view(), name="record_withdraw"),
    path("records/<int:pk>/judge/", records.Judge.as_view(), name="record_judge"),
    path("<slug:code>/tasks/", networks.Tasks.as_view(), name="tasks"),
    path("<slug:code>/intensity/", networks.Intensity.as_view(), name="intensity"),
    path("<slug:code>/records/", records.Records.as_view(), name="records"),
    path("<slug:code>/records/new/", records.Add.as_view(), name="record_add"),
    path("<slug:code>/gaps/", gaps.EntityGaps.as_view(), name="entity_gaps"),
    path("<slug:code>/gaps/new/", gaps.Add.as_view(), name="entity_gap_add"),
    path("<slug:code>/public/", records.PublicRecords.as_view(), name="public_records"),
]
