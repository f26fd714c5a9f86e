"""Criteria of the expert review by stage of the chain. The policy gives no weights: these are proposed defaults (建议值).

An expert condition hangs on the first criterion, that of the host and its people.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from filings.programmes import Criterion
from platforms.types import PlatformType

EXPERT_FACTS = {
    "elig_lab_applicant": "host_type_and_strength",
    "elig_workstation_participation": "substantive_participation",
}
LAST = {
    "basic_research": _("研究水平和承担任务"),
    "engineering": _("技术突破和成果转化"),
    "public_service": _("服务能力和服务成效"),
    "transformation": _("转化成效和合作机制"),
}


def criteria(kind: PlatformType) -> tuple[Criterion, ...]:
    """Four criteria that add up to 100."""
    facts = tuple(EXPERT_FACTS[key] for key in kind.traits.conditions if key in EXPERT_FACTS)
    return (
        Criterion("host", _("依托单位实力和人才队伍"), 30, _("实力、团队结构和投入"), facts),
        Criterion("work", LAST[kind.stage.key], 30, _("已有成果、任务和服务对象")),
        Criterion("conditions", _("仪器设备和场地条件"), 20, _("设备、场地和经费保障")),
        Criterion("management", _("运行管理和开放共享"), 20, _("制度、机制和开放程度")),
    )
