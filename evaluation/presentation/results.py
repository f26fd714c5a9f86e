"""The result of a run: ranking, distribution, how near the lines are, and a workbook of it all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core import clock
from core.actor import Actor
from core.xlsx import Column, Sheet, write
from evaluation.models import Round, RoundEntity, Run, RunRow
from evaluation.presentation import round_reports
from evaluation.presentation.crumbs import of_round
from evaluation.presentation.rounds import grades
from evaluation.presentation.tones import GRADES
from evaluation.scheme import parse
from evaluation.selectors import rounds as see


def page(row: Round, run: Run | None, rows: Sequence[RunRow]) -> dict[str, Any]:
    """One page of the ranking with the distribution of the whole run."""
    found: dict[str, Any] = {
        "round": row,
        "run": run,
        "crumbs": of_round(row, (_("评价结果"), "")),
    }
    if run is None:
        return found
    subjects = dict(
        RoundEntity.objects.filter(round=row, entity__in=[one.entity_id for one in rows]).values_list(
            "entity_id", "pk"
        )
    )
    counted = grades(run)
    return found | {
        "rows": [_line(row, one, subjects[one.entity_id]) for one in rows],
        "grades": [one | {"share": _share(one["count"], run.entities)} for one in counted],
        "sensitivity": run.summary.get("sensitivity", []),
        "accepted": row.result_id == run.pk,
        "replaced": row.run_id is not None and row.result_id != run.pk and _was_in_force(row, run),
        "reports": round_reports.of_round(row) if row.result_id == run.pk else None,
        "runs": [one for one in see.runs(row) if one.finished_at is not None],
    }


def _was_in_force(row: Round, run: Run) -> bool:
    """A result that a later correction replaced."""
    return run.pk == row.run_id or row.corrections.filter(run=run, confirmed_at__isnull=False).exists()


def _share(count: int, everything: int) -> str:
    return f"{100 * count / everything:.1f}" if everything else "0.0"


def _line(row: Round, one: RunRow, subject: int) -> dict[str, Any]:
    return {
        "row": one,
        "word": one.outcome["word"] or _("未评定"),
        "tone": GRADES.get(one.grade, "off"),
        "veto": one.outcome.get("veto") or [],
        "of": one.outcome["of"],
        "url": reverse("evaluation:subject", args=[row.code, subject]),
    }


def workbook(row: Round, run: Run, actor: Actor) -> bytes:
    """The ranking with the score of every indicator."""
    doc = parse(row.scheme.tree)
    columns = [
        Column("rank", _("名次"), "int", 6),
        Column("name", _("名称"), "text", 36),
        Column("code", _("登记编号"), "text", 18),
        Column("lead", _("牵头或依托单位"), "text", 30),
        Column("district", _("区县"), "text", 12),
        Column("total", _("得分"), "decimal", 10),
        Column("grade", _("等次"), "text", 10),
        *(Column(one.code, f"{one.code} {one.name}", "decimal", 14) for one in doc.indicators),
    ]
    notes = (
        _("评价期：%(a)s 至 %(b)s") % {"a": row.period_from, "b": row.period_until},
        _("指标体系：%(scheme)s；第 %(n)s 次评分；结果摘要 %(digest)s")
        % {"scheme": row.scheme, "n": run.number, "digest": run.outcome_sha256},
    )
    title = _("%(round)s：第 %(n)s 次评分，得分和各项指标计分") % {"round": row.name, "n": run.number}
    rows = _cells(run, [one.code for one in doc.indicators])
    sheet = Sheet(_("评价结果"), columns, rows, notes=notes, header=(title,))
    meta = {
        "title": row.name,
        "made_at": clock.local().strftime("%Y-%m-%d %H:%M"),
        "made_by": str(actor.organisation),
    }
    return write([sheet], meta=meta)


def _points(score: dict[str, Any]) -> Decimal | None:
    """Points as a number, with which a reader of the workbook can count on."""
    return Decimal(score["points"]) if score.get("points") not in (None, "") else None


def _cells(run: Run, codes: Sequence[str]) -> Iterator[list[Any]]:
    for one in see.ranking(run).iterator(chunk_size=500):
        scores = one.outcome["indicators"]
        yield [
            one.rank,
            one.entity.name,
            one.entity.code,
            one.entity.lead.name,
            one.entity.district.label,
            one.total,
            one.outcome["word"],
            *(_points(scores.get(code) or {}) for code in codes),
        ]
