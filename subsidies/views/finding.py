"""政策找企业: a unit's own page, and the finder for everybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import access
from accounts.permissions import is_unit_member
from core import clock, limits
from core.http import actor_of, client_ip
from subsidies.forms_finder import FinderForm
from subsidies.presentation.found import claims, shown
from subsidies.selectors import places
from subsidies.selectors.finding import Rules, find_public, platform_kinds
from subsidies.selectors.holdings import held_by
from subsidies.selectors.offers import offered

HOURLY = 300


@access(is_unit_member)
@require_safe
def matches(request: HttpRequest) -> HttpResponse:
    """Every match and near miss of the acting unit."""
    unit, today = actor_of(request).organisation, clock.today()
    rules = Rules(today)
    found = rules.match(held_by([unit], today)[0])
    crumbs = [(_("我的申报"), reverse("filings:home")), (_("可申领的政策支持"), "")]
    context = {
        "found": claims(shown(found, today, rules.names, own=True), offered(unit, found.matches)),
        "crumbs": [{"label": label, "url": url} for label, url in crumbs],
    }
    return render(request, "subsidies/matches.html", context)


@access("public")
@require_safe
def finder(request: HttpRequest) -> HttpResponse:
    """A credit code or short answers; what follows from the public register and from them. Nothing is stored."""
    today = clock.today()
    rules = Rules(today)
    given = request.GET if "go" in request.GET else None
    form = FinderForm(given, places=places.grouped(), platforms=platform_kinds(rules))
    context: dict[str, Any] = {"form": form, "found": None, "held": None, "asked": form.is_bound}
    if form.is_bound and form.is_valid():
        said = _("查询过于频繁，请一小时后再试。")
        limits.count("subsidies.find", client_ip(request), hourly=HOURLY, said=said)
        code = form.cleaned_data["code"]
        held, found = find_public(code, form.cleaned_data, rules)
        context |= {"held": held, "unknown": code if held is None else ""}
        context["found"] = shown(found, today, rules.names, own=False) if found else None
    return render(request, "subsidies/finder.html", context, status=422 if form.errors else 200)
