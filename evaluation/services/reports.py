"""Issuing reports: recorded and numbered in blocks by one job, rendered each by its own, corrected by superseding.

What a report prints is frozen when it is issued; its bytes are made of that and of nothing else (`report_papers`).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit, clock, jobs
from core.actor import Actor
from core.errors import Invalid, NotNow
from core.jobs import Running
from core.models import Job
from core.numbering import next_numbers
from evaluation import permissions as may
from evaluation.enums import ReportKind, RoundState
from evaluation.models import Report, Round, RoundEntity, Run, RunRow
from evaluation.selectors.register import in_force
from evaluation.selectors.report_facts import Gathered, rows_of
from evaluation.services import report_papers
from evaluation.services.events import note
from filings.models import Rating
from filings.services.letters import office_word

#: Job that issues all reports of a round.
JOB = "evaluation.round_report"
BLOCK = 50


def order(*, actor: Actor, round: Round) -> Job:
    """Have the reports of a confirmed round issued; asking twice is asking once."""
    payload = {"round": round.pk, "by": actor.user_id}
    return jobs.enqueue(JOB, scope=f"round:{round.pk}", payload=payload, actor=actor)


def run_job(running: Running) -> Mapping[str, Any]:
    """Job `evaluation.round_report`: block by block; what was issued before a worker died stays and is not repeated."""
    row = Round.objects.select_related("authority__jurisdiction", "scheme", "run", "agency").get(
        pk=running.payload["round"]
    )
    if row.state != RoundState.CONFIRMED or row.run is None:
        raise NotNow.one("not_confirmed", _("评价结果审定后才能出具报告。"))
    by = User.objects.filter(pk=running.payload.get("by") or 0).first()
    gathered, everything = Gathered(row, row.run), row.run.entities
    issued = 0
    for issued in issue_entities(gathered, by):
        share = 2 + 90 * issued // max(everything, 1)
        running.progress(share, _("已出具 %(done)s / %(all)s 份报告") % {"done": issued, "all": everything})
    issue_round(gathered, by)
    return {"round": row.pk, "reports": issued + 1}


def issue_entities(gathered: Gathered, by: User | None) -> Iterator[int]:
    """Issue what is not issued yet, in the order of the ranks; yields how many there are after each block."""
    run = gathered.run
    while True:
        with transaction.atomic():
            lock(gathered.round)
            held = Report.objects.filter(round=gathered.round, entity__isnull=False)
            missing = RunRow.objects.filter(run=run).exclude(entity__in=held.values("entity"))
            ids = list(missing.order_by("rank", "entity__code").values_list("entity_id", flat=True)[:BLOCK])
            rows = rows_of(run, ids)
            data = gathered.entities(rows)
            issue(gathered, [(row.entity_id, data[row.entity_id]) for row in rows], by)
            count = held.values("entity").distinct().count()
        yield count
        if len(ids) < BLOCK:
            return


def issue_round(gathered: Gathered, by: User | None) -> None:
    """Issue the report of the round, once its entities have theirs."""
    with transaction.atomic():
        lock(gathered.round)
        if not Report.objects.filter(round=gathered.round, entity=None).exists():
            issue(gathered, [(None, gathered.whole())], by)


def lock(row: Round) -> None:
    Round.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)


def issue(
    gathered: Gathered,
    rows: Sequence[tuple[int | None, Mapping[str, Any]]],
    by: User | None,
    *,
    issue: int = 1,
    reason: str = "",
) -> list[Report]:
    """Number and record reports and queue their rendering. In the caller's transaction, with the round locked."""
    row, now = gathered.round, clock.now()
    numbers = _numbers(row, len(rows))
    made = [
        Report(
            round=row,
            run=gathered.run,
            entity_id=entity_id,
            kind=ReportKind.ROUND if entity_id is None else ReportKind.ENTITY,
            issue=issue,
            number=number,
            verification_code=secrets.token_hex(20),
            data={**data, "number": number},
            issued_at=now,
            issued_by=by,
            reason=reason,
        )
        for (entity_id, data), number in zip(rows, numbers, strict=True)
    ]
    Report.objects.bulk_create(made)
    actor = Actor(user=by, organisation=row.authority) if by is not None else Actor.system()
    for one in made:
        detail = {"number": one.number, "issue": issue, "round": row.code}
        audit.record("evaluation.report_issued", actor=actor, obj=one, detail=detail)
        report_papers.order(one)
    return made


def _numbers(row: Round, count: int) -> list[str]:
    """青科创评〔2026〕1号: gapless by authority and year; a number is taken with the report that bears it."""
    office, year = row.authority, clock.today().year
    department = {"development_reform": _("发改")}.get(office.department, _("科创"))
    words = {"office": office_word(office), "department": department, "year": year}
    return [
        _("%(office)s%(department)s评〔%(year)s〕%(n)s号") % {**words, "n": number}
        for number in next_numbers(f"evaluation.report.{office.pk}", year, count)
    ]


# --- corrections ---


@transaction.atomic
def supersede(*, actor: Actor, report: Report, reason: str, run: Run | None = None) -> Report:
    """Issue a report that replaces another one, with a reason. The old one stays, marked as replaced.

    Without a `run` the result stays and what stands around it is read anew: one person may do that. A run with another
    grade or score needs a rating that two people have corrected on the register first.
    """
    row = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=report.round_id)
    may.round_officer.require(actor, row)
    held = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if not reason.strip():
        raise Invalid.one("reason", _("请写明更正的原因"), "reason")
    if held.superseded_by_id is not None:
        raise NotNow.one("superseded", _("该报告已经被更正，请更正最新一份。"))
    chosen = run or held.run
    _check(held, chosen)
    row = Round.objects.select_related("authority__jurisdiction", "scheme", "agency").get(pk=row.pk)
    gathered = Gathered(row, chosen)
    data = _corrected(gathered, held, reason.strip()[:2000])
    (made,) = issue(
        gathered, [(held.entity_id, data)], actor.user, issue=held.issue + 1, reason=reason.strip()[:2000]
    )
    Report.objects.filter(pk=held.pk).update(superseded_by=made)
    note(
        row,
        "report_superseded",
        f"{held.number} → {made.number}",
        actor=actor,
        comment=reason,
        exceptional=True,
    )
    return made


def _check(held: Report, chosen: Run) -> None:
    if chosen.round_id != held.round_id or chosen.finished_at is None or chosen.trial:
        raise Invalid.one("run", _("请选择本轮次已经完成的正式评分"), "run")
    if held.entity_id is None or chosen.pk == held.run_id:
        return
    new = RunRow.objects.filter(run=chosen, entity=held.entity_id).first()
    old = RunRow.objects.filter(run=held.run_id, entity=held.entity_id).first()
    if new is None or old is None:
        raise Invalid.one("run", _("所选评分中没有该主体"), "run")
    if (new.grade, new.total) != (old.grade, old.total) and not _is_corrected(held, new):
        raise NotNow.one(
            "rating_not_corrected",
            _("评价结果有变化的，须先在登记簿更正该主体的评价结果并由另一人复核，再出具更正报告。"),
        )


def _is_corrected(held: Report, new: RunRow) -> bool:
    """Whether two people have put this very result on the register in place of the one reported."""
    rating = rating_of(held)
    return (
        rating is not None
        and rating.corrects_id is not None
        and (rating.grade, rating.score) == (new.grade, new.total)
    )


def rating_of(report: Report) -> Rating | None:
    """The rating in force that a report of an entity is about: the round's own or what corrected it."""
    subject = RoundEntity.objects.filter(round=report.round_id, entity=report.entity_id).first()
    return in_force(subject)


def _corrected(gathered: Gathered, held: Report, reason: str) -> dict[str, Any]:
    replaces = {"number": held.number, "reason": reason}
    if held.entity_id is None:
        return {**gathered.whole(), "replaces": replaces}
    rows = rows_of(gathered.run, [held.entity_id])
    return {**gathered.entities(rows)[held.entity_id], "replaces": replaces}
