"""Addresses of applicants and member units."""

from django.urls import path

from filings.views.applicant import case, check, correction, home, member, members, programmes, section, tasks

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("programmes/", programmes.listing, name="programmes"),
    path("programmes/<slug:key>/", home.Call.as_view(), name="programme"),
    path("programmes/<slug:key>/start/", home.Start.as_view(), name="start"),
    path("<int:pk>/", home.Open.as_view(), name="open"),
    path("<int:pk>/tasks/", tasks.Tasks.as_view(), name="tasks"),
    path("<int:pk>/sections/<slug:key>/", section.SectionPage.as_view(), name="section"),
    path("<int:pk>/members/", members.Members.as_view(), name="members"),
    path("<int:pk>/members/<int:place>/remove/", members.Remove.as_view(), name="member_remove"),
    path("<int:pk>/reasons/<slug:condition>/", members.Reason.as_view(), name="reason"),
    path("<int:pk>/member/", member.Hub.as_view(), name="member"),
    path("<int:pk>/member/decline/", member.Decline.as_view(), name="decline"),
    path("<int:pk>/member/confirm/", member.Confirm.as_view(), name="confirm"),
    path("<int:pk>/check/", check.Check.as_view(), name="check"),
    path("<int:pk>/print/", check.Print.as_view(), name="print"),
    path("<int:pk>/submit/", check.Submit.as_view(), name="submit"),
    path("<int:pk>/receipt/", check.Receipt.as_view(), name="receipt"),
    path("<int:pk>/progress/", case.Progress.as_view(), name="progress"),
    path("<int:pk>/versions/", case.Versions.as_view(), name="versions"),
    path("<int:pk>/withdraw/", case.Withdraw.as_view(), name="withdraw"),
    path("<int:pk>/correction/", correction.CorrectionPage.as_view(), name="correction"),
]
