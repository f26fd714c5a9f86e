"""Fixed vocabulary of the strategic emerging cluster: ids with the words of the plan of 2020."""

from django.utils.translation import gettext_lazy as _

KIND = "strategic_emerging_cluster"
PLACE = "370000"
INDUSTRY_LIST = "shandong_2020_strategic"

# elig_sec_plan: sd2020_194 三(一) s2
PLAN_PARTS = {
    "features": _("区域特色"),
    "goals": _("发展目标"),
    "tasks": _("主要任务"),
    "steps": _("推进步骤"),
}
# obl_cluster_body: sd2020_194 三(一) s3
BODY_DUTIES = {
    "planning": _("总体规划"),
    "management": _("日常管理"),
    "statistics": _("统计监测"),
}
