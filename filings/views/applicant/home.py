"""What a unit has to do, and where an application begins."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from accounts.permissions import is_unit_member
from core import clock
from core.errors import Invalid, NotVisible
from core.idempotency import once_per_form
from filings import home_blocks, programmes
from filings import permissions as may
from filings.enums import State
from filings.models import Filing
from filings.presentation import catalogue
from filings.presentation import home as shown
from filings.presentation.duties import panel as duty_panel
from filings.presentation.loads import entry_todo
from filings.presentation.own_entities import entity_cards, overlaps
from filings.programmes import PLATFORMS, Programme
from filings.selectors import dashboard
from filings.services import drafting
from filings.views.applicant.base import UnitView, crumbs
from policy.law import Law, law_on
from policy.selectors import requirements

CARDS = 20  # entities a home page shows; all of them are in their own list


class Home(UnitView):
    """What must I do, what is running, what may I apply for."""

    def get(self, request: HttpRequest) -> HttpResponse:
        led = list(dashboard.led_by(self.actor))
        places = list(dashboard.places_of(self.actor))
        drafts = [f for f in led if f.state == State.DRAFT]
        cards = entity_cards(dashboard.entities_of(self.actor)[:CARDS], self.actor.organisation_id)
        context = {
            "entities": cards,
            "overlaps": overlaps(cards),
            "todos": [*shown.todos(led, places), *entry_todo(self.actor)],
            "drafts": shown.draft_rows(drafts),
            "rows": shown.filing_rows(f for f in led if f.state != State.DRAFT),
            "places": shown.place_rows(places),
            "catalogue": self._offered(),
            "blocks": home_blocks.blocks(self.actor),
            **duty_panel(self.actor),
        }
        return self.page("home", context)

    def _offered(self) -> catalogue.Catalogue:
        """What this unit may lead, that of its own place first."""
        specs = [p for p in programmes.all_programmes() if may_lead(p, self.actor.organisation)]
        return catalogue.catalogue(specs, place=catalogue.place_of(self.actor))


def may_lead(spec: Programme, unit: Any) -> bool:
    return not spec.lead_kinds or unit.kind in spec.lead_kinds


class Call(View):
    """Who may apply for what, on which ground, with which papers; the draft one has begun comes first."""

    access = "public"

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return call_page(request, key)


def call_page(request: HttpRequest, key: str, problems: Any = (), status: int = 200) -> HttpResponse:
    spec, law = the_programme(key)
    actor = request.actor  # type: ignore[attr-defined]
    unit = actor.organisation if is_unit_member(actor, None) else None
    check = shown.unit_check(spec, unit, law)
    page = UnitView()
    page.request = request
    drafts = Filing.objects.filter(applicant=unit, programme=key, state=State.DRAFT) if unit else []
    context = {
        "programme": spec,
        "unit": unit,
        "drafts": list(drafts),
        "unit_check": check,
        "blocked": shown.blocks_start(check),
        "conditions": shown.call_conditions(spec, law),
        "steps": shown.call_steps(spec, law),
        "foundings": shown.foundings(spec),
        "requirements": requirements.requirements(spec.entity_kind, platforms=spec.family == PLATFORMS),
        "responsible": requirements.responsible(spec.entity_kind),
        "problems": problems,
        "crumbs": [*crumbs(None), {"label": spec.label, "url": ""}] if unit else [],
    }
    return page.page("programme", context, status=status)


def the_programme(key: str) -> tuple[Programme, Law]:
    """NotVisible for an unknown key."""
    try:
        spec = programmes.get(key)
    except KeyError:
        raise NotVisible.one("programme", _("没有这个申报类别")) from None
    if not spec.registers:
        raise NotVisible.one("programme", _("没有这个申报类别"))
    return spec, law_on(clock.today(), spec.place)


class Start(UnitView):
    """Begin a draft; a double click begins one."""

    @method_decorator(once_per_form)
    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        spec, _law = the_programme(key)
        action = request.POST.get("action") or spec.foundings[0]
        try:
            filing = drafting.start(actor=self.actor, programme=key, action=action)
        except Invalid as error:
            return call_page(request, key, error.problems, error.status)
        messages.success(request, _("已新建申报草稿，内容随填随存。"))
        return redirect("filings:tasks", pk=filing.pk)

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return redirect("filings:programme", key=key)


class Open(UnitView):
    """A filing at the page that fits who asks and how far it is."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        filing = self.visible(pk)
        if not may.applicant(self.actor, filing):
            name = "member"
        else:
            name = {State.DRAFT: "tasks", State.IN_CORRECTION: "correction"}.get(
                State(filing.state), "progress"
            )
        return redirect(f"filings:{name}", pk=pk)
