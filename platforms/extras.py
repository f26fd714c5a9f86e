"""What single types are asked besides: fields of the section “类型专项”, by the keys of `Traits.extras`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import clock
from filings.fields import FileField
from filings.standard_sections import long_text
from platforms import terms
from policy.law import law_on

Fields = dict[str, forms.Field]
PROOF = ("pdf", "jpg", "png")


def many(
    label: Any, options: Any, *, required: bool = True, help_text: Any = ""
) -> forms.MultipleChoiceField:
    """Several of a list."""
    return forms.MultipleChoiceField(
        label=label,
        choices=options if callable(options) else list(options.items()),
        required=required,
        help_text=help_text,
        widget=forms.CheckboxSelectMultiple,
    )


def one(
    label: Any, options: dict[str, Any], *, required: bool = True, help_text: Any = ""
) -> forms.ChoiceField:
    """One of a list."""
    choices = [("", _("请选择")), *options.items()]
    return forms.ChoiceField(label=label, choices=choices, required=required, help_text=help_text)


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A date."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, widget=widget, help_text=help_text)


def line(label: Any, limit: int = 200, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """A text of one line."""
    return forms.CharField(label=label, max_length=limit, required=required, help_text=help_text)


def _directions_in_force() -> list[tuple[str, str]]:
    found = law_on(clock.today(), "370300").list("new_materials_lab_directions")
    return list(found.labels().items())


def _directions() -> Fields:
    return {
        "directions": many(
            _("主攻方向"), _directions_in_force, required=False, help_text=_("山东省新材料实验室须选择")
        ),
        "backing": line(_("依托的学科和力量"), required=False),
    }


def _functions() -> Fields:
    return {"functions": many(_("功能"), terms.FUNCTIONS, help_text=_("以产业技术研发为核心"))}


def _founding() -> Fields:
    return {
        "founding_mode": one(_("建设方式"), terms.FOUNDING_MODES),
        "partners": long_text(_("投资主体和合作方"), help_text=_("各方的投入和分工"), limit=1000),
    }


def _offsite() -> Fields:
    return {
        "location": line(_("所在城市和地址"), help_text=_("市外研发机构所在地")),
        "return_plan": long_text(
            _("市内加速转化的安排"), help_text=_("市外孵化、市内加速的做法"), limit=1000
        ),
    }


def _talent() -> Fields:
    return {
        "talent_basis": many(
            _("引进依据"), terms.TALENT, help_text=_("填写类别和人数，不填写姓名"), required=True
        ),
        "talent_count": forms.IntegerField(
            label=_("高层次人才人数"), min_value=0, max_value=999, required=False
        ),
        "branch_of": line(_("所属国家级平台"), required=False),
    }


def _founder() -> Fields:
    return {
        "founder_type": one(_("设立或者共建单位的类型"), terms.FOUNDERS),
        "founder_name": line(_("设立或者共建单位名称"), 120),
        "founder_proof": FileField(label=_("共建协议或者设立文件"), extensions=PROOF),
    }


def _roadmap() -> Fields:
    return {
        "university": line(_("共建的高校院所"), 120),
        "roadmap": long_text(_("支撑的本地技术路线图"), limit=2000),
    }


def _services() -> Fields:
    return {
        "services": many(_("服务功能"), terms.SERVICES),
        "clients": long_text(_("服务对象和收费原则"), help_text=_("面向中小微企业的服务安排"), limit=1000),
    }


def _network() -> Fields:
    return {
        "network_number": line(_("省协作共用网登记编号"), 60, help_text=_("省大型科学仪器设备协作共用网")),
        "network_joined_on": day(_("入网日期")),
    }


def _participation() -> Fields:
    return {
        "team_category": one(_("进站人才类别"), terms.TALENT),
        "team_count": forms.IntegerField(label=_("进站团队人数"), min_value=1, max_value=999),
        "days_a_year": forms.IntegerField(label=_("每年在站工作天数（约定）"), min_value=1, max_value=366),
        "participation": long_text(
            _("院士、人才团队实质性参与的方式"), help_text=_("承担的任务、投入的时间，不填写姓名"), limit=2000
        ),
        "contract": FileField(label=_("合作协议"), extensions=PROOF),
    }


def _subtypes() -> Fields:
    return {"subtypes": many(_("机构类型"), terms.SUBTYPES)}


EXTRAS: dict[str, Callable[[], Fields]] = {
    "directions": _directions,
    "functions": _functions,
    "founding": _founding,
    "offsite": _offsite,
    "talent": _talent,
    "founder": _founder,
    "roadmap": _roadmap,
    "services": _services,
    "network": _network,
    "participation": _participation,
    "subtypes": _subtypes,
}
