"""What has to be done by when: as a list, as a month, and as a calendar to subscribe to."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from core.actor import Actor
from core.errors import NotVisible
from filings.enums import DutyStanding
from filings.filters_duties import DutyFilter
from filings.models import Duty
from filings.presentation import duties as shown
from filings.presentation.duty_feed import feed
from filings.selectors import duties
from filings.services import feeds

PER_PAGE = 25
IN_FEED = 1000
FILTERS = ("kind", "unit", "whose", "due_after", "due_before")


class DutyView(View):
    """A page for everybody who can have duties."""

    access: Any = duties.has_duties

    @property
    def actor(self) -> Actor:
        return self.request.actor  # type: ignore[attr-defined]

    def filtered(self) -> DutyFilter:
        """One's own first, unless asked otherwise or nothing can be one's own."""
        given = self.request.GET.copy()
        if not duties.acts(self.actor):
            given["whose"] = "all"
        given.setdefault("whose", "mine")
        return DutyFilter(given, duties.visible_to(self.actor), request=self.request)

    def page(self, name: str, context: Mapping[str, Any], status: int = 200) -> HttpResponse:
        wide = {"officer": duties.is_officer(self.actor), "acts": duties.acts(self.actor)}
        return render(self.request, f"filings/duties/{name}.html", {**wide, **context}, status=status)


def _without(query: QueryDict, *names: str, **changes: str) -> str:
    copy = query.copy()
    for name in (*names, "page"):
        copy.pop(name, None)
    for name, value in changes.items():
        copy[name] = value
    return f"?{copy.urlencode()}"


class List(DutyView):
    """The list, in tabs by date."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found = self.filtered()
        counts = duties.counts(found.qs)
        tab = _tab(request, counts)
        context = {
            "tabs": _tabs(request, counts, tab),
            "tab": tab,
            "filter": found,
            "form": found.form,
            "chips": _chips(request, found),
            **self._listed(duties.in_tab(found.qs, tab)),
            "here": "list",
            "month_url": reverse("duties:month") + _without(request.GET, "tab", "due_after", "due_before"),
        }
        return self.page("list", context)

    def _listed(self, rows: QuerySet[Duty]) -> dict[str, Any]:
        """One page of the rows."""
        pages = Paginator(duties.shown(rows), PER_PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        lines = shown.lines(page.object_list, self.actor)
        return {
            "lines": lines,
            "page": page,
            "page_range": pages.get_elided_page_range(page.number),
            "uncertain": shown.uncertain(line["day"] for line in lines if not line["done"]),
        }


def _tab(request: HttpRequest, counts: Mapping[str, int]) -> str:
    """The tab asked for, else the first in which there is something."""
    asked = request.GET.get("tab", "")
    if asked in duties.TABS:
        return asked
    return next((key for key, number in counts.items() if number), "today")


def _tabs(request: HttpRequest, counts: Mapping[str, int], tab: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": _without(request.GET, tab=key),
            "count": counts.get(key),
            "current": key == tab,
        }
        for key, label in duties.TABS.items()
    ]


def _chips(request: HttpRequest, found: DutyFilter) -> list[dict[str, Any]]:
    """The filters that are at work, each with the address without it."""
    data = getattr(found.form, "cleaned_data", {}) if found.errors is not None else {}
    chips = []
    for name in FILTERS:
        value = data.get(name)
        if not value or name == "whose":
            continue
        field = found.form.fields[name]
        words = dict(getattr(field, "choices", ())).get(value, value)
        chips.append({"label": field.label, "value": words, "url": _without(request.GET, name)})
    return chips


class Month(DutyView):
    """The month, a table of real dates."""

    def get(self, request: HttpRequest) -> HttpResponse:
        found, month = self.filtered(), shown.month_of(request.GET.get("month", ""))
        first, last = shown.span(month)
        held = duties.by_day(found.qs, first, last)
        listed = reverse("duties:list") + _without(request.GET, "month", "due_after", "due_before")
        context = {
            "month": month,
            "weeks": shown.weeks(month, held, self.actor, listed),
            "any": any(day.month == month.month for day in held),
            "weekdays": [shown.weekday(number) for number in range(7)],
            "here": "month",
            "list_url": listed,
            "form": found.form,
            "uncertain": shown.uncertain((month,)),
            **_months(request, month),
        }
        return self.page("month", context)


def _months(request: HttpRequest, month: datetime.date) -> dict[str, str]:
    """Addresses of the month before, the one after and the present one."""
    before, after = shown.neighbours(month)
    return {
        "before_url": _without(request.GET, month=before) if before else "",
        "after_url": _without(request.GET, month=after) if after else "",
        "now_url": _without(request.GET, "month"),
    }


class Go(DutyView):
    """From a reminder to the page on which a duty is done."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        duty = duties.shown(duties.visible_to(self.actor)).filter(pk=pk).first()
        if duty is None:
            raise NotVisible.one("duty", _("没有找到这项任务，或您无权查看。"))
        url = shown.url_of(duty, self.actor)
        if not url:
            messages.info(request, _("“%(title)s”没有单独的办理页面。") % {"title": duty.title})
        return redirect(url or reverse("duties:list"))


class Subscription(DutyView):
    """The address of one's own calendar: shown once, renewed, taken back."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._shown()

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("do") == "revoke":
            if feeds.revoke(actor=self.actor):
                messages.success(request, _("订阅地址已停用，用它的日历不再更新。"))
            return redirect("duties:calendar")
        token = feeds.renew(actor=self.actor)
        address = settings.SITE_URL + reverse("calendar_feed", args=[token])
        answer = self._shown(address=address)
        answer["Cache-Control"] = "no-store"
        return answer

    def _shown(self, **context: Any) -> HttpResponse:
        crumbs = [
            {"label": _("任务"), "url": reverse("duties:list")},
            {"label": _("订阅任务日历"), "url": ""},
        ]
        return self.page("calendar", {"feed": feeds.live(self.actor), "crumbs": crumbs, **context})


class Feed(View):
    """The calendar itself, for a program without a session: whoever has the address reads it with the owner's rights of today."""

    access = "public"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        actor = feeds.reader_of(token)
        if actor is None:
            raise Http404
        text = feed(_in_feed(actor), str(actor.organisation.name))
        answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="duties.ics"'
        answer["Cache-Control"] = "private, no-store"
        answer["X-Robots-Tag"] = "noindex"
        return answer


def _in_feed(actor: Actor) -> list[Duty]:
    """One's own open duties, earliest first; for who only reads, all that may be seen."""
    rows = duties.visible_to(actor).filter(standing=DutyStanding.OPEN)
    rows = duties.own(actor, rows) if duties.acts(actor) else rows
    return list(duties.shown(rows).order_by("due_at", "pk")[:IN_FEED])
