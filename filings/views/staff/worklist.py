"""r1/d1: the officers' list. Filters live in the address, so that a view can be kept and passed on."""

from __future__ import annotations

from typing import Any

from django.core.paginator import EmptyPage, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.choices import flatten_choices
from django.utils.translation import gettext as _
from django.views import View

from filings import permissions as may
from filings.filters import FilingFilter
from filings.models import Filing
from filings.selectors import calendar, worklist
from filings.services.assignment import BULK_LIMIT
from filings.views.staff.base import desk_reader, page

PER_PAGE = 20
SHOWN_FILTERS = ("programme", "district", "industry", "officer", "mine", "late", "since", "until", "q")


class CountedPaginator(Paginator):
    """Pages of rows that the tabs have counted already, as far as the cap."""

    def __init__(self, rows: QuerySet[Filing], number: int) -> None:
        super().__init__(rows, PER_PAGE)
        self.count = min(number, worklist.CAP)


class Worklist(View):
    access = desk_reader

    def get(self, request: HttpRequest) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        found = FilingFilter(request.GET, queryset=worklist.on_desk(actor), request=request)
        tab, chips = _tab(request), _chips(request, found)
        counts = worklist.counts(found.qs, actor)
        rows = worklist.ordered(worklist.in_tab(found.qs, tab, actor), tab)
        context = {
            "tabs": _tabs(request, counts, tab),
            "tab": tab,
            "tab_label": worklist.TAB_LABELS[tab],
            "filter": found,
            "form": found.form,
            "chips": chips,
            "by_officer": actor.has_role(*may.STAFF_READERS),
            "clear_url": f"?tab={tab}",
            "empty": _why_empty(tab, bool(chips)),
            **_listed(request, rows, counts[tab]),
            **_bulk(request, counts[tab]),
        }
        return page(request, "filings/staff/worklist.html", context)


def _listed(request: HttpRequest, rows: QuerySet[Filing], number: int) -> dict[str, Any]:
    """One page of the rows, `number` as the tab counted them, and what makes their dates uncertain."""
    pages = CountedPaginator(rows, number)
    shown = _page_of(pages, request.GET.get("page"))
    return {
        "lines": worklist.lines(shown.object_list, request.actor),  # type: ignore[attr-defined]
        "page": shown,
        "page_range": pages.get_elided_page_range(shown.number),
        "capped": number > worklist.CAP,
        "hint": calendar.hint(request.actor),  # type: ignore[attr-defined]
    }


def _bulk(request: HttpRequest, number: int) -> dict[str, Any]:
    """What the bar below the list needs: the acts of a head, and the filters that "all of them" stands for."""
    if not may.may_arrange(request.actor):  # type: ignore[attr-defined]
        return {}
    tab = _tab(request)
    given = [(name, value) for name, values in request.GET.lists() for value in values if value]
    kept = [("tab", tab), *(pair for pair in given if pair[0] not in ("tab", "page"))]
    most = min(number, BULK_LIMIT)
    return {
        "bulk_actions": [{"name": "reassign", "label": _("转办…"), "danger": False}],
        "bulk_kept": kept,
        "bulk_most": most if most > 1 else 0,
        "bulk_limit": BULK_LIMIT if number > BULK_LIMIT else 0,
    }


def _tab(request: HttpRequest) -> str:
    """The tab asked for; a search without one looks everywhere."""
    offered = worklist.tabs_for(request.actor)  # type: ignore[attr-defined]
    asked = request.GET.get("tab", "")
    if asked in offered:
        return asked
    return "all" if request.GET.get("q") or "mine" not in offered else "mine"


def _page_of(pages: Paginator, number: str | None) -> Any:
    """The page asked for, the first or last instead of one that does not exist."""
    try:
        return pages.page(int(number or 1))
    except (ValueError, EmptyPage):
        return pages.get_page(number)


def _without(query: QueryDict, *names: str, **changes: str) -> str:
    copy = query.copy()
    for name in (*names, "page"):
        copy.pop(name, None)
    for name, value in changes.items():
        copy[name] = value
    return f"?{copy.urlencode()}"


def _tabs(request: HttpRequest, counts: dict[str, int], tab: str) -> list[dict[str, Any]]:
    return [
        {
            "label": worklist.TAB_LABELS[key],
            "url": _without(request.GET, tab=key),
            "count": f"{worklist.CAP}+" if number > worklist.CAP else number,
            "current": key == tab,
        }
        for key, number in counts.items()
    ]


def _chips(request: HttpRequest, found: FilingFilter) -> list[dict[str, Any]]:
    """The filters that are at work, each with the address without it."""
    form, chips = found.form, []
    data = getattr(form, "cleaned_data", {}) if found.errors is not None else {}
    for name in SHOWN_FILTERS:
        value = data.get(name)
        if value in (None, "", False, []):
            continue
        labels = dict(flatten_choices([*getattr(form.fields[name], "choices", ())]))
        shown = labels.get(value, _("是") if value is True else value)
        chips.append(
            {
                "label": form.fields[name].label,
                "value": shown,
                "url": _without(request.GET, name, tab=_tab(request)),
            }
        )
    return chips


def _why_empty(tab: str, filtered: bool) -> dict[str, str]:
    """Why there is nothing, and what would fill the list."""
    if filtered:
        return {
            "title": _("没有符合条件的申报件"),
            "reason": _("可以去掉上方的一项条件，或在“全部”中查找。"),
        }
    reasons = {
        "mine": _("没有等待您办理的申报件。新申报由申报单位提交、区（市）推荐后出现在这里。"),
        "recommending": _("辖区内没有等待推荐的申报件。申报单位提交后出现在这里。"),
        "waiting": _("没有等待受理的申报件。区（市）推荐后出现在这里。"),
        "examination": _("没有正在形式审查的申报件。从“待受理”开始审查后出现在这里。"),
        "correction": _("没有等待补正的申报件。退回补正后出现在这里，交回后回到“形式审查”。"),
        "review": _("没有正在评审的申报件。受理后出现在这里。"),
        "decision": _("没有等待决定的申报件。评审结束后出现在这里。"),
        "notice": _("没有正在公示的申报件。审定同意并发布公示后出现在这里。"),
        "closed": _("还没有办结的申报件。"),
        "all": _("还没有提交到本机关的申报件。"),
    }
    return {"title": _("暂无申报件"), "reason": reasons[tab]}
