"""The programme “政产学研金服用”创新创业共同体: declarations only."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.enums import Level
from alliances.community import facts, profile, terms
from alliances.community.conditions import CONDITIONS
from alliances.community.sections import BASIC, ELEMENTS, OPERATOR, SECTIONS
from alliances.network import common
from filings import standard_variants as standard
from filings.programmes import Ground, Procedure, Programme, Words

VARIANTS = standard.every_action(
    change=standard.change(SECTIONS, members=True),
    renew=standard.renewal(SECTIONS, members=True, review=False),
    upgrade=standard.upgrade(
        summary=_("获得省级认定后，凭省级批复文件登记为省级共同体；市级身份和日期保留在级别沿革中。"),
        clause="fil_upgrade_path",
    ),
    annual_report=standard.annual_report(),
    exit=standard.exit_(),
    record_approval=standard.record_approval((BASIC, ELEMENTS, OPERATOR)),
)
GROUNDS = (Ground("revoked", _("不再具备共同体的运行条件"), "fil_upgrade_path"),)

PROGRAMME = Programme(
    key="community",
    label=_("创新创业共同体"),
    title_label=_("淄博市“政产学研金服用”创新创业共同体"),
    entity_kind=terms.KIND,
    type_code="GT",
    place=terms.PLACE,
    city_code="ZB",
    sections=SECTIONS,
    conditions=CONDITIONS,
    procedure=Procedure(review=False, limits=standard.LIMITS),
    criteria=(),
    facts=facts.gather,
    profile=profile.apply,
    max_months_key=common.MONTHS,
    lead_condition="fil_upgrade_path",
    members_condition="elig_comm_elements",
    register_rule="fil_upgrade_path",
    report_rule="eva_alliance",
    variants=VARIANTS,
    entity_facts=facts.of_entity,
    entity_profile=profile.shown,
    public_profile=profile.public,
    grounds=GROUNDS,
    roles=common.ROLES,
    role_kinds=common.ROLE_KINDS,
    role_labels=common.ROLE_LABELS,
    lead_kinds=common.LEAD_KINDS,
    levels=(Level.MUNICIPAL, Level.PROVINCIAL),
    after_applied=profile.linked,
    family="network",
    family_label=_("联盟和共同体"),
    words=Words(act=_("认定"), founding=_("认定"), thing=_("共同体")),
    summary=_(
        "联盟的升级形态：人才、平台、新型研发机构、联盟和科技服务最集中之处，逐步完善“政产学研金服用”七要素。"
    ),
    prepare=(
        _("七要素各由哪些单位承担"),
        _("运营法人的统一社会信用代码"),
        _("成员单位名单；每家成员单位各自登录确认"),
    ),
)
