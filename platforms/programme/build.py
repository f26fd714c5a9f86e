"""A platform type becomes a programme: declarations only."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.enums import Level
from filings import standard_variants as standard
from filings.enums import Action, ParticipantRole
from filings.programmes import Ground, Procedure, Programme, Variant, Words
from platforms import conditions
from platforms.programme import facts, outcome, profile, report, rooms
from platforms.programme.criteria import criteria
from platforms.sections import sections
from platforms.types import PlatformType, types

FAMILY = "platform"
LADDER = "fil_platform_ladder"
CITIES = {"370300": _("淄博市"), "370200": _("青岛市"), "370000": _("山东省")}
WORDS = Words(
    lead=_("依托单位"), members=_("共建单位"), act=_("认定"), founding=_("平台认定"), thing=_("平台")
)
GROUNDS = (Ground("failed_evaluation", _("绩效评价不合格"), "mech_differentiated_eval", needs_rating=True),)


def _level(content: dict[str, Any]) -> str:
    return str(content.get("basic", {}).get("level") or "")


def _variants(kind: PlatformType) -> dict[Action, Variant]:
    pages, own = sections(kind), {}
    own["change"] = standard.change(pages)
    own["annual_report"] = standard.annual_report(
        report.pages(kind.traits.records), prefill=report.prefill, clause="mech_differentiated_eval"
    )
    if kind.own_levels:
        own["renew"] = standard.renewal(pages)
    own["exit"] = standard.exit_(clause=LADDER)
    if kind.recorded_levels:
        own["record_approval"] = standard.record_approval(
            pages, judged=bool(kind.traits.conditions) and not kind.own_levels, clause=LADDER
        )
    if len(kind.levels) > 1:
        own["upgrade"] = standard.upgrade()
    return standard.every_action(**own)


def _summary(kind: PlatformType) -> Any:
    if not kind.own_levels:
        return _("由上级主管部门认定，凭批复文件登记入册。")
    if not kind.recorded_levels:
        return _("由依托单位申请，主管部门认定。")
    levels = "、".join(str(Level(level).label) for level in kind.recorded_levels)
    return _("由依托单位申请，主管部门认定；%(levels)s凭批复登记。") % {"levels": levels}


def of(kind: PlatformType) -> Programme:
    """The programme of a type."""
    traits = kind.traits
    return Programme(
        key=kind.key,
        label=kind.label,
        title_label=f"{CITIES[kind.place]}{kind.label}",
        entity_kind=kind.key,
        type_code=kind.code,
        place=kind.place,
        city_code=kind.city_code,
        sections=sections(kind),
        conditions=conditions.of_type(traits.conditions),
        procedure=Procedure(limits=dict(standard.LIMITS)),
        criteria=criteria(kind),
        facts=facts.gather,
        profile=profile.apply,
        max_months_key="procedure.platform_validity",
        lead_condition=traits.lead_condition or kind.key,
        register_rule=LADDER,
        renewal_rule=LADDER,
        report_rule="mech_differentiated_eval",
        priority_rule="mech_result_support",
        variants=_variants(kind),
        entity_profile=profile.shown,
        public_profile=profile.public,
        grounds=GROUNDS,
        roles=(ParticipantRole.OTHER,),
        role_labels={ParticipantRole.OTHER: _("共建单位")},
        lead_kinds=tuple(traits.hosts),
        summary=_summary(kind),
        prepare=(_("建设基础和能力：人员、设备、场地、投入"), _("组织架构和管理制度"), _("佐证材料（PDF）")),
        words=WORDS,
        applied_for=bool(kind.own_levels),
        department=kind.department,
        family=FAMILY,
        family_label=_("科技创新平台"),
        group=kind.stage.label,
        levels=kind.levels,
        level_of=_level,
        rooms=rooms.inner,
        public_rooms=rooms.public,
        after_applied=outcome.cultivated,
    )


def every() -> tuple[Programme, ...]:
    """One programme for each platform type, in the order of the catalogue."""
    return tuple(of(kind) for kind in types().values())
