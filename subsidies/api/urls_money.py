"""Addresses of budgets and payments, under /api/v1/."""

from django.urls import path

from subsidies.api import money

urlpatterns = [
    path("budgets/", money.Budgets.as_view(), name="api-budgets"),
    path("budgets/<int:pk>/", money.OneBudget.as_view(), name="api-budget"),
    path("budgets/<int:pk>/ledger/", money.Ledger.as_view(), name="api-ledger"),
    path("budgets/<int:pk>/changes/", money.Changes.as_view(), name="api-budget-changes"),
    path(
        "budget-changes/<int:pk>/actions/<slug:name>/",
        money.ActOnChange.as_view(),
        name="api-budget-change-action",
    ),
    path("payments/", money.Payments.as_view(), name="api-payments"),
    path("payments/<int:pk>/", money.OnePayment.as_view(), name="api-payment"),
    path("payments/<int:pk>/actions/<slug:name>/", money.ActOnPayment.as_view(), name="api-payment-action"),
    path("payment-batches/", money.Batches.as_view(), name="api-batches"),
    path("payment-batches/<int:pk>/", money.OneBatch.as_view(), name="api-batch"),
    path("payment-batches/<int:pk>/results/", money.Results.as_view(), name="api-batch-results"),
    path(
        "payment-batches/<int:pk>/actions/<slug:name>/", money.ActOnBatch.as_view(), name="api-batch-action"
    ),
    path("clawbacks/", money.ClawBacks.as_view(), name="api-clawbacks"),
    path(
        "clawbacks/<int:pk>/actions/<slug:name>/", money.ActOnClawBack.as_view(), name="api-clawback-action"
    ),
]
