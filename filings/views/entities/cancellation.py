"""取消备案资格: opened with facts and reasons; one page for the office and for the unit, each with its part."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.stash import pop_stash
from accounts.views.base import attach
from core.errors import Invalid, NotNow, NotVisible
from core.idempotency import new_key, once_per_form
from filings import permissions_entity as may
from filings.enums import OPEN_CANCELLATION, CancellationState, EntityState
from filings.forms_entities import OpenForm, StatementForm
from filings.models import Cancellation
from filings.presentation import cancellation as shown
from filings.presentation.entity import rating_state
from filings.selectors import cancellations as see
from filings.services import cancellation
from filings.views.entities.base import EntitySheet, EntityView, crumbs
from filings.views.staff.acts import name_typed


class Open(EntitySheet):
    form_class = OpenForm
    success_message = gettext_lazy("已启动，请核对并送达事先告知书。送达前单位看不到本程序。")

    def allow(self) -> None:
        may.entity_officer.require(self.actor, self.entity)
        if self.entity.standing != EntityState.REGISTERED:
            raise NotNow.one("ended", _("该主体已不在册。"))
        if self.entity.cancellations.filter(state__in=OPEN_CANCELLATION).exists():
            raise NotNow.one("already_open", self.entity.spec.say(_("已有一件取消%(act)s正在办理。")))

    def get_form_kwargs(self) -> dict[str, Any]:
        choices = {
            "grounds": shown.ground_choices(self.entity),
            "unmet": shown.unmet_choices(self.entity),
        }
        return super().get_form_kwargs() | choices

    def perform(self, form: forms.Form) -> Cancellation:
        return cancellation.open_(actor=self.actor, entity=self.entity, **form.cleaned_data)

    def after(self, result: Cancellation) -> HttpResponse:
        return HttpResponseRedirect(reverse("filings:cancellation", args=[result.pk]))

    def around(self) -> dict[str, Any]:
        spec = self.entity.spec
        heading = spec.say(_("启动取消%(act)s程序"))
        days = cancellation.hearing_days(self.entity)
        words = _(
            "程序：告知事实和理由，单位在 %(n)s 个工作日内陈述申辩，拟定意见，由另一人审定。期满并审定之前%(act)s继续有效。"
        )
        return {
            "heading": heading,
            "lead": self.entity.name,
            "consequence": spec.say(words, n=days),
            "button": heading,
            "back": self.page_url(),
            "crumbs": crumbs(self.entity, (heading, "")),
        }


@method_decorator(once_per_form, name="dispatch")
class CancellationPage(EntityView):
    """Staff: the case and what may be done. The lead: what is alleged, until when, what it said, what was decided."""

    refills = True

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = see.get_visible(self.actor, pk)
        kept = pop_stash(request)
        form = StatementForm(kept)
        return self._page(row, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The unit is heard."""
        row = see.get_visible(self.actor, pk)
        form = StatementForm(request.POST, request.FILES)
        name_typed(request, form)  # type: ignore[arg-type]
        if not may.entity_lead(self.actor, row.entity):
            raise NotVisible.one("not_found", _("没有找到这件事项，或您无权查看。"))
        may.entity_lead_signer.require(self.actor, row.entity)
        if not form.is_valid():
            return self._page(row, form, status=422)
        try:
            cancellation.state_views(actor=self.actor, cancellation=row, **form.cleaned_data)
        except (Invalid, NotNow) as error:
            attach(form, error, {"file": "upload"})
            return self._page(row, form, status=error.status)
        messages.success(request, _("陈述申辩意见已提交，回执见下。"))
        return HttpResponseRedirect(f"{reverse('filings:cancellation', args=[pk])}#statements")

    def _page(self, row: Cancellation, form: StatementForm, *, status: int = 200) -> HttpResponse:
        staff = see.reads_as_staff(self.actor, row)
        signs = may.entity_lead_signer(self.actor, row.entity)
        heard = shown.is_hearing(row)
        context = {
            "case": row,
            "entity": row.entity,
            "staff": staff,
            "head": shown.head(row, staff=staff),
            "steps": shown.stepper(row, staff=staff),
            "clock": shown.hearing_clock(row),
            "facts": shown.facts(row, staff=staff),
            "statements": shown.statements(row),
            "pauses": shown.pauses(row),
            "papers": row.documents.select_related("stored").order_by("pk"),
            "acts": shown.acts(row, self.actor) if staff else [],
            "events": shown.record(row, see.acts_done(row)) if staff else [],
            "ended_well": row.state == CancellationState.DROPPED,
            "passed": staff and row.rating is not None and rating_state(row.rating) != "in_force",
            "form": form if heard and signs else None,
            "must_sign": heard and not staff and not signs,
            "form_key": new_key(),
            "crumbs": crumbs(row.entity, (row.entity.spec.say(_("取消%(act)s资格")), "")),
        }
        return render(self.request, "filings/entities/cancellation.html", context, status=status)
