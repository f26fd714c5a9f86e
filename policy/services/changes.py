"""Propose a change of the law, publish it by a second person, reject or withdraw it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import District
from core import audit, clock
from core.actor import Actor
from core.errors import Problem, Stale, raise_if
from core.workflow import Transition
from policy import registry
from policy.enums import Provenance, Subject
from policy.models import Change, Clause, Document, EditableList, Parameter, Reading
from policy.permissions import may_propose_here
from policy.selectors import changes as rows
from policy.services import revision
from policy.values import problem, show
from policy.workflow import CHANGES

Target = Parameter | Reading | EditableList | Document


def propose_change(
    *,
    actor: Actor,
    target: Target,
    place: District,
    valid_from: date,
    value: Any,
    reason: str,
    text: str = "",
    clause: Clause | None = None,
) -> Change:
    """One person proposes what is to hold from a day in a place; nothing changes until another publishes it.

    `value` is stored JSON of the parameter's or reading's kind; `{"items": [...], "confirmed": bool}` for a list;
    `{"valid_from", "valid_until", "number_confirmed"}` (ISO dates) for a document. Raises NotAllowed, Invalid.
    """
    subject = rows.MODELS[type(target)]
    field = {"list": "editable_list"}.get(subject.value, subject.value)
    change = Change(
        subject=subject,
        place=target.place if isinstance(target, Document) else place,
        valid_from=valid_from,
        value=value,
        text=text.strip() or _sentence(target, value),
        clause=clause,
        reason=reason.strip(),
        proposed_by=actor.user,
        proposed_at=clock.now(),
        **{field: target},
    )
    may_propose_here.require(actor, change)
    raise_if(_problems(change))
    with transaction.atomic():
        change.before = rows.snapshot(change)
        change.state_changed_by = actor.user
        change.save()
        audit.record(
            "policy_change.propose",
            actor=actor,
            obj=change,
            detail={
                "subject": subject.value,
                "target": str(target),
                "place": change.place_id,
                "from": valid_from,
            },
        )
    return change


def _sentence(target: Target, value: Any) -> str:
    """How a reading's value reads when its author wrote no sentence: the label of the option."""
    if not isinstance(target, Reading):
        return ""
    labels = {str(option["value"]): str(option["label"]) for option in target.options}
    if isinstance(value, bool):
        return labels.get(str(value), show(target.kind, value))
    if isinstance(value, Mapping):
        # The database keeps no order of keys; the options do.
        value = {option["value"]: value.get(option["value"]) for option in target.options}
    return show(target.kind, value, target.unit, labels)


def _problems(change: Change) -> list[Problem]:
    found = []
    if not change.reason:
        found.append(Problem("reason_required", _("请写明变更理由。"), "reason"))
    if change.subject == Subject.DOCUMENT:
        found += _document_problems(change.value)
    elif change.subject == Subject.LIST:
        found += _list_problems(change.value)
    else:
        target = change.target
        why = problem(target.kind, change.value, getattr(target, "options", ()) or ())
        if why:
            found.append(Problem("bad_value", why, "value"))
    if change.subject != Subject.DOCUMENT:
        held = rows.covering(change.subject, change.target, change.place_id, change.valid_from)
        if held is not None and held.valid_from == change.valid_from:
            found.append(
                Problem("same_start", _("该地区自这一天起已有一个取值，请另选起始日期。"), "valid_from")
            )
        elif held is not None and not found and rows.content_of(change.subject, held) == change.value:
            found.append(Problem("no_difference", _("新取值与现行取值相同。"), "value"))
    elif not found and rows.document_content(change.target) == change.value:
        found.append(Problem("no_difference", _("与现行设置相同。"), "value"))
    return found


def _document_problems(value: Any) -> list[Problem]:
    if not isinstance(value, Mapping) or set(value) != {"valid_from", "valid_until", "number_confirmed"}:
        return [Problem("bad_value", _("取值与类型不符。"), "value")]
    start, end = value["valid_from"], value["valid_until"]
    if end is not None and end < start:
        return [Problem("dates", _("失效日期不能早于适用起始日。"), "valid_until")]
    return []


def _list_problems(value: Any) -> list[Problem]:
    if not isinstance(value, Mapping) or not isinstance(value.get("items"), list) or not value["items"]:
        return [Problem("empty_list", _("清单至少要有一个条目。"), "items")]
    ids = [entry.get("id", "") for entry in value["items"]]
    if not all(ids) or not all(str(entry.get("label", "")).strip() for entry in value["items"]):
        return [Problem("incomplete_entry", _("每个条目都要有编号和名称。"), "items")]
    if len(set(ids)) != len(ids):
        return [Problem("duplicate_entry", _("条目的编号不能重复。"), "items")]
    return []


def publish_change(*, actor: Actor, change: Change, comment: str = "", version: int | None = None) -> Change:
    """A second person publishes: the new dated value begins, the old one ends the day before.

    Raises NotAllowed (same person, not their place), NotNow (already decided), Invalid or Stale.
    """
    return CHANGES.perform(change, "publish", actor=actor, comment=comment, effect=_apply, version=version)


def reject_change(*, actor: Actor, change: Change, comment: str, version: int | None = None) -> Change:
    """A second person sends it back with a reason; nothing of the law moves."""
    return CHANGES.perform(change, "reject", actor=actor, comment=comment, version=version)


def withdraw_change(*, actor: Actor, change: Change, comment: str = "", version: int | None = None) -> Change:
    """Its author takes it back."""
    return CHANGES.perform(change, "withdraw", actor=actor, comment=comment, version=version)


def _apply(change: Change, transition: Transition, actor: Actor, data: Mapping[str, Any]) -> None:
    """Runs inside the transition's transaction. The subject's row is locked before its values are looked at."""
    locked = type(change.target).objects.select_for_update(of=("self",), no_key=True).get(pk=change.target.pk)
    if rows.snapshot(change) != change.before:
        # A rival published on the same subject while we waited for its row.
        raise Stale.one("based_on_old", _("提出之后该取值已有新的发布，请退回后按最新取值重新提出。"))
    change.affected = [row.as_dict() for row in registry.affected(change)]
    change.save(update_fields=["affected"])
    if isinstance(locked, Document):
        _apply_document(locked, change)
    else:
        _apply_value(change, actor)
    revision.bump()


def _apply_document(document: Document, change: Change) -> None:
    document.valid_from = date.fromisoformat(change.value["valid_from"])
    end = change.value["valid_until"]
    document.valid_until = date.fromisoformat(end) if end else None
    document.number_confirmed = change.value["number_confirmed"]
    document.save(update_fields=["valid_from", "valid_until", "number_confirmed"])


def _apply_value(change: Change, actor: Actor) -> None:
    model, name = rows.VALUES[change.subject]
    start = change.valid_from
    held = rows.covering(change.subject, change.target, change.place_id, start)
    followed = held or rows.in_force(change.subject, change.target, change.place_id, start)
    if held is not None:
        until = held.valid_until
        held.valid_until = start - timedelta(days=1)
        held.save(update_fields=["valid_until"])
    else:
        later = rows.periods(change).filter(valid_from__gt=start).first()
        until = later.valid_from - timedelta(days=1) if later else None
    content: dict[str, Any] = {"value": change.value}
    if change.subject == Subject.LIST:
        content = {"items": change.value["items"], "confirmed": change.value["confirmed"]}
    elif change.subject == Subject.READING:
        content["text"] = change.text
    model.objects.create(
        **{name: change.target},
        place_id=change.place_id,
        valid_from=start,
        valid_until=until,
        clause=change.clause or (followed.clause if followed else None),
        provenance=Provenance.DECIDED,
        reason=change.reason,
        change=change,
        proposed_by=change.proposed_by,
        published_by=actor.user,
        published_at=clock.now(),
        **content,
    )
