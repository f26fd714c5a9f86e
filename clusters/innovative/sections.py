"""What an application for an innovative cluster asks. Required means: required at submission."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters import asked
from clusters.enums import Carrier
from clusters.innovative import terms
from filings.fields import FileField, RowsField, SectionForm


class BasicForm(SectionForm):
    name = forms.CharField(
        label=_("集群名称"), max_length=100, help_text=_("例如：淄博市先进陶瓷创新型产业集群")
    )
    industry = forms.ChoiceField(
        label=_("产业领域"),
        choices=asked.industries_of(terms.PLACE, terms.INDUSTRY_LIST),
        help_text=_("“四强”产业，名单由科技局维护"),
    )
    regions = asked.choices(_("覆盖区域"), asked.places_below(terms.PLACE))
    output_value = asked.yuan(
        _("上年度集群产值（元）"), help_text=_("用于省级统计口径的分类，不作为认定条件")
    )
    overview = asked.text(_("集群概况"), help_text=_("企业数量、龙头企业、主要产品和市场地位"))
    contact_name = forms.CharField(label=_("联系人"), max_length=40)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30)


class CarrierForm(SectionForm):
    carrier = forms.ChoiceField(label=_("载体类型"), choices=[("", _("请选择")), *Carrier.choices])
    carrier_name = forms.CharField(label=_("载体名称"), max_length=100, required=False)
    carrier_note = asked.text(_("载体情况"), required=False, help_text=_("面积、入驻企业、公共服务设施"))


class ChainForm(SectionForm):
    links = RowsField(asked.ChainRow, label=_("环节清单"), min_rows=1)
    note = asked.text(_("延链补链的打算"), required=False)


class BaseForm(SectionForm):
    """What the experts judge by."""

    planning_fit = asked.text(_("与产业规划布局和本地优势特色的关系"))
    industry_base = asked.text(_("产业基础"))
    innovation_base = asked.text(_("创新基础和创新能力"), help_text=_("研发投入、创新平台、专利和标准"))
    elements = asked.text(_("创新要素"), help_text=_("人才、平台、服务机构、资金"))
    potential = asked.text(_("发展潜力和可持续发展能力"))
    proof = FileField(label=_("佐证材料"), required=False, many=True, extensions=("pdf", "docx", "xlsx"))


PlanForm = type(
    "PlanForm",
    (SectionForm,),
    {key: asked.text(label, rows=3, limit=2000) for key, label in terms.PLAN_PARTS.items()}
    | {"plan_file": FileField(label=_("建设方案全文"), extensions=("pdf", "docx"))},
)
