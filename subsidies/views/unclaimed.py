"""应享未享: the list for officers, and the same list as a file."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import access
from accounts.models import District
from accounts.selectors import places_within
from core import audit, clock
from core.errors import NotNow, NotVisible
from core.http import actor_of
from core.xlsx import Sheet, rows_csv, write
from subsidies import permissions_finding as may
from subsidies.presentation.found import match
from subsidies.selectors import unclaimed
from subsidies.selectors.finding import Rules

PAGE = 25
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def query_of(request: HttpRequest) -> unclaimed.Query:
    """What the address asks for; what does not exist does not narrow."""
    given = request.GET
    return unclaimed.Query(
        text=given.get("q", "").strip()[:60],
        measure=given.get("measure", "")[:80],
        district=given.get("district", "")[:6],
        free=given.get("free") == "1",
    )


def _places(request: HttpRequest) -> list[District]:
    """Districts and zones of the bureau's place."""
    found = places_within(actor_of(request).organisation.jurisdiction).order_by("code")
    return [place for place in found if not place.code.endswith("00")]


@access(may.overseer)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Units that fit a measure and have not claimed it."""
    today, query = clock.today(), query_of(request)
    rules, place = Rules(today), actor_of(request).organisation.jurisdiction
    found = unclaimed.rows(place, rules, query)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    places = _places(request)
    labels = {one.code: one.label for one in places}
    shown = [
        match(row.match, today, rules.names, own=False)
        | {
            "unit": row.held,
            "district": labels.get(row.held.place, ""),
            "free": row.is_free,
            "step": row.match.step,
        }
        for row in page
    ]
    measures = unclaimed.measures_with_figures(rules, place.code)
    context: dict[str, Any] = {
        "page": page,
        "rows": shown,
        "query": query,
        "measures": [(key, terms.label) for key, terms in measures.items()],
        "districts": [(one.code, one.label) for one in places],
        "count": len(found),
        "units": len({row.held.unit_id for row in found}),
        "total": sum(row.match.outcome.pays for row in found),
        "beyond": unclaimed.beyond(place, rules, query),
        "most": unclaimed.MOST,
        "today": today,
        "asked": request.GET.urlencode(),
    }
    return render(request, "subsidies/unclaimed.html", context)


@access(may.overseer)
@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Everything the page lists for the same query string."""
    if kind not in ("csv", "xlsx"):
        raise NotVisible.one("kind", _("没有这种格式。"))
    today, query, actor = clock.today(), query_of(request), actor_of(request)
    place, rules = actor.organisation.jurisdiction, Rules(today)
    if unclaimed.beyond(place, rules, query):
        said = _("超过 %(n)s 家单位，请缩小查询范围后再导出。") % {"n": unclaimed.MOST}
        raise NotNow.one("too_many_rows", said)
    found = unclaimed.rows(place, rules, query)
    labels = {one.code: one.label for one in _places(request)}
    audit.record("unclaimed.exported", actor=actor, detail={"rows": len(found), "kind": kind})
    lines = unclaimed.values(found, labels)
    answer = _csv(lines) if kind == "csv" else _xlsx(lines, today.isoformat())
    answer["Content-Disposition"] = f'attachment; filename="unclaimed-{today.isoformat()}.{kind}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _csv(lines: Any) -> HttpResponseBase:
    return StreamingHttpResponse(rows_csv(unclaimed.COLUMNS, lines), content_type="text/csv; charset=utf-8")


def _xlsx(lines: Any, day: str) -> HttpResponseBase:
    title = _("应享未享")
    header = [_("截至 %(day)s，金额按登记的事实预计，以审定为准") % {"day": day}]
    book = write([Sheet(title, unclaimed.COLUMNS, lines, header=header)], meta={"title": title})
    return HttpResponse(book, content_type=XLSX)
