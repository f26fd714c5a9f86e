"""Claims: begin one at a measure, the list with its exports, the sheet of an award on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from accounts.permissions import is_unit_member
from core import audit, clock, pdf, xlsx
from core.actor import Actor
from core.canonical import canonical_json
from core.errors import Invalid, NotNow, NotVisible
from core.idempotency import new_key, once_per_form
from filings.models import Filing
from filings.permissions import case_reader, staff_reader
from filings.selectors.filings import get_visible
from filings.selectors.worklist import district_options
from subsidies import permissions as may
from subsidies.forms_claims import BeginForm, ClaimFilter
from subsidies.models import Award
from subsidies.presentation.sheet import award_sheet
from subsidies.presentation.words import rule
from subsidies.selectors import claim_list, measures
from subsidies.selectors.claims import PROGRAMME, eligible_entities, standing
from subsidies.selectors.funding import case_by_case
from subsidies.services import claims

PER_PAGE = 25
MOST_IN_XLSX = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Begin(View):
    """申领: which entity it is for, then a draft with everything filled in that is known."""

    access = is_unit_member

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self.page(key, None)

    @method_decorator(once_per_form)
    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        form = BeginForm(request.POST, entities=self.entities(key))
        if not form.is_valid():
            return self.page(key, form, status=422)
        given = form.cleaned_data
        try:
            made = claims.start(
                actor=request.actor,  # type: ignore[attr-defined]
                measure=key,
                entity=given["entity"] or None,
                on=given["on"],
            )
        except Invalid as error:
            return self.page(key, form, error.problems, status=422)
        messages.success(request, _("已建立申领草稿，名录上已有的内容已带入，请核对。"))
        return redirect("filings:tasks", pk=made.pk)

    def entities(self, key: str) -> list[Any]:
        """Entities the unit leads, of the kinds the measure is for."""
        actor = self.request.actor  # type: ignore[attr-defined]
        return eligible_entities(actor, measures.one(key))

    def page(self, key: str, form: Any, problems: Any = (), status: int = 200) -> HttpResponse:
        known = measures.one(key)
        terms, in_force = known.terms_to_show(clock.today())
        found = self.entities(key)
        codes = [row.code for row in found]
        asked = self.request.GET.get("entity", "")
        chosen = asked if asked in codes else codes[0] if len(codes) == 1 else ""
        crumbs = [
            (_("政策计算器"), reverse("subsidies:measures")),
            (terms.label, reverse("subsidies:measure", args=[key])),
            (_("申领"), ""),
        ]
        context = {
            "terms": terms,
            "rule": rule(terms),
            "clause": terms.law.cite(key),
            "in_force": in_force,
            "form": form or BeginForm(entities=found, initial={"entity": chosen}),
            "problems": problems,
            "form_key": new_key(),
            "crumbs": [{"label": label, "url": url} for label, url in crumbs],
        }
        return render(self.request, "subsidies/claim_begin.html", context, status=status)


class ClaimList(View):
    """Every claim of the bureau, or of the unit: computed, proposed, set, what bit, state."""

    access = may.lists_claims

    def get(self, request: HttpRequest) -> HttpResponseBase:
        actor: Any = request.actor  # type: ignore[attr-defined]
        staff = may.reads_claims(actor, None)
        form = self.filters(actor, staff=staff)
        rows = claim_list.listed(actor, form.wanted() if form.is_bound else {})
        if request.GET.get("format") in ("csv", "xlsx"):
            return exported(actor, rows, request.GET["format"], staff=staff)
        pages = Paginator(rows, PER_PAGE)
        page = pages.get_page(request.GET.get("page"))
        context = {
            "lines": claim_list.lines(page, staff=staff),
            "case_by_case": case_by_case() if staff else (),
            "page": page,
            "page_range": list(pages.get_elided_page_range(page.number)),
            "form": form,
            "staff": staff,
            "narrowed": bool(form.is_bound and form.wanted()),
            "query": request.GET.urlencode(),
        }
        return render(request, "subsidies/claims.html", context)

    def filters(self, actor: Any, *, staff: bool) -> ClaimFilter:
        """The filters as they were asked for."""
        known = [(key, one.label) for key, one in measures.known().items()]
        return ClaimFilter(
            self.request.GET or None, measures=known, districts=district_options(actor), staff=staff
        )


def exported(actor: Actor, rows: Any, kind: str, *, staff: bool) -> HttpResponseBase:
    """What the list shows, all pages of it; who took it is kept."""
    count = rows.order_by()[: MOST_IN_XLSX + 1].count()
    if count > MOST_IN_XLSX:
        said = _("超过 %(n)s 行，请缩小查询范围后再导出。") % {"n": MOST_IN_XLSX}
        raise NotNow.one("too_many_rows", said)
    audit.record("claims.exported", actor=actor, detail={"rows": count, "kind": kind})
    lines = claim_list.lines(rows, staff=staff)
    values = [[line[column.key] for column in claim_list.COLUMNS] for line in lines]
    title = _("补助申领清单")
    answer: HttpResponseBase
    if kind == "csv":
        pieces = xlsx.rows_csv(claim_list.COLUMNS, values)
        answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    else:
        sheet = xlsx.Sheet(title, claim_list.COLUMNS, values)
        answer = HttpResponse(xlsx.write([sheet], meta={"title": title}), content_type=XLSX)
    day = clock.today().isoformat()
    answer["Content-Disposition"] = f'attachment; filename="claims-{day}.{kind}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def figures_of(award: Award, *, staff: bool) -> dict[str, Any]:
    """What is attached to the sheet: what was asked names other claims and an officer's reasons, so staff alone get it."""
    figures = {"result": award.result, "sha256": award.sha256}
    return figures | {"asked": award.asked} if staff else figures


class AwardPaper(View):
    """测算书 of a claim's award: as it was kept, whenever it is printed."""

    access = "login"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor: Any = request.actor  # type: ignore[attr-defined]
        filing = get_visible(actor, pk)
        award = self.award(filing, actor)
        context = {
            "sheet": award_sheet(award, dict(measures.labels())),
            "place": filing.district.path_label,
            "made": award.proposed_at,
            "award": award,
            "filing": filing,
        }
        held = canonical_json(figures_of(award, staff=staff_reader(actor, filing))).encode()
        content = pdf.render("subsidies/pdf/sheet.html", context, attachments={"figures.json": held})
        answer = HttpResponse(content, content_type="application/pdf")
        number = filing.receipt_number or str(filing.pk)
        answer["Content-Disposition"] = f'attachment; filename="award-{number}.pdf"'
        answer["X-Content-Type-Options"] = "nosniff"
        return answer

    def award(self, filing: Filing, actor: Any) -> Award:
        """The award as far as this actor may know of it."""
        if filing.programme != PROGRAMME or not case_reader(actor, filing):
            raise NotVisible.one("not_found", _("没有找到这件申领，或您无权查看。"))
        found = standing(filing, staff=staff_reader(actor, filing))
        if found is None or found.award is None:
            raise NotVisible.one("no_award", _("本件还没有可以查看的测算书。"))
        return found.award
