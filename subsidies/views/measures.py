"""A page for each measure: conditions, papers, how the amount comes about, the clause."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import access
from accounts.permissions import is_unit_member
from core import clock
from subsidies.enums import Need
from subsidies.facts import FACTS
from subsidies.presentation import words
from subsidies.selectors import measures
from subsidies.selectors.claims import claimable


@access("public")
@require_safe
def measure(request: HttpRequest, key: str) -> HttpResponse:
    """One measure under today's law, or under that of its first day where it is no longer in force."""
    known = measures.one(key)
    terms, in_force = known.terms_to_show(clock.today())
    names = measures.labels()
    crumbs = [(_("政策计算器"), reverse("subsidies:measures")), (terms.label, "")]
    context = {
        "known": known,
        "terms": terms,
        "in_force": in_force,
        "may_claim": in_force and claimable(terms) and is_unit_member(request.actor, None),  # type: ignore[attr-defined]
        "rule": words.rule(terms),
        "clause_url": words.address(terms.clause()),
        "facts": list(words.facts(terms, names)),
        "conditions": words.conditions(terms, names),
        "papers": words.papers(terms),
        "rules": words.rules(terms, names),
        "needed": [
            {"label": FACTS[name].label, "unit": FACTS[name].unit, "need": Need(need).label}
            for name, need in terms.needs.items()
        ],
        "readings": terms.readings,
        "crumbs": [{"label": label, "url": url} for label, url in crumbs],
    }
    return render(request, "subsidies/measure.html", context)
