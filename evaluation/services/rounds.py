"""The verbs of a round: set up, open with its population, extend, move on, propose, confirm, stop."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock, jobs
from core.actor import Actor
from core.errors import Invalid, NotNow, NotVisible, Problem, Stale, raise_if
from core.numbering import next_number
from core.workflow import Transition
from evaluation import permissions as may
from evaluation.enums import RUNNING, Exclusion, Occasion, RoundState
from evaluation.models import Plan, Round, RoundEntity, Run, Scheme
from evaluation.selectors import agencies
from evaluation.selectors.population import candidates, of_kind
from evaluation.services import collecting, late, runs, telling
from evaluation.services.events import note
from evaluation.workflow import WORKFLOW
from filings.periods import add_months

#: What may be set while a round is set up, by name of the field.
FIELDS = (
    "name",
    "scheme",
    "occasion",
    "period_from",
    "period_until",
    "due_from",
    "due_until",
    "least_months",
    "reports_until",
    "checks_until",
    "reviews_until",
    "agency",
    "document_number",
)
#: Before this day nothing here was registered.
EARLIEST = datetime.date(2000, 1, 1)
#: Job that records the ratings of a confirmed round and has its reports issued.
CONSEQUENCES = "evaluation.consequences"


@transaction.atomic
def create(
    *, actor: Actor, scheme: Scheme, plan: Plan | None = None, plan_period: str = "", **given: Any
) -> Round:
    """A draft of the actor's bureau. Invalid lists every fault of the calendar and the period."""
    if plan is None:
        may.evaluation_keeper.require(actor, None)
    authority = plan.authority if plan is not None else actor.organisation
    year = clock.today().year
    row = Round(
        code=f"PJ{year}-{next_number('evaluation.round', year):04d}",
        authority=authority,
        scheme=scheme,
        plan=plan,
        plan_period=plan_period,
        created_by=actor.user,
        officer=actor.user,
        created_at=clock.now(),
        is_sample=bool(authority is not None and authority.is_sample),
        **given,
    )
    _checked(row)
    row.save()
    note(row, "created", _("建立评价轮次"), actor=actor)
    audit.record("round.create", actor=actor, obj=row, detail={"scheme": scheme.pk, "code": row.code})
    return row


@transaction.atomic
def edit(*, actor: Actor, round: Round, version: int | None = None, **given: Any) -> Round:
    """Change what is set up while it is a draft; afterwards only the calendar moves (`extend`)."""
    row = _locked(round)
    may.round_keeper.require(actor, row)
    if row.state != RoundState.DRAFT:
        raise NotNow.one("opened", _("评价已经启动，指标体系、评价期和参评范围不能再改。"))
    _same(row, version)
    for name in FIELDS:
        if name in given:
            setattr(row, name, given[name])
    _checked(row)
    row.version += 1
    row.save()
    audit.record("round.edit", actor=actor, obj=row, detail={"fields": sorted(given)})
    return row


def _same(row: Round, version: int | None) -> None:
    if version is not None and version != row.version:
        raise Stale.one("stale", _("您打开页面之后，内容已被他人更新，请核对最新内容后再办理。"))


def _checked(row: Round) -> None:
    """Every fault of what is set up, in words."""
    found = []
    if not row.name.strip():
        found.append(Problem("name", _("请填写名称，例如：2026 年度创新联合体绩效评价"), "name"))
    if row.occasion in (Occasion.MIDTERM, Occasion.EXPIRY) and not (row.due_from and row.due_until):
        found.append(Problem("due", _("中期评价和期满评价请填写到期起止日期"), "due_from"))
    if row.due_from and row.due_until and row.due_until < row.due_from:
        found.append(Problem("due", _("到期止不能早于到期起"), "due_until"))
    found += [
        Problem("far", _("日期应在 %(first)s 至 %(last)s 之间") % {"first": EARLIEST, "last": last}, name)
        for name, last in _latest()
        if (day := getattr(row, name)) is not None and not EARLIEST <= day <= last
    ]
    if row.agency_id is not None:
        found += [Problem("agency", text, "agency") for text in agencies.conflicts(row, row.agency)]
    raise_if(found)
    try:
        row.full_clean(exclude=["code", "run", "officer"])
    except ValidationError as error:
        raise Invalid(_faults(error)) from error


def _latest() -> Iterator[tuple[str, datetime.date]]:
    """The last day each date may be. Everybody's pages count the workdays to the end of a calendar."""
    today = clock.today()
    yield from ((name, add_months(today, 36)) for name in ("reports_until", "checks_until", "reviews_until"))
    yield from (
        (name, add_months(today, 240)) for name in ("period_from", "period_until", "due_from", "due_until")
    )


def _faults(error: ValidationError) -> list[Problem]:
    return [
        Problem("invalid", text, "" if field == "__all__" else field)
        for field, texts in error.message_dict.items()
        for text in texts
    ]


@transaction.atomic
def leave_out(*, actor: Actor, round: Round, entity_id: int, reason: str) -> None:
    """The officer decides before the opening that an entity is not evaluated this time, with a reason."""
    row = _locked(round)
    may.round_keeper.require(actor, row)
    if row.state != RoundState.DRAFT:
        raise NotNow.one("opened", _("评价已经启动，参评范围不能再改。"))
    if not reason.strip():
        raise Invalid.one("reason", _("请写明不纳入的原因"), "reason")
    if not of_kind(row).filter(pk=entity_id).exists():
        raise NotVisible.one("entity", _("没有找到该主体"))
    RoundEntity.objects.update_or_create(
        round=row,
        entity_id=entity_id,
        defaults={
            "included": False,
            "exclusion": Exclusion.BY_OFFICER,
            "exclusion_note": reason.strip()[:300],
        },
    )
    audit.record("round.leave_out", actor=actor, obj=row, detail={"entity": entity_id, "reason": reason})


@transaction.atomic
def take_in(*, actor: Actor, round: Round, entity_id: int) -> None:
    """Undo `leave_out` while the round is set up."""
    row = _locked(round)
    may.round_keeper.require(actor, row)
    if row.state != RoundState.DRAFT:
        raise NotNow.one("opened", _("评价已经启动，参评范围不能再改。"))
    row.entities.filter(entity_id=entity_id, exclusion=Exclusion.BY_OFFICER).delete()
    audit.record("round.take_in", actor=actor, obj=row, detail={"entity": entity_id})


@transaction.atomic
def open_(*, actor: Actor, round: Round, comment: str = "", version: int | None = None) -> Round:
    """Freeze the population and the scheme, tell the units; the self-assessments may begin."""
    row = _locked(round)
    if row.state == RoundState.DRAFT:
        may.round_keeper.require(actor, row)
        _freeze(row)
    moved = WORKFLOW.perform(row, "open", actor=actor, comment=comment, version=version)
    note(moved, "open", _("启动评价"), actor=actor, comment=comment)
    _gather(moved, actor, tell="opened")
    return moved


def _freeze(row: Round) -> None:
    """The population as it is today; what the officer left out stays out."""
    left_out = row.entities.filter(exclusion=Exclusion.BY_OFFICER, entity__in=of_kind(row))
    kept = set(left_out.values_list("entity_id", flat=True))
    row.entities.exclude(entity_id__in=kept).delete()
    RoundEntity.objects.bulk_create(
        [
            RoundEntity(
                round=row,
                entity=found.entity,
                included=found.included,
                exclusion=found.exclusion,
                exclusion_note=found.note[:300],
            )
            for found in candidates(row)
            if found.entity.pk not in kept
        ],
        batch_size=1000,
    )


@transaction.atomic
def extend(
    *,
    actor: Actor,
    round: Round,
    reports_until: datetime.date,
    checks_until: datetime.date,
    reviews_until: datetime.date,
    reason: str,
    version: int | None = None,
) -> Round:
    """Move the calendar of a running round, with a reason that auditors read."""
    row = _locked(round)
    may.round_officer.require(actor, row)
    if row.state not in RUNNING:
        raise NotNow.one("not_running", _("评价不在进行中，不能调整日程。"))
    _same(row, version)
    if not reason.strip():
        raise Invalid.one("reason", _("请写明调整日程的原因"), "reason")
    row.reports_until, row.checks_until, row.reviews_until = reports_until, checks_until, reviews_until
    _checked(row)
    row.version += 1
    row.save(update_fields=["reports_until", "checks_until", "reviews_until", "version"])
    note(row, "extend", _("调整日程"), actor=actor, comment=reason, exceptional=True)
    audit.record("round.extend", actor=actor, obj=row, detail={"reason": reason})
    _gather(row, actor, tell="extended")
    return row


def act(
    *,
    actor: Actor,
    round: Round,
    name: str,
    comment: str = "",
    version: int | None = None,
    run: Run | None = None,
) -> Round:
    """One transition by its name, for pages, API and commands alike."""
    if name == "open":
        return open_(actor=actor, round=round, comment=comment, version=version)
    with transaction.atomic():
        data: dict[str, Any] = {}
        if name == "accept_run":
            data = _chosen(actor, round, run)
        return WORKFLOW.perform(
            round, name, actor=actor, comment=comment, data=data, effect=_effect, version=version
        )


def _chosen(actor: Actor, round: Round, run: Run | None) -> dict[str, Any]:
    """The run to be accepted and whether the figures are still those it was made from; none moves from here on."""
    if run is None:
        raise Invalid.one("run", _("请选择要采用的评分"), "run")
    may.round_officer.require(actor, _locked(round))
    return {"run": run, "unchanged": runs.inputs_digest(round) == run.inputs_sha256}


def _effect(row: Round, transition: Transition, actor: Actor, given: Mapping[str, Any]) -> None:
    """What follows a step: figures are gathered when the reports are in, ratings when it is confirmed."""
    exceptional = transition.name in ("reopen", "stop", "send_back")
    note(
        row,
        transition.name,
        str(transition.label),
        actor=actor,
        comment=given["comment"],
        exceptional=exceptional,
    )
    if transition.name == "close_reports":
        late.propose(row)
    if transition.name in ("close_reports", "start_reviews"):
        _gather(row, actor)
    elif transition.name == "propose":
        telling.proposed(row)
    elif transition.name == "confirm":
        jobs.enqueue(
            CONSEQUENCES,
            scope=f"round:{row.pk}",
            payload={"round": row.pk, "proposed_by": row.proposed_by_id, "confirmed_by": row.confirmed_by_id},
            actor=actor,
        )
    telling.sync_duties(row, transition.name)


def _gather(row: Round, actor: Actor, tell: str = "") -> None:
    """Figures are gathered and thousands of units told outside the request; each version of the round once."""
    jobs.enqueue(
        collecting.JOB,
        scope=f"round:{row.pk}",
        period=f"v{row.version}",
        payload={"round": row.pk, "tell": tell},
        actor=actor,
    )


def _locked(round: Round) -> Round:
    return Round.objects.select_for_update(of=("self",), no_key=True).get(pk=round.pk)
