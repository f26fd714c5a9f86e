"""Fixed vocabulary of the innovative cluster."""

from django.utils.translation import gettext_lazy as _

from clusters.enums import Carrier

KIND = "innovative_cluster"
PLACE = "370300"
INDUSTRY_LIST = "zibo_four_strong"

# elig_clu_carrier: sd2015_4 主要目标(一); the words of the law for the carriers that count
CARRIER_WORDS = {
    Carrier.NATIONAL_ZONE.value: "国家级高新区",  # data
    Carrier.PROVINCIAL_ZONE.value: "省级高新区",  # data
    Carrier.SPECIALTY_BASE.value: "高新技术特色产业基地",  # data
}
PLAN_PARTS = {
    "goals": _("建设目标"),
    "layout": _("产业布局和空间布局"),
    "tasks": _("主要任务"),
    "alliance": _("联盟和共同体建设安排"),
    "support": _("保障措施"),
}
