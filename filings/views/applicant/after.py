"""For an entity on the register: beginning what its lead may ask for, and asking for an exception."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from core import clock
from core.errors import Invalid, NotVisible
from core.idempotency import once_per_form
from filings import permissions_entity as may
from filings.conditions import Judgement
from filings.enums import Action, Strength
from filings.forms_after import AskForm, StartForm
from filings.models import Entity, Filing
from filings.presentation import aftercare as shown
from filings.presentation.own_entities import waiver_word
from filings.presentation.wording import entity_url, headline
from filings.selectors import dashboard
from filings.selectors.entities import get_visible
from filings.selectors.lifecycle import standing_judgements
from filings.services import aftercare, entity_waivers
from filings.views.applicant.base import UnitView, take_problems


class EntityView(UnitView):
    """A page about an entity the unit leads or belongs to; for everybody else it does not exist."""

    def entity(self, code: str) -> Entity:
        return get_visible(self.actor, code)

    def led_entity(self, code: str) -> Entity:
        """One the unit leads; a member, who may see it, is told whose it is."""
        found = self.entity(code)
        may.entity_lead.require(self.actor, found)
        return found


def entity_crumbs(entity: Entity, last: Any) -> list[dict[str, Any]]:
    """My filings › entity › page."""
    return [
        {"label": _("我的申报"), "url": reverse("filings:home")},
        {"label": entity.name, "url": entity_url(entity)},
        {"label": last, "url": ""},
    ]


# --- beginning ---


class Start(EntityView):
    """What it is, what is carried over, what to prepare, what stands in the way; then the draft."""

    def get(self, request: HttpRequest, code: str, action: str) -> HttpResponse:
        entity = self.led_entity(code)
        return self.page("entity_start", self.context(entity, the_action(entity, action)))

    @method_decorator(once_per_form)
    def post(self, request: HttpRequest, code: str, action: str) -> HttpResponse:
        entity = self.led_entity(code)
        context = self.context(entity, the_action(entity, action), request.POST)
        form = context["form"]
        made = self.begin(entity, action, form) if form.is_valid() else None
        if made is None:
            return self.page("entity_start", context, status=422)
        messages.success(request, _("已建立“%(title)s”的草稿，内容随填随存。") % {"title": headline(made)})
        return redirect("filings:tasks", pk=made.pk)

    def begin(self, entity: Entity, action: str, form: StartForm) -> Filing | None:
        """The draft; None with the reasons in the form."""
        period = form.cleaned_data.get("period", "")
        try:
            return aftercare.start(actor=self.actor, entity=entity, action=action, period=period)
        except Invalid as error:
            take_problems(form, error)
            return None

    def context(self, entity: Entity, action: Action, data: Any = None) -> dict[str, Any]:
        offer = shown.offer(entity, action)
        open_years = [line["year"] for line in reversed(offer["years"]) if line["filing"] is None]
        form = StartForm(data, years=open_years, occasions=offer["occasions"])
        title = _("%(action)s：%(name)s") % {"action": action.label, "name": entity.name}
        return offer | {"form": form, "title": title, "crumbs": entity_crumbs(entity, action.label)}


def the_action(entity: Entity, name: str) -> Action:
    """NotVisible for what this kind of entity does not know."""
    if name not in entity.spec.variants:
        raise NotVisible.one("action", _("没有这个办理事项"))
    return Action(name)


# --- an exception ---


class AskWaiver(EntityView):
    """The lead explains why an in-principle condition cannot be met again for now."""

    def get(self, request: HttpRequest, code: str, condition: str) -> HttpResponse:
        entity = self.led_entity(code)
        return self.page("entity_waiver", self.context(entity, the_condition(entity, condition), AskForm()))

    @method_decorator(once_per_form)
    def post(self, request: HttpRequest, code: str, condition: str) -> HttpResponse:
        entity = self.led_entity(code)
        found, form = the_condition(entity, condition), AskForm(request.POST)
        if form.is_valid():
            try:
                entity_waivers.ask(actor=self.actor, entity=entity, condition=condition, **form.cleaned_data)
            except Invalid as error:
                take_problems(form, error)
        if not form.is_valid():
            return self.page("entity_waiver", self.context(entity, found, form), status=422)
        messages.success(request, _("例外申请已提交，由受理机关审查，另一人复核后生效。"))
        return redirect(entity_url(entity) or "filings:home")

    def context(self, entity: Entity, found: Judgement, form: AskForm) -> dict[str, Any]:
        waiver = entity.waivers.filter(condition=found.condition, ended_on__isnull=True).first()
        asked = waiver is not None and waiver.confirmed_at is None and waiver.filing_id is None
        if asked and not form.is_bound:
            form = AskForm(initial={"reason": waiver.applicant_reason})  # type: ignore[union-attr]
        due = dashboard.rectification_due(entity)
        return {
            "entity": entity,
            "found": found,
            "waiver": waiver,
            "waiver_word": waiver_word(waiver),
            "form": form,
            "needed": found.met is False and not (found.waiver or {}).get("confirmed"),
            "in_principle": found.strength == Strength.IN_PRINCIPLE,
            "may_ask": may.entity_lead_signer(self.actor, entity),
            "due": clock.local(due.due_at).date() if due else None,
            "change_url": reverse("filings:entity_start", args=[entity.code, Action.CHANGE]),
            "back_url": entity_url(entity) or reverse("filings:home"),
            "crumbs": entity_crumbs(entity, _("申请例外")),
        }


def the_condition(entity: Entity, key: str) -> Judgement:
    """One of the conditions the entity must go on meeting, as judged today."""
    found = next((j for j in standing_judgements(entity, clock.today()) if j.condition == key), None)
    if found is None:
        raise NotVisible.one("condition", _("没有这个条件"))
    return found
