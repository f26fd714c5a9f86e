"""The programme 补助申领: declarations, and what it does in a way of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from core import clock
from filings import programmes
from filings.enums import Action
from filings.hooks import Hooks
from filings.programmes import Procedure, Programme, Section, Variant, Words
from filings.standard_variants import LIMITS
from policy.selectors.law import revision
from subsidies.claim import conditions, sections
from subsidies.enums import Kind
from subsidies.presentation import award as shown
from subsidies.selectors import claims as read
from subsidies.selectors.measures import Known, labels, one
from subsidies.services import awards, claims
from subsidies.terms import Terms

PROVINCE = "370000"


def tailored(spec: Programme, content: Mapping[str, Any]) -> Programme:
    """The programme for the measure and district chosen at the start."""
    matter = content.get("claim") or {}
    key, district = str(matter.get("measure") or ""), str(matter.get("district") or "")
    if not key:
        return spec
    offered = bool(matter.get("offered"))
    found = _tailored(key, district, clock.today(), revision(), offered=offered)
    title = str(matter.get("entity_name") or "")
    title = f"{found.title}（{title}）" if title else found.title
    return replace(spec, **found.fields, name_of=lambda _content: title)


class _Tailored:
    def __init__(self, title: str, fields: dict[str, Any]) -> None:
        self.title, self.fields = title, fields


@lru_cache(maxsize=512)
def _tailored(key: str, district: str, today: Any, law: Any, *, offered: bool) -> _Tailored:
    """`law`: the revision, so that what was published is seen."""
    known = one(key)
    terms, names = _terms(known, district, today), dict(labels())
    place = known.place if not known.place.endswith("0000") else f"{district[:4]}00"
    fields = {
        "sections": tuple(_sections(terms, names, offered=offered)),
        "conditions": conditions.conditions_of(terms, names, offered=offered),
        "register_rule": key,
        "place": place,
        "city_code": next((p.city_code for p in programmes.all_programmes() if p.place == place), "SD"),
    }
    return _Tailored(terms.label, fields)


def _terms(known: Known, district: str, today: Any) -> Terms:
    try:
        return known.terms(today, district if known.reaches(district) else "")
    except KeyError:
        return known.terms_to_show(today)[0]


def _sections(terms: Terms, names: dict[str, str], *, offered: bool) -> Any:
    """What was offered rests on the document that is on the register: no proof is asked for (免申即享)."""
    yield replace(sections.CLAIM, form=sections.matter_form(terms), clauses=(terms.key,))
    facts = sections.fact_form(terms, names)
    if facts is not None:
        yield replace(sections.FACTS_SECTION, form=facts, clauses=(terms.key,))
    if terms.kind is not Kind.PRIORITY:
        yield sections.PAYEE
    if not offered:
        yield Section("evidence", sections.EVIDENCE.title, sections.evidence_form(terms))
    yield sections.DECLARATION


PROCEDURE = Procedure(recommendation=False, review=False, notice=True, limits=dict(LIMITS))

PROGRAMME = Programme(
    key=read.PROGRAMME,
    label=_("补助申领"),
    title_label=_("补助申领"),
    entity_kind="",
    type_code="",
    place=PROVINCE,
    city_code="SD",
    sections=(),
    conditions=(),
    procedure=PROCEDURE,
    criteria=(),
    facts=conditions.gather,
    profile=lambda entity, filing: None,
    industry_of=lambda content: "",
    words=Words(lead=_("申领单位"), act=_("兑现"), founding=_("补助申领"), thing=_("申领")),
    family="support",
    applied_for=False,
    summary=_("按政策条款申领补助、奖励和其他支持。先选择支持措施，金额逐步列明算法和条款。"),
    variants={
        Action.CLAIM: Variant(
            label=_("补助申领"),
            sections=sections.SECTIONS,
            procedure=PROCEDURE,
            judged=True,
            guards=(read.obstacles,),
            prepare=(_("能够证明符合条款的材料"), _("本单位的银行账户")),
        )
    },
    hooks=Hooks(
        on_act=awards.ON_ACT,
        tailored=tailored,
        starter=claims.begin,
        asks=shown.asks,
        computed=shown.tables,
        mark=shown.mark,
        told=shown.told,
        decides=shown.decides,
        api=shown.api,
    ),
)
