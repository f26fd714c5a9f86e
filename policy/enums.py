"""Words of the policy library that are stored; each with the label a person reads."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Section(TextChoices):
    """The parts of the catalogue an item can belong to, in the order pages list them."""

    FILING_RULE = "filing_rule", _("备案规则")
    ELIGIBILITY = "eligibility", _("条件")
    OBLIGATION = "obligation", _("义务")
    MECHANISM = "mechanism", _("机制")
    SUBSIDY = "subsidy", _("支持措施")
    SUBSIDY_RULE = "subsidy_rule", _("支持规则")
    EVALUATION = "evaluation", _("评价体系")
    CONSEQUENCE = "consequence", _("评价结果运用")
    INDICATOR = "indicator", _("指标")
    STATISTIC = "statistic", _("统计制度")
    TARGET = "target", _("目标")
    REGISTER = "register", _("名录与库")
    PROVISION = "provision", _("原则与导向")
    ENTITY_TYPE = "entity_type", _("主体类型")
    INDUSTRY = "industry", _("产业与清单")
    STRUCTURE = "structure", _("体系与格局")
    INSTANCE = "instance", _("具名平台与模式")
    NAMED_CLUSTER = "named_cluster", _("具名集群")
    REGION = "region", _("区域")
    RESPONSIBILITY = "responsibility", _("责任单位")
    DEPARTMENT = "department", _("部门")
    LEVEL = "level", _("级别")
    DOCUMENT = "document", _("文件")


class Provenance(TextChoices):
    """Where a value comes from; whatever is not in a document is marked on every page."""

    SEED = "seed", _("文件原文")
    EXTERNAL = "external", _("公开来源")
    INFERRED = "inferred", _("推定")
    PROPOSED_DEFAULT = "proposed_default", _("建议值")
    DECIDED = "decided", _("已发布决定")


class ValueKind(TextChoices):
    """How a stored value is typed; the law hands it out as the Python type named here."""

    INTEGER = "integer", _("整数")
    MONEY = "money", _("金额（元）")
    DECIMAL = "decimal", _("小数")
    RATE = "rate", _("比例")
    BOOL = "bool", _("是或否")
    CHOICE = "choice", _("选项")
    TEXT = "text", _("文字")
    LIST = "list", _("列表")
    JSON = "json", _("结构")


class Subject(TextChoices):
    """What a change is about."""

    PARAMETER = "parameter", _("参数")
    READING = "reading", _("口径")
    LIST = "list", _("清单")
    DOCUMENT = "document", _("文件有效性")


class ChangeState(TextChoices):
    """A change waits for a second person, who publishes or rejects it; its author may withdraw it."""

    PROPOSED = "proposed", _("待复核")
    PUBLISHED = "published", _("已发布")
    REJECTED = "rejected", _("已退回")
    WITHDRAWN = "withdrawn", _("已撤回")


class TargetKind(TextChoices):
    """How a target is measured."""

    TOTAL = "total", _("总量")
    INCREASE = "increase", _("新增")
    SHARE = "share", _("占比")
    THRESHOLD = "threshold", _("门槛")
    QUALITATIVE = "qualitative", _("定性")
