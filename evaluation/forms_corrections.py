"""Forms of corrections of a confirmed round: the shape only; services judge."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluation.enums import CorrectionGround
from evaluation.forms import text


class Codes(forms.CharField):
    """Codes of entities, one a line or divided by commas."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value) or ""
        return found.replace("，", " ").replace("、", " ").replace(",", " ").split()  # data


def _codes(help_text: Any) -> Codes:
    return Codes(label=_("需要更正的主体"), max_length=9000, help_text=help_text)


class OpenForm(forms.Form):
    ground = forms.ChoiceField(label=_("更正事由"), choices=[("", _("请选择")), *CorrectionGround.choices])
    reason = text(
        _("更正理由"), help_text=_("写明错在何处、据何更正；列明主体的更正报告和总报告载明，审计人员可以看到")
    )
    document = forms.FileField(
        label=_("依据材料"),
        required=False,
        help_text=_("异议处理意见、复议决定、裁判文书等，PDF、JPG 或者 PNG；不附的，每项修正须各附证明材料"),
    )
    entities = _codes(_("登记编号，每行一个；只有列明的主体可以修正数据，其他主体的名次随之变动"))


class DocumentForm(forms.Form):
    document = forms.FileField(label=_("依据材料"), help_text=_("PDF、JPG 或者 PNG；附上后不能更换"))


class NameForm(forms.Form):
    entities = _codes(_("登记编号，每行一个"))
