"""Formal examination: the check list, the one complete notice of corrections, acceptance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow, NotVisible, Problem
from core.workflow import Transition
from filings import permissions as may
from filings.enums import Action, Check, CheckValue, HistoryKind, Stage, State, Strength
from filings.models import CheckResult, Correction, Entity, Filing, Participant
from filings.programmes import Owner
from filings.selectors.assignment import covers_today
from filings.selectors.reading import active_participants, judgements, owner_content
from filings.services import applying, duties, history
from filings.services.transition import perform

BINDING = (Strength.HARD, Strength.IN_PRINCIPLE)


def start(*, actor: Actor, filing: Filing, comment: str = "", version: int | None = None) -> Filing:
    """Take the case and lay out the check list, prefilled by the machine."""

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        # a cover acts under the own name, the case stays with who is away
        if not covers_today(who, row.assigned_to_id):
            row.assigned_to = who.user
            row.save(update_fields=["assigned_to"])
        prefill(row)

    return perform(filing, "start_examination", actor=actor, comment=comment, effect=effect, version=version)


def prefill(filing: Filing) -> None:
    """One line for each binding condition decided before the proposal; advice and bonus stay with the lamp.

    What the machine can establish is filled in. Documents and declarations wait for the officer, with what
    the machine saw beside them.
    """
    for found in judgements(filing):
        if found.stage != Stage.SUBMISSION or found.strength not in BINDING:
            continue
        verdict = ""
        if found.check == Check.AUTO and found.met is not None:
            verdict = CheckValue.PASS if found.met else CheckValue.FAIL
        CheckResult.objects.update_or_create(
            filing=filing, item=found.condition, defaults={"machine": verdict, "machine_note": found.message}
        )


@transaction.atomic
def record_check(*, actor: Actor, filing: Filing, item: str, result: str, note: str = "") -> CheckResult:
    """The officer's result on one line; a failure needs a note."""
    row = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    may.may_examine.require(actor, row)
    if row.state != State.IN_EXAMINATION:
        raise NotNow.one("not_in_examination", _("只有形式审查中的申报件可以记录审查结果。"))
    line = row.checks.filter(item=item).first()
    if line is None:
        raise NotVisible.one("item", _("没有这个审查项"))
    if result not in CheckValue.values:
        raise Invalid.one("result", _("请选择符合、不符合或不适用"), "result")
    if result != CheckValue.PASS and not note.strip():
        raise Invalid.one("note", _("不符合或者不适用的，请写明原因"), "note")
    line.result, line.note = result, note.strip()
    line.checked_at, line.checked_by = clock.now(), actor.user
    line.save()
    audit.record("filing.checked", actor=actor, obj=row, detail={"item": item, "result": result})
    return line


def _items(filing: Filing, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Validated items; each names a section, a field of it (or the whole section) and what is wanted."""
    problems, clean = [], []
    people = {p.pk: p for p in active_participants(filing)}
    for number, item in enumerate(items):
        section = filing.spec.section(str(item.get("section") or ""))
        field, message = str(item.get("field") or ""), str(item.get("message") or "").strip()
        if section is None or (field and field not in section.form.base_fields):
            problems.append(
                Problem("field", _("第 %(n)s 项指向的栏目不存在") % {"n": number + 1}, f"items.{number}")
            )
            continue
        if not message:
            problems.append(
                Problem("message", _("第 %(n)s 项未写补正要求") % {"n": number + 1}, f"items.{number}")
            )
        person: Participant | None = None
        if section.owner is Owner.PARTICIPANT:
            person = people.get(int(item.get("participant") or 0))
            if person is None:
                problems.append(
                    Problem(
                        "participant",
                        filing.spec.say(_("第 %(n)s 项未指明%(members)s"), n=number + 1),
                        f"items.{number}",
                    )
                )
        clean.append({"section": section.key, "field": field, "message": message, "participant": person})
    if problems:
        raise Invalid(problems)
    return clean


def return_for_correction(
    *,
    actor: Actor,
    filing: Filing,
    items: Sequence[Mapping[str, Any]],
    comment: str = "",
    version: int | None = None,
) -> Filing:
    """退回补正: one complete notice; only the pinned fields unlock."""
    clean = _items(filing, items)

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        last = row.corrections.order_by("-number").first()
        round_, number = (last.round + 1, last.number) if last else (1, 0)
        for offset, item in enumerate(clean, start=1):
            stored = owner_content(row, item["section"], item["participant"])
            Correction.objects.create(
                filing=row,
                round=round_,
                number=number + offset,
                before=stored.get(item["field"]) if item["field"] else stored,
                created_at=clock.now(),
                created_by=who.user,
                **item,
            )

    return perform(
        filing,
        "return_for_correction",
        actor=actor,
        comment=comment,
        data={"items": clean},
        effect=effect,
        version=version,
    )


def accept(*, actor: Actor, filing: Filing, comment: str = "", version: int | None = None) -> Filing:
    """受理."""
    return perform(filing, "accept", actor=actor, comment=comment, version=version)


def record(*, actor: Actor, filing: Filing, comment: str = "", version: int | None = None) -> Filing:
    """审核归档: what only informs (an annual report, a self-assessment) is filed away once it is in order.

    What the unit may decide for itself (`Variant.applies`) takes effect with it.
    """

    def effect(row: Filing, transition: Transition, who: Actor, given: Mapping[str, Any]) -> None:
        if row.entity is None:
            return
        if row.spec.variant is not None and row.spec.variant.applies:
            row.entity = Entity.objects.select_for_update(of=("self",), no_key=True).get(pk=row.subject.pk)
            applying.apply_recorded(row, who)
            return
        if row.action == Action.ANNUAL_REPORT:
            data = {"period": row.period}
            history.add(row.entity, HistoryKind.REPORTED, actor=who, data=data, filing=row)
        duties.sync(row.entity)

    with transaction.atomic():
        # the entity before its filing, as `issue` does
        Entity.objects.select_for_update(of=("self",), no_key=True).filter(pk=filing.entity_id or 0).first()
        return perform(filing, "record", actor=actor, comment=comment, effect=effect, version=version)


def not_accept(*, actor: Actor, filing: Filing, comment: str, version: int | None = None) -> Filing:
    """不予受理, in writing with its reason."""
    return perform(filing, "not_accept", actor=actor, comment=comment, version=version)


def add_note(*, actor: Actor, filing: Filing, text: str) -> None:
    """An internal remark."""
    may.may_write_note.require(actor, filing)
    if not text.strip():
        raise Invalid.one("text", _("请填写备注内容"), "text")
    with transaction.atomic():
        filing.notes.create(text=text.strip(), author=actor.user, created_at=clock.now())
        audit.record("filing.noted", actor=actor, obj=filing)
