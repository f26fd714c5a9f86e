"""The auditor's desk as pages and tables show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from core import clock
from core.actor import Actor
from core.models import AuditEntry, Job, StoredFile
from core.xlsx import Column, Sheet, write
from evaluation.forms_audit import kind_label
from evaluation.models import Report, RoundEntity
from evaluation.selectors import audit as see
from evaluation.selectors import corrections, exceptions


def places(here: str) -> list[dict[str, Any]]:
    """The pages of the desk, for the tabs on top of each."""
    labels = {
        "audit": _("评价报告"),
        "audit_cases": _("评价案卷"),
        "audit_exceptions": _("例外事项"),
        "audit_downloads": _("下载记录"),
    }
    return [
        {"label": label, "url": reverse(f"evaluation:{name}"), "current": name == here, "count": None}
        for name, label in labels.items()
    ]


def matrix(actor: Actor) -> dict[str, Any]:
    """Reports in force by year and kind, each number a link to its list."""
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    kinds: list[str] = []
    for year, kind, count in see.by_year_and_kind(actor):
        counted[year][kind] = count
        if kind and kind not in kinds:
            kinds.append(kind)
    desk = reverse("evaluation:audit")
    return {
        "heads": [kind_label(kind) for kind in kinds],
        "years": [
            {
                "year": year,
                "cells": [
                    {"count": found.get(kind, 0), "url": f"{desk}?year={year}&kind={kind}"} for kind in kinds
                ],
                "rounds": found.get("", 0),
                "total": sum(found.values()),
                "url": f"{desk}?year={year}",
            }
            for year, found in counted.items()
        ],
    }


def report(row: Report) -> dict[str, Any]:
    """A report in the list."""
    return {
        "row": row,
        "name": row.entity.name if row.entity is not None else row.round.name,
        "kind": kind_label(row.entity.kind) if row.entity is not None else row.get_kind_display(),
        "url": reverse("core:file", args=[row.stored_id]) if row.stored_id else "",
        "tone": "off" if row.superseded_by_id else "done",
        "word": _("已更正") if row.superseded_by_id else _("有效"),
    }


def case(row: RoundEntity) -> dict[str, Any]:
    """An evaluated entity in the list."""
    return {
        "row": row,
        "kind": kind_label(row.entity.kind),
        "url": reverse("evaluation:audit_case", args=[row.pk]),
    }


def reports_of(row: RoundEntity) -> list[Report]:
    """Every issue of the report of an evaluated entity."""
    rows = row.round.reports.filter(entity=row.entity_id).order_by("-issue")
    return list(rows.select_related("round", "entity", "stored", "superseded_by"))


def dossier(row: RoundEntity, job: Job | None) -> dict[str, Any]:
    """One case: what it is, where its parts are shown, and its newest pack."""
    filing = row.filing
    run = row.round.result
    result = run.rows.filter(entity=row.entity_id).first() if run is not None else None
    desk = reverse("evaluation:audit_cases")
    done = job is not None and job.state == Job.State.DONE
    return {
        "case": row,
        "kind": kind_label(row.entity.kind),
        "result": result,
        "crumbs": [
            {"label": _("审计工作台"), "url": reverse("evaluation:audit")},
            {"label": _("评价案卷"), "url": desk},
            {"label": row.entity.name, "url": ""},
        ],
        "reports": [report(one) for one in reports_of(row)],
        "corrections": corrections.touching(row),
        "filing_url": reverse("filings:desk_case", args=[filing.pk]) if filing is not None else "",
        "pack": {
            "job": job,
            "running": job is not None and not job.is_finished,
            "failed": job is not None and job.state == Job.State.FAILED,
            "file": job.result.get("file", "") if done and job is not None else "",
        },
    }


# --- digests ---


def digest_columns() -> list[Column]:
    return [
        Column("number", _("报告编号"), "text", 26),
        Column("issue", _("版次"), "int", 6),
        Column("kind", _("类别"), "text", 16),
        Column("name", _("主体或轮次"), "text", 36),
        Column("code", _("登记编号"), "text", 18),
        Column("round", _("评价轮次"), "text", 30),
        Column("issued", _("出具时间"), "text", 20),
        Column("sha256", _("SHA-256"), "text", 66),
        Column("size", _("字节数"), "int", 12),
        Column("later", _("由何编号更正"), "text", 26),
    ]


def digest_rows(rows: Iterable[Report]) -> Iterator[list[Any]]:
    """One line for each issued report; the digest is that of the PDF."""
    for row in rows:
        told = report(row)
        yield [
            row.number,
            row.issue,
            told["kind"],
            told["name"],
            row.entity.code if row.entity is not None else "",
            row.round.name,
            clock.local(row.issued_at).strftime("%Y-%m-%d %H:%M:%S"),
            row.stored.sha256 if row.stored is not None else "",
            row.stored.size if row.stored is not None else None,
            row.superseded_by.number if row.superseded_by is not None else "",
        ]


def digest_book(rows: Iterable[Report], actor: Actor) -> bytes:
    """The same as a workbook."""
    sheet = Sheet(_("摘要清单"), digest_columns(), digest_rows(rows))
    return write([sheet], meta=_meta(_("评价报告摘要清单"), actor))


def _meta(title: str, actor: Actor) -> dict[str, str]:
    made = clock.local().strftime("%Y-%m-%d %H:%M")
    return {"title": title, "made_at": made, "made_by": str(actor.organisation)}


# --- downloads ---


def downloads(entries: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    """Who took which file away, with names instead of numbers."""
    users = User.objects.in_bulk({entry.user_id for entry in entries if entry.user_id})
    units = Organisation.objects.in_bulk(
        {entry.organisation_id for entry in entries if entry.organisation_id}
    )
    ids = [entry.object_id for entry in entries if entry.object_type == "core.storedfile"]
    files = {str(row.pk): row for row in StoredFile.objects.filter(pk__in=ids)}
    return [
        {
            "entry": entry,
            "who": users.get(entry.user_id or 0),
            "unit": units.get(entry.organisation_id or 0),
            "what": _taken(entry, files),
            "sha256": entry.detail.get("sha256", ""),
        }
        for entry in entries
    ]


def _taken(entry: AuditEntry, files: dict[str, StoredFile]) -> str:
    lists = {"evaluation.digests": _("摘要清单"), "evaluation.exceptions": _("例外事项清单")}
    if entry.action in lists:
        return str(lists[entry.action])
    stored = files.get(entry.object_id)
    return stored.name if stored is not None else ""


# --- exceptions ---


def exception(found: exceptions.Line) -> dict[str, Any]:
    """A line with the page it leads to."""
    return {"line": found, "url": _page_of(found)}


def _page_of(found: exceptions.Line) -> str:
    if found.correction is not None:
        return reverse("evaluation:correction", args=[found.round, found.correction])
    if found.subject is not None:
        return reverse("evaluation:subject", args=[found.round, found.subject])
    if found.round:
        return reverse("evaluation:round", args=[found.round])
    if found.entity:
        return reverse("filings:entity", args=[found.entity])
    return reverse("filings:desk_case", args=[found.filing]) if found.filing else ""


def exception_book(lines: Iterable[exceptions.Line], actor: Actor) -> bytes:
    """Every exception as a workbook."""
    columns = [
        Column("kind", _("类别"), "text", 16),
        Column("what", _("事项"), "text", 40),
        Column("name", _("主体"), "text", 34),
        Column("code", _("登记编号"), "text", 18),
        Column("round", _("评价轮次"), "text", 30),
        Column("reason", _("理由"), "text", 50),
        Column("people", _("经办人"), "text", 20),
        Column("at", _("时间"), "text", 20),
    ]
    cells = (
        [
            str(exceptions.LABELS[one.kind]),
            one.what,
            one.name,
            one.entity,
            one.round_name,
            one.reason,
            one.people,
            clock.local(one.at).strftime("%Y-%m-%d %H:%M:%S") if one.at is not None else "",
        ]
        for one in lines
    )
    return write([Sheet(_("例外事项"), columns, cells)], meta=_meta(_("评价例外事项清单"), actor))
