"""Budgets, their ledger, payments and batches: the services of the pages, for programs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.describe import documented, page_of
from core.errors import NotVisible
from subsidies.api import shapes_money as shapes
from subsidies.api import shown_money as shown
from subsidies.api.money_base import PAGING, MoneyApi, admit
from subsidies.enums_money import PaymentState
from subsidies.permissions_money import batch_keeper, budget_keeper, money_keeper
from subsidies.selectors import money_lists as see
from subsidies.services import batches, budgets, payments, quotas
from subsidies.workflow_money import BATCH, BUDGET_CHANGE, PAYMENT

ACCOUNT = ("bank", "account_name", "account_number")


class Budgets(MoneyApi):
    paged = True
    queries = ("year",)

    @documented(
        page_of(shapes.BudgetOut),
        operation_id="budgets_list",
        parameters=[*PAGING, OpenApiParameter("year", int)],
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """Budgets of the own bureau; for an auditor, of those in the own place."""
        rows = see.budgets_of(self.actor)
        year = request.query_params.get("year", "")
        if year.isdecimal() and len(year) == 4:
            rows = rows.filter(year=int(year))
        return self.page(rows, shown.budget)

    @documented(
        shapes.BudgetOut, body=shapes.BudgetIn, status=201, unsafe=True, operation_id="budgets_create"
    )
    def post(self, request: Request) -> Response:
        """A budget of the own bureau; empty until a second person confirms its appropriation."""
        money_keeper.require(self.actor, None)
        given = self.given(shapes.BudgetIn)
        made = budgets.open_budget(actor=self.actor, **{"measures": (), **given})
        return Response(shown.budget(see.found(see.budgets_of(self.actor), made.pk)), status=201)


class OneBudget(MoneyApi):
    @documented(shapes.BudgetOut, operation_id="budgets_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """Amount, reserved, spent and left."""
        return Response(shown.budget(see.found(see.budgets_of(self.actor), pk)))


class Ledger(MoneyApi):
    paged = True

    @documented(page_of(shapes.LedgerEntryOut), operation_id="budgets_ledger", parameters=PAGING)
    def get(self, request: Request, pk: int) -> Response:
        """Entries, the newest first, each with the balance after it."""
        row = see.found(see.budgets_of(self.actor), pk)
        return self.page(row.entries.select_related("commitment").order_by("-number"), shown.entry)


class Quotas(MoneyApi):
    @documented(shapes.QuotaOut(many=True), operation_id="budgets_quotas", filters=False)
    def get(self, request: Request, pk: int) -> Response:
        """Yearly quotas of what the budget pays for: how many are used, and why fewer than the least."""
        row = see.found(see.budgets_of(self.actor), pk)
        return Response([shown.quota(one) for one in see.quotas_of(row)])


class NoteQuota(MoneyApi):
    @documented(shapes.QuotaOut, body=shapes.QuotaNoteIn, unsafe=True, operation_id="budgets_quota_note")
    def put(self, request: Request, pk: int, quota: int) -> Response:
        """Why fewer were chosen in a year than the law plans for."""
        row = see.found(see.budgets_of(self.actor), pk)
        budget_keeper.require(self.actor, row)
        text = self.given(shapes.QuotaNoteIn)["note"]
        found = see.quota_in(row, quota)
        return Response(shown.quota(quotas.note(actor=self.actor, budget=row, quota=found, text=text)))


class Changes(MoneyApi):
    @documented(
        shapes.BudgetChangeOut,
        body=shapes.BudgetChangeIn,
        status=201,
        unsafe=True,
        operation_id="budgets_change",
    )
    def post(self, request: Request, pk: int) -> Response:
        """Propose an adjustment; a second person confirms it."""
        row = see.found(see.budgets_of(self.actor), pk)
        budget_keeper.require(self.actor, row)
        made = budgets.propose_change(actor=self.actor, budget=row, **self.given(shapes.BudgetChangeIn))
        return Response(shown.change(see.change_of(self.actor, made.pk), self.actor), status=201)


class ActOnChange(MoneyApi):
    @documented(
        shapes.BudgetChangeOut, body=shapes.MoneyActionIn, unsafe=True, operation_id="budget_changes_act"
    )
    def post(self, request: Request, pk: int, name: str) -> Response:
        """`confirm` or `refuse`, by the second person."""
        row = see.change_of(self.actor, pk)
        admit(self, BUDGET_CHANGE, row, name, ("confirm", "refuse"))
        given = self.given(shapes.MoneyActionIn)
        version = given.get("version")
        if name == "confirm":
            budgets.confirm_change(actor=self.actor, change=row, version=version)
        else:
            comment = given.get("comment", "")
            budgets.refuse_change(actor=self.actor, change=row, comment=comment, version=version)
        return Response(shown.change(see.change_of(self.actor, pk), self.actor))


class Payments(MoneyApi):
    paged = True
    queries = ("state",)

    @documented(
        page_of(shapes.PaymentOut),
        operation_id="payments_list",
        parameters=[*PAGING, OpenApiParameter("state", str, enum=PaymentState.values)],
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """Staff: what their bureau pays or decided. A unit: its own."""
        rows = see.payments_of(self.actor).order_by("due_on", "pk")
        if request.query_params.get("state"):
            rows = rows.filter(state=request.query_params["state"])
        answer = self.page(rows, lambda row: row)
        answer.data["results"] = shown.payments(answer.data["results"], self.actor)
        return answer


class OnePayment(MoneyApi):
    @documented(shapes.PaymentOut, operation_id="payments_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """One instalment with what stands in its way."""
        row = see.found(see.payments_of(self.actor), pk)
        return Response(shown.payments([row], self.actor)[0])


class ActOnPayment(MoneyApi):
    steps = ("correct", "pay_again", "cancel")

    @documented(shapes.PaymentOut, body=shapes.MoneyActionIn, unsafe=True, operation_id="payments_act")
    def post(self, request: Request, pk: int, name: str) -> Response:
        """`correct` takes the account, `cancel` a comment."""
        row = see.found(see.payments_of(self.actor), pk)
        admit(self, PAYMENT, row, name, self.steps)
        given = self.given(shapes.MoneyActionIn)
        more = {key: given.get(key, "") for key in ACCOUNT} if name == "correct" else {}
        if name == "cancel":
            more = {"comment": given.get("comment", "")}
        service: Any = getattr(payments, name)
        service(actor=self.actor, payment=row, version=given.get("version"), **more)
        return Response(shown.payments([see.found(see.payments_of(self.actor), pk)], self.actor)[0])


class Batches(MoneyApi):
    paged = True

    @documented(page_of(shapes.BatchRowOut), operation_id="batches_list", parameters=PAGING)
    def get(self, request: Request) -> Response:
        """Batches of the own bureau, the newest first."""
        return self.page(see.batches_of(self.actor), lambda row: shown.batch_row(row, self.actor))

    @documented(shapes.BatchOut, body=shapes.BatchIn, status=201, unsafe=True, operation_id="batches_create")
    def post(self, request: Request) -> Response:
        """A draft with these payments."""
        money_keeper.require(self.actor, None)
        wanted = set(self.given(shapes.BatchIn)["payments"])
        rows = list(see.payments_of(self.actor).filter(pk__in=wanted))
        if len(rows) != len(wanted):
            raise NotVisible.one("payments", "")
        made = batches.create(actor=self.actor, chosen=rows)
        return Response(shown.batch(see.found(see.batches_of(self.actor), made.pk), self.actor), status=201)


class OneBatch(MoneyApi):
    @documented(shapes.BatchOut, operation_id="batches_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """A batch with its lines."""
        return Response(shown.batch(see.found(see.batches_of(self.actor), pk), self.actor))


class ActOnBatch(MoneyApi):
    commented = ("submit", "give_back", "discard")
    steps = (*commented, "approve", "send")

    @documented(shapes.BatchOut, body=shapes.MoneyActionIn, unsafe=True, operation_id="batches_act")
    def post(self, request: Request, pk: int, name: str) -> Response:
        """`submit`, `approve` (by another person), `give_back`, `send`, `discard`."""
        row = see.found(see.batches_of(self.actor), pk)
        admit(self, BATCH, row, name, self.steps)
        given = self.given(shapes.MoneyActionIn)
        more = {"comment": given.get("comment", "")} if name in self.commented else {}
        service: Any = getattr(batches, name)
        service(actor=self.actor, batch=row, version=given.get("version"), **more)
        return Response(shown.batch(see.found(see.batches_of(self.actor), pk), self.actor))


class Results(MoneyApi):
    @documented(shapes.BatchOut, body=shapes.ResultsIn, unsafe=True, operation_id="batches_results")
    def post(self, request: Request, pk: int) -> Response:
        """What the treasury answered, all of these or none; with the last answer the batch is settled."""
        row = see.found(see.batches_of(self.actor), pk)
        batch_keeper.require(self.actor, row)
        rows = [batches.Result(**result) for result in self.given(shapes.ResultsIn)["results"]]
        batches.record_results(actor=self.actor, batch=row, results=rows)
        return Response(shown.batch(see.found(see.batches_of(self.actor), pk), self.actor))
