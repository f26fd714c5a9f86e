"""What an application for an alliance asks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from alliances.alliance import terms
from alliances.network import sections as shared
from filings.programmes import Owner, Section


class BasicForm(shared.NetworkBasicForm):
    """Name, industry, cluster."""

    industry = forms.ChoiceField(
        label=_("所属产业"),
        choices=shared.industries(terms.PLACE, terms.INDUSTRY_LIST),
        help_text=_("“四强”产业，名单由科技局维护"),
    )
    cluster = forms.ChoiceField(
        label=_("对应的产业集群"),
        choices=shared.registered(terms.CLUSTER, terms.PLACE, _("无（尚未登记的集群，在产业链中写明）")),
        required=False,
        help_text=_("一个集群建设一个联盟；确需增设的，提交时说明理由"),
    )

    field_order = ("name", "industry", "chain", "cluster", "form", "form_note", "aim")


MechanismsForm = shared.mechanisms_form(terms.MECHANISMS, terms.ENCOURAGED_MECHANISMS)

BASIC = Section(
    "basic",
    _("基本信息"),
    BasicForm,
    _("联盟叫什么、围绕哪条产业链和哪个集群、采用什么组织形式。"),
    clauses=("fil_all_flexible_form", "elig_all_industry", "elig_all_one_per_cluster"),
)
CORE = Section(
    "core",
    _("核心企业"),
    shared.CoreForm,
    _("以重点骨干企业和行业龙头企业为核心；列出的企业须为理事长单位或者成员单位。"),
    clauses=("elig_all_core_enterprise",),
)
CHARTER = Section(
    "charter",
    _("章程和运行办法"),
    shared.CharterForm,
    _("政府、理事长单位、联盟成员各自的权利义务。各成员单位将确认本页内容。"),
    shared=True,
    clauses=("elig_all_rights", "elig_all_mechanism", "obl_gov_non_interference"),
)
MECHANISMS = Section(
    "mechanisms",
    _("运行机制"),
    MechanismsForm,
    _("前三项须写明书面安排，后五项鼓励建立。各成员单位将确认本页内容。"),
    shared=True,
    clauses=tuple(terms.MECHANISMS) + tuple(terms.ENCOURAGED_MECHANISMS),
)
MEMBER = Section(
    "member",
    _("成员单位意愿"),
    shared.MemberForm,
    _("由每家成员单位自行填写和确认：自愿加入，以及投入的资源。"),
    owner=Owner.PARTICIPANT,
    clauses=("elig_all_voluntary", "fil_all_voluntary"),
)
SECTIONS = (BASIC, CORE, CHARTER, MECHANISMS, MEMBER)
