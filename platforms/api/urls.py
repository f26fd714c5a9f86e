"""Routes of the API that belong to the platforms app."""

from django.urls import path

from platforms.api import overview, records

urlpatterns = [
    path("platforms/types/", overview.Types.as_view()),
    path("platforms/overview/", overview.Overview.as_view()),
    path("platforms/open/", overview.Open.as_view()),
    path("platforms/cultivation/", overview.Cultivation.as_view()),
    path("platforms/cultivation/<int:pk>/", overview.Entry.as_view()),
    path("platforms/cultivation/<int:pk>/steps/", overview.EntrySteps.as_view()),
    path("platforms/cultivation/<int:pk>/leave/", overview.EntryLeave.as_view()),
    path("platforms/<slug:code>/records/", records.Kinds.as_view()),
    path("platforms/<slug:code>/records/<slug:kind>/", records.Records.as_view()),
    path("platforms/<slug:code>/records/<slug:kind>/<int:pk>/", records.OneRecord.as_view()),
    path("platforms/<slug:code>/records/<slug:kind>/<int:pk>/strike/", records.Strike.as_view()),
    path("platforms/<slug:code>/records/<slug:kind>/<int:pk>/follow-ups/", records.Follow.as_view()),
    path("platforms/<slug:code>/years/<int:year>/", records.Year.as_view()),
    path("platforms/<slug:code>/years/<int:year>/<slug:name>/", records.YearAct.as_view()),
    path("platforms/<slug:code>/offers/", records.Offers.as_view()),
]
