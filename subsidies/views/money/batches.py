"""拨付批次: put together, its way by several people, the workbook, the treasury's answers, a print view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import files
from core.errors import Invalid, NotNow
from core.idempotency import once_per_form
from filings.views.staff.acts import version_of
from subsidies.enums_money import BatchState
from subsidies.forms_money import CommentForm, NoteForm, NothingForm, ResultForm, UploadForm
from subsidies.models import PaymentBatch
from subsidies.permissions_money import batch_keeper, money_desk, money_keeper
from subsidies.presentation import money as shown
from subsidies.selectors import money_lists as see
from subsidies.services import batches, treasury
from subsidies.views.money.base import MoneyView, Sheet, crumbs, must_be_possible, url
from subsidies.workflow_money import BATCH

HEADING = gettext_lazy("拨付批次")
TABS = {
    "open": gettext_lazy("办理中"),
    "settled": gettext_lazy("已对账"),
    "discarded": gettext_lazy("已作废"),
}
OPEN = (BatchState.DRAFT, BatchState.SUBMITTED, BatchState.APPROVED, BatchState.SENT)
STATES = {"open": OPEN, "settled": (BatchState.SETTLED,), "discarded": (BatchState.DISCARDED,)}


class Batches(MoneyView):
    access = money_desk

    def get(self, request: HttpRequest) -> HttpResponse:
        tab, rows = self.tab_of(TABS), see.batches_of(self.actor)
        counts = {key: rows.filter(state__in=states).count() for key, states in STATES.items()}
        listed = self.listed(rows.filter(state__in=STATES[tab]))
        context = {
            "tabs": self.tabs(TABS, counts, tab),
            "lines": [(row, shown.BATCH_TONES[row.state]) for row in listed["page"]],
            **listed,
        }
        return self.page("batches", context)


class Create(MoneyView):
    """The rows chosen on the worklist become a draft."""

    access = money_keeper

    @method_decorator(once_per_form)
    def post(self, request: HttpRequest) -> HttpResponse:
        chosen = [int(pk) for pk in request.POST.getlist("payment") if pk.isdecimal() and len(pk) < 12]
        rows = see.payments_of(self.actor).filter(pk__in=chosen)
        try:
            batch = batches.create(actor=self.actor, chosen=rows)
        except (Invalid, NotNow) as error:
            for problem in error.problems:
                messages.error(request, str(problem.message))
            return HttpResponseRedirect(url("payments"))
        messages.success(request, _("批次已编制，核对后提交审批。"))
        return HttpResponseRedirect(url("batch", batch.pk))


class OneBatch(MoneyView):
    template = "batch"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.found(see.batches_of(self.actor), pk)
        return self.page(self.template, self.context(row))

    def context(self, row: PaymentBatch) -> dict[str, Any]:
        """The batch and its lines; removed lines are no part of it."""
        lines = row.lines.exclude(live=False, outcome="").select_related(
            "payment__award__organisation",
            "payment__award__entity",
            "payment__award__claim__authority",
            "payment__commitment__budget__payer__jurisdiction",
        )
        listed = list(lines)
        seen = shown.payment_lines([line.payment for line in listed], self.actor)
        keeper = batch_keeper(self.actor, row)
        return {
            "batch": row,
            "tone": shown.BATCH_TONES[row.state],
            "words": shown.in_words(row.total),
            "lines": list(zip(listed, seen, strict=True)),
            "acts": shown.acts(BATCH, row, self.actor, "subsidies:batch_act", ("settle",)),
            "may_edit": keeper and row.state == BatchState.DRAFT,
            "may_answer": keeper and row.state == BatchState.SENT,
            "crumbs": crumbs((HEADING, url("batches")), (row.number, "")),
        }


class PrintBatch(OneBatch):
    """拨付审批表, for the paper file."""

    template = "batch_print"


class Download(MoneyView):
    """The workbook; a POST, because every download is counted."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.found(see.batches_of(self.actor), pk)
        stored = batches.download(actor=self.actor, batch=row)
        answer = HttpResponse(files.read_checked(stored), content_type=stored.mime)
        answer["Content-Disposition"] = content_disposition_header(True, stored.name) or "attachment"
        return answer


class Remove(MoneyView):
    """One payment out of a draft."""

    @method_decorator(once_per_form)
    def post(self, request: HttpRequest, pk: int, payment: int) -> HttpResponse:
        batch = see.found(see.batches_of(self.actor), pk)
        row = see.found(see.payments_of(self.actor), payment)
        batches.remove(actor=self.actor, batch=batch, payment=row)
        messages.success(request, _("已移出批次。"))
        return HttpResponseRedirect(url("batch", pk))


@dataclass(frozen=True)
class Act:
    """How a step is asked for."""

    form: type[forms.Form]
    service: Callable[..., PaymentBatch]
    done: Any
    consequence: Any = ""


ACTS: dict[str, Act] = {
    "submit": Act(NoteForm, batches.submit, gettext_lazy("已提交，由另一人审批。")),
    "approve": Act(
        NothingForm,
        batches.approve,
        gettext_lazy("已审批，可以生成拨付清单。"),
        gettext_lazy("审批后由财务岗生成拨付清单送国库。请核对每笔的金额和账户。"),
    ),
    "give_back": Act(CommentForm, batches.give_back, gettext_lazy("已退回编制。")),
    "send": Act(
        NothingForm,
        batches.send,
        gettext_lazy("拨付清单已生成，可以导出送国库。"),
        gettext_lazy("清单生成后批次不能再改，清单按原样保存。"),
    ),
    "discard": Act(
        CommentForm, batches.discard, gettext_lazy("批次已作废。"), gettext_lazy("作废后各笔拨款回到待拨付。")
    ),
}


class ActOnBatch(Sheet):
    batch: PaymentBatch

    def prepare(self, **kwargs: Any) -> None:
        self.batch = see.found(see.batches_of(self.actor), kwargs["pk"])
        name = kwargs["name"] if kwargs["name"] in ACTS else ""
        self.step = must_be_possible(BATCH, self.batch, name, self.actor)
        self.said = ACTS[name]

    def get_form_class(self) -> Any:
        return self.said.form

    def perform(self, form: forms.Form) -> PaymentBatch:
        version = version_of(self.request)
        return self.said.service(actor=self.actor, batch=self.batch, version=version, **form.cleaned_data)

    @property
    def success_message(self) -> Any:
        return self.said.done

    def back(self) -> str:
        return url("batch", self.batch.pk)

    def accounts(self) -> list[dict[str, str]]:
        """Whole numbers, for who compares them before approving."""
        rows = batches.lines_to_approve(actor=self.actor, batch=self.batch)
        return [
            {
                "label": line.payment.award.organisation.name,
                "value": f"{line.amount:,.2f}\n{line.account_name}\n{line.bank}\n{line.account_number}",
            }
            for line in rows
        ]

    def around(self) -> dict[str, Any]:
        row = self.batch
        facts = [
            {"label": _("出资单位"), "value": row.payer.name},
            {"label": _("笔数"), "value": str(row.count)},
            {"label": _("合计（元）"), "value": f"{row.total:,.2f}"},
            {"label": _("合计（大写）"), "value": shown.in_words(row.total)},
            {"label": _("编制人"), "value": str(row.created_by)},
            {"label": _("提交人"), "value": str(row.submitted_by or "")},
            {"label": _("说明"), "value": row.reason},
            *(self.accounts() if self.step.name == "approve" else ()),
        ]
        return self.sheet(
            self.step.label,
            row.number,
            self.step.label,
            facts=facts,
            version=row.version,
            consequence=self.said.consequence,
            danger=self.step.danger,
            trail=[(HEADING, url("batches")), (row.number, self.back())],
        )


class Results(MoneyView):
    """对账: answers typed line by line, or the workbook that came back."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._page(self._batch(pk))

    @method_decorator(once_per_form)
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self._batch(pk)
        try:
            batches.record_results(actor=self.actor, batch=batch, results=self._given(batch))
        except Invalid as error:
            return self._page(batch, error.problems, status=422)
        messages.success(request, _("结果已登记。"))
        return HttpResponseRedirect(url("batch", pk))

    def _batch(self, pk: int) -> PaymentBatch:
        row = see.found(see.batches_of(self.actor), pk)
        batch_keeper.require(self.actor, row)
        if row.state != BatchState.SENT:
            raise NotNow.one("wrong_state", _("批次尚未送国库或者已经对账"))
        return row

    def _given(self, batch: PaymentBatch) -> list[batches.Result]:
        upload = self.request.FILES.get("file")
        if upload is not None:
            if upload.size and upload.size > files.limit():
                raise files.too_large(files.limit(), "file")
            return [batches.Result(**row) for row in treasury.answers(upload.read())]
        found = []
        for line, form in self._forms(batch, self.request.POST):
            if not form.is_valid():
                raise Invalid.one("form", _("有的结果填写不完整"), str(line.pk))
            if form.cleaned_data["outcome"]:
                found.append(batches.Result(line.pk, **form.cleaned_data))
        if not found:
            raise Invalid.one("empty", _("请填写至少一笔结果"))
        return found

    def _forms(self, batch: PaymentBatch, data: Any = None) -> list[tuple[Any, ResultForm]]:
        lines = batch.lines.filter(live=True, outcome="").select_related("payment__award__organisation")
        return [(line, ResultForm(data, prefix=f"line-{line.pk}")) for line in lines]

    def _page(self, batch: PaymentBatch, problems: Any = (), *, status: int = 200) -> HttpResponse:
        data = self.request.POST if self.request.method == "POST" and not self.request.FILES else None
        trail = crumbs(
            (HEADING, url("batches")), (batch.number, url("batch", batch.pk)), (_("登记国库结果"), "")
        )
        context = {
            "batch": batch,
            "forms": self._forms(batch, data),
            "upload": UploadForm(),
            "problems": problems,
            "crumbs": trail,
        }
        return self.page("results", context, status=status)
