"""A clause shows what it feeds; a change names the filings it touches, and leaves earlier ones alone."""

import datetime
from types import SimpleNamespace

import pytest
from django.urls import reverse

from core import clock
from filings.selectors.law_links import affected_entities, affected_filings
from policy.models import Clause
from tests.makers import filings as make

pytestmark = pytest.mark.django_db


def test_a_clause_page_names_the_condition_it_feeds(client):
    clause = Clause.objects.get(document__key="qd2025_5", ref="建设方向1")
    page = client.get(reverse("policy:clause", args=["qd2025_5", clause.ref])).content.decode()
    assert reverse("filings:programme", args=["consortium"]) in page
    assert "产业链上下游企业数量" in page


def change(key, valid_from, place="370200"):
    return SimpleNamespace(parameter=SimpleNamespace(key=key), valid_from=valid_from, place_id=place)


def test_a_change_touches_drafts_and_later_filings_only(frozen):
    case = make.make_case()
    make.drive(case, "submitted", frozen)
    today = clock.today()
    touched = affected_filings(change("elig_cons_min_enterprises", today))
    assert touched is not None and touched.count == 1
    assert affected_filings(change("elig_cons_min_enterprises", today + datetime.timedelta(days=1))) is None
    make.start(make.make_case(), name="青岛市新草稿创新联合体")
    tomorrow = affected_filings(change("elig_cons_min_enterprises", today + datetime.timedelta(days=1)))
    assert tomorrow is not None and tomorrow.count == 1 and tomorrow.examples == ()


def test_a_change_elsewhere_touches_nothing(frozen):
    make.drive(make.make_case(), "submitted", frozen)
    assert affected_filings(change("elig_cons_min_enterprises", clock.today(), "370300")) is None
    assert affected_filings(change("sub_incubator_space_new.cap", clock.today())) is None


def test_a_change_names_the_entities_that_are_judged_by_it(frozen):
    case = make.make_case()
    entity = make.drive(case, "filed", frozen).subject
    found = affected_entities(change("elig_cons_min_enterprises", clock.today()))
    assert found is not None and found.count == 1
    assert found.examples == ((entity.name, reverse("filings:entity", args=[entity.code])),)
    assert affected_entities(change("elig_cons_min_enterprises", clock.today(), "370300")) is None
    assert affected_entities(change("fil_cons_validity", clock.today())) is None
