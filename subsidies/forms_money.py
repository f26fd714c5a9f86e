"""What is typed about budgets and payments. Shape only; what is right is decided by the services."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.money import decimal
from filings.forms_fields import area, day, line
from subsidies.enums_money import Outcome
from subsidies.services import budgets, clawbacks, payments, quotas, revocations

MAX_QUERY = 60
ROWS = 6


#: Beyond any budget of a province, and beyond what a column holds.
TOO_MUCH = 10**13


class MoneyField(forms.CharField):
    """Yuan as people write it: 1,200,000.50. Cleaned to Decimal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=30, **options)
        self.widget.attrs |= {"inputmode": "decimal", "class": "w-num", "autocomplete": "off"}
        self.unit = str(gettext_lazy("元"))

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            found = decimal(text.replace("，", "").replace(" ", ""))
        except (ValueError, InvalidOperation):
            raise forms.ValidationError(_("请填写金额，如 1200000.00")) from None
        if abs(found) >= TOO_MUCH:
            raise forms.ValidationError(_("金额过大，请核对单位（元）"))
        return found


def money(label: Any, **options: Any) -> MoneyField:
    return MoneyField(label=label, **options)


class BudgetForm(forms.Form):
    year = forms.IntegerField(label=gettext_lazy("预算年度"), min_value=2000, max_value=2100)
    name = line(gettext_lazy("预算名称"), budgets.LIMITS["name"])
    measures = forms.MultipleChoiceField(
        label=gettext_lazy("适用的支持措施"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("一项都不选：用于没有单列预算的全部措施。"),
    )
    amount = money(gettext_lazy("下达金额"))
    document_number = line(gettext_lazy("文号"), budgets.LIMITS["document_number"], required=False)
    reason = line(gettext_lazy("理由"), budgets.LIMITS["reason"], hint=gettext_lazy("例如“年初预算”。"))

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measures"].choices = list(choices)  # type: ignore[attr-defined]


class ChangeForm(forms.Form):
    delta = money(gettext_lazy("增减额"), help_text=gettext_lazy("调减填负数。"))
    document_number = line(gettext_lazy("文号"), budgets.LIMITS["document_number"], required=False)
    reason = area(gettext_lazy("理由"), budgets.LIMITS["reason"], rows=3)


class NothingForm(forms.Form):
    """A step that needs no more than a click."""


class CommentForm(forms.Form):
    comment = area(gettext_lazy("理由"), 500, rows=3)


class NoteForm(forms.Form):
    comment = area(
        gettext_lazy("核实情况"),
        500,
        rows=3,
        required=False,
        hint=gettext_lazy("有账号同时被其他单位使用时必填。"),
    )


class AccountForm(forms.Form):
    bank = line(gettext_lazy("开户银行"), payments.LIMITS["bank"], hint=gettext_lazy("写到支行。"))
    account_name = line(
        gettext_lazy("账户名称"), payments.LIMITS["account_name"], hint=gettext_lazy("与单位名称一致。")
    )
    account_number = line(gettext_lazy("银行账号"), payments.LIMITS["account_number"])


class InstalmentsForm(forms.Form):
    """Up to six instalments; empty rows do not count."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, ROWS + 1):
            words = {"n": number}
            self.fields[f"amount_{number}"] = money(_("第 %(n)s 期金额") % words, required=number == 1)
            self.fields[f"due_{number}"] = day(_("第 %(n)s 期应拨日期") % words, required=number == 1)

    def rows(self) -> list[tuple[Decimal, Any]]:
        """(amount, day) of what was filled in."""
        data = self.cleaned_data
        found = [(data.get(f"amount_{n}"), data.get(f"due_{n}")) for n in range(1, ROWS + 1)]
        return [(amount, due) for amount, due in found if amount is not None and due is not None]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(1, ROWS + 1):
            if (data.get(f"amount_{number}") is None) != (data.get(f"due_{number}") is None):
                self.add_error(f"due_{number}", _("金额和日期要一起填写"))
        return data


class HoldForm(forms.Form):
    reason = area(gettext_lazy("暂缓原因"), 500, rows=3)


class ClawBackForm(forms.Form):
    amount = money(gettext_lazy("应追回金额"))
    due_on = day(gettext_lazy("退款期限"))
    document_number = line(gettext_lazy("追回文书文号"), clawbacks.LIMITS["document_number"])
    reason = area(gettext_lazy("追回原因"), clawbacks.LIMITS["reason"], rows=3)


class QuotaNoteForm(forms.Form):
    note = area(gettext_lazy("少于最少家数的原因"), quotas.LIMITS["note"], rows=3)


class RevocationForm(forms.Form):
    document_number = line(gettext_lazy("撤销文书文号"), revocations.LIMITS["document_number"])
    reason = area(gettext_lazy("撤销原因"), revocations.LIMITS["reason"], rows=3)


class RecoveryForm(forms.Form):
    amount = money(gettext_lazy("退款金额"))
    received_on = day(gettext_lazy("到账日期"))
    reference = line(gettext_lazy("缴款凭证号"), clawbacks.LIMITS["reference"])


class ShareForm(forms.Form):
    """分担比例 in percent."""

    city = forms.DecimalField(
        label=gettext_lazy("市级承担（%）"), min_value=0, max_value=100, decimal_places=2
    )
    district = forms.DecimalField(
        label=gettext_lazy("区县承担（%）"), min_value=0, max_value=100, decimal_places=2
    )
    reason = line(gettext_lazy("依据"), 300, hint=gettext_lazy("例如会议纪要的文号。"))


class ResultForm(forms.Form):
    """The treasury's answer for one line."""

    outcome = forms.ChoiceField(label=gettext_lazy("结果"), required=False)
    on = day(gettext_lazy("结果日期"), required=False)
    reason = line(gettext_lazy("退回原因"), 300, required=False)
    reference = line(gettext_lazy("国库流水号"), 60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [("", _("未登记")), *Outcome.choices]  # type: ignore[attr-defined]
        self.fields["on"].initial = clock.today()


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("国库返回的清单"),
        help_text=gettext_lazy("xlsx，使用导出的拨付清单填写“结果”各列。"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )


class PaymentFilter(forms.Form):
    """Filters of the worklist, in the address."""

    q = forms.CharField(label=gettext_lazy("单位名称"), required=False, max_length=MAX_QUERY)
    measure = forms.ChoiceField(label=gettext_lazy("支持措施"), required=False)

    def __init__(self, *args: Any, choices: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].choices = [("", _("全部")), *choices]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        """What was asked for and understood."""
        self.is_valid()
        return {key: value for key, value in getattr(self, "cleaned_data", {}).items() if value}
