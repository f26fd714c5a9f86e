"""Keys stored in the database, with the words people read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DistrictKind(models.TextChoices):
    PROVINCE = "province", _("省")
    CITY = "city", _("市")
    DISTRICT = "district", _("区县")
    ZONE = "zone", _("功能区")


class OrganisationKind(models.TextChoices):
    ENTERPRISE = "enterprise", _("企业")
    UNIVERSITY = "university", _("高等院校")
    INSTITUTE = "institute", _("科研院所")
    ASSOCIATION = "association", _("行业协会（学会）")
    BUREAU = "bureau", _("政府部门")
    AGENCY = "agency", _("第三方机构")
    OTHER = "other", _("其他")


# Kinds of unit that anybody may register; a bureau is set up by its administrators.
REGISTRABLE_KINDS = (
    OrganisationKind.ENTERPRISE,
    OrganisationKind.UNIVERSITY,
    OrganisationKind.INSTITUTE,
    OrganisationKind.ASSOCIATION,
    OrganisationKind.AGENCY,
    OrganisationKind.OTHER,
)


class SizeClass(models.TextChoices):
    """工信部联企业〔2011〕300号."""

    LARGE = "large", _("大型")
    MEDIUM = "medium", _("中型")
    SMALL = "small", _("小型")
    MICRO = "micro", _("微型")


class Level(models.TextChoices):
    NATIONAL = "national", _("国家级")
    PROVINCIAL = "provincial", _("省级")
    MUNICIPAL = "municipal", _("市级")
    DISTRICT = "district", _("区县级")


class Title(models.TextChoices):
    HIGH_TECH = "high_tech", _("高新技术企业")
    SPECIALISED = "specialised", _("专精特新企业")
    CHAMPION = "champion", _("制造业单项冠军")
    CHAIN_MASTER = "chain_master", _("链主企业")
    LEADING = "leading", _("领军企业")


class OrganisationState(models.TextChoices):
    PENDING = "pending", _("待审核")
    APPROVED = "approved", _("已通过")
    REJECTED = "rejected", _("未通过")


class FigureKind(models.TextChoices):
    MAIN_REVENUE = "main_revenue", _("主营业务收入")
    RD_EXPENDITURE = "rd_expenditure", _("研发投入")
    TOTAL_ASSETS = "total_assets", _("资产总额")
    TAX = "tax", _("实缴税金")
    STAFF = "staff", _("从业人员")
    RD_STAFF = "rd_staff", _("研发人员")

    @property
    def is_money(self) -> bool:
        return self not in (FigureKind.STAFF, FigureKind.RD_STAFF)


class FigureOrigin(models.TextChoices):
    SELF_REPORTED = "self_reported", _("单位填报")
    AUDIT_REPORT = "audit_report", _("审计报告")
    TAX_RETURN = "tax_return", _("纳税申报")
    STATISTICS = "statistics", _("统计报表")
    OFFICER = "officer", _("主管部门核定")


class Role(models.TextChoices):
    UNIT_ADMIN = "unit_admin", _("单位管理员")
    FILLER = "filler", _("填报人")
    SIGNER = "signer", _("签字人")
    CASE_OFFICER = "case_officer", _("经办人")
    DIVISION_HEAD = "division_head", _("处室负责人")
    DISTRICT_OFFICER = "district_officer", _("区县推荐岗")
    MUNICIPAL_DRC = "municipal_drc", _("市发展改革委")
    PROVINCIAL_DRC = "provincial_drc", _("省发展改革委")
    EXPERT = "expert", _("评审专家")
    FINANCE = "finance", _("财务岗")
    AUDITOR = "auditor", _("审计管理员")
    SECADMIN = "secadmin", _("安全管理员")
    SYSADMIN = "sysadmin", _("系统管理员")


UNIT_ROLES = frozenset({Role.UNIT_ADMIN, Role.FILLER, Role.SIGNER})
STAFF_ROLES = frozenset(Role) - UNIT_ROLES
# Who may pass an application on: the district's science bureau, or the development commission of the city.
RECOMMENDERS = (Role.DISTRICT_OFFICER, Role.MUNICIPAL_DRC)
# 三权分立: nobody holds two of these three (promises §2.7).
SEPARATED_ROLES = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR})
# All that people of a unit hold until it is approved: see and correct the registration.
REGISTRANT = "registrant"


class RoleAct(models.TextChoices):
    GRANT = "grant", _("授予")
    END = "end", _("收回")


class ChangeState(models.TextChoices):
    PROPOSED = "proposed", _("待发布")
    PUBLISHED = "published", _("已发布")
    REFUSED = "refused", _("已退回")
    WITHDRAWN = "withdrawn", _("已撤回")
