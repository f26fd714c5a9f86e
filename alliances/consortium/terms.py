"""Fixed vocabularies of the Qingdao guideline: catalogue ids and the words a form shows for them."""

from django.utils.translation import gettext_lazy as _

KIND = "innovation_consortium"
PLACE = "370200"
INDUSTRY_LIST = "qingdao_10_1"

# elig_cons_mechanisms: 建设方向2 s1
MECHANISMS = {
    "mech_cons_decision": _("决策调度机制"),
    "mech_cons_joint_research": _("协同攻关机制"),
    "mech_cons_benefit": _("收益分配机制"),
    "mech_cons_ip": _("知识产权管理机制"),
    "mech_cons_standards": _("标准创制机制"),
    "mech_cons_application": _("推广应用机制"),
    "mech_cons_funding": _("资金投入机制"),
}
# encouraged, not required: 建设方向2 s2
ENCOURAGED_MECHANISMS = {
    "mech_cons_fund_rules": _("经费管理办法"),
    "mech_cons_synergy": _("协同创新机制"),
    "mech_cons_council": _("议事协调机制或理事会制度"),
}
# elig_cons_agreement_content: 建设方向1 s3
AGREEMENT_PARTS = {
    "topics": _("拟攻关重大课题"),
    "division": _("各方任务分工"),
    "rights": _("权利义务"),
    "liability": _("责任"),
    "benefit": _("利益共享"),
}
# elig_cons_plan: 建设方向2 s3
PLAN_PARTS = {
    "ip_layout": _("知识产权布局"),
    "talent_layout": _("人才培养布局"),
    "application_layout": _("推广应用布局"),
    "core_tasks": _("关键核心任务"),
    "research_plan": _("技术攻关计划"),
    "funding": _("资金投入安排"),
    "acceptance": _("成果验收考核指标"),
}
# elig_cons_member_basis: 建设方向4 s1
BASIS = {
    "research": _("技术研发"),
    "results": _("成果产出"),
    "patents": _("专利布局"),
    "standards": _("标准制定"),
    "international": _("国际合作"),
}
# obl_cons_member_resources: 建设方向2 s4
RESOURCES = {
    "funds": _("资金"),
    "technology": _("技术"),
    "talent": _("人才"),
    "equipment": _("仪器设备"),
    "premises": _("办公科研场地"),
}
# elig_cons_lead_services: 建设方向3 s2
SERVICES = {
    "service": _("技术服务"),
    "international": _("国际合作"),
    "transfer": _("成果转化"),
    "scenario": _("应用场景"),
}
# obl_cons_tasks: 建设方向1 s1
TASK_AREAS = {
    "core_technology": _("重大关键核心技术攻关"),
    "transfer": _("重大科技成果转移转化"),
    "platform": _("共建共享创新平台载体"),
    "institution": _("探索创新体制机制"),
}
# amb_leading_enterprise: evidence offered, none of it a threshold
LEADING_EVIDENCE = {
    "high_tech": _("高新技术企业"),
    "specialised": _("专精特新企业"),
    "champion": _("制造业单项冠军"),
    "chain_master": _("重点产业链链主企业"),
    "award": _("省级以上科技奖励"),
    "platform": _("省级以上创新平台"),
    "other": _("其他"),
}
