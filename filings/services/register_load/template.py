"""The workbook an officer fills in, with today's lists in it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.enums import REGISTRABLE_KINDS, Level, SizeClass
from accounts.models import Organisation
from core.xlsx import Template, TemplateSheet, form_template
from filings.enums import ParticipantRole
from filings.services.register_load.columns import (
    ENTITIES,
    MEMBERS,
    ORGANISATIONS,
    SHEETS,
    VERSION,
    SheetSpec,
)
from filings.services.register_load.ground import Ground

ID = "register_load"


def template_for(authority: Organisation) -> bytes:
    """Three lists with choices for this bureau, instructions before them."""
    ground = Ground(authority)
    places = sorted(
        (place for pk, place in ground.districts.items() if pk in ground.inside), key=lambda place: place.code
    )
    names = [place.path_label.replace(" ", "") for place in places]
    specs = list(ground.programmes.values())
    roles = {spec.role_label(role): None for spec in specs for role in ParticipantRole}
    choices = {
        ORGANISATIONS.key: {
            "kind": [str(kind.label) for kind in REGISTRABLE_KINDS],
            "district": names,
            "size_class": [str(label) for label in SizeClass.labels],
        },
        ENTITIES.key: {
            "kind": [str(spec.label) for spec in specs],
            "level": [str(label) for label in Level.labels],
            "district": names,
            "industry": sorted({label for spec in specs for label in spec.industries().values()}),
            "standing": [_("在册"), _("已退出"), _("已取消")],
        },
        MEMBERS.key: {"role": list(roles)},
    }
    sheets = [_sheet(spec, choices[spec.key]) for spec in SHEETS]
    title = _("%(bureau)s名录导入模板") % {"bureau": authority.name}
    return form_template(Template(ID, VERSION, "", sheets, notes=_notes(authority), title=title))


def _sheet(spec: SheetSpec, choices: dict[str, list[str]]) -> TemplateSheet:
    inputs = frozenset(column.key for column in spec.columns)
    return TemplateSheet(spec.title, spec.columns, inputs=inputs, choices=choices, endless=True)


def _notes(authority: Organisation) -> list[str]:
    required = [
        _("“%(sheet)s”必填：%(columns)s。")
        % {
            "sheet": spec.title,
            "columns": "、".join(str(c.label) for c in spec.columns if c.key in spec.required),
        }
        for spec in SHEETS
    ]
    return [
        _("名录导入说明"),
        _("登记机关：%(bureau)s。只能导入本机关管辖范围内、由本机关登记的类别。")
        % {"bureau": authority.name},
        _("一、三张工作表可以只用其中几张；表头不要改动，列的顺序可以调整，已有名录也可以直接用这些表头。"),
        *required,
        _("二、单元格只填数值，不要公式、合并单元格；日期写成 2025-01-31。带格式的空行不计。"),
        _("三、登记编号沿用原编号；没有编号的留空，导入时按有效期起的年份自动编号。"),
        _("四、省级、国家级须写明批复文号、批复日期和批复机关。"),
        _("五、牵头单位不必在“成员”表中重复。"),
        _(
            "六、同一份文件再次导入不会产生新的记录；更正后的文件只改写由名录导入、单位还没有核对确认的记录。文件中没有的记录不会被删除。"
        ),
        _("七、上传后先核对，不写入；有错误时逐格标出，全部改正后由另一位处室负责人确认，整份写入。"),
    ]
