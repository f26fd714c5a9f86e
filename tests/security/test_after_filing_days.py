"""Any history, any day: one status, and the register, the entity's page and the check of its papers agree on it."""

import datetime
import random

import pytest

from core import clock
from core.errors import PortalError
from filings.enums import CertificateState, EntityState
from filings.models import Certificate, Entity, Filing, HistoryLine
from filings.periods import add_months, last_day
from filings.selectors.entity_list import with_status
from filings.services import applying, certificates, drafting, issue, membership
from filings.services.applying import Document
from portal.selectors.public_entity import public_entity
from portal.selectors.register import Query, register_rows
from portal.selectors.verification import verify
from tests.makers import after
from tests.makers import filings as make
from tests.security.test_after_filing_endings import leave_request, merger

pytestmark = pytest.mark.django_db
STATUSES = ("upcoming", "valid", "expired", "exited", "merged", "cancelled")
DAY = datetime.timedelta(days=1)


def telling_days(entity):
    """The days around everything that happened to it."""
    marks = {entity.valid_from, entity.valid_until, entity.ended_on, clock.today()}
    for row in entity.certificates.all():
        marks |= {row.valid_from, row.valid_until, row.ended_on}
    known = {day for day in marks if day}
    ends = {datetime.date(1, 1, 1), datetime.date(9999, 12, 31)}
    return sorted({day + step * DAY for day in known for step in (-1, 0, 1)} | ends)


def agree(entity):
    """Nothing contradicts anything on any telling day."""
    entity = after.again(entity)
    papers = list(entity.certificates.select_related("document"))
    for day in telling_days(entity):
        status = entity.status_on(day)
        matching = [s for s in STATUSES if Entity.objects.filter(with_status(s, day), pk=entity.pk).exists()]
        assert matching == [status], (day, status, matching)
        if day >= clock.local(entity.registered_at).date():
            assert public_entity(entity, day)["status"] == status
            found = [s for s in STATUSES if register_rows(Query(status=s), day).filter(pk=entity.pk).exists()]
            assert found == [status], (day, status, found)
        words = [verify(p.document.verification_code, day).status for p in papers]
        assert words.count("valid") == (status == "valid"), (day, status, words)
    numbers = [p.number for p in papers]
    assert len(set(numbers)) == len(numbers)
    assert all(p.valid_from <= p.valid_until for p in papers)


def renewed(case, entity, frozen, months=24):
    """A renewal approved today, as `issue` applies it."""
    filing = after.start(case, entity, "renew")
    entity = after.again(entity)
    filing.entity = entity
    day = clock.today()
    document = Document(f"测试〔{day.year}〕{filing.pk}号", day, months)
    applying.renew(filing, issue.renewed_first_day(filing, entity, day), document, case.actor("officer"))
    close(filing)


def close(filing):
    """Off the table: what counts here is what it wrote."""
    Filing.objects.filter(pk=filing.pk).update(state="filed", filed_at=clock.now(), ended_at=clock.now())


def changed(case, entity, frozen, name):
    filing = after.start(case, entity, "change")
    me = case.actor("applicant")
    drafting.save_section(actor=me, filing=filing, section="basic", data={"name": name}, strict=False)
    filing = make.fresh(filing)
    document = Document(f"测试〔{clock.today().year}〕{filing.pk}号", clock.today(), 0)
    applying.change(filing, document, case.actor("officer"))
    close(filing)


def step(roll, case, entity, frozen, number):
    """One thing that may happen; what the rules refuse does not."""
    what = roll.choice(("renew", "renew", "change", "wait", "leave", "window"))
    entity = after.again(entity)
    try:
        if what == "renew":
            renewed(case, entity, frozen, roll.choice((1, 12, 36)))
        elif what == "change":
            changed(case, entity, frozen, f"青岛市第{number}号创新联合体")
        elif what == "leave":
            index = roll.randrange(len(case.members))
            membership.leave(actor=case.member(index), entity=entity, reason="调整")
        elif what == "window":
            after.later(
                frozen, max(clock.today(), add_months(entity.valid_until, roll.choice((-6, -1, 0, 3))))
            )
        else:
            after.later(frozen, clock.today() + roll.randrange(1, 200) * DAY)
    except PortalError:
        return


@pytest.mark.parametrize("seed", range(4))
def test_a_random_life_has_one_status_each_day(frozen, seed):
    roll = random.Random(seed)
    case, entity = after.filed(frozen)
    for number in range(10):
        step(roll, case, entity, frozen, number)
        agree(entity)
    if roll.random() < 0.7 and after.again(entity).status_on(clock.today()) == "valid":
        applying.end(
            after.again(entity),
            EntityState.EXITED,
            CertificateState.ENDED,
            clock.today(),
            "自愿退出",
            case.actor("officer"),
        )
        agree(entity)


def test_an_early_renewal_a_change_and_an_exit(frozen):
    """-B01 before its first day, replaced by -G01 before its first day, ended before its first day."""
    case, entity = after.filed(frozen)
    after.later(frozen, add_months(entity.valid_until, -5))
    renewed(case, entity, frozen)
    changed(case, entity, frozen, "青岛市新名创新联合体")
    agree(entity)
    entity = after.again(entity)
    assert [c.number[-3:] for c in entity.certificates.order_by("pk")[1:]] == ["B01", "G01"]
    issue.issue(actor=case.actor("officer"), filing=leave_request(case, entity))
    agree(entity)
    today, last = clock.today(), entity.valid_until
    for paper in entity.certificates.select_related("document"):
        for day in (today, last, last + 400 * DAY):
            said = verify(paper.document.verification_code, day).status
            assert said in ("ended", "replaced", "expired"), (paper.number, day, said)


def test_a_merged_one_and_its_successor(frozen):
    case, entity = after.filed(frozen)
    other_case, other = after.filed(frozen)
    issue.issue(actor=case.actor("officer"), filing=merger(case, entity, other_case, other))
    agree(entity)
    agree(other)


@pytest.mark.parametrize("start", ["2028-02-29", "2027-08-31", "2026-12-31"])
def test_months_end_where_the_month_does(start):
    day = datetime.date.fromisoformat(start)
    for months in (1, 6, 12, 24, 36):
        end = last_day(day, months)
        assert end >= day and end < add_months(day, months) <= end + DAY
    # a clipped month loses days once, not at every renewal
    assert add_months(datetime.date(2028, 2, 29), 12) == datetime.date(2029, 2, 28)


def test_numbers_of_sub_certificates_stay_apart(frozen):
    case, entity = after.filed(frozen)
    for number in range(3):
        changed(case, entity, frozen, f"青岛市改名{number}创新联合体")
    found = sorted(Certificate.objects.filter(entity=entity).values_list("number", flat=True))
    assert [n[-3:] for n in found[1:]] == ["G01", "G02", "G03"]
    assert certificates.next_sub_number(entity, "B").endswith("B01")
    assert HistoryLine.objects.filter(entity=entity, kind="renamed").count() == 3
    agree(entity)
