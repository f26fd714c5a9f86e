"""Addresses of budgets and payments, under /subsidies/."""

from django.urls import path

from subsidies.views.money import batches, budgets, payments, revocations, stops

urlpatterns = [
    path("budgets/", budgets.Budgets.as_view(), name="budgets"),
    path("budgets/new/", budgets.Open.as_view(), name="budget_new"),
    path("budgets/<int:pk>/", budgets.OneBudget.as_view(), name="budget"),
    path("budgets/<int:pk>/change/", budgets.Change.as_view(), name="budget_change"),
    path("budgets/<int:pk>/quotas/<int:quota>/", budgets.NoteQuota.as_view(), name="quota_note"),
    path("budgets/changes/<int:pk>/<slug:name>/", budgets.ActOnChange.as_view(), name="budget_change_act"),
    path("payments/", payments.Payments.as_view(), name="payments"),
    path("payments/own/", payments.Own.as_view(), name="own_payments"),
    path("payments/<int:pk>/", payments.OnePayment.as_view(), name="payment"),
    path("payments/<int:pk>/account/", payments.NameAccount.as_view(), name="payment_account"),
    path("payments/<int:pk>/do/<slug:name>/", payments.ActOnPayment.as_view(), name="payment_act"),
    path("batches/", batches.Batches.as_view(), name="batches"),
    path("batches/new/", batches.Create.as_view(), name="batch_new"),
    path("batches/<int:pk>/", batches.OneBatch.as_view(), name="batch"),
    path("batches/<int:pk>/print/", batches.PrintBatch.as_view(), name="batch_print"),
    path("batches/<int:pk>/file/", batches.Download.as_view(), name="batch_file"),
    path("batches/<int:pk>/results/", batches.Results.as_view(), name="batch_results"),
    path("batches/<int:pk>/remove/<int:payment>/", batches.Remove.as_view(), name="batch_remove"),
    path("batches/<int:pk>/do/<slug:name>/", batches.ActOnBatch.as_view(), name="batch_act"),
    path("stops/", stops.Stops.as_view(), name="stops"),
    path("awards/<int:pk>/money/", stops.AwardMoney.as_view(), name="award_money"),
    path("awards/<int:pk>/instalments/", stops.Instalments.as_view(), name="instalments"),
    path("awards/<int:pk>/hold/", stops.PlaceHold.as_view(), name="hold_new"),
    path("awards/<int:pk>/revoke/", revocations.Propose.as_view(), name="award_revoke"),
    path("revocations/<int:pk>/do/<slug:name>/", revocations.Act.as_view(), name="revocation_act"),
    path("awards/<int:pk>/clawback/", stops.Demand.as_view(), name="clawback_new"),
    path("claims/<int:pk>/shares/", stops.Shares.as_view(), name="claim_shares"),
    path("holds/<int:pk>/release/", stops.ReleaseHold.as_view(), name="hold_release"),
    path("clawbacks/<int:pk>/", stops.OneClawBack.as_view(), name="clawback"),
    path("clawbacks/<int:pk>/do/<slug:name>/", stops.ActOnClawBack.as_view(), name="clawback_act"),
]
