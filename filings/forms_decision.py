"""What officers type when they propose and when they issue: the fields depend on what the filing asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from filings.enums import SETS_VALIDITY, Action
from filings.forms_staff import DeskForm, long_text
from filings.selectors.reading import law_for

DATED: dict[str, Any] = {
    Action.RENEW: _("原有效期未满的，新的有效期自原有效期届满的次日起算。发文日期不能晚于今天。"),
    Action.CHANGE: _("变更自发文之日起生效，不能晚于今天。"),
    Action.EXIT: _("自发文之日起退出登记名录，不能晚于今天。"),
    Action.UPGRADE: _("级别自批复文件的日期起记载；发文日期不能晚于今天。"),
    Action.RECORD_APPROVAL: _("级别和有效期按批复文件记载；发文日期不能晚于今天。"),
    Action.CLAIM: _("核定金额自发文之日起确定，不能晚于今天。"),
}


def _asks_months(filing: Any) -> bool:
    """Where the filing gives or renews a validity, and validities of its kind have an end."""
    return filing.action in SETS_VALIDITY and filing.spec.longest(law_for(filing)) > 0


class ProposalForm(DeskForm):
    """The months are asked for where the filing gives or renews a validity."""

    months = forms.CharField(
        label=_("有效期"), max_length=6, widget=forms.NumberInput(attrs={"min": 1, "inputmode": "numeric"})
    )
    comment = long_text(_("拟办意见"), hint=_("写入审定单，供审定人查看。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["months"].unit = _("个月")  # type: ignore[attr-defined]
        if self.filing is not None and not _asks_months(self.filing):
            del self.fields["months"]
        asks = self.filing.spec.hooks.asks if self.filing is not None else None
        self.asked: tuple[str, ...] = ()
        if asks is not None and self.filing is not None:
            own = asks(self.filing)
            self.asked = tuple(own)
            self.fields |= own
            self.order_fields([*own, "comment"])

    @property
    def own(self) -> list[forms.BoundField]:
        """The fields that the programme asks besides."""
        return [self[name] for name in self.asked]

    def payload(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        if self.asked:
            given["award"] = {name: given.pop(name) for name in self.asked}
        return given


class IssueForm(DeskForm):
    document_number = forms.CharField(
        label=_("发文字号"),
        max_length=60,
        required=False,
        help_text=_("留空则按“机关代字〔年份〕序号”自动编号。"),
    )
    document_date = forms.DateField(
        label=_("发文日期"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("有效期自发文之日起算，不能晚于今天。"),
    )
    comment = long_text(_("办理意见"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.filing is not None and self.filing.action in DATED:
            self.fields["document_date"].help_text = DATED[self.filing.action]

    def payload(self) -> dict[str, Any]:
        return self.cleaned_data | {"document_date": self.cleaned_data["document_date"].isoformat()}
