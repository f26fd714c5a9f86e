"""Loads and loaded entities as pages and the API show them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.enums import Level
from core import clock
from core.actor import Actor
from core.models import Job
from core.xlsx.reader import column_letters
from filings import permissions_load as may
from filings.models import Entity, LoadStage, RegisterLoad
from filings.models.entity import in_force
from filings.permissions_entity import entity_lead_signer
from filings.selectors.loads import entries_of
from filings.services.register_load.columns import SHEETS

#: So many entries are counted on a home page.
COUNTED = 100
TONES = {
    LoadStage.CHECKING: "doing",
    LoadStage.FAULTY: "bad",
    LoadStage.READY: "act",
    LoadStage.WRITING: "doing",
    LoadStage.LOADED: "done",
    LoadStage.WITHDRAWN: "off",
}


def line(row: RegisterLoad) -> dict[str, Any]:
    """A load in the list. No query."""
    stage = row.stage
    return {
        "load": row,
        "url": reverse("filings:load", args=[row.pk]),
        "stage": stage,
        "word": stage.label,
        "tone": TONES[stage],
        "counts": row.counts(),
    }


def page(row: RegisterLoad, actor: Actor) -> dict[str, Any]:
    """Everything the page of a load shows to this actor."""
    found = line(row)
    stage, job = found["stage"], row.job
    running = stage in (LoadStage.CHECKING, LoadStage.WRITING)
    keeps = may.load_keeper(actor, row)
    return found | {
        "running": running and not _has_failed(job),
        "failed": running and _has_failed(job),
        "job": job,
        "share": job.progress if job else 0,
        "told": (job.message if job else "") or _("等待开始"),
        "sheets": sheet_lines(row),
        "errors": error_lines(row),
        "more_errors": max(0, row.error_count - len(row.errors)),
        "may_confirm": stage == LoadStage.READY and may.load_confirmer(actor, row),
        "why_not": may.load_confirmer.refusal(actor, row) if stage == LoadStage.READY else "",
        "may_withdraw": keeps and stage in (LoadStage.CHECKING, LoadStage.FAULTY, LoadStage.READY),
        "may_recheck": keeps and stage in (LoadStage.FAULTY, LoadStage.READY),
    }


def _has_failed(job: Job | None) -> bool:
    return job is not None and job.state == Job.State.FAILED


def sheet_lines(row: RegisterLoad) -> list[dict[str, Any]]:
    """The summary by sheet, in the order of the workbook."""
    return [
        {"title": spec.title, **row.summary[spec.key]}
        for spec in SHEETS
        if row.summary.get(spec.key, {}).get("rows")
    ]


def error_lines(row: RegisterLoad) -> list[dict[str, Any]]:
    """`[{"sheet", "row", "column", "place", "message"}]`: the first errors; row and column 0 mean the whole file."""
    return [
        {
            "sheet": sheet,
            "row": at,
            "column": column,
            "place": f"{column_letters(column)}{at}" if at and column else "",
            "message": message,
        }
        for sheet, at, column, message in row.errors
    ]


def entry_todo(actor: Actor) -> list[dict[str, Any]]:
    """One line of a unit's home page: what was loaded about it and waits for its word. One query."""
    names = list(entries_of(actor).values_list("pk", "name")[:COUNTED])
    if not names:
        return []
    alone = len(names) == 1
    url = reverse("filings:entry", args=[names[0][0]]) if alone else reverse("filings:entries")
    number = f"{COUNTED - 1}+" if len(names) == COUNTED else str(len(names))
    hint = names[0][1] if alone else _("共 %(n)s 件，由登记机关按已有名录导入") % {"n": number}
    return [{"label": _("核对登记信息"), "hint": hint, "url": url, "clock": None}]


def entry(entity: Entity, actor: Actor) -> dict[str, Any]:
    """What was loaded about an entity, for its lead."""
    members = entity.members.filter(in_force(clock.today())).select_related("organisation")
    step = entity.level_steps.filter(until=None).first()
    dates = [
        entity.valid_from.isoformat(),
        entity.valid_until.isoformat() if entity.valid_until else _("长期"),
    ]
    facts = [
        (_("登记编号"), entity.code),
        (_("类别"), entity.spec.label),
        (_("级别"), Level(entity.level).label),
        (_("产业领域"), entity.spec.industries().get(entity.industry, entity.industry)),
        (_("所在区划"), entity.district.path_label),
        (_("有效期"), _("%(start)s 至 %(end)s") % {"start": dates[0], "end": dates[1]}),
        (_("登记机关"), entity.authority.name),
    ]
    if step is not None and step.document_number:
        facts.append((_("批复文件"), f"{step.document_number}（{step.issued_by}，{step.document_date}）"))
    return {
        "entity": entity,
        "facts": [{"label": label, "value": value} for label, value in facts],
        "members": [
            {"name": m.organisation.name, "role": entity.spec.role_label(m.role), "since": m.since}
            for m in members
        ],
        "may_confirm": entity.confirmed_at is None and entity_lead_signer(actor, entity),
        "why_not": entity_lead_signer.refusal(actor, entity) if entity.confirmed_at is None else "",
    }
