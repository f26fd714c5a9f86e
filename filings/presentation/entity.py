"""An entity in words: its standing, its lamp, what comes next, and the parts of its page."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from filings.enums import EntityState, Grade, Lamp, Strength
from filings.models import (
    Certificate,
    Entity,
    EntityLink,
    EntityMember,
    Filing,
    IssuedDocument,
    Rating,
    Waiver,
)
from filings.selectors import ladder
from filings.selectors.entity_page import Sight
from filings.selectors.lifecycle import law_of

STATUS_LABELS = {
    "valid": gettext_lazy("有效"),
    "upcoming": gettext_lazy("未生效"),
    "expired": gettext_lazy("已到期"),
    "replaced": gettext_lazy("已更换"),
    "revoked": gettext_lazy("已取消"),
    "cancelled": gettext_lazy("已取消"),
    "exited": gettext_lazy("已退出"),
    "merged": gettext_lazy("已并入"),
    "ended": gettext_lazy("已终止"),
}
LAMP_TONES = {Lamp.GREEN: "done", Lamp.AMBER: "act", Lamp.RED: "bad"}
GRADE_TONES = {Grade.EXCELLENT: "done", Grade.GOOD: "done", Grade.PASS: "doing", Grade.FAIL: "bad"}


def url(name: str, *args: Any) -> str:
    """An address of the app; empty where the page does not exist."""
    try:
        return reverse(f"filings:{name}", args=args)
    except NoReverseMatch:
        return ""


# --- head ------------------------------------------------------------------------------------


def standing(entity: Entity, on: datetime.date) -> dict[str, str]:
    """{state, label}: the status word of a day, with its shape."""
    status = entity.status_on(on)
    return {"state": status, "label": str(STATUS_LABELS[status])}


def line(entity: Entity, on: datetime.date, names: dict[str, str]) -> dict[str, Any]:
    """One row of the list; no query when it was read by `selectors.entity_list.shown`."""
    status = standing(entity, on)
    return {
        "entity": entity,
        "url": url("entity", entity.code),
        "industry": names.get(entity.industry, entity.industry),
        "status": status,
        "days_left": (entity.valid_until - on).days
        if entity.valid_until and status["state"] == "valid"
        else None,
        "lamp": light(entity),
        "officer": str(entity.officer) if entity.officer else "",
        "duties": getattr(entity, "open_duties", None) or 0,
    }


def light(entity: Entity) -> dict[str, str] | None:
    """The lamp as a word in a shape; none once the entity has ended."""
    if entity.standing != EntityState.REGISTERED:
        return None
    lamp = Lamp(entity.lamp)
    return {"state": LAMP_TONES[lamp], "label": str(lamp.label)}


def unmet(sight: Sight, waivers: Iterable[Waiver]) -> list[dict[str, Any]]:
    """What stands in the way, with its clause, how the exception stands and where it is asked for."""
    entity = sight.entity
    asked = {w.condition: w for w in waivers if w.ended_on is None}
    return [
        row
        | {
            "waiver": waiver_word(asked[row["condition"]]) if row["condition"] in asked else None,
            "url": _waiver_url(sight, row["condition"], asked.get(row["condition"])),
        }
        for row in (entity.unmet if entity.standing == EntityState.REGISTERED else ())
    ]


def _waiver_url(sight: Sight, condition: str, asked: Waiver | None) -> str:
    if sight.is_officer and asked is not None and asked.filing_id is None:
        return url("entity_exception", sight.entity.code, condition)
    if sight.is_signer and asked is None and _in_principle(sight.entity, condition):
        return url("entity_waiver", sight.entity.code, condition)
    return ""


def _in_principle(entity: Entity, key: str) -> bool:
    found = entity.spec.condition(key)
    if found is None:
        return False
    law = law_of(entity)
    return (found.strength_in(law) if found.strength_in else found.strength) == Strength.IN_PRINCIPLE


# --- panels ----------------------------------------------------------------------------------


def member_lines(
    entity: Entity, rows: Iterable[EntityMember], on: datetime.date, *, inside: bool
) -> list[dict[str, Any]]:
    """Members as of a day; why somebody left is read by the lead and the office."""
    return [
        {
            "unit": row.organisation.name,
            "credit_code": row.organisation.credit_code,
            "district": row.organisation.district.path_label if row.organisation.district else "",
            "role": entity.spec.role_label(row.role),
            "since": row.since,
            "until": row.until,
            "gone": row.until is not None and row.until <= on,
            "by_itself": row.left_by_itself,
            "reason": row.left_reason if inside else "",
        }
        for row in rows
    ]


def filing_lines(rows: Iterable[Filing], *, staff: bool) -> list[dict[str, Any]]:
    return [
        {
            "filing": row,
            "label": _action_label(row),
            "url": url("desk_case" if staff else "open", row.pk),
            "word": row.staff_label if staff else row.applicant_label,
        }
        for row in rows
    ]


def _action_label(row: Filing) -> str:
    label = row.spec.action_label(row.action)
    return f"{row.period} {label}" if row.period else label


def paper_lines(rows: Iterable[IssuedDocument], on: datetime.date) -> list[dict[str, Any]]:
    """Certificates and letters; the standing of a certificate on a day."""
    found = []
    for row in rows:
        paper: Certificate | None = getattr(row, "certificate", None)
        status = paper.status_on(on) if paper else ""
        found.append(
            {
                "paper": row,
                "label": row.kind_label,
                "span": (paper.valid_from, paper.valid_until) if paper else None,
                "status": {"state": status, "label": str(STATUS_LABELS[status])} if paper else None,
                "verify_url": f"/verify/{row.verification_code}/",
            }
        )
    return found


def rating_line(row: Rating, *, inside: bool) -> dict[str, Any]:
    """A rating; score and summary are read by the lead and the office."""
    words = {
        "pending": _("待复核"),
        "refused": _("未予确认"),
        "corrected": _("已更正"),
        "in_force": _("生效"),
    }
    tones = {"pending": "act", "refused": "off", "corrected": "off", "in_force": "done"}
    state = rating_state(row)
    return {
        "rating": row,
        "word": grade_word(row),
        "tone": GRADE_TONES[Grade(row.grade)] if state in ("in_force", "pending") else "off",
        "state": state,
        "state_word": words[state],
        "state_tone": tones[state],
        "score": row.score if inside else None,
        "summary": row.summary if inside else "",
        "by_whom": row.by_whom,
        "report": row.report if inside else None,
    }


def rating_state(row: Rating) -> str:
    """`pending`, `refused`, `corrected` or `in_force`."""
    if row.refused_at is not None:
        return "refused"
    if row.confirmed_at is None:
        return "pending"
    return "in_force" if row.superseded_by_id is None else "corrected"


def grade_word(row: Rating) -> str:
    """The grade, with the scheme's own word where it has one."""
    grade = str(row.get_grade_display())
    return f"{grade}（{row.word}）" if row.word and row.word != grade else grade


def consequence(entity: Entity, grade: str) -> dict[str, str] | None:
    """What a confirmed grade leads to, {text, clause}; None where nothing follows."""
    ground = next((g for g in entity.spec.grounds if g.needs_rating), None)
    if grade == Grade.FAIL and ground is not None:
        text = entity.spec.say(
            _(
                "复核后将启动取消%(act)s程序：先告知单位并听取陈述申辩，期满后由两人办理，在此之前%(act)s继续有效。"
            )
        )
        return {"text": text, "clause": law_of(entity).cite(ground.rule)}
    if grade == Grade.EXCELLENT and entity.spec.priority_rule:
        text = _("复核后可以酌情提高支持力度。")
        return {"text": text, "clause": law_of(entity).cite(entity.spec.priority_rule)}
    return None


def waiver_word(row: Waiver) -> dict[str, str]:
    """{state, label}: how far an exception has come."""
    if row.ended_on is not None:
        return {"state": "off", "label": _("已结束") if row.confirmed_at else _("未同意")}
    if row.confirmed_at is not None:
        return {"state": "done", "label": _("已同意")}
    if row.granted_at is not None:
        return {"state": "act", "label": _("待复核")}
    return {"state": "act", "label": _("待办理")}


def waiver_lines(rows: Iterable[Waiver], sight: Sight) -> list[dict[str, Any]]:
    """Exceptions: who asked and why for the lead and the office, the public reason for everybody here."""
    entity, law, inside = sight.entity, law_of(sight.entity), sight.reads_inside
    found = []
    for row in rows:
        condition = entity.spec.condition(row.condition)
        found.append(
            {
                "waiver": row,
                "label": str(condition.label) if condition else row.condition,
                "clause": law.cite(row.condition),
                "status": waiver_word(row),
                "asked": row.applicant_reason if inside else "",
                "asked_by": str(row.applicant_by) if inside and row.applicant_by else "",
                "reason": row.public_reason if sight.is_staff or row.confirmed_at else "",
                "granted_by": str(row.granted_by) if sight.is_staff and row.granted_by else "",
                "confirmed_by": str(row.confirmed_by) if sight.is_staff and row.confirmed_by else "",
                "because": row.ended_because if inside else "",
                "url": _handle_url(row, sight),
            }
        )
    return found


def _handle_url(row: Waiver, sight: Sight) -> str:
    """Where an officer sees to it: what was asked for on the register, or what is in force."""
    open_here = row.ended_on is None and sight.entity.standing == EntityState.REGISTERED
    mine = row.confirmed_at is not None or row.filing_id is None
    return (
        url("entity_exception", sight.entity.code, row.condition)
        if sight.is_officer and open_here and mine
        else ""
    )


def profile_blocks(entity: Entity) -> list[dict[str, Any]]:
    """What the programme keeps of it: {label, text} or {label, heads, rows}, a row [(head, text, class)]."""
    return blocks_in_words(entity.spec.entity_profile(entity) if entity.spec.entity_profile else [])


def blocks_in_words(blocks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blocks of a programme, {label, text} or {label, rows}, as the pages show them."""
    return [
        {"label": block["label"], "text": block["text"]}
        if "text" in block
        else {
            "label": block["label"],
            "heads": [(head, _cell(head, value)[2]) for head, value in (block["rows"] or [{}])[0].items()],
            "rows": [[_cell(head, value) for head, value in row.items()] for row in block["rows"]],
        }
        for block in blocks
    ]


def _cell(head: str, value: Any) -> tuple[str, str, str]:
    """Head, text and class: amounts to the right, dates on one line."""
    if isinstance(value, Decimal):
        return head, f"{value:,.2f}", "right num"
    if isinstance(value, datetime.date):
        return head, value.isoformat(), "fit"
    return head, str(value), ""


def level_lines(entity: Entity, until: datetime.date) -> list[dict[str, Any]]:
    """The levels it has had by a day, newest first, each with its document: [{level, since, until, document, by}]."""
    return [
        {
            "level": step.get_level_display(),
            "since": step.since,
            "until": step.until if step.until and step.until <= until else None,
            "document": step.document_number,
            "dated": step.document_date,
            "by": step.issued_by,
        }
        for step in reversed(ladder.steps(entity, until))
    ]


def rooms(entity: Entity, actor: Any) -> list[Any]:
    """Pages of the programme's own about this entity that this actor may open."""
    return list(entity.spec.rooms(entity, actor)) if entity.spec.rooms else []


def link_lines(entity: Entity, rows: Iterable[EntityLink]) -> list[dict[str, Any]]:
    """Predecessors it took in, or the entity it was taken into: [{label, code, name, since}]."""
    found = []
    for row in rows:
        ours = row.source_id == entity.pk
        other = row.target if ours else row.source
        label = row.get_kind_display()
        if not ours:
            merged = row.kind == EntityLink.Kind.PREDECESSOR and entity.standing == EntityState.MERGED
            label = _("并入后主体") if merged else OTHER_WAY.get(row.kind, label)
        found.append({"label": str(label), "code": other.code, "name": other.name, "since": row.since})
    return found


# a link as it reads from its other end
OTHER_WAY: dict[str, Any] = {
    EntityLink.Kind.PREDECESSOR: gettext_lazy("后续主体"),
    EntityLink.Kind.ALLIANCE_OF: gettext_lazy("集群联盟"),
    EntityLink.Kind.COMMUNITY_OF: gettext_lazy("集群共同体"),
    EntityLink.Kind.PLATFORM_OF: gettext_lazy("服务平台"),
    EntityLink.Kind.BASED_ON: gettext_lazy("以本联盟为依托"),
    EntityLink.Kind.PART_OF: gettext_lazy("包含"),
}


def cancellation_lines(rows: Iterable[Any], entity: Entity) -> list[dict[str, Any]]:
    """One line for each case, without what stays inside."""
    return [
        {
            "url": url("cancellation", row.pk),
            "ground": ground_label(entity, row.ground),
            "clause": row.clause,
            "tone": CANCELLATION_TONES.get(row.state, "doing"),
            "word": row.get_state_display(),
            "opened_at": row.opened_at,
            "until": row.hearing_until,
            "decided_on": row.decided_on,
        }
        for row in rows
    ]


CANCELLATION_TONES = {
    "opened": "todo", "hearing": "act", "paused": "wait", "heard": "doing", "proposed": "doing", "confirmed": "bad",
    "dropped": "off",
}  # fmt: skip


def hearing(rows: Iterable[Any]) -> dict[str, Any] | None:
    """The hearing that is open, {url, until}; `until` is None while its clock stands still."""
    row = next((r for r in rows if r.state in ("hearing", "paused")), None)
    if row is None:
        return None
    return {
        "url": url("cancellation", row.pk),
        "until": row.hearing_until if row.state == "hearing" else None,
    }


def ground_label(entity: Entity, key: str) -> str:
    found = entity.spec.ground(key)
    return str(found.label) if found else key
