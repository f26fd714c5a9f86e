"""The programme 孵化器联盟 (zb2020_43 四(三)2): declarations only."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from alliances.network.sections import NetworkBasicForm, several
from alliances.network.union import union, union_sections

PARTNERS = {
    "incubation": _("孵化机构"),
    "finance": _("金融机构"),
    "investment": _("投资机构"),
    "transfer": _("技术转移机构"),
    "ip": _("知识产权服务机构"),
}


class BasicForm(NetworkBasicForm):
    """Besides: which kinds of institution take part."""

    industry = forms.CharField(label=_("服务领域"), max_length=60, required=False)
    partners = several(_("参加的机构类型"), PARTNERS)


PROGRAMME = union(
    asked=union_sections(BasicForm, ("mea_zb43_incubator_union",)),
    key="incubator_union",
    label=_("孵化器联盟"),
    title_label=_("淄博市孵化器联盟"),
    entity_kind="incubator_union",
    type_code="FL",
    place="370300",
    city_code="ZB",
    lead_condition="incubator_union",
    register_rule="incubator_union",
    summary=_("孵化机构联合金融、投资、技术转移、知识产权服务等机构自愿组成的行业组织。"),
    prepare=(_("管理及运行办法（盖章扫描件，PDF）"), _("成员单位名单及其统一社会信用代码")),
)
