"""Addresses of schemes, under /evaluation/schemes/."""

from django.urls import path

from evaluation.views import schemes, schemes_analysis, schemes_edit

urlpatterns = [
    path("", schemes.Schemes.as_view(), name="schemes"),
    path("<int:pk>/", schemes.OneScheme.as_view(), name="scheme"),
    path("<int:pk>/difference/", schemes.Difference.as_view(), name="scheme_difference"),
    path("<int:pk>/trial/", schemes_analysis.Trial.as_view(), name="scheme_trial"),
    path("<int:pk>/analysis/", schemes_analysis.Analysis.as_view(), name="scheme_analysis"),
    path("<int:pk>/copy/", schemes.Copy.as_view(), name="scheme_copy"),
    path("<int:pk>/propose/", schemes.Propose.as_view(), name="scheme_propose"),
    path("<int:pk>/recall/", schemes.Recall.as_view(), name="scheme_recall"),
    path("<int:pk>/publish/", schemes.Publish.as_view(), name="scheme_publish"),
    path("<int:pk>/send-back/", schemes.SendBack.as_view(), name="scheme_send_back"),
    path("<int:pk>/withdraw/", schemes.Withdraw.as_view(), name="scheme_withdraw"),
    path("<int:pk>/discard/", schemes.Discard.as_view(), name="scheme_discard"),
    path("<int:pk>/edit/", schemes_edit.Edit.as_view(), name="scheme_edit"),
    path("<int:pk>/edit/words/", schemes_edit.EditWords.as_view(), name="scheme_words"),
    path("<int:pk>/edit/notes/", schemes_edit.EditNotes.as_view(), name="scheme_notes"),
    path("<int:pk>/edit/bands/", schemes_edit.EditBands.as_view(), name="scheme_bands"),
    path("<int:pk>/edit/dimensions/new/", schemes_edit.EditDimension.as_view(), name="scheme_dimension_new"),
    path(
        "<int:pk>/edit/dimensions/<str:code>/", schemes_edit.EditDimension.as_view(), name="scheme_dimension"
    ),
    path(
        "<int:pk>/edit/dimensions/<str:code>/remove/",
        schemes_edit.RemoveDimension.as_view(),
        name="scheme_dimension_remove",
    ),
    path(
        "<int:pk>/edit/dimensions/<str:into>/new/",
        schemes_edit.EditIndicator.as_view(),
        name="scheme_indicator_new",
    ),
    path(
        "<int:pk>/edit/indicators/<str:code>/", schemes_edit.EditIndicator.as_view(), name="scheme_indicator"
    ),
    path(
        "<int:pk>/edit/indicators/<str:code>/remove/",
        schemes_edit.RemoveIndicator.as_view(),
        name="scheme_indicator_remove",
    ),
    path("<int:pk>/edit/pairs/<str:group>/", schemes_analysis.Pairs.as_view(), name="scheme_pairs"),
]
