"""What an application for a platform asks: forms built for a type from its row in the catalogue."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Level
from core import clock
from filings.fields import FileField, RowsField, SectionForm
from filings.programmes import Section
from filings.standard_sections import long_text
from platforms import terms
from platforms.extras import EXTRAS, line, one
from platforms.types import PlatformType
from policy.law import law_on

OTHER = "other"


class PartnerRow(forms.Form):
    name = forms.CharField(label=_("共建单位"), max_length=120)
    part = forms.CharField(label=_("承担的工作"), max_length=200)


class CapabilityForm(SectionForm):
    staff = forms.IntegerField(label=_("专职人员（人）"), min_value=0, max_value=100000)
    researchers = forms.IntegerField(label=_("其中研发或者服务人员（人）"), min_value=0, max_value=100000)
    equipment_count = forms.IntegerField(label=_("仪器设备（台套）"), min_value=0, max_value=100000)
    equipment_value = forms.DecimalField(
        label=_("仪器设备原值（元）"), min_value=0, max_digits=14, decimal_places=2
    )
    area = forms.DecimalField(label=_("场地面积（平方米）"), min_value=0, max_digits=12, decimal_places=2)
    yearly_input = forms.DecimalField(
        label=_("上一年度投入（元）"), min_value=0, max_digits=14, decimal_places=2
    )
    summary = long_text(_("建设基础和能力"), help_text=_("已有成果、承担任务和服务成效"))
    proof = FileField(label=_("佐证材料"), required=False, many=True, extensions=("pdf", "jpg", "png"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        staff, part = data.get("staff"), data.get("researchers")
        if staff is not None and part is not None and part > staff:
            self.add_error("researchers", _("研发或者服务人员不能多于专职人员"))
        return data


def industries(kind: PlatformType) -> Any:
    """The place's list of industries in force today, and what belongs to none of them."""

    def choices() -> list[tuple[str, str]]:
        found = law_on(clock.today(), kind.place).list(kind.industries)
        return [("", str(_("请选择"))), *found.labels().items(), (OTHER, str(_("其他领域")))]

    return choices


def _basic(kind: PlatformType) -> type[SectionForm]:
    fields: dict[str, Any] = {
        "type": forms.ChoiceField(label=_("平台类型"), choices=[(kind.key, kind.label)], required=False),
        "name": line(_("平台名称"), 100),
    }
    if len(kind.own_levels) > 1:
        levels = {level: Level(level).label for level in kind.own_levels}
        fields["level"] = one(_("申请级别"), levels, help_text=_("凭批复登记的，级别以批复文件为准"))
        fields["level"].required = False
    if kind.traits.lines:
        fields["line"] = one(_("所属系统"), terms.LINES)
    fields |= {
        "industry": forms.ChoiceField(label=_("产业领域"), choices=industries(kind)),
        "field": line(_("主要研究方向或者服务领域"), 300),
        "address": line(_("详细地址")),
        "opened_on": forms.DateField(
            label=_("开始运行日期"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        ),
        "built_with": RowsField(PartnerRow, label=_("共建单位"), required=False),
        "contact_name": line(_("联系人"), 40),
        "contact_phone": line(_("联系电话"), 30),
        "contact_email": forms.EmailField(label=_("电子邮箱"), required=False),
    }
    return type("BasicForm", (SectionForm,), fields)


def mechanisms(kind: PlatformType) -> dict[str, Any]:
    """Mechanisms a platform of this type describes: id → words."""
    own = {key: terms.OWN_MECHANISMS[key] for key in kind.traits.mechanisms}
    return {**terms.MECHANISMS, **own}


def _management(kind: PlatformType) -> type[SectionForm]:
    fields: dict[str, Any] = {"rules": long_text(_("组织架构和管理制度"))}
    for key, label in mechanisms(kind).items():
        fields[key] = long_text(
            label, required=False, limit=1000, help_text=_("已建立的请写明，作为评价依据")
        )
    fields["openness"] = long_text(
        _("开放共享安排"), required=False, limit=1000, help_text=_("对外开放的服务、仪器和收费原则")
    )
    return type("ManagementForm", (SectionForm,), fields)


def _features(kind: PlatformType) -> type[SectionForm]:
    fields: dict[str, Any] = {}
    for key in kind.traits.extras:
        fields |= EXTRAS[key]()
    return type("FeaturesForm", (SectionForm,), fields)


@cache
def sections(kind: PlatformType) -> tuple[Section, ...]:
    """The pages of an application for this type; each is one topic."""
    law = (kind.key, "fil_platform_ladder")
    made = [
        Section("basic", _("基本信息"), _basic(kind), _("平台叫什么、做什么、由谁联系。"), clauses=law),
        Section("capability", _("建设基础和能力"), CapabilityForm, _("人员、设备、场地和投入。")),
    ]
    if kind.traits.extras:
        made.append(
            Section(
                "features",
                _("类型专项"),
                _features(kind),
                _("本类平台需要另行说明的内容。"),
                clauses=kind.traits.conditions or (kind.key,),
            )
        )
    made.append(
        Section(
            "management",
            _("运行管理"),
            _management(kind),
            _("谁来管、怎样管、怎样开放。"),
            clauses=tuple(mechanisms(kind)),
        )
    )
    return tuple(made)
