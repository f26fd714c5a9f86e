"""The programme 产业联盟 of strategic emerging clusters (sd2020_194 三(一)): declarations only."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import Level, Role
from alliances.network import after
from alliances.network.sections import NetworkBasicForm, registered
from alliances.network.union import union, union_sections
from filings.models import Entity, EntityLink, Filing

PLACE = "370000"
CLUSTER = "strategic_emerging_cluster"


class BasicForm(NetworkBasicForm):
    """Besides: the strategic emerging cluster it belongs to."""

    industry = forms.CharField(label=_("产业领域"), max_length=60, required=False)
    cluster = forms.ChoiceField(
        label=_("所属战略性新兴产业集群"),
        choices=registered(CLUSTER, PLACE, _("无（尚未登记）")),
        required=False,
    )


def linked(entity: Entity, filing: Filing) -> None:
    """The union of its cluster."""
    after.relate(entity, filing, kind=EntityLink.Kind.ALLIANCE_OF, target_kind=CLUSTER)
    after.follow(entity)


PROGRAMME = union(
    asked=union_sections(BasicForm, ("industry_union",)),
    key="industry_union",
    label=_("产业联盟"),
    title_label=_("山东省产业联盟"),
    entity_kind="industry_union",
    type_code="CL",
    place=PLACE,
    city_code="SD",
    department="development_reform",
    recommender=Role.MUNICIPAL_DRC,
    levels=(Level.PROVINCIAL,),
    after_applied=linked,
    lead_condition="industry_union",
    register_rule="industry_union",
    summary=_("战略性新兴产业集群中鼓励设立的联盟，由市发展改革委推荐、省发展改革委备案。"),
    prepare=(_("管理及运行办法（盖章扫描件，PDF）"), _("成员单位名单及其统一社会信用代码")),
)
