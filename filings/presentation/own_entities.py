"""The entities a unit leads or belongs to, and what it may do about an unmet condition."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import clock
from filings.enums import DutyKind, EntityState, Lamp, ParticipantRole, Strength
from filings.models import Entity, Waiver
from filings.presentation.aftercare import next_steps
from filings.presentation.status import due_face
from filings.presentation.wording import STATUS_LABELS, entity_url
from filings.selectors.lifecycle import law_of
from policy.law import Law

SHAPES = {Lamp.GREEN: "done", Lamp.AMBER: "wait", Lamp.RED: "bad"}


def entity_cards(rows: Iterable[Entity], unit: int | None) -> list[dict[str, Any]]:
    """Entities as a home page shows them. No query beyond those of `dashboard.entities_of`, but one for each kind's law."""
    laws: dict[str, Law] = {}
    found = []
    for entity in rows:
        if entity.kind not in laws:
            laws[entity.kind] = law_of(entity)
        found.append(_card(entity, unit, laws[entity.kind]))
    found.sort(key=_place_in_list)
    return found


def _place_in_list(card: dict[str, Any]) -> tuple[Any, ...]:
    """What has ended last; before it what one leads, and there what needs care first."""
    entity = card["entity"]
    ended = entity.standing != EntityState.REGISTERED
    return (
        ended,
        not card["leads"],
        card["lamp"] != Lamp.RED,
        not card["owed"],
        entity.valid_until or datetime.date.max,
    )


def _card(entity: Entity, unit: int | None, law: Law) -> dict[str, Any]:
    leads = entity.lead_id == unit
    place = next((m for m in entity.places if m.until is None or m.until > law.on), None)  # type: ignore[attr-defined]
    status = entity.status_on(law.on)
    return {
        "entity": entity,
        "url": entity_url(entity),
        "kind": entity.spec.label,
        "leads": leads,
        "role": entity.spec.role_label(place.role if place else ParticipantRole.LEAD),
        "leaving_on": place.until if place else None,
        "status": status,
        "status_word": STATUS_LABELS[status],
        "lamp": entity.lamp,
        "lamp_shape": SHAPES[Lamp(entity.lamp)],
        "lamp_word": entity.get_lamp_display(),
        "owed": [
            {"duty": duty, "clock": due_face(duty.due_at), "day": clock.local(duty.due_at).date()}
            for duty in entity.owed  # type: ignore[attr-defined]
        ],
        "steps": next_steps(entity, entity.lively, law) if leads else [],  # type: ignore[attr-defined]
        "leave_url": leave_url(entity) if _may_leave(entity, leads, place) else "",
        "rectification": rectification(entity, entity.asked, law, _due(entity)) if leads else None,  # type: ignore[attr-defined]
    }


def _may_leave(entity: Entity, leads: bool, place: Any) -> bool:
    registered = entity.standing == EntityState.REGISTERED
    return registered and not leads and place is not None and place.until is None


def _due(entity: Entity) -> datetime.datetime | None:
    owed = entity.owed  # type: ignore[attr-defined]
    return next((duty.due_at for duty in owed if duty.kind == DutyKind.RECTIFY), None)


def leave_url(entity: Entity) -> str:
    return reverse("filings:entity_leave", args=[entity.code])


def overlaps(cards: Iterable[dict[str, Any]]) -> list[str]:
    """A sentence for each kind of which the unit belongs to more than one: its people and money are shared out."""
    kinds = Counter(str(card["kind"]) for card in cards if card["status"] == "valid")
    return [
        ngettext(
            "贵单位同时参加 %(n)s 个%(kind)s，请核对各处承诺的任务、人员和投入没有重复。",
            "贵单位同时参加 %(n)s 个%(kind)s，请核对各处承诺的任务、人员和投入没有重复。",
            count,
        )
        % {"n": count, "kind": kind}
        for kind, count in kinds.items()
        if count > 1
    ]


# --- rectification ---


def rectification(
    entity: Entity, asked: Iterable[Waiver], law: Law, due: datetime.datetime | None
) -> dict[str, Any] | None:
    """What stands in the way and the two ways out of it; None while nothing does."""
    if entity.standing != EntityState.REGISTERED or entity.lamp == Lamp.GREEN or not entity.unmet:
        return None
    by_condition = {row.condition: row for row in asked}
    return {
        "entity": entity,
        "red": entity.lamp == Lamp.RED,
        "due": due,
        "clock": due_face(due) if due else None,
        "lines": [_unmet(entity, line, by_condition.get(line["condition"]), law) for line in entity.unmet],
        "change_url": reverse("filings:entity_start", args=[entity.code, "change"]),
    }


def _unmet(entity: Entity, line: dict[str, Any], waiver: Waiver | None, law: Law) -> dict[str, Any]:
    condition = entity.spec.condition(line["condition"])
    strength = Strength.HARD
    if condition is not None:
        strength = condition.strength_in(law) if condition.strength_in else condition.strength
    may_ask = strength == Strength.IN_PRINCIPLE and entity.lamp == Lamp.RED
    url = reverse("filings:entity_waiver", args=[entity.code, line["condition"]]) if may_ask else ""
    return line | {"waiver_url": url, "waiver": waiver_word(waiver)}


def waiver_word(waiver: Waiver | None) -> str:
    """How far an exception has come."""
    if waiver is None or waiver.applicant_at is None:
        return ""
    if waiver.confirmed_at is not None:
        return _("例外已同意")
    return _("例外待复核") if waiver.granted_at is not None else _("例外已申请，待审查")
