"""政策找企业 for programs: a unit's own matches, and those of public facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import credit_code
from accounts.api.base import ApiView, PublicView, day_asked
from accounts.api.describe import ON, documented
from accounts.permissions import is_unit_member
from core import clock
from core.errors import Invalid, from_form, raise_if
from subsidies.api import shapes_finding as shapes
from subsidies.facts import FACTS
from subsidies.forms_finder import FinderForm
from subsidies.matching import Found, Match, Near
from subsidies.needs import FactFrom
from subsidies.selectors import places
from subsidies.selectors.finding import Rules, find_public, is_claim_free, platform_kinds
from subsidies.selectors.holdings import held_by


def answer(found: Found, on: date, unit: str = "") -> dict[str, Any]:
    """Matches and near misses as data."""
    return {
        "date": on.isoformat(),
        "unit": unit,
        "matches": [_match(one) for one in found.matches],
        "near": [_near(one) for one in found.near],
    }


def _match(one: Match) -> dict[str, Any]:
    return _about(one) | {
        "facts": [_fact(row) for row in one.facts],
        "status": one.status.value,
        "amount": _money(one.amount),
        "upper_bound": _money(one.outcome.upper_bound),
        "deadline": one.deadline.isoformat() if one.deadline else None,
        "lines": [line.as_dict() for line in one.outcome.lines],
        "assumptions": list(one.assumed),
        "claim_free": is_claim_free(one),
    }


def _near(one: Near) -> dict[str, Any]:
    lack = one.lack
    told = {
        "kind": lack.kind.value,
        "condition": lack.key,
        "said": lack.said,
        "remedy": lack.remedy,
        "clause": lack.clause.text if lack.clause else "",
    }
    return _about(one) | {"lack": told}


def _about(one: Match | Near) -> dict[str, Any]:
    return {
        "measure": one.measure,
        "label": one.terms.label,
        "entity": one.subject.code if one.subject else "",
        "clause": one.terms.law.cite(one.measure),
    }


def _fact(row: FactFrom) -> dict[str, str]:
    value = row.value
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if isinstance(value, bool):
        text = "true" if value else "false"
    return {"name": row.name, "label": str(FACTS[row.name].label), "value": text, "source": row.source}


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


class OwnMatches(ApiView):
    access = is_unit_member
    queries = ("on",)

    @documented(shapes.SupportFoundOut, operation_id="subsidies_matches", parameters=[ON], filters=False)
    def get(self, request: Request) -> Response:
        """What the acting unit can claim from what is held of it, and what it lacks one condition for."""
        on, unit = day_asked(request), self.actor.organisation
        found = Rules(on).match(held_by([unit], on)[0])
        return Response(answer(found, on, unit.credit_code))


class PublicMatches(PublicView):
    hourly = {"POST": 300}
    keeps_answers = False

    @documented(
        shapes.SupportFoundOut, body=shapes.FinderIn, unsafe=True, operation_id="subsidies_find", auth=[]
    )
    def post(self, request: Request) -> Response:
        """The same from the public register and from what is stated. Nothing is stored, no unit's records are read."""
        on = clock.today()
        rules, given = Rules(on), self.given(shapes.FinderIn)
        stated = {name: value for name, value in given.items() if value is not None}
        form = FinderForm(_typed(stated), places=places.grouped(), platforms=platform_kinds(rules))
        if not form.is_valid():
            raise_if(from_form(form.errors))
        _held, found = find_public(form.cleaned_data["code"], form.cleaned_data, rules)
        if found is None:
            said = _("登记名录中没有由该单位牵头或者参加的登记主体。")
            raise Invalid.one("nothing_public", said, "code")
        return Response(answer(found, on, credit_code.normalise(given.get("code", ""))))


def _typed(stated: dict[str, Any]) -> dict[str, Any]:
    """As the form of the page takes it."""
    return {name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in stated.items()}
