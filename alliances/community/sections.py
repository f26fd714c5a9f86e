"""What an application for a community asks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliances.community import terms
from alliances.enums import ElementKind
from alliances.network import sections as shared
from filings.fields import Computed, FileField, RowsField, SectionForm
from filings.programmes import Owner, Section
from filings.standard_sections import long_text


class BasicForm(SectionForm):
    name = forms.CharField(label=_("名称"), max_length=100)
    industry = forms.ChoiceField(
        label=_("所属产业"),
        choices=shared.industries(terms.PLACE, terms.INDUSTRY_LIST),
        help_text=_("“四强”产业，名单由科技局维护"),
    )
    cluster = forms.ChoiceField(
        label=_("依托的产业集群"),
        choices=shared.registered(terms.CLUSTER, terms.PLACE, _("无（尚未登记）")),
        required=False,
    )
    predecessor = forms.ChoiceField(
        label=_("升级前的联盟"),
        choices=shared.registered(terms.ALLIANCE, terms.PLACE, _("无")),
        required=False,
        help_text=_("由联盟升级而来的，选择该联盟，名录保留前后身份和日期"),
    )
    aim = long_text(_("建设目标和主要任务"))
    contact_name = forms.CharField(label=_("联系人"), max_length=40)
    contact_phone = forms.CharField(label=_("联系电话"), max_length=30)


class ElementRow(forms.Form):
    kind = forms.ChoiceField(label=_("要素"), choices=[shared.NOTHING, *ElementKind.choices])
    unit = forms.CharField(label=_("单位"), max_length=120)
    contribution = forms.CharField(label=_("作用"), max_length=300)


class ElementsForm(SectionForm):
    elements = RowsField(ElementRow, label=_("“政产学研金服用”要素"), min_rows=1)

    def computed(self) -> list[Computed]:
        """How many of the seven there are, and who brings each."""
        rows = [row for row in self.data.get("elements") or [] if isinstance(row, dict)]
        names = {
            kind: "、".join(str(row.get("unit") or "") for row in rows if row.get("kind") == kind.value)
            for kind in ElementKind
        }
        covered = sum(bool(text) for text in names.values())
        return [
            Computed(
                heading=gettext("要素覆盖"),
                columns=((gettext("要素"), ""), (gettext("单位"), "")),
                rows=tuple((str(kind.label), text or "—") for kind, text in names.items()),
                total=(gettext("合计"), gettext("%(n)s/7") % {"n": covered}),
                note=gettext("七要素逐步完善，覆盖数展示和计分，不作为否决条件。"),
            )
        ]


class OperatorForm(SectionForm):
    """A community need not be a legal person: the one that runs it takes the money (amb_payee_nonlegal)."""

    operator = forms.CharField(label=_("运营法人"), max_length=120)
    operator_code = forms.CharField(label=_("运营法人统一社会信用代码"), max_length=40)
    relation = long_text(_("运营法人与各方的关系"), limit=1000)
    agreement = FileField(label=_("委托运营协议或者章程"), required=False, extensions=("pdf",))

    def clean_operator_code(self) -> Any:
        return shared.clean_code(str(self.cleaned_data.get("operator_code") or ""))


BASIC = Section(
    "basic",
    _("基本信息"),
    BasicForm,
    _("共同体叫什么、依托哪个集群、是否由联盟升级而来。"),
    clauses=("fil_upgrade_path", "elig_comm_from_alliance"),
)
ELEMENTS = Section(
    "elements",
    _("要素构成"),
    ElementsForm,
    _("政、产、学、研、金、服、用各由哪些单位承担。各成员单位将确认本页内容。"),
    shared=True,
    clauses=("elig_comm_elements",),
)
OPERATOR = Section("operator", _("运营法人"), OperatorForm, _("负责日常运营、承接支持资金的法人单位。"))
MEMBER = Section(
    "member",
    _("成员单位意愿"),
    shared.MemberForm,
    _("由每家成员单位自行填写和确认。"),
    owner=Owner.PARTICIPANT,
)
SECTIONS = (BASIC, ELEMENTS, OPERATOR, MEMBER)
