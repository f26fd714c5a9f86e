"""What an application for a strategic emerging cluster asks, and its yearly report."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters import asked
from clusters.strategic import terms
from core import clock
from filings.fields import FileField, RowsField, SectionForm


class BasicForm(SectionForm):
    name = forms.CharField(
        label=_("集群名称"), max_length=100, help_text=_("例如：淄博市新型功能材料产业集群")
    )
    industry = forms.ChoiceField(
        label=_("产业领域"), choices=asked.industries_of(terms.PLACE, terms.INDUSTRY_LIST)
    )
    regions = asked.choices(_("覆盖区域"), asked.places_below(terms.PLACE))
    output_value = asked.yuan(_("上年度集群产值（元）"))
    overview = asked.text(_("集群概况"), help_text=_("企业数量、龙头企业、主要产品和市场地位"))
    contact_name = forms.CharField(label=_("联系人"), max_length=40)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30)


class BodyForm(SectionForm):
    """Which body manages the cluster is for the city to say; the applicant is that body."""

    document = forms.CharField(
        label=_("市政府明确管理机构的文件"), max_length=120, help_text=_("文件名称和文号")
    )
    named_on = asked.day(_("文件日期"))
    covers = asked.choices(_("管理机构的职责"), list(terms.BODY_DUTIES.items()))
    head = forms.CharField(label=_("负责人"), max_length=40)
    staff = forms.IntegerField(label=_("专职人员（人）"), min_value=0, max_value=10000, required=False)
    proof = FileField(label=_("明确管理机构的文件"), extensions=("pdf",))

    def clean_named_on(self) -> object:
        day = self.cleaned_data.get("named_on")
        if day and day > clock.today():
            raise forms.ValidationError(_("文件日期不能晚于今天"), code="future")
        return day


class ParksForm(SectionForm):
    parks = RowsField(asked.ParkRow, label=_("园区清单"))
    model = asked.text(
        _("园区、孵化器、基金、联盟一体化推进的情况"), required=False, help_text=_("鼓励，不作为条件")
    )


class ChainForm(SectionForm):
    links = RowsField(asked.ChainRow, label=_("环节清单"))


PlanForm = type(
    "PlanForm",
    (SectionForm,),
    {key: asked.text(label, rows=4) for key, label in terms.PLAN_PARTS.items()}
    | {"plan_file": FileField(label=_("建设方案全文"), extensions=("pdf", "docx"))},
)


class DutiesForm(SectionForm):
    """The body's three duties in the year."""

    planning = asked.text(_("总体规划落实情况"))
    management = asked.text(_("日常管理情况"))
    statistics = asked.text(_("统计监测情况"), help_text=_("季报是否按期、数据核实和分析"))
