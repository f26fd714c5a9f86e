"""What is typed about a platform's records, its open information and the cultivation list. Shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.forms.models import fields_for_model
from django.utils.translation import gettext_lazy as _

from accounts.enums import Level
from core import clock
from filings.forms_fields import area, day
from filings.forms_staff import DeskForm, unit_by_code
from filings.models import Entity
from platforms.enums import CultivationOutcome, CultivationSupport, OfferKind, ProjectStanding
from platforms.models import CultivationEntry, Offer
from platforms.records import KINDS, RecordKind
from platforms.selectors.cultivating import kinds_for
from platforms.selectors.records import rows
from platforms.types import stages, types

MAX_QUERY = 60


def _as_page(field: models.Field[Any, Any], **given: Any) -> Any:
    """The form field of a column, dates as the browser's own."""
    if isinstance(field, models.DateField):
        label = given.get("label") or field.verbose_name
        return day(label, required=not field.blank, hint=field.help_text)
    made: Any = field.formfield(**given)
    if field.choices:
        made.choices = [("", _("请选择")), *field.choices]
    return made


class RecordForm(DeskForm):
    """The fields of one kind of record, from its table; what it points to is of this platform."""

    def __init__(self, *args: Any, kind: RecordKind, entity: Entity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = fields_for_model(kind.model, fields=kind.fields, formfield_callback=_as_page)
        self.fields.update({name: found[name] for name in kind.fields})
        if kind.inner:
            self.fields[kind.inner].queryset = rows(entity, KINDS[kind.inner])  # type: ignore[attr-defined]
            self.fields[kind.inner].empty_label = _("请选择")  # type: ignore[attr-defined]
        self.fields["proof"] = forms.FileField(
            label=_("证明材料"), required=False, help_text=_("PDF 或者图片；不选择则保留原有材料")
        )


class StrikeForm(DeskForm):
    reason = area(_("作废原因"), 300)


class ReturnForm(DeskForm):
    reason = area(_("退回原因"), 500, hint=_("单位可以看到，更正后重新确认。"))


class NothingForm(DeskForm):
    """An act without words."""


class FollowForm(DeskForm):
    on = day(_("日期"))
    text = area(_("进展"), 2000)


class ProjectFollowForm(FollowForm):
    standing = forms.ChoiceField(
        label=_("进展阶段"), choices=ProjectStanding.choices, widget=forms.RadioSelect
    )
    next_on = day(_("下次跟踪日期"), required=False, hint=_("不填的，按规定的间隔安排。"))


class ImportForm(DeskForm):
    upload = forms.FileField(
        label=_("台账工作簿（xlsx）"), help_text=_("先下载模板填写；有一处错误就整份不导入。")
    )


class OfferForm(DeskForm):
    """Open information: offices and office telephones, no persons."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ("kind", "name", "detail", "price", "hours", "office", "phone")
        self.fields.update(fields_for_model(Offer, fields=names, formfield_callback=_as_page))


class OpenFilter(DeskForm):
    """The public list of what platforms open."""

    q = forms.CharField(label=_("服务、仪器或者平台"), max_length=MAX_QUERY, required=False)
    kind = forms.ChoiceField(label=_("类别"), choices=[("", _("全部")), *OfferKind.choices], required=False)

    def wanted(self) -> dict[str, str]:
        """What could be understood; the rest narrows nothing."""
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value}


class PlatformFilter(DeskForm):
    """The list behind a number of the overview."""

    q = forms.CharField(label=_("名称或登记编号"), max_length=MAX_QUERY, required=False)
    stage = forms.ChoiceField(label=_("链条环节"), required=False)
    kind = forms.ChoiceField(label=_("平台类型"), required=False)
    level = forms.ChoiceField(label=_("级别"), choices=[("", _("全部")), *Level.choices], required=False)
    on = day(_("截至日期"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = ("", _("全部"))
        self.fields["stage"].choices = [every, *((s.key, s.label) for s in stages().values())]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [every, *((t.key, t.label) for t in types().values())]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """What could be understood; `on` is today where nothing else was."""
        self.is_valid()
        found = {key: value for key, value in self.cleaned_data.items() if value}
        return {"on": clock.today(), **found}


# --- cultivation -----------------------------------------------------------------------------


class CultivationForm(DeskForm):
    organisation = forms.CharField(label=_("培育单位的统一社会信用代码"), max_length=30)
    entity = forms.CharField(
        label=_("现有平台的登记编号"), max_length=40, required=False, help_text=_("已有同单位的平台时填写")
    )
    target_kind = forms.ChoiceField(label=_("拟申报的平台类型"))
    target_level = forms.ChoiceField(
        label=_("拟申报的级别"),
        choices=[
            (Level.PROVINCIAL.value, Level.PROVINCIAL.label),
            (Level.NATIONAL.value, Level.NATIONAL.label),
        ],
        widget=forms.RadioSelect,
    )
    apply_year = forms.IntegerField(label=_("计划申报年度"), min_value=2000, max_value=2200)
    supports = forms.MultipleChoiceField(
        label=_("培育内容"), choices=CultivationSupport.choices, widget=forms.CheckboxSelectMultiple
    )
    ground = area(_("入库理由"), 2000)
    next_step = forms.CharField(label=_("下一步"), max_length=200, required=False)
    next_on = day(_("下一步日期"), required=False)

    def __init__(self, *args: Any, entry: CultivationEntry | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target_kind"].choices = [(k.key, k.label) for k in kinds_for()]  # type: ignore[attr-defined]
        if entry is not None:
            del self.fields["organisation"], self.fields["target_kind"]

    def clean_organisation(self) -> Any:
        return unit_by_code(self.cleaned_data["organisation"])


class CultivationStepForm(DeskForm):
    text = area(_("进展"), 2000)
    next_step = forms.CharField(label=_("下一步"), max_length=200, required=False)
    next_on = day(_("下一步日期"), required=False)


class CultivationLeaveForm(DeskForm):
    outcome = forms.ChoiceField(
        label=_("出库原因"),
        choices=[c for c in CultivationOutcome.choices if c[0] != CultivationOutcome.UPGRADED],
        widget=forms.RadioSelect,
        help_text=_("获得认定的，由登记名录自动关联，不在这里办理。"),
    )
    reason = area(_("出库说明"), 2000)
