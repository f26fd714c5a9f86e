"""Fixed vocabularies of the platform policy: stored keys and the words of the catalogue for them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

# functions of a new R&D institution (四(二)4)
FUNCTIONS = {
    "industrial_rd": _("产业技术研发"),
    "applied_basic": _("应用基础研究"),
    "transfer": _("技术转移转化"),
    "incubation": _("科技型企业孵化"),
    "investment": _("产业投融资"),
    "talent": _("高端人才集聚"),
}
# services of a public technical service platform (四(三)1)
SERVICES = {
    "research": _("研发"),
    "trial": _("试验"),
    "design": _("设计"),
    "testing": _("检验检测"),
    "pilot": _("中试"),
    "industrialisation": _("产业化"),
    "training": _("培训"),
    "consulting": _("咨询"),
}
# kinds of technology transfer institution (四(四)3)
SUBTYPES = {
    "market": _("技术市场"),
    "centre": _("技术转移中心"),
    "valuation": _("科技成果价值评估机构"),
    "incubation": _("科技成果孵化机构"),
    "ip": _("知识产权服务机构"),
    "consulting": _("科技咨询服务机构"),
    "finance": _("科技金融服务机构"),
}
# the two offices under whose rules an engineering (technology) research centre stands
LINES = {
    "development_reform": _("工程研究中心（发展改革系统）"),
    "science": _("工程技术研究中心（科技系统）"),
}
# elig_rd_hq: 五(二)
FOUNDERS = {
    "university": _("国内外知名大学"),
    "institute": _("国内外科研院所"),
    "fortune_500": _("世界500强企业"),
    "other": _("其他"),
}
# elig_talent_platform: 五(四)
TALENT = {
    "academician": _("院士"),
    "moe_leading": _("教育部领军人才"),
    "taishan": _("泰山学者"),
    "national_branch": _("国家级平台分中心"),
}
FOUNDING_MODES = {
    "own": _("自主建设"),
    "joint": _("与高校院所共建"),
    "introduced": _("引进建设"),
    "merged": _("整合现有机构"),
}
# mech_plat_*: 二(四), every platform
MECHANISMS: dict[str, Any] = {
    "mech_plat_funding": _("资金投入机制"),
    "mech_plat_synergy": _("产学研用协同创新机制"),
    "mech_plat_coordination": _("科学协调管理机制"),
}
# those of one type, by `Traits.mechanisms`
OWN_MECHANISMS: dict[str, Any] = {
    "mech_lab_adjust": _("实验室优化调整机制和持续支持机制"),
    "mech_iri_governance": _("产研院市场导向管理、灵活包容人才、开放创新合作机制"),
    "mech_iri_incentive": _("产研院多元股权收益激励、成果导向绩效评价和分配机制"),
    "mech_ptsp_coordination": _("公共技术服务平台组织协调机制"),
    "mech_transform_tracking": _("成果转化平台跟踪落实和评价机制"),
    "mech_workstation_model": _("企业引才主体、政府引导、实质性参与、市场化建站"),
}
