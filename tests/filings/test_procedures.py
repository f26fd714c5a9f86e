"""Other programmes switch steps off in data; readings of the guideline decide the bound and the first day."""

import datetime
from dataclasses import replace

import pytest

from core import clock
from core.errors import Invalid, NotNow
from filings import programmes
from filings.enums import Check, State
from filings.programmes import Procedure
from filings.services import decision, examination, issue, recommendation
from filings.workflow import WORKFLOW, table, workflow_of
from policy.book import Law
from tests.makers import filings as make

pytestmark = pytest.mark.django_db


def test_the_whole_table_is_the_default():
    assert [(t.name, t.sources, t.target) for t in table(True, True, True)] == [
        (t.name, t.sources, t.target) for t in WORKFLOW if t.name != "record"
    ]


def test_what_nobody_decides_is_examined_and_filed_away():
    rows = {t.name: t for t in table(False, False, False, False)}
    assert rows["start_examination"].sources == (State.RECOMMENDED, State.SUBMITTED)
    assert (rows["record"].sources, rows["record"].target) == ((State.IN_EXAMINATION,), State.FILED)
    assert not rows.keys() & {"accept", "propose", "confirm", "reject", "issue", "publish_notice"}


@pytest.mark.parametrize("recommendation_", [True, False])
@pytest.mark.parametrize("review_", [True, False])
@pytest.mark.parametrize("notice_", [True, False])
def test_every_shortened_procedure_still_leads_to_the_register(recommendation_, review_, notice_):
    rows = list(table(recommendation_, review_, notice_))
    reached, before = {State.DRAFT.value}, set()
    while reached != before:
        before = set(reached)
        reached |= {str(t.target) for t in rows if {str(s) for s in t.sources} & reached}
    assert {"filed", "rejected", "withdrawn"} <= reached
    assert ("recommended" in reached) is recommendation_
    assert ("in_review" in reached) is review_
    assert ("on_notice" in reached) is notice_


def test_a_filing_without_district_experts_and_notice(frozen, monkeypatch):
    whole = programmes.get("consortium")
    short = replace(
        whole,
        procedure=Procedure(False, False, False, whole.procedure.limits),
        conditions=tuple(c for c in whole.conditions if c.check != Check.EXPERT),
    )
    monkeypatch.setitem(programmes._registry, "consortium", short)
    case = make.make_case()
    officer = case.actor("officer")
    filing = make.drive(case, "submitted", frozen)
    with pytest.raises(Exception, match="没有这项操作"):
        recommendation.recommend(actor=case.actor("district"), filing=filing)
    examination.start(actor=officer, filing=filing)
    make.check_everything(case, filing)
    examination.accept(actor=officer, filing=make.fresh(filing))
    decision.propose(actor=officer, filing=make.fresh(filing), months=12)
    decision.send_back(actor=case.actor("director"), filing=make.fresh(filing), comment="请改为 24 个月")
    assert make.fresh(filing).state == State.ACCEPTED
    decision.propose(actor=officer, filing=make.fresh(filing), months=24)
    decision.confirm(actor=case.actor("director"), filing=make.fresh(filing))
    issue.issue(actor=officer, filing=make.fresh(filing))
    assert make.fresh(filing).state == State.FILED


def test_with_every_step_on_none_is_passed_over(frozen):
    case = make.make_case()
    filing = make.drive(case, "submitted", frozen)
    assert workflow_of(filing)["start_examination"].sources == (State.RECOMMENDED,)
    with pytest.raises(NotNow):
        examination.start(actor=case.actor("officer"), filing=filing)


def read_as(monkeypatch, setting, value):
    plain = Law.reading

    def reading(self, key):
        return value if key == setting else plain(self, key)

    monkeypatch.setattr(Law, "reading", reading)


def test_the_reading_may_shorten_the_longest_validity(frozen, monkeypatch):
    case = make.make_case()
    filing = make.drive(case, "reviewed", frozen)
    read_as(monkeypatch, "consortium.max_validity_months", 24)
    with pytest.raises(Invalid, match="不得超过 24 个月"):
        decision.propose(actor=case.actor("officer"), filing=filing, months=25)
    read_as(monkeypatch, "consortium.max_validity_months", 60)
    with pytest.raises(Invalid, match="不得超过 36 个月"):
        decision.propose(actor=case.actor("officer"), filing=filing, months=37)


def test_the_first_day_is_a_reading(frozen, monkeypatch):
    filing = make.drive(make.make_case(), "on_notice", frozen)
    dated = clock.today() + datetime.timedelta(days=3)
    ends = filing.notices.get().ends_on
    assert issue.first_day(filing, dated) == dated
    read_as(monkeypatch, "filing.validity_start", "notice_end_next_day")
    assert issue.first_day(filing, dated) == ends + datetime.timedelta(days=1)
    read_as(monkeypatch, "filing.validity_start", "certificate_date")
    assert issue.first_day(filing, dated) == clock.today()
