"""Who looks after which district and entity, and how much everybody has in hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Role
from accounts.models import District, User
from accounts.selectors import people_with_role
from core import clock
from core.actor import Actor
from core.errors import Invalid, NotVisible, from_form
from filings import permissions as may
from filings.forms_assignment import OfficerForm
from filings.models import Entity
from filings.selectors import assignment
from filings.services.assignment import set_district_officer, set_entity_officer
from filings.views.staff.base import DeskView

PER_PAGE = 20


def offered(actor: Actor, *roles: str) -> list[tuple[User, str]]:
    """Whom one may choose in this bureau, with what they have in hand and who covers. Three queries."""
    bureau = actor.organisation
    busy, away = assignment.load(bureau), assignment.absences_on(bureau, clock.today())
    people = people_with_role(bureau, *(roles or assignment.HANDLERS))
    return [(person, assignment.label(person, busy, away)) for person in people]


def crumbs(last: Any = "") -> list[dict[str, Any]]:
    """Assignment › page."""
    return [{"label": _("分派与代办"), "url": reverse("assignment:overview")}, {"label": last, "url": ""}]


class Overview(DeskView):
    """Districts, people, absences. Heads write, the others of the bureau read."""

    access = may.may_see_assignment

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.overview()

    def overview(
        self, problems: Any = None, *, chosen: tuple[str, str] = ("", ""), status: int = 200
    ) -> HttpResponse:
        actor = self.request.actor  # type: ignore[attr-defined]
        bureau, may_write = actor.organisation, may.may_arrange(actor)
        people = offered(actor, Role.CASE_OFFICER) if may_write else []
        context = {
            "districts": [
                {"line": line, "form": self._form(line, people, chosen) if may_write else None}
                for line in assignment.district_lines(bureau)
            ],
            "people": assignment.people(bureau),
            "may_write": may_write,
            "today": clock.today(),
            "problems": problems or [],
        }
        return self.page("filings/staff/assignment.html", context, status=status)

    def _form(
        self, line: assignment.DistrictLine, people: list[tuple[User, str]], chosen: tuple[str, str]
    ) -> OfficerForm:
        code = line.district.code
        mark = f"id_district_{code}_%s"
        if chosen[0] == code:
            return OfficerForm({"officer": chosen[1]}, people=people, auto_id=mark)
        now = str(line.officer.pk) if line.officer and line.fits else ""
        return OfficerForm(initial={"officer": now}, people=people, auto_id=mark)


class DistrictView(Overview):
    """Set or clear the officer of one district."""

    access = may.may_arrange
    http_method_names = ["post"]

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        place = District.objects.select_related("parent", "maps_to").filter(code=code).first()
        if place is None:
            raise NotVisible.one("district", _("没有这个区（市）。"))
        form = OfficerForm(request.POST, people=offered(actor, Role.CASE_OFFICER))
        if not form.is_valid():
            chosen = (code, str(request.POST.get("officer", ""))[:20])
            return self.overview(from_form(form.errors), chosen=chosen, status=422)
        set_district_officer(actor=actor, district=place, officer=form.cleaned_data["officer"])
        messages.success(request, _("%(name)s的经办人已保存。已分派的申报件不变。") % {"name": place.label})
        return HttpResponseRedirect(f"{reverse('assignment:overview')}#districts")


class Contacts(DeskView):
    """登记主体的联系人: who in the bureau looks after each entity."""

    access = may.may_see_assignment

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.listed()

    def listed(self, problems: Any = None, *, status: int = 200) -> HttpResponse:
        actor, words = self.request.actor, self.request.GET.get("q", "")[:60]  # type: ignore[attr-defined]
        page = Paginator(assignment.contacts(actor.organisation, words), PER_PAGE).get_page(
            self.request.GET.get("page")
        )
        people = offered(actor) if may.may_arrange(actor) else []
        rows = [
            {
                "entity": entity,
                "form": OfficerForm(
                    initial={"officer": str(entity.officer_id or "")},
                    people=people,
                    auto_id=f"id_entity_{entity.pk}_%s",
                )
                if people
                else None,
            }
            for entity in page
        ]
        context = {
            "rows": rows,
            "page": page,
            "words": words,
            "problems": problems or [],
            "may_write": bool(people),
            "crumbs": crumbs(_("主体联系人")),
        }
        return self.page("filings/staff/assignment_contacts.html", context, status=status)


class ContactView(Contacts):
    """Set or clear the contact of one entity."""

    access = may.may_arrange
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        entity = Entity.objects.filter(pk=pk, authority=actor.organisation).first()
        if entity is None:
            raise NotVisible.one("entity", _("没有找到这个登记主体。"))
        form = OfficerForm(request.POST, people=offered(actor))
        if not form.is_valid():
            return self.listed(from_form(form.errors), status=422)
        try:
            set_entity_officer(actor=actor, entity=entity, officer=form.cleaned_data["officer"])
        except Invalid as error:
            return self.listed(error.problems, status=422)
        messages.success(request, _("%(name)s的联系人已保存。") % {"name": entity.name})
        query = request.GET.urlencode()
        return HttpResponseRedirect(f"{reverse('assignment:contacts')}{'?' + query if query else ''}")
