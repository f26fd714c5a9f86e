"""半年汇总: written, its figures frozen by one person, issued by another; the papers are made once by a job."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from clusters import permissions_statistics as may
from clusters.enums_statistics import ReportState, ReturnState
from clusters.models import HalfYearReport
from clusters.selectors.statistics_half_year import figures, period_of, visible_reports
from clusters.services import statistics_returns as returns
from clusters.statistics_checks import COUNTED
from clusters.workflow_statistics import REPORT
from core import audit, clock, files, jobs, numbering, pdf, xlsx
from core.actor import Actor
from core.canonical import digest
from core.errors import Invalid, NotNow, Problem, Stale, raise_if
from core.models import StoredFile
from core.workflow import Effect, Transition
from core.xlsx import Column, Sheet
from filings.services import duties
from filings.texts import taken

JOB = "clusters.half_year"
FILE_KIND = "clusters.half_year"
FACTS = ("head", "statistician", "filler", "phone")
LIMITS = {"overview": 5000, "problems": 5000, "outlook": 5000, **dict.fromkeys(FACTS, 30), "comment": 1000}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@transaction.atomic
def start(*, actor: Actor, entity_kind: str, year: int, half: int, reason: str = "") -> HalfYearReport:
    """Begin the report of a half-year, or, after one was issued, the next issue of it (with a reason).

    Raises NotAllowed, NotNow, Invalid.
    """
    may.period_keeper.require(actor, entity_kind)
    period = period_of(entity_kind, year, half)
    if period is None:
        raise Invalid.one("period", _("这个半年的最后一个报告期还没有开放。"), "year")
    known = HalfYearReport.objects.filter(
        entity_kind=entity_kind, bureau_id=actor.organisation_id, year=year, half=half
    ).select_for_update(of=("self",))
    last = known.order_by("-issue").first()
    if last is not None and last.state in (ReportState.DRAFT, ReportState.FROZEN):
        raise NotNow.one("open", _("这个半年已有正在编制的汇总。"))
    if last is not None and not reason.strip():
        raise Invalid.one("reason", _("请写明重新签发的理由。"), "reason")
    before = HalfYearReport.objects.filter(bureau_id=actor.organisation_id).order_by("-id").first()
    kept = last or before
    made = HalfYearReport.objects.create(
        entity_kind=entity_kind,
        bureau=actor.organisation,
        year=year,
        half=half,
        issue=last.issue + 1 if last else 1,
        supersedes=last,
        reason=reason.strip(),
        created_at=clock.now(),
        created_by=actor.user,
        **({name: getattr(kept, name) for name in FACTS} if kept else {}),
        **({name: getattr(last, name) for name in ("overview", "problems", "outlook")} if last else {}),
    )
    audit.record("half_year.start", actor=actor, obj=made, detail={"half": made.label, "issue": made.issue})
    return made


@transaction.atomic
def save(
    *, actor: Actor, report: HalfYearReport, texts: Mapping[str, str], version: int | None = None
) -> HalfYearReport:
    """Keep the texts of a draft. Raises NotAllowed, NotNow, Stale, Invalid."""
    may.report_issuer.require(actor, report)
    row = HalfYearReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if row.state != ReportState.DRAFT:
        raise NotNow.one("wrong_state", _("数据已冻结，不能修改；需要修改的，先退回编制。"))
    if version is not None and version != row.version:
        raise Stale.one("stale", _("您打开页面之后，内容已被他人更新，请核对最新内容后再办理。"))
    known = {name: texts[name] for name in LIMITS if name in texts and name != "comment"}
    given, found = taken(known, limits=LIMITS, required={})
    raise_if(found)
    for name, text in given.items():
        setattr(row, name, text)
    row.version += 1
    row.save(update_fields=["version", *given])
    audit.record("half_year.save", actor=actor, obj=row)
    return row


@transaction.atomic
def freeze(*, actor: Actor, report: HalfYearReport, version: int | None = None) -> HalfYearReport:
    """Take the figures as they stand and keep them; another person issues."""
    data = figures(report.entity_kind, report.bureau, report.year, report.half)
    stamped = {"data": data, "digest": digest(data), "frozen_by": actor.user}
    return _perform(report, "freeze", actor, {"stamped": stamped}, version)


def reject(
    *, actor: Actor, report: HalfYearReport, comment: str, version: int | None = None
) -> HalfYearReport:
    return _perform(report, "reject", actor, {"comment": comment.strip()}, version)


@transaction.atomic
def issue(*, actor: Actor, report: HalfYearReport, version: int | None = None) -> HalfYearReport:
    """By a second person: takes the number, locks the returns used, replaces the issue before, queues the papers."""
    year = clock.today().year
    number = _("集统汇〔%(year)s〕%(n)s号") % {
        "year": year,
        "n": numbering.next_number("clusters.half_year", year),
    }

    def seal(row: HalfYearReport, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
        _lock_returns(row, who)
        if row.supersedes is not None and row.supersedes.state == ReportState.ISSUED:
            _perform(row.supersedes, "supersede", who, {}, None)
        jobs.enqueue(JOB, scope=str(row.pk), payload={"report": row.pk})

    given = {"stamped": {"number": number, "issued_by": actor.user}}
    return _perform(report, "issue", actor, given, version, seal)


def _lock_returns(report: HalfYearReport, actor: Actor) -> None:
    """What a report was issued from is not to move under it."""
    period = period_of(report.entity_kind, report.year, report.half)
    used = {row["code"]: row["digest"] for row in report.data["clusters"]}
    rows = period.returns.filter(entity__code__in=used).select_related("entity__district") if period else ()
    changed = [row.entity.name for row in rows if row.digest != used[row.entity.code]]
    if changed:
        words = _("冻结之后，%(names)s的数据已经更正，请退回编制后重新冻结。")
        raise_if([Problem("changed", words % {"names": "、".join(changed)})], NotNow)
    for row in rows:
        if row.state == ReturnState.CONFIRMED:
            returns.lock(actor=actor, owner=row)


def _perform(
    report: HalfYearReport,
    name: str,
    actor: Actor,
    given: Mapping[str, Any],
    version: int | None,
    act: Effect | None = None,
) -> HalfYearReport:
    def after(row: HalfYearReport, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
        if act is not None:
            act(row, transition, who, data)
        period = period_of(row.entity_kind, row.year, row.half)
        if period is not None:
            duties.sync(period)

    comment = str(given.get("comment", ""))
    return REPORT.perform(
        report, name, actor=actor, comment=comment, data=given, effect=after, version=version
    )


# --- the papers ------------------------------------------------------------------------------------


def run_job(running: jobs.Running) -> dict[str, Any]:
    """Job kind `clusters.half_year`: make workbook and paper once; running it again changes nothing."""
    report = HalfYearReport.objects.select_related("bureau").get(pk=int(running.payload["report"]))
    if report.workbook_id is None or report.paper_id is None:
        name = f"{report} {report.number}"
        system = Actor.system()
        running.progress(20)
        book = files.store_generated(
            workbook_of(report), name=f"{name}.xlsx", actor=system, kind=FILE_KIND, mime=XLSX, owner=report
        )
        running.progress(50)
        paper = files.store_generated(
            paper_of(report), name=f"{name}.pdf", actor=system, kind=FILE_KIND, owner=report
        )
        rows = HalfYearReport.objects.filter(pk=report.pk, workbook=None, paper=None)
        rows.update(workbook=book, paper=paper)
        report.refresh_from_db()
    return {"workbook": report.workbook.sha256, "paper": report.paper.sha256}  # type: ignore[union-attr]


def workbook_of(report: HalfYearReport) -> bytes:
    """The figures as a workbook: the table, the reasons, the clusters that are not in it."""
    data = report.data
    header = [
        str(report),
        _("表号：%(form)s　制定机关：%(maker)s　编号：%(number)s")
        % {"form": data["form"]["number"], "maker": data["form"]["maker"], "number": report.number},
        _(
            "单位负责人：%(head)s　统计负责人：%(statistician)s　填表人：%(filler)s　联系电话：%(phone)s　报出日期：%(day)s"
        )
        % {**{name: getattr(report, name) for name in FACTS}, "day": _day(report)},
    ]
    sheets = [
        Sheet(_("汇总表"), _columns(data), list(_rows(data)), header=header),
        Sheet(_("原因说明"), _note_columns(), list(_note_rows(data))),
        Sheet(
            _("未纳入汇总"),
            _missing_columns(),
            [[m["name"], m["code"], m["place"], m["why"]] for m in data["missing"]],
        ),
    ]
    return xlsx.write(sheets, meta={"title": str(report), "digest": report.digest})


def _columns(data: Mapping[str, Any]) -> list[Column]:
    columns = [
        Column("name", _("集群"), width=34),
        Column("code", _("登记编号"), width=20),
        Column("place", _("所在市"), width=10),
        Column("level", _("级别"), width=10),
    ]
    for indicator in data["indicators"]:
        words = {"label": indicator["label"], "unit": indicator["unit"]}
        kind: Any = "int" if indicator["unit"] in COUNTED else "decimal"
        columns += [
            Column(
                indicator["key"], _("%(label)s（%(unit)s）") % words, kind, 20 if kind == "decimal" else 16
            ),
            Column(f"{indicator['key']}-change", _("%(label)s同比") % words, "percent", 12),
            Column(f"{indicator['key']}-note", _("%(label)s注") % words, "int", 10),
        ]
    return columns


def _rows(data: Mapping[str, Any]) -> Any:
    for cluster in data["clusters"]:
        row: list[Any] = [cluster["name"], cluster["code"], cluster["place"], cluster["level"]]
        yield row + [part for i in data["indicators"] for part in _cells(cluster["values"].get(i["key"]))]
    total: list[Any] = [_("合计"), "", "", ""]
    yield total + [part for i in data["indicators"] for part in _cells(data["totals"][i["key"]])]


def _cells(cell: Mapping[str, Any] | None) -> list[Any]:
    if cell is None:
        return [None, None, None]
    share = cell["change"]
    return [Decimal(cell["value"]), None if share is None else Decimal(share), cell.get("note")]


def _note_columns() -> list[Column]:
    return [
        Column("number", _("注"), "int", 6),
        Column("cluster", _("集群"), width=34),
        Column("indicator", _("指标"), width=16),
        Column("findings", _("情况"), width=60),
        Column("reason", _("原因"), width=18),
        Column("text", _("说明"), width=50),
    ]


def _note_rows(data: Mapping[str, Any]) -> Any:
    for note in data["footnotes"]:
        found = "".join(note["findings"])
        yield [note["number"], note["cluster"], note["indicator"], found, note["reason"], note["text"]]


def _missing_columns() -> list[Column]:
    return [
        Column("name", _("集群"), width=34),
        Column("code", _("登记编号"), width=20),
        Column("place", _("所在市"), width=10),
        Column("why", _("报表状态"), width=16),
    ]


def _day(report: HalfYearReport) -> str:
    return clock.local(report.issued_at).date().isoformat() if report.issued_at else ""


def paper_of(report: HalfYearReport) -> bytes:
    """The report as PDF/A, with its figures attached as JSON."""
    facts = json.dumps(report.data, ensure_ascii=False, sort_keys=True, indent=1).encode()
    context = {"report": report, "data": report.data}
    return pdf.render("clusters/pdf/half_year.html", context, attachments={"figures.json": facts})


def may_read_report(actor: Actor, stored: StoredFile) -> bool:
    """Who sees the report reads its papers."""
    rows = visible_reports(actor)
    return rows.filter(workbook=stored).exists() or rows.filter(paper=stored).exists()
