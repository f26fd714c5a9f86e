"""Forms of rounds: the shape only; services judge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from core.actor import Actor
from evaluation.enums import MarkKind, Occasion
from evaluation.models import Scheme
from evaluation.scheme import SchemeDoc
from evaluation.selectors import schemes


def _day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def text(label: Any, *, required: bool = True, help_text: Any = "", rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=help_text,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class SchemeChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Scheme) -> str:  # type: ignore[override]
        own = (
            _("本机关制定") if obj.authority_id else (_("建议值") if obj.proposed_default else _("公开指标"))
        )
        return f"{obj}（{own}）"  # data


class VersionForm(forms.Form):
    """Says at which version of the round its page was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class RoundForm(VersionForm):
    name = forms.CharField(
        label=_("名称"),
        max_length=60,
        help_text=_("例如：2026 年度创新联合体绩效评价；登记名录用它称呼本次评价"),
    )
    scheme = SchemeChoice(label=_("指标体系"), queryset=Scheme.objects.none(), empty_label=_("请选择"))
    occasion = forms.ChoiceField(label=_("评价类型"), choices=Occasion.choices)
    period_from = _day(_("评价期起"))
    period_until = _day(_("评价期止"))
    due_from = _day(
        _("到期起"), required=False, help_text=_("中期、期满评价填写：评价时点落在此日期之后的主体")
    )
    due_until = _day(_("到期止"), required=False)
    least_months = forms.IntegerField(
        label=_("最短登记月数"), min_value=0, max_value=36, initial=6,
        help_text=_("到评价期止登记不满该月数的，年度评价不纳入"),
    )  # fmt: skip
    reports_until = _day(_("自评截止"))
    checks_until = _day(_("核验截止"))
    reviews_until = _day(_("评审截止"))
    agency = forms.CharField(
        label=_("受托评估机构"),
        required=False,
        max_length=30,
        help_text=_("委托第三方机构的，填写其统一社会信用代码；与参评主体有利益冲突的不能委托"),
    )
    document_number = forms.CharField(label=_("通知文号"), required=False, max_length=80)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme"].queryset = schemes.offered(actor.organisation)  # type: ignore[attr-defined]

    def clean_agency(self) -> Organisation | None:
        code = "".join(str(self.cleaned_data.get("agency") or "").split()).upper()
        if not code:
            return None
        found = Organisation.objects.filter(credit_code=code).first()
        if found is None:
            raise forms.ValidationError(
                _("平台上没有统一社会信用代码为 %(code)s 的单位"), params={"code": code}
            )
        return found


class ReasonForm(forms.Form):
    reason = text(_("原因"))


class CalendarForm(VersionForm):
    reports_until = _day(_("自评截止"))
    checks_until = _day(_("核验截止"))
    reviews_until = _day(_("评审截止"))
    reason = text(_("调整原因"), help_text=_("审计人员可以看到"))


class ActForm(VersionForm):
    """One step of a round."""

    comment = text(_("意见"), required=False)

    def __init__(self, *args: Any, needs_comment: bool = False, label: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].required = needs_comment
        if label:
            self.fields["comment"].label = label


class CorrectForm(forms.Form):
    value = forms.CharField(
        label=_("修正为"),
        required=False,
        max_length=30,
        help_text=_("按右侧的计量单位填写数值；指标不适用的，不填数值，勾选下面一项"),
    )
    target = forms.CharField(label=_("目标值"), required=False, max_length=30)
    not_applicable = forms.BooleanField(
        label=_("该指标不适用于本主体"), required=False, help_text=_("权重在同一维度的其他指标中按比例分配")
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    reason = text(_("修正理由"), help_text=_("写明核实的材料；审计人员可以看到"))
    upload = forms.FileField(label=_("证明材料"), required=False, help_text=_("PDF、JPG 或者 PNG"))


class MarkForm(forms.Form):
    what = forms.ChoiceField(label=_("事项"))
    reason = text(_("事实和依据"))
    evidence = forms.FileField(label=_("证明材料"), required=False, help_text=_("PDF、JPG 或者 PNG"))

    def __init__(
        self, *args: Any, doc: SchemeDoc, counted: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        groups = (
            (MarkKind.VETO, doc.vetoes),
            (MarkKind.BONUS, doc.bonuses),
            (MarkKind.DEDUCTION, doc.deductions),
        )
        # nothing is chosen beforehand: the first is a veto
        choices: list[Any] = [
            ("", _("请选择")),
            *(
                (kind.label, [(f"{kind.value}:{one.key}", one.label) for one in notes])
                for kind, notes in groups
                if notes
            ),
        ]
        if counted:
            choices.append((_("撤回已计入的事项"), list(counted)))
        self.fields["what"].choices = choices  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    """A mark is confirmed, or withdrawn with a reason."""

    reason = forms.CharField(label=_("撤回的理由"), required=False, max_length=300)


class PlanForm(forms.Form):
    scheme_key = forms.ChoiceField(label=_("指标体系"))
    occasion = forms.ChoiceField(
        label=_("评价类型"), choices=[c for c in Occasion.choices if c[0] != Occasion.AD_HOC]
    )
    month = forms.IntegerField(
        label=_("启动月份"), min_value=1, max_value=12, initial=3, help_text=_("年度评价从该月起建立轮次")
    )
    months_after = forms.IntegerField(
        label=_("登记后月数"), min_value=1, max_value=60, initial=18, help_text=_("中期评价的时点")
    )
    report_days = forms.IntegerField(label=_("自评期限（工作日）"), min_value=1, max_value=120, initial=20)
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme_key"].choices = [  # type: ignore[attr-defined]
            (row.key, row.label) for row in schemes.offered(actor.organisation)
        ]
