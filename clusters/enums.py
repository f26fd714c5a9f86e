"""Keys stored in the database, with the words people read. The words are those of the policy library's registers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Carrier(models.TextChoices):
    """载体 (elig_clu_carrier: sd2015_4 主要目标(一))."""

    NATIONAL_ZONE = "national_zone", _("国家级高新区")
    PROVINCIAL_ZONE = "provincial_zone", _("省级高新区")
    SPECIALTY_BASE = "specialty_base", _("高新技术特色产业基地")
    PARK = "park", _("其他产业园区")
    NONE = "none", _("没有集中的载体")


class LinkPosition(models.TextChoices):
    UPSTREAM = "upstream", _("上游")
    MIDSTREAM = "midstream", _("中游")
    DOWNSTREAM = "downstream", _("下游")
    SUPPORT = "support", _("配套服务")


class ParkLevel(models.TextChoices):
    NATIONAL = "national", _("国家级")
    PROVINCIAL = "provincial", _("省级")
    MUNICIPAL = "municipal", _("市级及以下")


class ProjectStage(models.TextChoices):
    """reg_project_reserve: 谋划 → 储备 → 开工 → 竣工."""

    PLANNED = "planned", _("谋划")
    RESERVED = "reserved", _("储备")
    STARTED = "started", _("开工")
    COMPLETED = "completed", _("竣工")
    DROPPED = "dropped", _("移出")


STAGES = (ProjectStage.PLANNED, ProjectStage.RESERVED, ProjectStage.STARTED, ProjectStage.COMPLETED)


class ProjectKind(models.TextChoices):
    DEMONSTRATION = "demonstration", _("重大示范项目")
    SUPPORTING = "supporting", _("产业链配套项目")
    SERVICE = "service", _("服务平台项目")


class ProjectDomain(models.TextChoices):
    LEADERS = "leaders", _("产业集群领军企业")
    CHAIN = "chain", _("产业链薄弱环节")
    PUBLIC_SERVICE = "public_service", _("公共服务薄弱环节")


class Constraint(models.TextChoices):
    """要素制约 (sd2020_194 三(二) s4)."""

    LAND = "land", _("土地")
    ENVIRONMENT = "environment", _("环境容量")
    ENERGY = "energy", _("能耗（煤耗）指标")


class MoveCheck(models.TextChoices):
    """What whoever reviews a move says of it."""

    WAITING = "waiting", _("待核对")
    CONFIRMED = "confirmed", _("已核对")
    QUESTIONED = "questioned", _("有疑问")


class FirmRole(models.TextChoices):
    """Which kind of firm (mea_sd20_ecology; 龙头和骨干企业)."""

    LEADER = "leader", _("龙头企业")
    BACKBONE = "backbone", _("骨干企业")
    CHAIN_MASTER = "chain_master", _("“链主”引领型企业")
    SPECIALIST = "specialist", _("“撒手锏”产品配套企业")
    PLATFORM = "platform", _("公共服务平台型企业")


class RequestKind(models.TextChoices):
    """一企一策: what help is asked for (reg_key_enterprises.help_with)."""

    FINANCE = "finance", _("融资")
    LAND = "land", _("用地")
    TALENT = "talent", _("人才")
    BRAND = "brand", _("品牌建设")
    OTHER = "other", _("其他")


class RequestState(models.TextChoices):
    RAISED = "raised", _("待受理")
    ASSIGNED = "assigned", _("办理中")
    ANSWERED = "answered", _("已答复")
    CLOSED = "closed", _("已办结")
    WITHDRAWN = "withdrawn", _("已撤回")


class ListingKind(models.TextChoices):
    """Lists of the province and the country on which a cluster or a project stands."""

    FORMATION = "formation", _("省“十强”产业“雁阵形”集群库")
    NATIONAL_LIST = "national_list", _("推荐列入国家级集群名单")
    PROVINCIAL_PILOT = "provincial_pilot", _("省级集群试点")
    PROVINCIAL_MAJOR = "provincial_major", _("省重大项目")
    CONVERSION = "conversion", _("新旧动能转换优选项目名单")
    NATIONAL_RESERVE = "national_reserve", _("国家重大建设项目储备库")
    FINANCE_WHITELIST = "finance_whitelist", _("金融服务“白名单”")


PROJECT_LISTINGS = (
    ListingKind.PROVINCIAL_MAJOR,
    ListingKind.CONVERSION,
    ListingKind.NATIONAL_RESERVE,
    ListingKind.FINANCE_WHITELIST,
)
# which clause each list rests on
LISTING_RULES = {
    ListingKind.FORMATION: "reg_ten_strong_formation",
    ListingKind.NATIONAL_LIST: "fil_sec_recognition",
    ListingKind.PROVINCIAL_PILOT: "fil_prov_pilot",
    ListingKind.PROVINCIAL_MAJOR: "reg_project_lists",
    ListingKind.CONVERSION: "reg_project_lists",
    ListingKind.NATIONAL_RESERVE: "reg_project_lists",
    ListingKind.FINANCE_WHITELIST: "reg_finance_whitelist",
}
