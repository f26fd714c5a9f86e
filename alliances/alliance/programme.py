"""The programme 产业技术创新战略联盟: declarations only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from alliances.alliance import facts, terms
from alliances.alliance.conditions import CONDITIONS
from alliances.alliance.sections import SECTIONS
from alliances.alliance.variants import VARIANTS
from alliances.network import after, common, profile, rooms
from filings.models import EntityLink
from filings.programmes import Ground, Procedure, Programme, Words
from filings.standard_variants import LIMITS

if TYPE_CHECKING:
    from filings.models import Entity, Filing

MECHANISMS = terms.MECHANISMS | terms.ENCOURAGED_MECHANISMS
# what an alliance must go on meeting once it is on the register
STANDING = ("elig_all_chair", "elig_all_core_enterprise", "elig_all_academia_base")
# that members contribute little is no ground: the alliance adjusts them itself (fil_all_members_dynamic)
GROUNDS = (
    Ground("condition_lost", _("不再符合建盟条件且逾期未整改"), "fil_all_voluntary", needs_condition=True),
    Ground("revoked", _("按联盟的建立和撤销机制撤销"), "mech_all_establish_revoke"),
)


def linked(entity: Entity, filing: Filing) -> None:
    """The alliance of its cluster; what its chair owes follows."""
    after.relate(entity, filing, kind=EntityLink.Kind.ALLIANCE_OF, target_kind=terms.CLUSTER)
    after.follow(entity)


PROGRAMME = Programme(
    key="alliance",
    label=_("产业技术创新战略联盟"),
    title_label=_("淄博市产业技术创新战略联盟"),
    entity_kind=terms.KIND,
    type_code="LM",
    place=terms.PLACE,
    city_code="ZB",
    sections=SECTIONS,
    conditions=CONDITIONS,
    procedure=Procedure(review=False, limits=LIMITS),
    criteria=(),
    facts=facts.gather,
    profile=profile.writer(MECHANISMS),
    max_months_key=common.MONTHS,
    lead_condition="elig_all_chair",
    members_condition="elig_all_voluntary",
    register_rule="fil_all_voluntary",
    report_rule="eva_alliance",
    visit_rule="obl_gov_contact.interval_months",
    variants=VARIANTS,
    standing_conditions=STANDING,
    entity_facts=facts.of_entity,
    entity_profile=profile.shower(MECHANISMS),
    public_profile=profile.public,
    grounds=GROUNDS,
    roles=common.ROLES,
    role_kinds=common.ROLE_KINDS,
    role_labels=common.ROLE_LABELS,
    lead_kinds=common.LEAD_KINDS,
    words=Words(lead=_("理事长单位"), act=_("备案"), founding=_("组建备案"), thing=_("联盟")),
    rooms=rooms.of_alliance,
    public_rooms=rooms.public,
    after_applied=linked,
    family="network",
    family_label=_("联盟和共同体"),
    summary=_(
        "围绕一个产业集群，企业主导、面向市场，由企业与高校院所自愿组成，设理事长单位和成员；政府引导，不干涉联盟具体事务。"
    ),
    prepare=(
        _("管理及运行办法（盖章扫描件，PDF）"),
        _("章程中政府、理事长单位、联盟成员的权利义务"),
        _("龙头企业、骨干企业名单及其统一社会信用代码"),
        _("成员单位名单；每家成员单位各自登录，声明自愿加入并确认"),
    ),
)
