"""Beginning a claim: with everything filled in that the register and the unit's own data say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import is_unit_member
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotVisible, Problem
from filings import programmes
from filings.enums import Action
from filings.models import Entity, Filing
from filings.permissions_entity import entity_lead
from filings.selectors.entities import get_visible
from filings.services import drafting, saving
from subsidies.selectors import claims as read
from subsidies.selectors import measures, prefill
from subsidies.selectors.measures import Known


@transaction.atomic
def start(
    *,
    actor: Actor,
    measure: str,
    entity: Entity | str | None = None,
    facts: Mapping[str, Any] | None = None,
    on: date | None = None,
    offered: bool = False,
) -> Filing:
    """A draft of the actor's unit, prefilled; `facts` stand before what the register says.

    `offered`: the portal offered it (免申即享, `selectors/offers.py`), so that the register is the proof.

    Raises NotVisible for an unknown measure or an entity the unit has no part in, NotAllowed for one it does not lead,
    Invalid for what is not claimed here, each with the clause.
    """
    is_unit_member.require(actor)
    known = measures.one(measure)
    row = get_visible(actor, entity) if isinstance(entity, str) else entity
    if row is not None:
        entity_lead.require(actor, row)
    terms = _claimable(known, actor, on)
    content = prefill.content(terms, actor.organisation, row, on=on, facts=facts or {})
    if offered:
        content["claim"]["offered"] = True
    spec = programmes.get(read.PROGRAMME, Action.CLAIM)
    spec = spec.hooks.tailored(spec, content) if spec.hooks.tailored else spec
    authority = drafting.authority_of(spec.place, spec.department)
    made = drafting.create(actor=actor, programme=spec, authority=authority, entity=row, content=content)
    audit.record("claim.started", actor=actor, obj=made, detail={"measure": measure})
    return made


def _claimable(known: Known, actor: Actor, on: date | None) -> Any:
    """The terms of a measure that this unit may claim; Invalid with the clause otherwise."""
    terms, in_force = known.terms_to_show(on or clock.today())
    clause = terms.law.cite(known.key)
    said = ""
    if not read.claimable(terms):
        code, said = "not_claimed_here", _("该项不由本门户受理申领，请按条款向有关机关办理。")
    elif not in_force and on is None:
        code, said = "not_in_force", _("该项支持今天不在有效期内。")
    elif not known.reaches(actor.organisation.district.code):
        code, said = "not_here", _("该项支持的依据不适用于贵单位所在地区。")
    if said:
        raise Invalid.one(code, said, "measure", clause)
    return terms


@transaction.atomic
def begin(*, actor: Actor, action: str, entity: str, content: Mapping[str, Any]) -> Filing:
    """A claim as a program starts it: `content.claim.measure` names the measure. Raises as `start`, and for bad facts."""
    if action != Action.CLAIM:
        raise Invalid.one("action", _("这一类别只受理申领"), "action")
    matter = dict(content.get("claim") or {})
    measure = str(matter.pop("measure", "") or "")
    if not measure:
        raise Invalid.one("measure", _("请选择支持措施"), "content.claim.measure")
    if measure not in measures.known():
        raise Invalid.one("measure", _("没有这项支持措施。"), "content.claim.measure")
    try:
        made = start(actor=actor, measure=measure, entity=entity or None, on=_day(matter.get("on")))
    except NotVisible:
        raise NotVisible.one("not_found", _("没有找到这个登记主体，或您无权查看。"), "entity") from None
    rest = {key: dict(values) for key, values in content.items() if key != "claim"} | {"claim": matter}
    _refuse_unknown(made, rest)
    given = {key: values for key, values in rest.items() if values}
    saving.save_content(actor=actor, filing=made, content=given, version=None)
    made.refresh_from_db()
    return made


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text else None
    except ValueError:
        return None


def _refuse_unknown(filing: Filing, content: Mapping[str, Mapping[str, Any]]) -> None:
    """Sections and facts that the measure does not ask for are named, never dropped."""
    clause = measures.one(read.matter(filing)["measure"]).terms_to_show(clock.today())[0].clause()
    problems = []
    for key, values in content.items():
        section = filing.spec.section(key)
        fields = section.form.base_fields if section else {}
        for name in values:
            if name not in fields:
                said = _("该项措施不使用这个事实。") if key == "facts" else _("该项措施没有这个栏目。")
                code = "unknown_fact" if key == "facts" else "unknown_field"
                cited = clause.text if clause else ""
                problems.append(Problem(code, said, f"content.{key}.{name}"[:200], cited))
    if problems:
        raise Invalid(problems)
