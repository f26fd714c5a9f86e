"""Pages of the statistics, under /clusters/statistics/."""

from django.urls import path

from clusters.views.statistics import periods, returns, review, upward

urlpatterns = [
    path("", periods.Periods.as_view(), name="statistics"),
    path("overview/", periods.Overview.as_view(), name="statistics_overview"),
    path("periods/new/", periods.OpenPeriod.as_view(), name="period_open"),
    path("periods/<int:pk>/", periods.OnePeriod.as_view(), name="period"),
    path("returns/<int:pk>/", returns.OneReturn.as_view(), name="return"),
    path("returns/<int:pk>/fill/", returns.Fill.as_view(), name="return_fill"),
    path("returns/<int:pk>/submit/", returns.Submit.as_view(), name="return_submit"),
    path("returns/<int:pk>/print/", returns.Printed.as_view(), name="return_print"),
    path("returns/<int:pk>/template/", returns.Template.as_view(), name="return_template"),
    path("returns/<int:pk>/upload/", returns.Upload.as_view(), name="return_upload"),
    path("returns/<int:pk>/upload/<int:upload>/", returns.Preview.as_view(), name="return_preview"),
    path("returns/<int:pk>/upload/<int:upload>/marked/", returns.Marked.as_view(), name="return_marked"),
    path("returns/<int:pk>/review/", review.Review.as_view(), name="return_review"),
    path("returns/<int:pk>/reopen/", review.Reopen.as_view(), name="return_reopen"),
    path("returns/<int:pk>/<slug:name>/", returns.Act.as_view(), name="return_act"),
    path("dispatches/<int:pk>/", upward.Dispatch.as_view(), name="dispatch"),
    path("dispatches/<int:pk>/write/", upward.WriteDispatch.as_view(), name="dispatch_write"),
    path("dispatches/<int:pk>/<slug:name>/", upward.ActOnDispatch.as_view(), name="dispatch_act"),
    path("half-years/", upward.HalfYears.as_view(), name="half_years"),
    path("half-years/new/", upward.StartHalfYear.as_view(), name="half_year_new"),
    path("half-years/of/<int:pk>/", upward.FromPeriod.as_view(), name="half_year_start"),
    path("half-years/<int:pk>/", upward.HalfYear.as_view(), name="half_year"),
    path("half-years/<int:pk>/write/", upward.WriteHalfYear.as_view(), name="half_year_write"),
    path("half-years/<int:pk>/reissue/", upward.Reissue.as_view(), name="half_year_reissue"),
    path("half-years/<int:pk>/<slug:name>/", upward.ActOnHalfYear.as_view(), name="half_year_act"),
]
