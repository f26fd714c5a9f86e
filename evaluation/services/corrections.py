"""更正评价结果: a confirmed round is corrected for the entities named, by a run of its own and a second person.

What was confirmed first stays as it is: its run, rows, figures and reports. What follows is `correction_effects`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core import audit, clock, jobs
from core.actor import Actor
from core.errors import Invalid, NotNow, Problem, raise_if
from core.workflow import Transition
from evaluation import permissions as may
from evaluation.enums import CORRECTING, CorrectionGround, CorrectionState, RoundState
from evaluation.models import CorrectedEntity, Correction, Report, Round, RoundEntity, Run, RunRow
from evaluation.services import inputs, runs, telling
from evaluation.services.events import note
from evaluation.workflow_correction import CORRECTION

#: Job that carries a confirmed correction out.
JOB = "evaluation.correction"
MOST = 200


@transaction.atomic
def open_(
    *,
    actor: Actor,
    round: Round,
    ground: str,
    reason: str,
    entities: Sequence[str],
    upload: UploadedFile | None = None,
) -> Correction:
    """Open a correction of a confirmed round that names the entities by their codes.

    Invalid for what is missing, NotNow while another one is open or the result before has not been carried out.
    """
    row = Round.objects.select_for_update(of=("self",), no_key=True).get(pk=round.pk)
    may.round_officer.require(actor, row)
    base = _free(row)
    found: list[Problem] = []
    if ground not in CorrectionGround.values:
        found.append(Problem("ground", _("请选择更正事由"), "ground"))
    if not reason.strip():
        found.append(Problem("reason", _("请写明更正的理由"), "reason"))
    named = _named(row, entities, found)
    raise_if(found)
    made = Correction.objects.create(
        round=row,
        number=(row.corrections.aggregate(last=Max("number"))["last"] or 0) + 1,
        base=base,
        ground=ground,
        reason=reason.strip()[:5000],
        opened_by=actor.user,
        opened_at=clock.now(),
    )
    if upload is not None:
        made.document = inputs.stored(upload, made, actor, field="document")
        made.save(update_fields=["document"])
    _take_in(made, named)
    codes = [one.entity.code for one in named]
    audit.record("correction.open", actor=actor, obj=made, detail={"round": row.code, "entities": codes})
    words = {"which": made, "ground": made.get_ground_display()}
    note(
        row,
        "correction_open",
        _("提出%(which)s：%(ground)s") % words,
        actor=actor,
        comment=reason,
        exceptional=True,
    )
    return made


def _free(row: Round) -> Run:
    """The result to be corrected: confirmed and carried out."""
    if row.state != RoundState.CONFIRMED or row.result is None:
        raise NotNow.one("not_confirmed", _("评价结果审定之前在数据核验中修正，不需要更正。"))
    if row.corrections.filter(state__in=CORRECTING).exists():
        raise NotNow.one("already_open", _("本轮次已有一件更正正在办理。"))
    waiting = row.corrections.filter(state=CorrectionState.CONFIRMED, applied_at=None).exists()
    if waiting or not Report.objects.filter(round=row, entity=None).exists():
        raise NotNow.one("settling", _("上一次审定的结果还没有全部登记、出具报告，请稍后再提出更正。"))
    return row.result


def _named(row: Round, codes: Sequence[str], found: list[Problem]) -> list[RoundEntity]:
    """The evaluated entities of these codes; what is wrong goes into `found`."""
    wanted = list(dict.fromkeys(code.strip().upper() for code in codes if code.strip()))
    if not wanted or len(wanted) > MOST:
        words = _("请列明需要更正的主体，一次最多 %(n)s 个") % {"n": MOST}
        found.append(Problem("entities", words, "entities"))
        return []
    rows = row.entities.filter(included=True, entity__code__in=wanted).select_related("entity")
    rows = rows.filter(entity__in=RunRow.objects.filter(run=row.result_id).values("entity"))
    known = {one.entity.code: one for one in rows}
    missing = [code for code in wanted if code not in known]
    if missing:
        words = _("本轮次没有评价以下主体：%(codes)s") % {"codes": "、".join(missing)[:300]}
        found.append(Problem("entities", words, "entities"))
    return [known[code] for code in wanted if code in known]


def _take_in(correction: Correction, named: Sequence[RoundEntity]) -> None:
    """They start with the figures of the result that is corrected."""
    rows = RunRow.objects.filter(run=correction.base_id, entity__in=[one.entity_id for one in named])
    held = dict(rows.values_list("entity_id", "inputs"))
    CorrectedEntity.objects.bulk_create(
        CorrectedEntity(correction=correction, subject=one, inputs=held[one.entity_id]) for one in named
    )


@transaction.atomic
def name_entities(*, actor: Actor, correction: Correction, entities: Sequence[str]) -> Correction:
    """Name more entities while the correction is open."""
    row = Correction.objects.select_for_update(of=("self",), no_key=True).get(pk=correction.pk)
    may.correction_officer.require(actor, row)
    if row.state != CorrectionState.OPEN:
        raise NotNow.one("not_open", _("本次更正已提交审定或者已经办结，不能再列入主体。"))
    found: list[Problem] = []
    named = _named(row.round, entities, found)
    raise_if(found)
    held = set(row.named.values_list("subject", flat=True))
    fresh = [one for one in named if one.pk not in held]
    if not fresh:
        raise Invalid.one("entities", _("这些主体已在本次更正中"), "entities")
    _take_in(row, fresh)
    codes = [one.entity.code for one in fresh]
    audit.record("correction.named", actor=actor, obj=row, detail={"entities": codes})
    return row


@transaction.atomic
def attach(*, actor: Actor, correction: Correction, upload: UploadedFile) -> Correction:
    """The paper an open correction rests on, where it was opened without one."""
    row = Correction.objects.select_for_update(of=("self",), no_key=True).get(pk=correction.pk)
    may.correction_officer.require(actor, row)
    if row.state != CorrectionState.OPEN or row.document_id is not None:
        raise NotNow.one("not_open", _("本次更正已有依据材料，或者已提交审定。"))
    row.document = inputs.stored(upload, row, actor, field="document")
    row.save(update_fields=["document"])
    audit.record("correction.document", actor=actor, obj=row, detail={"sha256": row.document.sha256})
    return row


def act(
    *,
    actor: Actor,
    correction: Correction,
    name: str,
    comment: str = "",
    version: int | None = None,
) -> Correction:
    """One step by its name: propose, send_back, confirm, withdraw. Raises as the executor does."""
    with transaction.atomic():
        # the round before the correction, as whoever changes a figure locks them
        Round.objects.select_for_update(of=("self",), no_key=True).get(pk=correction.round_id)
        data: dict[str, Any] = {}
        if name == "propose":
            run = correction.runs.order_by("-number").first()
            same = run is not None and runs.corrected_digest(correction) == run.inputs_sha256
            data = {"run": run, "unchanged": same}
        return CORRECTION.perform(
            correction, name, actor=actor, comment=comment, data=data, effect=_effect, version=version
        )


def _effect(row: Correction, step: Transition, actor: Actor, given: Mapping[str, Any]) -> None:
    words = {"which": row, "step": step.label}
    note(
        row.round,
        f"correction_{step.name}",
        _("%(which)s：%(step)s") % words,
        actor=actor,
        comment=given["comment"],
        exceptional=step.name in ("send_back", "withdraw"),
    )
    if step.name == "propose":
        telling.correction_proposed(row)
    elif step.name == "confirm":
        Round.objects.filter(pk=row.round_id).update(corrected_run=row.run)
        payload = {"round": row.round_id, "correction": row.pk}
        jobs.enqueue(JOB, scope=f"correction:{row.pk}", payload=payload, actor=actor)
