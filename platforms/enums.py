"""Stored keys of the platforms app, with the words people read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Construction(models.TextChoices):
    """How incubation space came about; the measures pay new and rebuilt or extended space apart."""

    NEW = "new", _("新建")
    REBUILT = "rebuilt", _("改建")
    EXTENDED = "extended", _("扩建")


class TenantKind(models.TextChoices):
    TEAM = "team", _("创业（创客）团队")
    ENTERPRISE = "enterprise", _("企业")


class ChainStep(models.TextChoices):
    """苗圃 + 孵化器 + 加速器 + 科技园区 (incubation_chain)."""

    STARTUP_NURSERY = "startup_nursery", _("苗圃")
    INCUBATOR = "incubator", _("孵化器")
    ACCELERATOR = "accelerator", _("加速器")
    SCIENCE_PARK = "science_park", _("科技园区")


class ClientSize(models.TextChoices):
    LARGE = "large", _("大型企业")
    MEDIUM = "medium", _("中型企业")
    SMALL = "small", _("小型企业")
    MICRO = "micro", _("微型企业")
    TEAM = "team", _("创业（创客）团队")
    OTHER = "other", _("高校院所及其他")


MSME = (ClientSize.MEDIUM, ClientSize.SMALL, ClientSize.MICRO)


class TransferMode(models.TextChoices):
    """The five modes side by side (mech_transform_tracking, 四(四))."""

    OWN = "own", _("自主研发")
    INTRODUCED = "introduced", _("外部引进")
    JOINT = "joint", _("联合开发")
    TRANSFER = "transfer", _("转移转化")
    CONTRACT = "contract", _("合同交易")


class TalentCategory(models.TextChoices):
    """Categories and counts, never names."""

    ACADEMICIAN = "academician", _("院士")
    NATIONAL = "national", _("国家重点人才工程专家")
    TAISHAN = "taishan", _("泰山学者")
    POSTDOC = "postdoc", _("博士后")
    EXPERT = "expert", _("其他专家")


class ProjectStanding(models.TextChoices):
    """A project signed at the forum, until it has landed."""

    SIGNED = "signed", _("已签约")
    PROGRESSING = "progressing", _("推进中")
    LANDED = "landed", _("已落地")
    ENDED = "ended", _("已终止")


OPEN_PROJECT = (ProjectStanding.SIGNED, ProjectStanding.PROGRESSING)


class OfferKind(models.TextChoices):
    SERVICE = "service", _("技术服务")
    INSTRUMENT = "instrument", _("仪器设备")
    SPACE = "space", _("场地工位")
    TRAINING = "training", _("培训活动")
    OTHER = "other", _("其他")


class CultivationSupport(models.TextChoices):
    """What the bureau helps with (reg_platform_cultivation)."""

    CONDITIONS = "conditions", _("完善研发条件")
    MECHANISMS = "mechanisms", _("创新运行管理机制")
    COOPERATION = "cooperation", _("探索新型产学研合作模式")


class CultivationOutcome(models.TextChoices):
    UPGRADED = "upgraded", _("获得认定")
    WITHDRAWN = "withdrawn", _("放弃申报")
    UNSUITABLE = "unsuitable", _("不再符合条件")
    EXPIRED = "expired", _("逾期未申报")
