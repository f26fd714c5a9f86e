"""免申即享: one page to say yes with an account, or not now."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from accounts.permissions import is_unit_member
from core import clock
from core.actor import Actor
from core.errors import Invalid
from core.idempotency import new_key, once_per_form
from filings.models import Entity
from filings.selectors.entities import as_unit
from subsidies.forms_offer import CONTACT, PAYEE, DeclineForm, OfferForm
from subsidies.permissions_finding import offer_decider
from subsidies.presentation.found import match
from subsidies.selectors import offers
from subsidies.selectors.measures import labels
from subsidies.selectors.offers import Offer
from subsidies.services import offers as act


class OfferView(View):
    """What the pages of an offer share."""

    access: Any = is_unit_member

    @property
    def actor(self) -> Actor:
        return self.request.actor  # type: ignore[attr-defined]

    def page(self, offer: Offer, form: OfferForm, problems: Any = (), status: int = 200) -> HttpResponse:
        today = clock.today()
        crumbs = [
            (_("我的申报"), reverse("filings:home")),
            (_("可申领的支持"), reverse("subsidies:matches")),
            (offer.match.terms.label, ""),
        ]
        context = {
            "offer": offer,
            "row": match(offer.match, today, labels(), own=True),
            "form": form,
            "decline": DeclineForm(),
            "may_decide": offer_decider(self.actor),
            "problems": problems,
            "form_key": new_key(),
            "crumbs": [{"label": label, "url": url} for label, url in crumbs],
        }
        return render(self.request, "subsidies/offer.html", context, status=status)


class OneOffer(OfferView):
    def get(self, request: HttpRequest, code: str, measure: str) -> HttpResponse:
        offer = offers.get(self.actor, code, measure)
        unit = offer.unit
        first = {
            "account_name": unit.name,
            "contact_name": unit.contact_name,
            "contact_phone": unit.contact_phone,
        }
        return self.page(offer, OfferForm(initial=first))

    @method_decorator(once_per_form)
    def post(self, request: HttpRequest, code: str, measure: str) -> HttpResponse:
        form = OfferForm(request.POST)
        if not form.is_valid():
            return self.page(offers.get(self.actor, code, measure), form, status=422)
        given: dict[str, Any] = {"payee": form.part(PAYEE), "contact": form.part(CONTACT)}
        try:
            made = act.accept(actor=self.actor, code=code, measure=measure, **given)
        except Invalid as refused:
            return self.page(
                offers.get(self.actor, code, measure), _told(form, refused), refused.problems, 422
            )
        messages.success(request, _("已收到您的同意，由主管部门核对后公示、拨付，不需要再提交材料。"))
        return redirect("filings:open", pk=made.pk)


def _told(form: OfferForm, refused: Invalid) -> OfferForm:
    """The service's reasons beside the fields they are about."""
    for problem in refused.problems:
        name = problem.field.rpartition(".")[2]
        if name in form.fields:
            form.add_error(name, str(problem.message))
    return form


class Decline(OfferView):
    access = offer_decider

    @method_decorator(once_per_form)
    def post(self, request: HttpRequest, code: str, measure: str) -> HttpResponse:
        form = DeclineForm(request.POST)
        if not form.is_valid():
            raise Invalid.one("reason", _("原因不超过 300 字。"), "reason")
        act.decline(actor=self.actor, code=code, measure=measure, reason=form.cleaned_data["reason"])
        messages.success(request, _("已选择暂不申领，截止日前可以恢复。"))
        return redirect("subsidies:matches")


class Resume(OfferView):
    access = offer_decider

    @method_decorator(once_per_form)
    def post(self, request: HttpRequest, code: str, measure: str) -> HttpResponse:
        act.resume(actor=self.actor, code=code, measure=measure)
        messages.success(request, _("已恢复，可以同意领取。"))
        return redirect("subsidies:offer", code=code, measure=measure)


class OfEntity(OfferView):
    """Where a duty leads: the one offer of an entity, or all there is to claim."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entity = as_unit(self.actor).filter(pk=pk).first()
        open_ones = self._open(entity) if entity is not None else []
        if len(open_ones) == 1:
            return redirect("subsidies:offer", code=open_ones[0].code, measure=open_ones[0].measure)
        return redirect("subsidies:matches")

    def _open(self, entity: Entity) -> list[Offer]:
        found = offers.offers_of(self.actor.organisation, clock.today())
        return [one for one in found if one.entity_id == entity.pk and one.declined is None]
