"""The auditor's desk: what it finds, what it leads to, what it leaves in the log, and that it changes nothing."""

from __future__ import annotations

import csv
import datetime
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock, jobs
from core.models import AuditEntry
from core.xlsx import read
from evaluation.models import Round, RoundEntity
from evaluation.selectors import audit as see
from evaluation.selectors import exceptions
from evaluation.services import inputs, rounds
from filings.models import Waiver
from tests.makers import audit as papers
from tests.makers import evaluation as make
from tests.makers.accounts import act, as_person, make_bureau, make_user
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> make.Cast:
    return make.make_cast(3)


@pytest.fixture
def auditor(cast: make.Cast) -> Client:
    return as_person(make_user("auditor", cast.bureau))


@pytest.fixture
def finished(cast: make.Cast, frozen: Any) -> Round:
    """A round with everything an auditor looks for."""
    row = make.round_of(cast)
    rounds.leave_out(actor=cast.officer, round=row, entity_id=cast.entities[2].pk, reason="停业整改")
    row = make.open_round(row, cast)
    later = row.reports_until + datetime.timedelta(days=3)
    rounds.extend(
        actor=cast.officer, round=row, reports_until=later, checks_until=row.checks_until,
        reviews_until=row.reviews_until, reason="节假日顺延",
    )  # fmt: skip
    row.refresh_from_db()
    row = make.close_reports(row, cast, frozen)
    make.figures(row, cast)
    subject = row.entities.get(entity=cast.entity)
    inputs.correct(actor=cast.officer, subject=subject, code="S1", value="3", reason="核对台账")
    key = row.scheme.tree["bonuses"][0]["key"]
    mark = inputs.state_mark(actor=cast.officer, subject=subject, kind="bonus", key=key, reason="获奖文件")
    inputs.confirm_mark(actor=cast.head, mark=mark)
    make.scored(row, cast)
    row.refresh_from_db()
    papers.issued(row.run)
    first = papers.issued(row.run, cast.entity)
    papers.replaced(first, "更正名称")
    return row


def shown(client: Client, name: str, query: str = "") -> str:
    answer = client.get(reverse(f"evaluation:{name}") + query)
    assert answer.status_code == 200, answer.content.decode()[:800]
    return answer.content.decode()


def test_reports_are_found_by_what_one_knows(cast: make.Cast, finished: Round) -> None:
    actor = act(make_user("auditor", cast.bureau))
    year = str(finished.period_until.year)
    for wanted, count in (
        ({}, 3),
        ({"round": finished.code}, 3),
        ({"round": "x"}, 0),
        ({"year": year}, 3),
        ({"year": "1999"}, 0),
        ({"kind": cast.entity.kind}, 3),
        ({"kind": "consortium"}, 0),
        ({"grade": "excellent"}, 2),
        ({"grade": "fail"}, 0),
        ({"district": cast.entity.district.code}, 2),
        ({"words": cast.entity.code}, 2),
        ({"words": f"{cast.entity.name} 没有"}, 0),
    ):
        assert see.reports(actor, wanted).count() == count, wanted
    assert see.cases(actor, {}).count() == 3
    found = see.cases(actor, {"grade": "excellent", "words": cast.entity.name}).get()
    assert (found.entity, "优秀" in found.word) == (cast.entity, True)
    assert found.report_number


def test_the_desk_shows_reports_with_their_digests(auditor: Client, finished: Round) -> None:
    page = shown(auditor, "audit")
    for report in finished.reports.all():
        assert report.number in page
        assert report.stored is not None
        assert report.stored.sha256 in page
    assert "已更正" in page
    assert f"?year={finished.period_until.year}" in page
    assert "没有评价报告" in shown(auditor, "audit", "?grade=fail")
    assert shown(auditor, "audit", "?year=%27&kind=x&grade=zzz&district=1&round=x")


def test_the_digest_list_holds_what_is_stored(auditor: Client, finished: Round) -> None:
    answer = auditor.get(reverse("evaluation:audit_digests", args=["csv"]))
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    stored = {row.number: row for row in finished.reports.select_related("stored", "superseded_by")}
    assert {line["报告编号"] for line in lines} == set(stored)
    for line in lines:
        row = stored[line["报告编号"]]
        assert line["SHA-256"] == (row.stored.sha256 if row.stored else "")
        assert line["由何编号更正"] == (row.superseded_by.number if row.superseded_by else "")
    book = auditor.get(reverse("evaluation:audit_digests", args=["xlsx"]) + "?grade=excellent")
    sheet = read(book.content, max_rows=100, max_columns=30)[0]
    assert sum(1 for row in sheet.rows if row and row[0] in stored) == 2
    entries = AuditEntry.objects.filter(action="evaluation.digests").order_by("pk")
    assert [one.detail["rows"] for one in entries] == [3, 2]


def test_cases_lead_to_their_dossier(auditor: Client, cast: make.Cast, finished: Round) -> None:
    page = shown(auditor, "audit_cases", f"?words={cast.entity.code}")
    assert cast.entity.name in page
    assert cast.entities[1].name not in page
    assert "未纳入" in shown(auditor, "audit_cases")


def test_every_exception_has_its_person_reason_and_page(
    auditor: Client, cast: make.Cast, finished: Round
) -> None:
    expected = {
        "changes": ("S1：1000 改为 3", "核对台账", cast.officer),
        "marks": ("已确认", "获奖文件", cast.head),
        "rounds": ("调整日程", "节假日顺延", cast.officer),
        "late": ("未提交", "", None),
        "left_out": (cast.entities[2].name, "停业整改", cast.officer),
        "reports": ("更正", "更正名称", None),
    }
    for tab, (what, reason, person) in expected.items():
        page = shown(auditor, "audit_exceptions", f"?tab={tab}")
        assert what in page, tab
        assert reason in page, tab
        assert person is None or str(person.user) in page, tab
    link = reverse("evaluation:subject", args=[finished.code, finished.entities.get(entity=cast.entity).pk])
    assert link in shown(auditor, "audit_exceptions", "?tab=changes")
    assert auditor.get(link).status_code == 200
    narrowed = shown(auditor, "audit_exceptions", "?tab=changes&kind=consortium")
    assert link in narrowed  # no such kind was evaluated: it narrows nothing


def test_the_exceptions_come_as_a_workbook(auditor: Client, finished: Round) -> None:
    answer = auditor.get(reverse("evaluation:audit_exceptions_xlsx") + f"?round={finished.code}")
    rows = read(answer.content, max_rows=500, max_columns=30)[0].rows
    sorts = {str(row[0]) for row in rows if row}
    assert {
        str(exceptions.LABELS[key]) for key in ("changes", "marks", "rounds", "late", "left_out", "reports")
    } <= sorts
    assert AuditEntry.objects.filter(action="evaluation.exceptions").count() == 1


def test_a_download_stands_in_the_log(auditor: Client, cast: make.Cast, finished: Round) -> None:
    assert "还没有下载" in shown(auditor, "audit_downloads")
    report = finished.reports.filter(entity=None).get()
    answer = auditor.get(reverse("core:file", args=[report.stored_id]))
    assert b"".join(answer).startswith(b"%PDF")
    page = shown(auditor, "audit_downloads")
    assert report.number in page
    assert report.stored is not None
    assert report.stored.sha256 in page


def test_the_archive_of_a_round_is_packed_for_an_auditor(auditor: Client, finished: Round) -> None:
    answer = auditor.post(reverse("evaluation:audit_archive", args=[finished.code]))
    assert answer.status_code == 302
    jobs.run_pending()
    page = shown(auditor, "audit", f"?round={finished.code}")
    assert "下载全部报告" in page


def test_only_auditors_of_the_place_have_the_desk(cast: make.Cast, finished: Round) -> None:
    other = as_person(make_user("auditor", make_bureau("370200")))
    for name in ("audit", "audit_cases", "audit_exceptions", "audit_downloads"):
        page = shown(other, name)
        assert cast.entity.name not in page
        assert finished.name not in page
    assert other.post(reverse("evaluation:audit_archive", args=[finished.code])).status_code == 404
    lead = as_person(make_user("unit_admin", cast.entity.lead))
    for person in (lead, as_person(cast.officer.user)):
        for name in ("audit", "audit_cases", "audit_exceptions", "audit_downloads", "audit_exceptions_xlsx"):
            assert person.get(reverse(f"evaluation:{name}")).status_code == 403, name
    whole = as_person(make_user("auditor", make_bureau("370000")))
    assert cast.entity.name in shown(whole, "audit_cases")


def test_a_late_self_assessment_is_one_handed_in_after_its_day(cast: make.Cast, frozen: Any) -> None:
    row = make.open_round(make.round_of(cast), cast)
    actor = act(make_user("auditor", cast.bureau))
    assert exceptions.rows("late", actor).count() == 0
    make.close_reports(row, cast, frozen)
    assert exceptions.rows("late", actor).count() == RoundEntity.objects.filter(round=row).count()
    assert clock.today() > row.reports_until


def test_a_waiver_in_force_is_an_exception_until_it_ends(cast: make.Cast, auditor: Client) -> None:
    entity = make_entity("innovation_consortium", authority=cast.bureau)
    condition = entity.spec.conditions[0]
    waiver = Waiver.objects.create(
        entity=entity,
        condition=condition.key,
        public_reason="产业链配套需要",
        granted_by=cast.officer.user,
        granted_at=clock.now(),
    )
    assert "产业链配套需要" not in shown(auditor, "audit_exceptions")
    waiver.confirmed_by, waiver.confirmed_at = cast.head.user, clock.now()
    waiver.save()
    page = shown(auditor, "audit_exceptions")
    assert "产业链配套需要" in page
    assert str(condition.label) in page
    assert cast.head.user.name in page
    assert reverse("filings:entity", args=[entity.code]) in page
    waiver.ended_on, waiver.ended_because = clock.today(), "已补足"
    waiver.save()
    assert "产业链配套需要" not in shown(auditor, "audit_exceptions")
