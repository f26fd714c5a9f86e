"""Two officers decide for the same matter at once: one stands in line; the database stands behind the line."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest
from django.db.models import Sum

from core.errors import NotNow, PortalError
from filings.enums import State
from filings.services import decision
from subsidies.models import Award, Entitlement
from subsidies.services import awards
from tests.filings.test_races import at_once
from tests.makers import claims as make
from tests.makers import filings as spine

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "sub_incubator_space_new"


def two_claims():
    """Together they would pass the ceiling of a million by six hundred thousand."""
    case = make.make_claim_case()
    found = [make.drive(case, make.start(case, NEW, area="8000"), State.ACCEPTED) for _each in range(2)]
    officer = case.actor("officer")
    return [
        lambda one=one: decision.propose(actor=officer, filing=spine.fresh(one), award={}) for one in found
    ]


def granted() -> Decimal:
    return Award.objects.aggregate(total=Sum("amount"))["total"] or Decimal(0)


def side_by_side(monkeypatch):
    """Without the locks both compute before either writes."""
    barrier, evaluate = threading.Barrier(2), awards.read.evaluate

    def then_wait(*args, **kwargs):
        found = evaluate(*args, **kwargs)
        barrier.wait(20)
        return found

    monkeypatch.setattr(awards, "lock", lambda filing: None)
    monkeypatch.setattr(awards.read, "evaluate", then_wait)


def test_who_comes_second_is_computed_after_the_first(frozen):
    outcome = at_once(*two_claims())
    assert not [one for one in outcome if isinstance(one, PortalError)]
    assert granted() == Decimal("1000000.00")


def test_without_the_locks_the_database_refuses(frozen, monkeypatch):
    calls = two_claims()
    side_by_side(monkeypatch)
    refused = [one for one in at_once(*calls) if isinstance(one, PortalError)]
    assert [type(one) for one in refused] == [NotNow]
    assert "不重复享受" in str(refused[0])
    assert granted() == Decimal("800000.00")
    assert Entitlement.objects.get(key__startswith="cap|").granted == Decimal("800000.00")


def test_without_locks_and_limits_both_are_paid(frozen, monkeypatch):
    """The control: it shows what the two guards prevent."""
    calls = two_claims()
    side_by_side(monkeypatch)
    monkeypatch.setattr(awards, "_take", lambda award, found: None)
    assert not [one for one in at_once(*calls) if isinstance(one, PortalError)]
    assert granted() == Decimal("1600000.00")
