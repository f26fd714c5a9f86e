"""同意并提供收款账户: all that is asked where everything else is on the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

PAYEE = ("account_name", "bank", "account_number")
CONTACT = ("contact_name", "contact_phone")


class OfferForm(forms.Form):
    """Account, contact and consent; the account itself is checked as in any claim."""

    account_name = forms.CharField(label=_("账户名称"), max_length=120, help_text=_("须与申领单位名称一致。"))
    bank = forms.CharField(label=_("开户银行"), max_length=120, help_text=_("写到支行。"))
    account_number = forms.CharField(
        label=_("银行账号"),
        max_length=34,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    contact_name = forms.CharField(label=_("联系人"), max_length=40)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=40)
    consent = forms.BooleanField(
        label=_("本单位同意领取，确认登记信息真实、同一事项没有重复申领，并同意按规定公示和接受核查。"),
        error_messages={"required": _("请确认同意后提交。")},
    )

    def part(self, names: tuple[str, ...]) -> dict[str, Any]:
        """The answers of some fields."""
        return {name: self.cleaned_data[name] for name in names}


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("原因"), max_length=300, required=False, help_text=_("选填。截止日前可以随时恢复。")
    )
