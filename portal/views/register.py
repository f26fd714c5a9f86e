"""The public register: its list and the page of one entity, as of a day."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.choices import flatten_choices
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import access
from accounts.enums import DistrictKind, Level
from accounts.models import District
from core import clock
from core.errors import NotVisible
from filings import programmes
from filings.models import Entity, RegisterPeriod
from filings.presentation import catalogue
from filings.presentation.entity import STATUS_LABELS
from portal import forms
from portal.selectors import register
from portal.selectors.public_entity import public_entity
from portal.selectors.register_pages import Mark, Page, Place, page_of

PAGE = 25
STATUSES = ("valid", "upcoming", "expired", "exited", "merged", "cancelled")


def _places() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each city in which something is registered, whole and by district. One query."""
    codes = {p.place for p in programmes.all_programmes()}
    rows = District.objects.filter(code__in=codes).exclude(kind=DistrictKind.PROVINCE)
    rows = (rows | District.objects.filter(parent__code__in=codes)).select_related("parent").order_by("code")
    found: dict[str, list[tuple[str, str]]] = {}
    for place in rows:
        city = place.city
        if city is None:
            continue
        whole = place.kind == DistrictKind.CITY
        label = _("%(city)s（全市）") % {"city": place.label} if whole else place.label
        found.setdefault(city.label, []).insert(0 if whole else len(found[city.label]), (place.code, label))
    return list(found.items())


def _kinds(asked: str) -> list[tuple[Any, Any]]:
    """Kinds by family; one that nobody declares (any more) is offered to who asks for it, if it is on the register."""
    offered = catalogue.kind_choices()
    known = {key for key, _label in flatten_choices(offered)}
    if asked in known or not asked.isidentifier():
        return offered
    here = RegisterPeriod.objects.filter(kind=asked).exists()
    return [*offered, (asked, register.kind_label(asked))] if here else offered


def options(request: HttpRequest) -> dict[str, list[Any]]:
    """What the filters offer."""
    return {
        "kind": _kinds(request.GET.get("kind", "")),
        "level": list(Level.choices),
        "district": _places(),
        "industry": list(register.industries().items()),
        "status": [(key, str(STATUS_LABELS[key])) for key in STATUSES],
    }


def query_of(form: forms.RegisterForm) -> register.Query:
    """What was understood of the filters; the rest narrows nothing."""
    names = ("kind", "district", "industry", "status", "level")
    return register.Query(text=form.value("q"), **{name: form.value(name) for name in names})


@access("public")
@require_safe
def register_list(request: HttpRequest) -> HttpResponse:
    """The register as of a day, filtered by the query string."""
    form = forms.RegisterForm(request.GET, options=options(request))
    form.is_valid()
    on = form.value("on") or clock.today()
    page = _page(request, query_of(form), on)
    names = register.industries()
    context = {
        "form": form,
        "page": page,
        "page_range": _numbers(page),
        "on": on,
        "rows": [register.public_row(row, on, names) for row in page.rows],
    }
    return render(request, "portal/register.html", context)


def _page(request: HttpRequest, query: register.Query, on: datetime.date) -> Page:
    """The page asked for; the last there is instead of one beyond it, the first for what is no page."""
    mark = Mark.read(request.GET.get("after", ""))
    if mark is not None:
        return page_of(query, on, Place(PAGE, mark=mark))
    number = _number(request.GET.get("page", ""), Place(PAGE).last_number)
    found = page_of(query, on, Place(PAGE, number))
    if not found.rows and number > 1:
        last = max(-(-found.count // PAGE), 1) if found.is_exact else 1
        found = page_of(query, on, Place(PAGE, min(last, number - 1)))
    return found


def _number(text: str, last: int) -> int:
    good = text.isascii() and text.isdecimal() and len(text) < 9
    return min(max(int(text), 1), last) if good else 1


def _numbers(page: Page) -> list[Any]:
    """Numbers to jump to, as far as the count is known; none beyond the numbered pages."""
    if page.number is None:
        return []
    pages = Paginator(range(min(page.count, Place(PAGE).last_number * PAGE)), PAGE)
    return list(pages.get_elided_page_range(page.number))


@access("public")
@require_safe
def entity(request: HttpRequest, code: str) -> HttpResponse:
    """The public facts of one entity as of a day."""
    form = forms.DayForm(request.GET)
    rows = Entity.objects.select_related("lead", "district__parent", "authority")
    found = rows.filter(code=code).first()
    if found is None:
        raise NotVisible.one("not_found", _("没有找到您要查看的内容。"))
    context = {"entity": public_entity(found, form.day), "on": form.day}
    return render(request, "portal/entity.html", context)
