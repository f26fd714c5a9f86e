"""Stored keys of alliances, their records, gaps and scenarios."""

from django.db import models
from django.utils.translation import gettext_lazy as _

NETWORK_KINDS = ("industry_alliance", "innovation_community", "incubator_union", "industry_union")
"""Entity kinds, in the order in which pages offer them."""


class NetworkForm(models.TextChoices):
    """fil_all_flexible_form: no legal form is prescribed."""

    AGREEMENT = "agreement", _("协议型")
    LEGAL_PERSON = "legal_person", _("法人型")
    OTHER = "other", _("其他")


class RecordKind(models.TextChoices):
    """What a chair keeps during the year: activities that may count for a yearly duty, and results."""

    UNIVERSITY = "university", _("知名高校院所对接")
    ASSOCIATION = "association", _("省级以上行业协会对接")
    EXCHANGE = "exchange_event", _("高水平行业交流活动")
    EXPO = "expo", _("行业知名展会")
    PROJECT = "joint_project", _("联合项目")
    TECHNICAL_STANDARD = "technical_standard", _("技术标准")
    ASSOCIATION_STANDARD = "association_standard", _("团体标准")
    PATENT = "patent_pool", _("专利池专利")
    COLLECTIVE_BRAND = "collective_brand", _("集体品牌")
    REGIONAL_BRAND = "regional_brand", _("区域品牌")
    SERVICE_PLATFORM = "service_platform", _("公共服务平台")
    TALENT = "joint_talent", _("联合引才")


ACTIVITIES = (RecordKind.UNIVERSITY, RecordKind.ASSOCIATION, RecordKind.EXCHANGE, RecordKind.EXPO)
RESULTS = tuple(kind for kind in RecordKind if kind not in ACTIVITIES)


class ElementKind(models.TextChoices):
    """政产学研金服用."""

    GOVERNMENT = "government", _("政")
    INDUSTRY = "industry", _("产")
    LEARNING = "learning", _("学")
    RESEARCH = "research", _("研")
    FINANCE = "finance", _("金")
    SERVICE = "service", _("服")
    USE = "use", _("用")


class GapKind(models.TextChoices):
    """reg_chain_gaps."""

    TECHNOLOGY = "technology", _("关键技术")
    MATERIAL = "material", _("基础材料")
    COMPONENT = "component", _("核心零部件")
    EQUIPMENT = "equipment", _("工艺装备")


class GapStatus(models.TextChoices):
    """Read off the dates of a gap; stored nowhere."""

    OPEN = "open", _("待补")
    CLOSING = "closing", _("补链中")
    CLOSED = "closed", _("已补齐")


class ScenarioStatus(models.TextChoices):
    """Read off the dates of a scenario on a day; stored nowhere."""

    WAITING = "waiting", _("待发布")
    RETURNED = "returned", _("已退回")
    UPCOMING = "upcoming", _("即将开放")
    OPEN = "open", _("开放中")
    ENDED = "ended", _("已结束")
