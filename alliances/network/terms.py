"""Words that alliances and unions share."""

from django.utils.translation import gettext_lazy as _

# elig_all_rights: 三(二) s2; the law's own words, in its order
CHARTER = {
    "government": _("政府"),
    "chair": _("理事长单位"),
    "members": _("联盟成员"),
}
CORE = {
    "leader": _("行业龙头企业"),
    "backbone": _("重点骨干企业"),
}
CORE_TITLES = frozenset({"chain_master", "leading", "champion"})
"""Titles on a unit's registration that make it a leading or backbone enterprise without a word more."""
CONTRIBUTIONS = {
    "technology": _("技术研发"),
    "information": _("行业信息"),
    "market": _("市场资源"),
    "talent": _("人才"),
    "equipment": _("仪器设备"),
    "funds": _("资金"),
}
