"""What is typed about an entity: ratings, exceptions, cancellations. Shape only; the services decide what is right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import clock
from filings.enums import Grade
from filings.forms_staff import DeskForm
from filings.services import cancellation, entity_waivers

REASON = entity_waivers.MAX_TEXT
TEXT = cancellation.MAX_TEXT


def _area(label: Any, most: int, *, required: bool = True, rows: int = 4, hint: Any = "") -> forms.CharField:
    """Text of several lines; what is missing is asked for by its name."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=hint,
        error_messages={"required": format_lazy("{}{}", _("请填写"), label)},
    )


def _file(label: Any, accept: str, hint: Any) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        allow_empty_file=True,  # the inspection says what is wrong with it
        widget=forms.FileInput(attrs={"accept": accept}),
        help_text=hint,
    )


class DayForm(forms.Form):
    """A day in the query string; today when absent or wrong."""

    on = forms.DateField(
        label=_("查询日期"),
        required=False,
        error_messages={"invalid": _("日期应为 2026-01-31 的形式，已按今天显示。")},
    )

    @property
    def day(self) -> Any:
        return (self.cleaned_data.get("on") if self.is_valid() else None) or clock.today()


class RatingForm(DeskForm):
    """What an evaluation concluded; a correction keeps the round it corrects."""

    round = forms.CharField(label=_("评价轮次"), max_length=70, help_text=_("例如：2026 年度绩效评价"))
    rated_on = forms.DateField(
        label=_("评价日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    grade = forms.ChoiceField(label=_("等次"), choices=Grade.choices, widget=forms.RadioSelect)
    word = forms.CharField(
        label=_("方案用语"),
        max_length=20,
        required=False,
        help_text=_("评价方案使用其他说法的，照录，例如“A 类”。"),
    )
    score = forms.DecimalField(
        label=_("得分"), required=False, max_digits=5, decimal_places=2, min_value=0, max_value=120
    )
    by_whom = forms.CharField(label=_("评价单位"), max_length=120, required=False)
    summary = _area(
        _("评价结论"), TEXT, required=False, hint=_("%(lead)s可以看到；不对社会公开，其他%(members)s看不到。")
    )
    upload = _file(_("评价报告"), ".pdf", _("PDF，%(lead)s在结果复核后可以下载。"))

    def __init__(self, *args: Any, fixed_round: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed_round:
            self.fields["round"].disabled = True
            self.fields["round"].initial = fixed_round


class ReasonForm(DeskForm):
    """A reason under its own label; `name` is what the service calls it."""

    def __init__(self, *args: Any, label: Any, name: str = "reason", hint: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[name] = _area(label, REASON, hint=hint)


class OpenForm(DeskForm):
    """启动取消备案程序: on which ground, for which condition, with what facts."""

    ground = forms.ChoiceField(label=_("取消事由"), widget=forms.RadioSelect)
    condition = forms.ChoiceField(
        label=_("不符合的条件"),
        required=False,
        widget=forms.RadioSelect,
        help_text=_("以不再符合%(act)s条件为由的，须指明条件，且整改期限已经届满。"),
    )
    reason = _area(
        _("事实和理由"),
        TEXT,
        rows=6,
        hint=_("写入事先告知书，送达%(lead)s；不公开。请写明事实、经过和证据。"),
    )

    def __init__(
        self, *args: Any, grounds: Iterable[tuple[str, Any]], unmet: Iterable[tuple[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ground"].choices = list(grounds)  # type: ignore[attr-defined]
        choices = list(unmet)
        if choices:
            self.fields["condition"].choices = choices  # type: ignore[attr-defined]
            # the ground says whether it is needed
            self.fields["condition"].optional = False  # type: ignore[attr-defined]
        else:
            del self.fields["condition"]


class PlainForm(DeskForm):
    """Nothing to say."""


class CommentForm(DeskForm):
    """A reason, or an opinion, for the record."""

    label: Any = _("办理意见")
    hint: Any = _("只有工作人员可见。")
    needed = True
    rows = 4

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"] = _area(
            self.label, REASON, required=self.needed, rows=self.rows, hint=self.hint
        )


class OpinionForm(CommentForm):
    needed = False


class PauseForm(CommentForm):
    label = _("暂停原因")
    hint = _("%(lead)s可以看到。")


class ResumeForm(CommentForm):
    label = _("恢复说明")
    needed = False


class ReturnForm(CommentForm):
    label = _("退回理由")
    hint = _("拟定人据此修改；只有工作人员可见。")


class ConfirmForm(CommentForm):
    label = _("审定意见")
    hint = _("写明审定的理由；只有工作人员可见。")


class DropForm(CommentForm):
    label = _("不予取消的理由")
    hint = _("写入不予取消通知书，送达%(lead)s。")


class ProposalForm(CommentForm):
    label = _("拟办意见")
    hint = _("写明拟取消的理由，供审定人查看；只有工作人员可见。")

    def __init__(self, *args: Any, answers: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hint = (
            _("逐条写明采纳或者不采纳及其理由，写入决定书。")
            if answers
            else _("单位没有陈述申辩的，可以不填。")
        )
        self.fields["weighed"] = _area(_("对陈述申辩意见的处理"), TEXT, required=False, rows=5, hint=hint)
        self.fields["weighed"].optional = not answers  # type: ignore[attr-defined]
        self.order_fields(["weighed", "comment"])


class StatementForm(forms.Form):
    """陈述申辩 by the lead."""

    use_required_attribute = False

    text = _area(_("陈述申辩意见"), TEXT, rows=8, hint=_("提交后不能修改，可以在期限内再次提交补充意见。"))
    upload = _file(_("证据材料"), ".pdf,.jpg,.jpeg,.png,.docx", _("PDF、图片或者 Word 文件，一次一件。"))
