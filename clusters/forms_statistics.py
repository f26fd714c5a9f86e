"""What is typed about statistics. Shape only; what is right is decided by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters.enums_statistics import KIND_LABELS, Cadence
from clusters.models import DispatchSheet, HalfYearReport
from clusters.selectors.statistics import Sheet
from clusters.services.statistics_returns import FACTS

LONG = 5000


def _area(label: Any, *, rows: int = 5, hint: Any = "", most: int = LONG) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=False, widget=widget, help_text=hint)


class ReturnForm(forms.Form):
    """One field for each open value, with its reason; the names under the form."""

    use_required_attribute = False
    is_draft = True

    head = forms.CharField(label=_("单位负责人"), max_length=30, required=False)
    statistician = forms.CharField(label=_("统计负责人"), max_length=30, required=False)
    filler = forms.CharField(label=_("填表人"), max_length=30, required=False)
    phone = forms.CharField(label=_("联系电话"), max_length=30, required=False)

    def __init__(self, *args: Any, sheet: Sheet, reasons: dict[str, dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        choices = [("", _("请选择")), *((code, entry["label"]) for code, entry in reasons.items())]
        for row in sheet.rows:
            if not row.editable:
                continue
            number = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
            self.fields[row.key] = forms.CharField(
                label=row.indicator.label, required=False, max_length=40, widget=number
            )
            self.fields[f"{row.key}-reason_code"] = forms.ChoiceField(
                label=_("异常原因"), required=False, choices=choices
            )
            self.fields[f"{row.key}-reason_text"] = forms.CharField(
                label=_("原因说明"), required=False, max_length=300
            )
            self.initial[row.key] = "" if row.value is None else _plain(row.value)
            self.initial[f"{row.key}-reason_code"] = row.reason_code
            self.initial[f"{row.key}-reason_text"] = row.reason_text
        for name in FACTS:
            self.initial[name] = getattr(sheet.owner, name)

    def payload(self) -> dict[str, Any]:
        """What `services.statistics_returns.save` takes."""
        data = self.cleaned_data
        keys = [row.key for row in self.sheet.rows if row.editable]
        return {
            "values": {key: data.get(key, "") for key in keys},
            "reasons": {
                key: (data.get(f"{key}-reason_code", ""), data.get(f"{key}-reason_text", "")) for key in keys
            },
            "facts": {name: data.get(name, "") for name in FACTS},
        }


def _plain(value: Any) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class SubmitForm(forms.Form):
    declared = forms.BooleanField(label=_("我确认以上数据真实、准确、完整，并对此负责。"), required=False)


class ReviewForm(forms.Form):
    """For each value: accept, or return with what is wrong."""

    use_required_attribute = False
    comment = _area(_("总的意见"), rows=3, most=1000, hint=_("可以不填；退回时集群管理机构可以看到。"))

    def __init__(self, *args: Any, keys: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = keys
        for key, label in keys.items():
            self.fields[f"{key}-back"] = forms.BooleanField(label=_("退回"), required=False)
            self.fields[f"{key}-message"] = forms.CharField(label=label, required=False, max_length=300)

    def returned(self) -> dict[str, str]:
        """{indicator: what is wrong} of the values ticked."""
        data = self.cleaned_data
        return {key: data[f"{key}-message"] for key in self.keys if data[f"{key}-back"]}


class ReopenForm(ReviewForm):
    comment = _area(_("重新开放的理由"), rows=3, most=1000, hint=_("写入办理记录和审计日志。"))


class UploadForm(forms.Form):
    file = forms.FileField(label=_("填好的表格（xlsx）"), required=False)


class PeriodForm(forms.Form):
    """Which period to open."""

    entity_kind = forms.ChoiceField(label=_("集群类别"))
    cadence = forms.ChoiceField(label=_("周期"), choices=Cadence.choices)
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    number = forms.IntegerField(
        label=_("期次"), min_value=1, max_value=12, help_text=_("季度填 1 至 4，月度填 1 至 12。")
    )
    due_on = forms.DateField(
        label=_("报送期限"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("不填的，按规定的期后天数计算。"),
    )

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity_kind"].choices = [(kind, KIND_LABELS[kind]) for kind in kinds]  # type: ignore[attr-defined]


class DispatchForm(forms.ModelForm):
    progress = _area(_("集群发展情况"), hint=_("本季度总体运行、变化和趋势。"))
    projects = _area(_("重点项目建设情况"), hint=_("项目清单已列在右侧，这里写进展、问题和预计节点。"))
    enterprises = _area(_("入库企业情况"))
    problems = _area(_("存在的问题和需要协调的事项"))

    class Meta:
        model = DispatchSheet
        fields = ("progress", "projects", "enterprises", "problems")


class HalfYearForm(forms.ModelForm):
    overview = _area(_("总体情况"), rows=6)
    problems = _area(_("存在的问题"), rows=4)
    outlook = _area(_("下一步工作和建议"), rows=4)

    class Meta:
        model = HalfYearReport
        fields = ("overview", "problems", "outlook", *FACTS)


class HalfYearStartForm(forms.Form):
    entity_kind = forms.ChoiceField(label=_("集群类别"))
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    half = forms.TypedChoiceField(label=_("半年"), coerce=int, choices=[(1, _("上半年")), (2, _("下半年"))])

    def __init__(self, *args: Any, kinds: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["entity_kind"].choices = [(kind, KIND_LABELS[kind]) for kind in kinds]  # type: ignore[attr-defined]


class CommentForm(forms.Form):
    comment = _area(_("理由"), rows=4, most=1000)
