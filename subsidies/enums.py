"""Words of the measures: how an amount comes about, how a quote ends, what facts may say."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """How the amount of a measure comes about; one calculator each (`subsidies/calculators/`)."""

    FIXED = "fixed", _("定额")
    CAPPED = "capped", _("限额")
    CAPPED_RATE = "capped_rate", _("限比例")
    PER_UNIT = "per_unit", _("按单价")
    MATCH = "match", _("按比例配套")
    FLOOR = "floor", _("保底，一事一议")
    NEGOTIATED = "negotiated", _("一事一议")
    DISCRETIONARY = "discretionary", _("酌情支持")
    PRIORITY = "priority", _("优先，不发放资金")
    TAX = "tax", _("税收优惠，仅作参考")
    REFERENCE = "reference", _("上级补助，仅作参考")


class Status(TextChoices):
    """How a quote of one claim ends."""

    COMPUTED = "computed", _("可直接测算")
    PROPOSED = "proposed", _("限额内评定，金额为拟定数")
    MANUAL = "manual", _("由主管部门研究确定")
    EXCLUDED = "excluded", _("不重复享受")
    REFUSED = "refused", _("不符合条件")


class Topic(TextChoices):
    """Where a page lists a measure."""

    PLATFORMS = "platforms", _("创新平台")
    INCUBATION = "incubation", _("孵化载体和大学科技园")
    SHARING = "sharing", _("仪器共享和创新券")
    TRANSFER = "transfer", _("技术转移和科技金融")
    ATTRACTION = "attraction", _("引进机构和人才")
    ALLIANCES = "alliances", _("联盟和共同体")
    CLUSTERS = "clusters", _("产业集群")
    CONSORTIA = "consortia", _("创新联合体")


class SpaceKind(TextChoices):
    """How incubation space came about, in the words of the quote."""

    NEW = "new", _("新建")
    RENOVATION = "renovation", _("改建")
    EXTENSION = "extension", _("扩建")


class SizeClass(TextChoices):
    """工信部联企业〔2011〕300号, and the team that is no enterprise yet. Labels are the words of `beneficiary_size`."""

    LARGE = "large", _("大型")
    MEDIUM = "medium", _("中型")
    SMALL = "small", _("小型")
    MICRO = "micro", _("微型")
    TEAM = "team", _("创业（创客）团队")


class Need(TextChoices):
    """Whether a fact must be stated (`facts` of a measure)."""

    REQUIRED = "required", _("必填")
    OPTIONAL = "optional", _("选填")
    IN_EXCEPTION = "required_in_exception", _("例外地区必填")


class AwardState(TextChoices):
    """核定结果: proposed with the case, decided with its document; released when a proposal came to nothing."""

    PROPOSED = "proposed", _("已拟定")
    DECIDED = "decided", _("已决定")
    RELEASED = "released", _("拟定已撤销")
    REVOKED = "revoked", _("已撤销")


#: awards that count when another claim is stacked
COUNTS = (AwardState.PROPOSED, AwardState.DECIDED)


class Unit(TextChoices):
    """What an entitlement is counted in."""

    YUAN = "yuan", _("元")
    TIMES = "times", _("次")
