"""What a consortium application asks: one form a topic. Required means: required at submission."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliances.consortium import terms
from core import clock
from filings import programmes
from filings.fields import FileField, RowsField, SectionForm
from policy.law import law_on


def _industries() -> list[tuple[str, str]]:
    """The bureau's editable list of 10+1 industries in force today."""
    industries = law_on(clock.today(), terms.PLACE).list(terms.INDUSTRY_LIST)
    return [("", str(_("请选择"))), *industries.labels().items()]


def _text(
    label: Any, *, help_text: Any = "", required: bool = True, rows: int = 4, limit: int = 3000
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=limit,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


def _choices(
    label: Any, options: dict[str, Any], *, help_text: Any = "", required: bool = True
) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=list(options.items()),
        help_text=help_text,
        required=required,
        widget=forms.CheckboxSelectMultiple,
    )


def _money(label: Any, *, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=14, decimal_places=2, required=required)


def _date(label: Any, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class BasicForm(SectionForm):
    name = forms.CharField(
        label=_("创新联合体名称"), max_length=100, help_text=_("例如：青岛市智能传感创新联合体")
    )
    industry = forms.ChoiceField(
        label=_("产业领域"), choices=_industries, help_text=_("“10+1”创新型产业体系，名单由科技局维护")
    )
    track = forms.CharField(label=_("细分赛道"), max_length=60, required=False)
    months = forms.IntegerField(
        label=_("申请有效期（月）"),
        min_value=1,
        max_value=600,
        help_text=_("一般不超过 3 年，由科技局在审定时确定"),
    )
    task_areas = _choices(_("建设任务方向"), terms.TASK_AREAS)
    background = _text(_("组建背景与产业需求"), help_text=_("本领域制约产业发展的关键核心技术和市场需求"))
    contact_name = forms.CharField(label=_("联系人"), max_length=40)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30)
    contact_email = forms.EmailField(label=_("电子邮箱"), required=False)

    def clean_months(self) -> int | None:
        """At most what the law allows (fil_cons_validity)."""
        months: int | None = self.cleaned_data.get("months")
        law = law_on(clock.today(), terms.PLACE)
        longest = programmes.get("consortium").longest(law)
        if months and months > longest:
            words = _("有效期不得超过 %(n)s 个月（%(clause)s）")
            raise forms.ValidationError(
                words % {"n": longest, "clause": law.cite("fil_cons_validity")}, code="months"
            )
        return months


class LeadForm(SectionForm):
    is_leading = forms.BooleanField(
        label=_("我单位声明为创新领军企业"), help_text=_("由专家结合佐证判断，无名单或数量门槛")
    )
    evidence = _choices(_("佐证类型"), terms.LEADING_EVIDENCE)
    market_rank = forms.CharField(
        label=_("市场地位"), max_length=200, help_text=_("细分市场的排名或占有率及来源")
    )
    technology_position = _text(_("技术水平"), help_text=_("与国内同行比较，说明依据"))
    strength = _text(_("经济实力与市场影响力"))
    rd_capability = _text(_("科技研发能力与研发队伍"))
    advantage = _text(_("关键核心技术攻关和成果转化的优势"))
    convening = _text(_("集聚产业链和高校院所资源、组织研发活动的能力"))
    services = _choices(_("能够提供的支持"), terms.SERVICES, required=False)
    chain_integration = _text(_("促进创新链、产业链、供应链融合的做法"))
    proof = FileField(label=_("佐证材料"), required=False, many=True, extensions=("pdf", "jpg", "png"))


class TaskRow(forms.Form):
    name = forms.CharField(label=_("任务名称"), max_length=100)
    problem = forms.CharField(label=_("拟突破的关键核心技术"), max_length=300)
    goal = forms.CharField(label=_("考核指标"), max_length=300)
    owner = forms.CharField(label=_("承担单位"), max_length=100)
    starts_on = _date(_("开始日期"))
    ends_on = _date(_("完成日期"))
    funds = _money(_("经费（元）"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", _("完成日期早于开始日期"))
        return data


class MilestoneRow(forms.Form):
    task = forms.CharField(label=_("任务名称"), max_length=100)
    milestone = forms.CharField(label=_("里程碑"), max_length=200)
    due_on = _date(_("完成时间"))
    owner = forms.CharField(label=_("责任单位"), max_length=100)


class TasksForm(SectionForm):
    tasks = RowsField(TaskRow, label=_("重大攻关任务"), min_rows=1)
    milestones = RowsField(MilestoneRow, label=_("里程碑"), min_rows=1)
    self_funds = _money(_("成员自筹经费合计（元）"))
    funding_note = _text(_("经费分担安排"), help_text=_("各方出资额、出资方式和到位时间"))


class AgreementForm(SectionForm):
    signed_on = _date(_("签订日期"))
    covers = _choices(_("协议已载明的内容"), terms.AGREEMENT_PARTS)
    division = _text(_("任务分工与权利义务摘要"), help_text=_("各成员单位确认时看到的内容，应与协议一致"))
    agreement = FileField(label=_("组建协议（各方盖章扫描件）"), extensions=("pdf",))


def _mechanism(label: Any, required: bool) -> forms.CharField:
    return _text(label, required=required, rows=3, limit=2000)


MechanismsForm = type(
    "MechanismsForm",
    (SectionForm,),
    {key: _mechanism(label, True) for key, label in terms.MECHANISMS.items()}
    | {key: _mechanism(label, False) for key, label in terms.ENCOURAGED_MECHANISMS.items()},
)

PlanForm = type(
    "PlanForm",
    (SectionForm,),
    {key: _text(label, rows=3, limit=2000) for key, label in terms.PLAN_PARTS.items()}
    | {"plan_file": FileField(label=_("发展规划全文"), required=False, extensions=("pdf", "docx"))},
)


class MemberForm(SectionForm):
    """A participant's own section: facts only that unit may state."""

    basis = _choices(_("与牵头单位的合作基础"), terms.BASIS)
    basis_note = _text(_("合作事例"), help_text=_("至少一项共同的项目、专利、标准或合同，写明名称和时间"))
    capability = _text(_("研发与配套能力，或团队、人才梯队和实验条件"))
    contributions = _choices(_("投入的资源"), terms.RESOURCES)
    contribution_note = _text(_("投入说明"), required=False, rows=3)
    people = forms.IntegerField(label=_("投入研发人员（人）"), min_value=0, max_value=100000, required=False)
    ip_terms = _text(_("知识产权约定"), required=False, rows=3)
    contact_name = forms.CharField(label=_("联系人"), max_length=40)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30)
    proof = FileField(label=_("合作基础佐证"), required=False, many=True, extensions=("pdf", "jpg", "png"))
