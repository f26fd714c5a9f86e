"""Which sheets and columns a workbook of a register has; the template, the check and the marks all ask here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.xlsx import Column

#: What one file may hold, over all its sheets 100,000 and more.
MAX_ROWS = 120_001
MAX_COLUMNS = 40
VERSION = "1"


@dataclass(frozen=True)
class SheetSpec:
    """A sheet: its title in the workbook, its columns, and which of them must hold something."""

    key: str
    title: str | Promise
    columns: Sequence[Column]
    required: frozenset[str]

    def label(self, key: str) -> str:
        return next(str(column.label) for column in self.columns if column.key == key)


ORGANISATIONS = SheetSpec(
    "organisations",
    _("单位"),
    (
        Column("credit_code", _("统一社会信用代码"), width=24, help=_("18 位，两位校验码都会核验。")),
        Column("name", _("单位名称"), width=36),
        Column("kind", _("单位类别"), width=18, help=_("从列表中选择。")),
        Column(
            "district",
            _("注册地"),
            width=18,
            help=_("市、区（县）或功能区的名称或代码，须在本机关管辖范围内。"),
        ),
        Column("size_class", _("规模"), width=10, help=_("企业填写：大型、中型、小型或微型。")),
        Column("titles", _("资质称号"), width=30, help=_("多个称号用顿号分开。")),
        Column("address", _("地址"), width=30),
        Column("contact_name", _("联系人"), width=12),
        Column("contact_phone", _("联系电话"), width=16),
    ),
    frozenset({"credit_code", "name", "kind", "district"}),
)
ENTITIES = SheetSpec(
    "entities",
    _("登记主体"),
    (
        Column("code", _("登记编号"), width=20, help=_("沿用原编号；没有编号的留空，导入时自动编号。")),
        Column("kind", _("类别"), width=22, help=_("从列表中选择，须由本机关登记。")),
        Column("name", _("名称"), width=36),
        Column("level", _("级别"), width=10),
        Column("lead", _("牵头单位信用代码"), width=24, help=_("须在“单位”表中，或者已在平台登记。")),
        Column("industry", _("产业领域"), width=18),
        Column("district", _("所在区划"), width=18, help=_("留空时按牵头单位的注册地。")),
        Column("valid_from", _("有效期起"), kind="date", width=14),
        Column("valid_until", _("有效期止"), kind="date", width=14, help=_("没有期限的留空。")),
        Column("document_number", _("批复文号"), width=24, help=_("省级、国家级必填。")),
        Column("document_date", _("批复日期"), kind="date", width=14),
        Column("issued_by", _("批复机关"), width=24),
        Column("standing", _("状态"), width=10, help=_("在册、已退出或已取消；留空为在册。")),
        Column("ended_on", _("终止日期"), kind="date", width=14),
        Column("end_reason", _("终止原因"), width=24),
    ),
    frozenset({"kind", "name", "level", "lead", "valid_from"}),
)
MEMBERS = SheetSpec(
    "members",
    _("成员"),
    (
        Column("entity", _("登记主体"), width=30, help=_("登记编号，或者“登记主体”表中的名称。")),
        Column("organisation", _("成员单位信用代码"), width=24),
        Column("role", _("角色"), width=20),
        Column("since", _("加入日期"), kind="date", width=14, help=_("留空时按有效期起。")),
        Column("until", _("退出日期"), kind="date", width=14, help=_("不再是成员的第一天；仍在册的留空。")),
    ),
    frozenset({"entity", "organisation", "role"}),
)
SHEETS = (ORGANISATIONS, ENTITIES, MEMBERS)
