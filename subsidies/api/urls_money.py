"""Addresses of budgets and payments, under /api/v1/."""

from django.urls import path

from subsidies.api import money, stops

urlpatterns = [
    path("budgets/", money.Budgets.as_view(), name="api-budgets"),
    path("budgets/<int:pk>/", money.OneBudget.as_view(), name="api-budget"),
    path("budgets/<int:pk>/ledger/", money.Ledger.as_view(), name="api-ledger"),
    path("budgets/<int:pk>/quotas/", money.Quotas.as_view(), name="api-budget-quotas"),
    path("budgets/<int:pk>/quotas/<int:quota>/", money.NoteQuota.as_view(), name="api-budget-quota"),
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
    path("clawbacks/", stops.ClawBacks.as_view(), name="api-clawbacks"),
    path(
        "clawbacks/<int:pk>/actions/<slug:name>/", stops.ActOnClawBack.as_view(), name="api-clawback-action"
    ),
    path("subsidies/awards/<int:pk>/instalments/", stops.Instalments.as_view(), name="api-instalments"),
    path("subsidies/awards/<int:pk>/holds/", stops.Holds.as_view(), name="api-holds"),
    path("subsidies/awards/<int:pk>/clawbacks/", stops.Demands.as_view(), name="api-demands"),
    path("subsidies/awards/<int:pk>/revoke/", stops.Revocations.as_view(), name="api-award-revoke"),
    path(
        "subsidies/revocations/<int:pk>/<slug:name>/",
        stops.ActOnRevocation.as_view(),
        name="api-revocation-action",
    ),
    path("subsidies/holds/<int:pk>/release/", stops.ReleaseHold.as_view(), name="api-hold-release"),
    path("subsidies/claims/<int:pk>/payer-shares/", stops.Shares.as_view(), name="api-payer-shares"),
]
