"""Forms that alliances, communities and unions share: one a topic. Required means: required at submission."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import credit_code
from alliances.enums import NetworkForm
from alliances.network import terms
from alliances.network.facts import on_register
from core import clock
from filings.fields import FileField, RowsField, SectionForm
from filings.standard_sections import long_text
from policy.law import law_on

NOTHING = ("", _("请选择"))


def industries(place: str, key: str) -> Callable[[], list[tuple[str, Any]]]:
    """The editable list of industries in force today."""
    return lambda: [NOTHING, *law_on(clock.today(), place).list(key).labels().items()]


def registered(kind: str, place: str, none: Any) -> Callable[[], list[tuple[str, Any]]]:
    """Entities of a kind on the register of a place, or none of them."""
    return lambda: [("", none), *on_register(kind, place)]


def several(label: Any, options: dict[str, Any], **kwargs: Any) -> forms.MultipleChoiceField:
    """Ticks."""
    return forms.MultipleChoiceField(
        label=label, choices=list(options.items()), widget=forms.CheckboxSelectMultiple, **kwargs
    )


def clean_code(text: str) -> str:
    """A credit code as it is kept; ValidationError for a wrong one."""
    code = "".join(text.split()).upper()
    for problem in credit_code.problems(code) if code else ():
        raise forms.ValidationError(str(problem.message), code=problem.code)
    return code


class NetworkBasicForm(SectionForm):
    """What every alliance or union is asked first."""

    name = forms.CharField(label=_("名称"), max_length=100)
    form = forms.ChoiceField(
        label=_("组织形式"),
        choices=[NOTHING, *NetworkForm.choices],
        help_text=_("不限法律形式，可以灵活创建"),
    )
    form_note = forms.CharField(label=_("组织形式说明"), max_length=200, required=False)
    chain = forms.CharField(label=_("产业链"), max_length=100, required=False)
    aim = long_text(_("建设目标和主要任务"))
    contact_name = forms.CharField(label=_("联系人"), max_length=40)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("form") == NetworkForm.OTHER and not data.get("form_note"):
            self.add_error("form_note", _("请说明采用的组织形式"))
        return data


class CoreRow(forms.Form):
    code = forms.CharField(label=_("统一社会信用代码"), max_length=40)
    name = forms.CharField(label=_("企业名称"), max_length=120)
    basis = forms.ChoiceField(label=_("类别"), choices=[NOTHING, *terms.CORE.items()])
    note = forms.CharField(label=_("行业地位和依据"), max_length=200)

    def clean_code(self) -> str:
        return clean_code(str(self.cleaned_data.get("code") or ""))


class CoreForm(SectionForm):
    """Around whom it is built (elig_all_core_enterprise)."""

    core = RowsField(CoreRow, label=_("核心企业名单"), min_rows=1)


class CharterForm(SectionForm):
    """Rights and duties of each side, and the rules of operation as a file (elig_all_rights, elig_all_mechanism)."""

    government = long_text(
        _("政府的权利义务"), help_text=_("政府引导和服务，不参与、不干涉联盟具体事务、科研项目及活动")
    )
    chair = long_text(_("理事长单位的权利义务"))
    members = long_text(_("联盟成员的权利义务"))
    rules = FileField(label=_("管理及运行办法（盖章扫描件）"), extensions=("pdf",))


def mechanisms_form(required: dict[str, Any], encouraged: dict[str, Any]) -> type[SectionForm]:
    """One text a mechanism."""
    fields: dict[str, Any] = {key: long_text(label, limit=2000) for key, label in required.items()}
    fields |= {key: long_text(label, limit=2000, required=False) for key, label in encouraged.items()}
    return type("MechanismsForm", (SectionForm,), fields)


class MemberForm(SectionForm):
    """A participant's own section: that it joins of its own will, and what it brings."""

    consents = forms.BooleanField(label=_("本单位自愿加入，知悉章程载明的权利义务"))
    contributions = several(_("共建共享的资源"), terms.CONTRIBUTIONS)
    contribution_note = long_text(_("在联盟中的作用和投入"))
    contact_name = forms.CharField(label=_("联系人"), max_length=40)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30)
    letter = FileField(label=_("加入意向书"), required=False, extensions=("pdf", "jpg", "png"))
