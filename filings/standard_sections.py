"""Sections that every programme may use: change, change of the lead, renewal, exit, approval documents, yearly reports.

Their labels name what is the programme's own with `%(lead)s`, `%(members)s`, `%(act)s`; `programmes.register` puts
its words in (`SpokenForm.worded`).
"""

from __future__ import annotations

import copy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import credit_code
from accounts.enums import Level
from core import clock
from filings.enums import ParticipantRole
from filings.fields import FileField, SectionForm
from filings.programmes import Programme, Section
from filings.words import Words

LEAVES = "leaves"
CHANGES = {
    "members": _("%(members)s加入、退出或者更换"),
    "lead": _("变更%(lead)s"),
    "name": _("变更名称"),
    "plan": _("变更主要内容、规划或者经费"),
    "agreement": _("变更协议、章程或者运行机制"),
    "merger": _("并入其他同类主体"),
    "other": _("其他变更"),
}


def long_text(
    label: Any, *, help_text: Any = "", required: bool = True, limit: int = 3000
) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class SpokenForm(SectionForm):
    """A form that speaks the words of the programme it is used in."""

    words = Words()

    @classmethod
    def worded(cls, spec: Programme) -> type[SpokenForm]:
        """The same form with the programme's words in its labels, hints and choices."""
        metaclass: Any = type(cls)
        made = metaclass(cls.__name__, (cls,), {"words": spec.words, "__module__": cls.__module__})
        made.base_fields = {name: cls._said(name, field, spec) for name, field in cls.base_fields.items()}
        return made  # type: ignore[no-any-return]

    @classmethod
    def _said(cls, name: str, field: forms.Field, spec: Programme) -> forms.Field:
        said = copy.deepcopy(field)
        said.label, said.help_text = spec.words.saying(field.label), spec.words.saying(field.help_text)
        if isinstance(said, forms.ChoiceField):
            said.choices = [(key, spec.words.saying(label)) for key, label in cls._choices(name, said, spec)]
        return said

    @classmethod
    def _choices(cls, name: str, field: forms.ChoiceField, spec: Programme) -> list[tuple[str, Any]]:
        return list(field.choices)  # type: ignore[arg-type]


class ChangeForm(SpokenForm):
    what = forms.MultipleChoiceField(
        label=_("变更事项"), choices=list(CHANGES.items()), widget=forms.CheckboxSelectMultiple
    )
    reason = long_text(_("变更理由"))
    proof = FileField(label=_("证明材料"), required=False, many=True, extensions=("pdf", "jpg", "png"))

    @classmethod
    def _choices(cls, name: str, field: forms.ChoiceField, spec: Programme) -> list[tuple[str, Any]]:
        """Where nobody else belongs to it there is neither a member nor another lead to change to."""
        left_out = () if spec.has_members else ("members", "lead")
        return [(key, label) for key, label in super()._choices(name, field, spec) if key not in left_out]


class OwnChangeForm(ChangeForm):
    """A change that is the unit's own affair: it has happened, the register follows."""

    effective_on = forms.DateField(
        label=_("生效日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("内部决定生效的日期，不能晚于今天；成员加入和退出自该日起记载"),
    )

    def clean_effective_on(self) -> Any:
        day = self.cleaned_data.get("effective_on")
        if day and day > clock.today():
            raise forms.ValidationError(_("生效日期不能晚于今天"), code="future")
        return day


class MergerForm(SpokenForm):
    """Which others are to be merged into this one; shared, so that nobody is merged without having read it."""

    absorbs = forms.CharField(
        label=_("并入主体的登记编号"),
        max_length=200,
        required=False,
        help_text=_(
            "其他同类主体并入本主体时填写，多个编号用逗号分开；其%(lead)s须作为%(members)s确认本次变更"
        ),
    )


class LeadChangeForm(SpokenForm):
    """Who is to lead from now on; empty where the lead stays."""

    new_lead = forms.CharField(
        label=_("新%(lead)s的统一社会信用代码"),
        max_length=40,
        required=False,
        help_text=_("%(lead)s不变的不填。新%(lead)s须先列入%(members)s，并确认本次变更"),
    )
    old_lead_role = forms.ChoiceField(
        label=_("原%(lead)s今后的角色"),
        required=False,
        choices=[
            ("", _("请选择")),
            (ParticipantRole.CHAIN_ENTERPRISE.value, ParticipantRole.CHAIN_ENTERPRISE.label),
            (ParticipantRole.ACADEMIC.value, ParticipantRole.ACADEMIC.label),
            (ParticipantRole.OTHER.value, ParticipantRole.OTHER.label),
            (LEAVES, _("退出")),
        ],
    )
    handover = long_text(_("%(lead)s职责的移交安排"), required=False)

    @classmethod
    def _choices(cls, name: str, field: forms.ChoiceField, spec: Programme) -> list[tuple[str, Any]]:
        """Roles as the programme calls them."""
        found = super()._choices(name, field, spec)
        return [(key, spec.role_label(key) if key in spec.role_labels else label) for key, label in found]

    def clean_new_lead(self) -> str:
        code = "".join(str(self.cleaned_data.get("new_lead") or "").split()).upper()
        for problem in credit_code.problems(code) if code else ():
            raise forms.ValidationError(str(problem.message), code=problem.code)
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("new_lead"):
            for name, words in (
                ("old_lead_role", self.words.say(_("请选择原%(lead)s今后的角色"))),
                ("handover", _("请写明移交安排")),
            ):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return data


class TermForm(SpokenForm):
    """What the ending term of validity brought, for whoever decides on the next."""

    achievements = long_text(_("本%(act)s期任务完成情况"))
    shortfalls = long_text(_("未完成的任务和原因"), required=False)
    next_term = long_text(_("下一%(act)s期的主要任务"))
    proof = FileField(label=_("佐证材料"), required=False, many=True, extensions=("pdf", "docx", "xlsx"))


class ExitForm(SpokenForm):
    """For what several units belong to; a unit that stands alone is asked `ExitAloneForm`."""

    reason = long_text(_("退出理由"))
    aftermath = long_text(
        _("善后安排"), help_text=_("未完成任务、经费、知识产权和共建平台如何处理，对%(members)s的影响")
    )
    resolution = FileField(label=_("各%(members)s同意退出的文件"), extensions=("pdf",))

    @classmethod
    def worded(cls, spec: Programme) -> type[SpokenForm]:
        return super().worded(spec) if spec.has_members else ExitAloneForm.worded(spec)


class ExitAloneForm(SpokenForm):
    reason = long_text(_("退出理由"))
    aftermath = long_text(
        _("善后安排"), help_text=_("未完成任务、经费、知识产权和在用设施如何处理，对服务对象的影响")
    )
    resolution = FileField(label=_("本单位决定退出的文件"), extensions=("pdf",))


class ApprovalForm(SectionForm):
    """The document by which a higher authority recognised something; every field of it is printed on the register."""

    level = forms.ChoiceField(
        label=_("认定级别"), choices=[("", _("请选择")), *((v, str(n)) for v, n in Level.choices)]
    )
    number = forms.CharField(
        label=_("批复文号"), max_length=80, help_text=_("按文件原样填写，例如 鲁科字〔2026〕1号")
    )
    dated = forms.DateField(
        label=_("批复日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    issued_by = forms.CharField(label=_("批复机关"), max_length=120)
    valid_until = forms.DateField(
        label=_("批复载明的有效期止"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("批复没有写明有效期的不填"),
    )
    document = FileField(label=_("批复文件"), extensions=("pdf", "jpg", "png"))

    def clean_dated(self) -> Any:
        day = self.cleaned_data.get("dated")
        if day and day > clock.today():
            raise forms.ValidationError(_("批复日期不能晚于今天"), code="future")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("dated") and data.get("valid_until") and data["valid_until"] <= data["dated"]:
            self.add_error("valid_until", _("有效期止应晚于批复日期"))
        return data


class ReportForm(SectionForm):
    """The year of anything that has no report of its own."""

    summary = long_text(_("年度工作总结"))
    results = long_text(_("主要成效"), help_text=_("写明数量和事实"))
    problems = long_text(_("存在的困难和需要协调的事项"), required=False)
    next_year = long_text(_("下一年度工作计划"))
    proof = FileField(
        label=_("佐证材料"), required=False, many=True, extensions=("pdf", "docx", "xlsx", "jpg", "png")
    )


CHANGE = Section("change", _("变更事项和理由"), ChangeForm, _("变更什么、为什么变更。"))
LEAD_CHANGE = Section(
    "lead_change",
    _("变更%(lead)s"),
    LeadChangeForm,
    _("%(lead)s不变的，本页不用填写。各%(members)s将确认本页内容。"),
    shared=True,
)
MERGER = Section(
    "merger",
    _("并入其他主体"),
    MergerForm,
    _("没有其他主体并入的，本页不用填写。各%(members)s将确认本页内容。"),
    shared=True,
)
TERM = Section("term", _("本%(act)s期总结"), TermForm, _("已经完成什么，下一%(act)s期做什么。"))
EXIT = Section("exit", _("退出说明"), ExitForm, _("为什么退出，善后如何安排。"))
OWN_CHANGE = Section(
    "change", _("变更事项和理由"), OwnChangeForm, _("变更什么、为什么变更、从哪天起生效。登记机关只作记载。")
)
APPROVAL = Section(
    "approval",
    _("批复文件"),
    ApprovalForm,
    _("上级主管部门认定本主体的文件。登记名录按批复文件记载级别和日期。"),
)
REPORT = Section("report", _("年度报告"), ReportForm, _("本年度做了什么、取得什么成效。"))
