"""What units send besides the sections of a programme: shape only, every decision is a service's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from filings.enums import ParticipantRole
from filings.models import Filing


class InviteForm(forms.Form):
    code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=40,
        help_text=_("18 位，可以带空格。对方须已在本平台登记。"),
        widget=forms.TextInput(attrs={"class": "w-code", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("请填写统一社会信用代码")},
    )
    role = forms.ChoiceField(
        label=_("参与角色"),
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择参与角色"), "invalid_choice": _("请选择参与角色")},
    )

    def __init__(self, *args: Any, filing: Filing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spec, roles = filing.spec, dict.fromkeys((*filing.spec.roles, ParticipantRole.OTHER))
        self.fields["role"].choices = [(r.value, spec.role_label(r)) for r in roles]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("理由"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写明特殊情况和依据。受理机关同意后，例外及其理由将向社会公开。"),
        error_messages={"required": _("请写明理由")},
    )


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("理由"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ConfirmForm(forms.Form):
    sha256 = forms.CharField(max_length=64, widget=forms.HiddenInput)
    capacity = forms.CharField(
        label=_("确认人身份"),
        max_length=60,
        help_text=_("例如：法定代表人、经授权的科技管理负责人"),
        widget=forms.TextInput(attrs={"class": "w-short"}),
        error_messages={"required": _("请填写您以什么身份代表本单位确认")},
    )
    agreed = forms.BooleanField(
        label=_("本人经本单位授权，已阅读以上全部内容，代表本单位确认。"),
        error_messages={"required": _("请勾选后再确认")},
    )


class DeclareForm(forms.Form):
    agreed = forms.BooleanField(
        label=_("本单位已阅读并作出上述声明。"), error_messages={"required": _("请勾选声明后再提交")}
    )


class WithdrawForm(forms.Form):
    comment = forms.CharField(
        label=_("撤回理由"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("将记入办理记录，受理机关和成员单位可以看到。"),
        error_messages={"required": _("请写明撤回理由")},
    )


class AnswerForm(forms.Form):
    """The words of an answer to one correction; its field comes from the section's own form."""

    text = forms.CharField(
        label=_("补正说明"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("一两句话写明怎样补正的。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # asked for, though a page may be saved with some corrections still unanswered
        self.fields["text"].optional = False  # type: ignore[attr-defined]
