"""What is typed about records, chain gaps and scenarios. Shape only; what is right is decided by the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Level
from alliances.enums import ACTIVITIES, NETWORK_KINDS, RESULTS, GapKind
from alliances.services import gaps, records, scenarios
from core import clock
from filings import programmes
from filings.forms_fields import area, day, line
from filings.forms_staff import DeskForm

ACCEPT = ",".join(f".{name}" for name in records.EVIDENCE)
PICK = ("", _("请选择"))
ALL = ("", _("全部"))


class RecordForm(DeskForm):
    """An activity or a result of an alliance."""

    kind = forms.ChoiceField(
        label=_("类别"),
        choices=[
            PICK,
            (_("活动（经办人认定后计入年度任务）"), [(k.value, k.label) for k in ACTIVITIES]),
            (_("成果"), [(k.value, k.label) for k in RESULTS]),
        ],
    )
    title = line(_("名称"), records.LIMITS["title"], hint=_("活动、项目、标准、专利、品牌或者平台的名称"))
    partner = line(
        _("对方单位或者主办单位"),
        records.LIMITS["partner"],
        required=False,
        hint=_("对接的高校院所、行业协会，展会主办方，合作单位"),
    )
    held_on = day(_("日期"), hint=_("举办、签约、立项、发布或者授权的日期"))
    until = day(_("终止日期"), required=False, hint=_("长期对接的不填；对接终止后填写"))
    number = line(_("编号"), records.LIMITS["number"], required=False, hint=_("标准号、专利号、商标注册号等"))
    amount = forms.DecimalField(
        label=_("金额（元）"), required=False, min_value=0, max_digits=14, decimal_places=2
    )
    summary = area(
        _("说明"), records.LIMITS["summary"], required=False, hint=_("参加的城市、单位、学术委员会等事实")
    )
    is_public = forms.BooleanField(label=_("对社会公开"), required=False, initial=True)
    upload = forms.FileField(
        label=_("佐证材料"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("PDF、图片、Word 或者 Excel；没有佐证的活动不能认定。"),
    )

    @property
    def facts(self) -> records.Facts:
        """What the service takes."""
        data = self.cleaned_data
        return records.Facts(**{name: data[name] for name in records.Facts.__dataclass_fields__})


class JudgeForm(DeskForm):
    counts = forms.TypedChoiceField(
        label=_("是否计入年度任务"),
        choices=[("yes", _("计入")), ("no", _("不计入"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    basis = area(
        _("认定依据"),
        records.LIMITS["basis"],
        rows=3,
        hint=_("简要写明，例如“双一流高校”“全国性系列展会”“有 4 个外市单位参加”。理事长单位可以看到。"),
    )


class WithdrawForm(DeskForm):
    reason = area(_("撤销原因"), records.LIMITS["reason"], rows=3)


class GapForm(DeskForm):
    kind = forms.ChoiceField(label=_("类别"), choices=GapKind.choices, widget=forms.RadioSelect)
    title = line(_("短板名称"), gaps.LIMITS["title"], hint=_("例如“高纯氧化铝粉体依赖进口”"))
    chain = line(_("产业链"), gaps.LIMITS["chain"])
    detail = area(_("现状和需求"), gaps.LIMITS["detail"], required=False)

    @property
    def facts(self) -> gaps.Facts:
        """What the service takes."""
        return gaps.Facts(**self.cleaned_data)


class TakeOnForm(DeskForm):
    closer = line(_("补链单位"), gaps.LIMITS["closer"])
    closer_code = line(_("信用代码或者登记编号"), gaps.LIMITS["closer_code"], required=False)
    project = line(_("联合项目"), gaps.LIMITS["project"], required=False)
    due_on = day(_("计划完成日期"), required=False)


class CloseGapForm(DeskForm):
    closed_on = day(_("补齐日期"))
    result = area(_("补链成效"), gaps.LIMITS["result"])


class ScenarioForm(DeskForm):
    entity = forms.ChoiceField(
        label=_("有关的登记主体"),
        required=False,
        help_text=_("为创新联合体、联盟等开放的场景，选择该主体"),
    )
    title = line(_("场景名称"), scenarios.LIMITS["title"])
    field = line(_("应用领域"), scenarios.LIMITS["field"], required=False)
    need = area(_("场景需求"), scenarios.LIMITS["need"], hint=_("希望试用什么技术、产品，解决什么问题"))
    offer = area(
        _("开放的条件"), scenarios.LIMITS["offer"], required=False, hint=_("场地、数据、设备、资金等")
    )
    contact = line(_("联系方式"), scenarios.LIMITS["contact"], hint=_("发布后公开，请填写单位的联系方式"))
    since = day(_("开放日期"))
    until = day(_("截止日期"), required=False, hint=_("长期开放的不填"))

    def __init__(self, *args: Any, entities: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if entities:
            self.fields["entity"].choices = [("", _("无")), *entities]  # type: ignore[attr-defined]
        else:
            del self.fields["entity"]

    @property
    def facts(self) -> scenarios.Facts:
        """What the service takes."""
        data = {key: value for key, value in self.cleaned_data.items() if key != "entity"}
        return scenarios.Facts(**data)


class SendBackForm(DeskForm):
    reason = area(_("退回理由"), scenarios.LIMITS["reason"], rows=3, hint=_("开放单位可以看到。"))


class EndForm(DeskForm):
    outcome = area(_("对接结果"), scenarios.LIMITS["outcome"], required=False)


class NothingForm(DeskForm):
    """A step that needs no more than being pressed."""


class GapFilter(forms.Form):
    """Filters in the address; what cannot be understood is left out."""

    q = forms.CharField(label=_("名称、产业链或者补链单位"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=[ALL, *GapKind.choices])

    def wanted(self) -> dict[str, str]:
        """What was understood and is not empty."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class NetworkFilter(forms.Form):
    """The bureau's list of alliances, communities and unions, as of a day."""

    q = forms.CharField(label=_("名称、编号或者牵头单位"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("类别"), required=False)
    level = forms.ChoiceField(label=_("级别"), required=False, choices=[ALL, *Level.choices])
    on = day(_("截至日期"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(kind, programmes.for_kind(kind).label) for kind in NETWORK_KINDS]
        self.fields["kind"].choices = [ALL, *names]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """What was understood and is not empty; the day is always there."""
        self.is_valid()
        found = {name: value for name, value in self.cleaned_data.items() if value}
        return {"on": clock.today(), **found}
