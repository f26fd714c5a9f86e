"""What goes upward: dispatch sheets of a quarter; the half-year report, frozen by one, issued by another, on paper."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from clusters.enums_statistics import STRATEGIC, DispatchState, ReportState, ReturnState
from clusters.models import DispatchSheet, HalfYearReport
from clusters.selectors import statistics_half_year as see
from clusters.services import statistics_dispatch as dispatches
from clusters.services import statistics_half_year as half_year
from clusters.services import statistics_returns as returns
from core import files, jobs
from core.canonical import digest
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from core.models import Job, StoredFile
from filings.enums import DutyKind
from filings.models import Duty
from tests.makers import accounts as people
from tests.makers.desk import browse, text
from tests.makers.statistics import PEOPLE, Case, another, fresh, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    made = make_case()
    made.confirmed(2024, 4)
    return made


def second(case: Case) -> Any:
    return people.act(people.make_user("provincial_drc", case.province))


def written(case: Case, **given: Any) -> HalfYearReport:
    row = half_year.start(actor=case.actor("province"), entity_kind=STRATEGIC, year=2025, half=2, **given)
    texts = {"overview": "全省集群运行平稳。", "problems": "要素保障压力较大。", "outlook": "加强调度。"}
    return half_year.save(actor=case.actor("province"), report=row, texts={**texts, **PEOPLE})


def issued(case: Case, **given: Any) -> HalfYearReport:
    row = half_year.freeze(actor=case.actor("province"), report=written(case, **given))
    return half_year.issue(actor=second(case), report=row)


def made(report: HalfYearReport) -> HalfYearReport:
    jobs.run(Job.objects.get(kind=half_year.JOB, scope=str(report.pk)).pk)
    report.refresh_from_db()
    return report


# --- dispatch sheets ---------------------------------------------------------------------------


def test_a_dispatch_sheet_goes_up_and_may_come_back(case: Case) -> None:
    sheet = DispatchSheet.objects.get(entity=case.entity)
    duty = Duty.objects.get(scope=f"dispatchsheet:{sheet.pk}", standing="open")
    assert (duty.kind, duty.organisation) == (DutyKind.DISPATCH, case.city)
    city, province = case.actor("city"), case.actor("province")
    with pytest.raises(Invalid):
        dispatches.submit(actor=city, sheet=sheet)
    texts = {"progress": "运行平稳。", "projects": "两个项目开工。"}
    with pytest.raises(NotAllowed):
        dispatches.save(actor=case.actor("filler"), sheet=sheet, texts=texts)
    dispatches.save(actor=city, sheet=sheet, texts=texts)
    sheet = dispatches.submit(actor=city, sheet=sheet)
    duty.refresh_from_db()
    assert duty.standing == "done"
    with pytest.raises(NotNow):
        dispatches.save(actor=city, sheet=sheet, texts=texts)
    sheet = dispatches.return_(actor=province, sheet=sheet, comment="请补充开工时间")
    assert (sheet.state, sheet.reason) == (DispatchState.DRAFT, "请补充开工时间")
    sheet = dispatches.submit(actor=city, sheet=sheet)
    assert dispatches.receive(actor=province, sheet=sheet).state == DispatchState.RECEIVED


def test_a_dispatch_sheet_names_projects_as_they_stood(case: Case) -> None:
    import datetime

    from clusters.models import Project
    from core import clock

    Project.objects.create(
        cluster=case.entity,
        name="高性能陶瓷示范线",
        kind="demonstration",
        domain="leaders",
        owner_name="测试企业",
        investment=Decimal("200000000"),
        entered_on=datetime.date(2025, 3, 1),
        blocker="能耗指标",
        created_by=case.people["city"],
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    sheet = DispatchSheet.objects.get(entity=case.entity)
    texts = {"progress": "运行平稳。", "projects": "见清单。"}
    dispatches.save(actor=case.actor("city"), sheet=sheet, texts=texts)
    sheet = dispatches.submit(actor=case.actor("city"), sheet=sheet)
    assert [row["label"] for row in sheet.references] == ["高性能陶瓷示范线"]
    assert sheet.references[0]["note"] == "能耗指标"
    page = text(browse(case.people["province"]).get(reverse("clusters:dispatch", args=[sheet.pk])))
    assert "高性能陶瓷示范线" in page


def test_the_dispatch_by_pages(case: Case) -> None:
    sheet = DispatchSheet.objects.get(entity=case.entity)
    city, province = browse(case.people["city"]), browse(case.people["province"])
    given = {"progress": "运行平稳。", "projects": "两个项目开工。"}
    city.post(reverse("clusters:dispatch_write", args=[sheet.pk]), given)
    answer = city.post(reverse("clusters:dispatch_act", args=[sheet.pk, "submit"]), follow=True)
    assert "已报送" in text(answer)
    assert city.get(reverse("clusters:dispatch_act", args=[sheet.pk, "receive"])).status_code == 403
    answer = province.post(reverse("clusters:dispatch_act", args=[sheet.pk, "receive"]), follow=True)
    assert "已接收" in text(answer)
    stranger = browse(people.make_user("unit_admin", people.make_organisation()))
    assert stranger.get(reverse("clusters:dispatch", args=[sheet.pk])).status_code == 404


# --- the half-year report ----------------------------------------------------------------------


def test_the_figures_with_totals_growth_and_who_is_missing(case: Case) -> None:
    other = another(case, "临淄化工新材料集群", district="370305")
    third = another(case, "周村智能装备集群")
    other.confirmed(2024, 4)
    case.confirmed(2025, 4, ind_main_revenue="900000", reason="consolidation")
    other.accepted(2025, 4)
    third.opened(2025, 4)
    data = see.figures(STRATEGIC, case.province, 2025, 2)
    assert [row["name"] for row in data["clusters"]] == [case.entity.name]
    assert {row["name"]: row["why"] for row in data["missing"]} == {
        other.entity.name: "已审核",
        third.entity.name: "填报中",
    }
    total = data["totals"]["ind_main_revenue"]
    assert (total["value"], total["same"], total["compared"]) == ("900000.00", "480002.00", 1)
    assert Decimal(total["change"]) == Decimal("0.8750")
    assert data["totals"]["ind_localisation_rate"] is None
    assert data["covers"] == "1—12月累计"
    cell = data["clusters"][0]["values"]["ind_main_revenue"]
    assert cell["note"] == 1
    assert data["footnotes"][0]["reason"] == "新增企业并表"


def test_one_freezes_and_another_issues_and_both_papers_say_the_same(case: Case) -> None:
    case.confirmed(2025, 4, ind_main_revenue="900000", reason="consolidation")
    other = another(case, "临淄化工新材料集群", district="370305")
    other.opened(2025, 4)
    duty = Duty.objects.get(kind=DutyKind.HALF_YEAR_REPORT, standing="open", title__contains="2025")
    assert duty.organisation == case.province
    row = written(case)
    with pytest.raises(NotAllowed):
        half_year.freeze(actor=case.actor("city"), report=row)
    row = half_year.freeze(actor=case.actor("province"), report=row)
    assert row.digest == digest(row.data)
    with pytest.raises(NotAllowed):
        half_year.issue(actor=case.actor("province"), report=row)
    row = half_year.issue(actor=second(case), report=row)
    assert row.number == "集统汇〔2026〕1号"
    assert case.entity.statistics_returns.get(period__year=2025).state == ReturnState.LOCKED
    duty.refresh_from_db()
    assert duty.standing == "done"
    row = made(row)
    again = half_year.run_job(jobs.Running(Job.objects.get(kind=half_year.JOB), None))  # type: ignore[arg-type]
    assert again["paper"] == row.paper.sha256
    assert StoredFile.objects.filter(kind=half_year.FILE_KIND).count() == 2
    _same_figures(row, files.read_checked(row.workbook))
    _paper(row, files.read_checked(row.paper), other)


def _same_figures(row: HalfYearReport, data: bytes) -> None:
    """Read back by two libraries that did not write it."""
    lines = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("汇总表").to_python()
    head = next(n for n, line in enumerate(lines) if line[0] == "集群")
    place = lines[head].index("主营业务收入（万元）")
    cell = row.data["clusters"][0]["values"]["ind_main_revenue"]
    assert Decimal(str(lines[head + 1][place])) == Decimal(cell["value"])
    assert Decimal(str(lines[head + 1][place + 1])) == Decimal(cell["change"])
    assert lines[head + 1][place + 2] == cell["note"]
    assert lines[head + 2][0] == "合计"
    assert PEOPLE["statistician"] in "".join(str(line[0]) for line in lines[:head])
    book = load_workbook(io.BytesIO(data), read_only=True)
    assert [r[4] for r in book["原因说明"].iter_rows(min_row=2, values_only=True)] == ["新增企业并表"]
    assert book["未纳入汇总"]["A2"].value == "临淄化工新材料集群"


def _paper(row: HalfYearReport, data: bytes, other: Case) -> None:
    reader = PdfReader(io.BytesIO(data))
    told = "".join(page.extract_text() for page in reader.pages).replace("\n", "")
    for words in (
        "集统汇〔2026〕1号",
        "900,000",
        "新增企业并表",
        other.entity.name,
        PEOPLE["head"],
        row.digest[:20],
    ):
        assert words in told, words
    assert told.count("合计增幅按可比口径") == 1
    assert f"共 {len(reader.pages)} 页" in told
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert list(reader.attachments) == ["figures.json"]


def test_nothing_confirmed_is_no_report(case: Case) -> None:
    case.accepted(2025, 4)
    with pytest.raises(Invalid) as refused:
        half_year.freeze(actor=case.actor("province"), report=written(case))
    assert refused.value.has("no_figures")
    with pytest.raises(Invalid):
        half_year.start(actor=case.actor("province"), entity_kind=STRATEGIC, year=2023, half=1)


def test_what_was_frozen_stays_and_a_later_issue_replaces_it(case: Case) -> None:
    province = case.actor("province")
    owner = case.confirmed(2025, 4)
    first = issued(case)
    frozen = dict(first.data)
    owner = returns.reopen(
        actor=province, owner=fresh(owner), returned={"ind_profit": "重报"}, comment="审计发现"
    )
    first.refresh_from_db()
    assert first.data == frozen
    assert see.reopened_since(first) == [case.entity.name]
    returns.save(actor=case.actor("filler"), owner=owner, values={"ind_profit": "35000"})
    owner = returns.submit(actor=case.actor("signer"), owner=fresh(owner), declared=True)
    owner = returns.accept(actor=case.actor("city"), owner=owner)
    returns.confirm(actor=province, owner=owner)
    with pytest.raises(Invalid):
        half_year.start(actor=province, entity_kind=STRATEGIC, year=2025, half=2)
    again = issued(case, reason="审计更正")
    first.refresh_from_db()
    assert (again.issue, again.supersedes, first.state) == (2, first, ReportState.SUPERSEDED)
    assert again.data["totals"]["ind_profit"]["value"] == "35000.00"
    assert again.number != first.number


def test_figures_that_moved_after_the_freeze_are_not_issued(case: Case) -> None:
    province = case.actor("province")
    owner = case.confirmed(2025, 4)
    row = half_year.freeze(actor=province, report=written(case))
    owner = returns.reopen(actor=province, owner=owner, returned={"ind_profit": "重报"}, comment="差错")
    returns.save(actor=case.actor("filler"), owner=owner, values={"ind_profit": "35000"})
    returns.submit(actor=case.actor("signer"), owner=fresh(owner), declared=True)
    with pytest.raises(NotNow) as refused:
        half_year.issue(actor=second(case), report=row)
    assert case.entity.name in str(refused.value)
    row.refresh_from_db()
    assert (row.state, row.number) == (ReportState.FROZEN, None)
    row = half_year.reject(actor=province, report=row, comment="数据已更正")
    assert row.state == ReportState.DRAFT


def test_the_half_year_by_pages(case: Case) -> None:
    case.confirmed(2025, 4)
    province = browse(case.people["province"])
    other = browse(people.make_user("provincial_drc", case.province))
    period = case.period(2025, 4)
    answer = province.get(reverse("clusters:half_year_start", args=[period.pk]))
    given = {"entity_kind": STRATEGIC, "year": 2025, "half": 2}
    answer = province.post(reverse("clusters:half_year_new"), given)
    row = HalfYearReport.objects.get()
    url = lambda name, *args: reverse(f"clusters:{name}", args=[row.pk, *args])  # noqa: E731
    assert answer["Location"] == url("half_year_write")
    province.post(url("half_year_write"), {"overview": "平稳", **PEOPLE})
    assert "主要指标" in text(province.get(url("half_year")))
    province.post(url("half_year_act", "freeze"))
    assert "须由另一人签发" in text(province.get(url("half_year")))
    assert province.get(url("half_year_act", "issue")).status_code == 403
    answer = other.post(url("half_year_act", "issue"), follow=True)
    assert "正在生成文件" in text(answer)
    made(row)
    page = text(other.get(url("half_year")))
    assert str(row.paper_id) in page
    paper = other.get(reverse("core:file", args=[row.paper_id]))
    assert b"".join(paper.streaming_content).startswith(b"%PDF")
    assert "半年汇总" in text(other.get(reverse("clusters:half_years")))
    answer = province.post(url("half_year_reissue"), {"comment": "更正"}, follow=True)
    assert answer.status_code == 200
    assert HalfYearReport.objects.count() == 2
    # nobody else
    for user in (case.people["city"], case.people["filler"]):
        assert browse(user).get(url("half_year")).status_code == 404
        assert browse(user).get(reverse("core:file", args=[row.paper_id])).status_code == 404
    with pytest.raises(NotVisible):
        see.get_report(case.actor("city"), row.pk)
