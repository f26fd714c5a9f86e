"""政策计算器: choose measures, state facts, read the sheet. Public, nothing is stored; the address holds everything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import access
from accounts.models import District
from core import clock, limits, pdf
from core.errors import Invalid, Problem
from core.http import client_ip
from subsidies.enums import Topic
from subsidies.forms import FactsForm, WhenForm
from subsidies.presentation.sheet import sheet
from subsidies.presentation.words import row
from subsidies.selectors import measures, places
from subsidies.selectors.measures import Known
from subsidies.selectors.quotes import Quote, quote

MOST = 20  # measures on one page
PDF_HOURLY = 60


@access("public")
@require_safe
def measure_list(request: HttpRequest) -> HttpResponse:
    """Every measure in force today by topic, to choose from."""
    today, place = clock.today(), request.GET.get("place", "")
    known = measures.known()
    sources = _sources(known)
    chosen = place if place in dict(sources) else ""
    terms = measures.in_force(today)
    topics = [
        (
            topic.label,
            [
                row(terms[key]) | {"source": one.document_title}
                for key, one in known.items()
                if _listed(one, topic, chosen) and key in terms
            ],
        )
        for topic in Topic
    ]
    context = {
        "topics": [(label, rows) for label, rows in topics if rows],
        "count": sum(len(rows) for _label, rows in topics),
        "places": sources,
        "place": chosen,
        "picked": request.GET.getlist("m"),
        "today": today,
    }
    return render(request, "subsidies/measures.html", context)


def _listed(one: Known, topic: Topic, place: str) -> bool:
    return one.topic == topic and (not place or one.reaches(place))


def _sources(known: Mapping[str, Known]) -> list[tuple[str, str]]:
    """The cities whose measures there are."""
    codes = {one.place for one in known.values() if not one.place.endswith("0000")}
    return list(District.objects.filter(code__in=codes).order_by("code").values_list("code", "label"))


@dataclass
class Asked:
    """What the address of the calculator says, understood."""

    data: QueryDict
    known: dict[str, Known]
    names: Mapping[str, str]
    chosen: list[Known] = field(default_factory=list)
    when: WhenForm = field(init=False)
    forms: list[FactsForm] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    quote: Quote | None = None

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        """Chosen measures in the order of the catalogue, each with its form; a quote where one was asked for."""
        asked = cls(request.GET, measures.known(), measures.labels())
        picked = set(request.GET.getlist("m"))
        asked.chosen = [one for key, one in asked.known.items() if key in picked][:MOST]
        given = request.GET if "go" in request.GET else None
        start = {"date": clock.today(), "district": _own_district(request)}
        asked.when = WhenForm(given, initial=start, places=places.grouped())
        asked.build()
        return asked

    @property
    def on(self) -> date:
        """The day asked for, today where none was understood."""
        found = self.when.cleaned_data.get("date") if self.when.is_bound and self.when.is_valid() else None
        return found or clock.today()

    @property
    def district(self) -> str:
        """The district asked for."""
        return str(self.when.cleaned_data.get("district", "")) if self.when.is_bound else ""

    def build(self) -> None:
        """Forms, and the sheet where everything needed was stated."""
        on = self.on
        here = [one for one in self.chosen if self._terms_form(one, on)]
        if self.when.is_bound and self.when.is_valid() and here:
            self._quote(here)

    def _terms_form(self, one: Known, on: date) -> bool:
        place = self.district if self.district and one.reaches(self.district) else ""
        try:
            terms = one.terms(on, place)
        except KeyError:
            said = _("%(label)s在所选日期尚未施行或者已经失效，依据自 %(day)s 起施行。")
            message = said % {"label": one.label, "day": one.valid_from.isoformat()}
            self.problems.append(Problem("not_in_force", message, "date"))
            return False
        data = self.data if self.when.is_bound else None
        self.forms.append(FactsForm(data, terms=terms, names=self.names))
        return True

    def _quote(self, here: list[Known]) -> None:
        claims = [
            {"ref": one.label, "measure": one.key, "district": self.district or None, "facts": form.stated()}
            for one, form in zip(here, self.forms, strict=True)
        ]
        try:
            self.quote = quote({"date": self.on.isoformat(), "claims": claims})
        except Invalid as refused:
            self._tell(refused)

    @property
    def sheet(self) -> dict[str, Any] | None:
        """The quote in words, once there is one."""
        return None if self.quote is None else sheet(self.quote, self.names)

    def _tell(self, refused: Invalid) -> None:
        """Problems of the payload beside the fields they are about."""
        for problem in refused.problems:
            path = problem.field.split(".")
            form = self.forms[int(path[1])] if path[0] == "claims" and len(path) > 1 else None
            name = path[-1]
            if form is not None and name in form.fields:
                form.add_error(name, str(problem.message))
                field_id = f"{form.prefix}-{name}"
                self.problems.append(Problem(problem.code, problem.message, field_id, problem.clause))
            else:
                self.problems.append(problem)


def _own_district(request: HttpRequest) -> str:
    organisation = getattr(getattr(request, "actor", None), "organisation", None)
    district = getattr(organisation, "district", None)
    return district.code if district else ""


@access("public")
@require_safe
def calculator(request: HttpRequest) -> HttpResponse:
    """The facts of the chosen measures and, once they are stated, the sheet."""
    asked = Asked.of(request)
    context = {
        "when": asked.when,
        "chosen": asked.chosen,
        "forms": asked.forms,
        "problems": asked.problems,
        "sheet": asked.sheet,
        "query": request.GET.urlencode(),
    }
    status = 422 if asked.problems or asked.when.errors else 200
    return render(request, "subsidies/calculator.html", context, status=status)


@access("public")
@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """The sheet as PDF, with the figures as JSON inside."""
    said = _("生成过于频繁，请一小时后再试，或者直接打印网页。")
    limits.count("subsidies.sheet", client_ip(request), hourly=PDF_HOURLY, said=said)
    asked = Asked.of(request)
    if asked.quote is None:
        problems = asked.problems or [Problem("incomplete", _("请先选择措施并填写测算所需的内容。"))]
        raise Invalid(problems)
    place = District.objects.filter(code=asked.district).first()
    context = {"sheet": asked.sheet, "place": place.label if place else "", "made": clock.now()}
    figures = json.dumps(asked.quote.as_dict(), ensure_ascii=False, sort_keys=True).encode()
    content = pdf.render("subsidies/pdf/sheet.html", context, attachments={"figures.json": figures})
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="quote-{asked.on.isoformat()}.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
