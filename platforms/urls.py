"""Pages of the platforms app."""

from django.urls import path

from platforms.views import cultivation, offers, overview, records, yearly

app_name = "platforms"

urlpatterns = [
    path("", overview.Overview.as_view(), name="overview"),
    path("list/", overview.PlatformList.as_view(), name="list"),
    path("named/", overview.Named.as_view(), name="named"),
    path("incubation/", overview.Chain.as_view(), name="incubation"),
    path("open/", offers.Open.as_view(), name="open"),
    path("records/", records.Mine.as_view(), name="mine"),
    path("cultivation/", cultivation.Entries.as_view(), name="cultivation"),
    path("cultivation/new/", cultivation.Enter.as_view(), name="entry_new"),
    path("cultivation/<int:pk>/", cultivation.Entry.as_view(), name="entry"),
    path("cultivation/<int:pk>/edit/", cultivation.Edit.as_view(), name="entry_edit"),
    path("cultivation/<int:pk>/step/", cultivation.Step.as_view(), name="entry_step"),
    path("cultivation/<int:pk>/leave/", cultivation.Leave.as_view(), name="entry_leave"),
    path("<slug:code>/offers/", offers.Offers.as_view(), name="offers"),
    path("<slug:code>/offers/new/", offers.Publish.as_view(), name="offer_new"),
    path("<slug:code>/offers/<int:pk>/", offers.Change.as_view(), name="offer"),
    path("<slug:code>/offers/<int:pk>/withdraw/", offers.Withdraw.as_view(), name="offer_withdraw"),
    path("<slug:code>/records/", records.Records.as_view(), name="records"),
    path("<slug:code>/years/<int:year>/confirm/", yearly.Confirm.as_view(), name="year_confirm"),
    path("<slug:code>/years/<int:year>/accept/", yearly.Accept.as_view(), name="year_accept"),
    path("<slug:code>/years/<int:year>/return/", yearly.SendBack.as_view(), name="year_return"),
    path("<slug:code>/records/<slug:kind>/", records.RecordList.as_view(), name="record_list"),
    path("<slug:code>/records/<slug:kind>/new/", records.Add.as_view(), name="record_new"),
    path("<slug:code>/records/<slug:kind>/export/", yearly.Export.as_view(), name="record_export"),
    path("<slug:code>/records/<slug:kind>/template/", yearly.Blank.as_view(), name="record_template"),
    path("<slug:code>/records/<slug:kind>/import/", yearly.Import.as_view(), name="record_import"),
    path("<slug:code>/records/<slug:kind>/<int:pk>/", records.OneRecord.as_view(), name="record"),
    path("<slug:code>/records/<slug:kind>/<int:pk>/edit/", records.Change.as_view(), name="record_edit"),
    path("<slug:code>/records/<slug:kind>/<int:pk>/strike/", records.Strike.as_view(), name="record_strike"),
    path("<slug:code>/records/<slug:kind>/<int:pk>/follow/", records.Follow.as_view(), name="record_follow"),
]
