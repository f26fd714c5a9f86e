"""Addresses of the calculator, under /subsidies/."""

from django.urls import include, path

from subsidies import urls_scenario
from subsidies.views import calculator, claims, finding, measures, offers, unclaimed

app_name = "subsidies"

urlpatterns = [
    path("", include("subsidies.urls_money")),
    path("", calculator.measure_list, name="measures"),
    path("calculator/", calculator.calculator, name="calculator"),
    path("calculator/sheet.pdf", calculator.paper, name="paper"),
    path("find/", finding.finder, name="find"),
    path("matches/", finding.matches, name="matches"),
    path("unclaimed/", unclaimed.listed, name="unclaimed"),
    path("unclaimed/export/<slug:kind>/", unclaimed.export, name="unclaimed_export"),
    path("claims/", claims.ClaimList.as_view(), name="claims"),
    path("claims/<int:pk>/sheet.pdf", claims.AwardPaper.as_view(), name="award_paper"),
    path("measures/<slug:key>/claim/", claims.Begin.as_view(), name="claim_begin"),
    path("offers/of/<int:pk>/", offers.OfEntity.as_view(), name="offers_of"),
    path("offers/<str:code>/<slug:measure>/", offers.OneOffer.as_view(), name="offer"),
    path("offers/<str:code>/<slug:measure>/decline/", offers.Decline.as_view(), name="offer_decline"),
    path("offers/<str:code>/<slug:measure>/resume/", offers.Resume.as_view(), name="offer_resume"),
    path("measures/<slug:key>/", measures.measure, name="measure"),
    path("what-if/", include(urls_scenario.urlpatterns)),
]
