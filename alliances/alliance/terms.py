"""Fixed words of alliances in Zibo: catalogue ids and the label a form shows for them."""

from django.utils.translation import gettext_lazy as _

KIND = "industry_alliance"
CLUSTER = "innovative_cluster"
PLACE = "370300"
INDUSTRY_LIST = "zibo_four_strong"

# required: without them nothing says how members come, go and decide (elig_all_mechanism, fil_all_*)
MECHANISMS = {
    "mech_all_management": _("管理及运行机制"),
    "mech_all_establish_revoke": _("联盟建立和撤销机制"),
    "mech_all_dynamic_members": _("联盟内企业动态管理"),
}
# encouraged by 三(二)–(五), not required
ENCOURAGED_MECHANISMS = {
    "mech_all_risk_benefit": _("风险共担、利益共享的合作模式"),
    "mech_all_sharing": _("技术研发、行业信息、市场资源共建共享"),
    "mech_all_joint_talent": _("联合引才机制"),
    "mech_all_patent_pool": _("联盟（集群）专利池"),
    "mech_all_contact": _("联盟建设联系机制"),
}
