"""What is typed about visits, problems and candidates. Shape only; what is right is decided by the services."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import District, Organisation, User
from core.actor import Actor
from filings.enums import CandidateStage, VisitKind
from filings.forms_fields import area, day, line
from filings.forms_staff import DeskForm, unit_by_code
from filings.models import Candidate, Entity
from filings.presentation import catalogue
from filings.programmes import Programme
from filings.selectors.accompany import officers_of, units_of
from filings.selectors.candidates import districts_for, programmes_of
from filings.services import candidates, problems, visits

MAX_QUERY = 60


def _person(label: Any, hint: Any = "") -> forms.ModelChoiceField:
    none: QuerySet[User] = User.objects.none()
    return forms.ModelChoiceField(none, label=label, empty_label=_("请选择"), help_text=hint)


# --- visits ----------------------------------------------------------------------------------


class _OfEntity(DeskForm):
    """A form about an entity: people are those of its bureau."""

    people: tuple[str, ...] = ()

    def __init__(self, *args: Any, entity: Entity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.people:
            self.fields[name].queryset = officers_of(entity.authority)  # type: ignore[attr-defined]
        for each in self.fields.values():
            each.help_text = entity.spec.say(each.help_text)


class VisitPlanForm(_OfEntity):
    people = ("visitor",)

    planned_on = day(_("计划日期"))
    kind = forms.ChoiceField(label=_("方式"), choices=VisitKind.choices, widget=forms.RadioSelect)
    visitor = _person(_("走访人"))
    purpose = line(_("走访内容"), visits.LIMITS["purpose"], hint=_("单位可以看到，例如“了解任务进展”。"))


class VisitRecordForm(_OfEntity):
    held_on = day(_("走访日期"))
    present = line(_("参加人员"), visits.LIMITS["present"], required=False)
    findings = area(_("了解到的情况"), visits.LIMITS["findings"], rows=6, hint=_("只有工作人员可见。"))
    follow_up = area(_("后续安排"), visits.LIMITS["follow_up"], required=False, hint=_("只有工作人员可见。"))


class VisitHeldForm(VisitRecordForm):
    """A visit that nobody had planned."""

    people = ("visitor",)

    kind = forms.ChoiceField(label=_("方式"), choices=VisitKind.choices, widget=forms.RadioSelect)
    visitor = _person(_("走访人"))
    purpose = line(_("走访内容"), visits.LIMITS["purpose"], hint=_("单位可以看到。"))

    field_order = ("held_on", "kind", "visitor", "purpose", "present", "findings", "follow_up")


class CallOffForm(_OfEntity):
    reason = area(_("取消原因"), visits.LIMITS["reason"], rows=3)


# --- problems --------------------------------------------------------------------------------


class ProblemForm(_OfEntity):
    title = line(_("遇到的困难"), problems.LIMITS["title"], hint=_("一句话概括，例如“中试场地不足”。"))
    text = area(
        _("具体情况和诉求"),
        problems.LIMITS["text"],
        rows=6,
        hint=_("写明已经做了哪些努力、希望哪个部门协调什么。%(lead)s可以看到。"),
    )


class VisitProblemForm(ProblemForm):
    """Heard on a visit: for which unit?"""

    raised_for = forms.ModelChoiceField(Organisation.objects.none(), label=_("单位"), empty_label=None)

    field_order = ("raised_for", "title", "text")

    def __init__(self, *args: Any, entity: Entity, **kwargs: Any) -> None:
        super().__init__(*args, entity=entity, **kwargs)
        self.fields["raised_for"].queryset = units_of(entity)  # type: ignore[attr-defined]


class AssignForm(_OfEntity):
    people = ("owner",)

    owner = _person(_("责任人"))
    due_on = day(_("答复期限"))
    department = line(
        _("协办部门"),
        problems.LIMITS["department"],
        required=False,
        hint=_("需要其他部门协调的，写明部门名称；单位可以看到。"),
    )


class ReassignForm(AssignForm):
    comment = area(_("改派或者改期的理由"), problems.LIMITS["comment"], rows=3, hint=_("只有工作人员可见。"))


class AnswerForm(_OfEntity):
    answer = area(_("答复"), problems.LIMITS["answer"], rows=6, hint=_("单位可以看到，并确认是否解决。"))


class ReopenForm(_OfEntity):
    comment = area(_("尚未解决的问题"), problems.LIMITS["comment"], rows=4)


class NothingForm(_OfEntity):
    """An act without words."""


# --- candidates ------------------------------------------------------------------------------


def _choices(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False)


class CandidateForm(DeskForm):
    """`spec` where the programme is settled: editing, or a bureau with one programme."""

    programme = forms.ChoiceField(label=_("类别"))
    name = line(_("培育对象"), candidates.LIMITS["name"], hint=_("单位名称，或者拟组建、拟申报的主体。"))
    organisation = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=30,
        required=False,
        help_text=_("已在本平台登记的单位请填写：可以核对条件，提交申报后提示关联。"),
    )
    district = forms.ModelChoiceField(
        District.objects.none(),
        label=_("区（市）"),
        required=False,
        empty_label=_("未定"),
        help_text=_("填写信用代码的，以单位登记的为准。"),
    )
    industry = _choices(_("产业领域"))
    officer = _person(_("联系人（科技局）"))
    idea = area(_("组建设想"), candidates.LIMITS["idea"], required=False)
    next_step = line(_("下一步"), candidates.LIMITS["next_step"], required=False)
    next_on = day(_("下一步日期"), required=False)

    def __init__(self, *args: Any, actor: Actor, spec: Programme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = programmes_of(actor)
        if spec is not None:
            del self.fields["programme"]
        else:
            self.fields["programme"].choices = catalogue.choices(offered)  # type: ignore[attr-defined]
        self.fields["industry"].choices = [("", _("未定")), *_industries(offered)]  # type: ignore[attr-defined]
        self.fields["district"].queryset = districts_for(actor)  # type: ignore[attr-defined]
        self.fields["officer"].queryset = officers_of(actor.organisation)  # type: ignore[attr-defined]

    def clean_organisation(self) -> Organisation | None:
        return unit_by_code(self.cleaned_data["organisation"])

    def facts(self) -> candidates.Facts:
        given = {key: value for key, value in self.cleaned_data.items() if key != "programme"}
        return candidates.Facts(**given)


def _industries(offered: Iterable[Programme]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for spec in offered:
        found |= spec.industries()
    return list(found.items())


def candidate_facts(row: Candidate) -> dict[str, Any]:
    """What a form of an existing candidate begins with."""
    return {
        "name": row.name,
        "organisation": row.organisation.credit_code if row.organisation else "",
        "district": row.district_id,
        "industry": row.industry,
        "officer": row.officer_id,
        "idea": row.idea,
        "next_step": row.next_step,
        "next_on": row.next_on,
    }


class StepForm(DeskForm):
    stage = forms.ChoiceField(label=_("阶段"))
    text = area(_("进展"), candidates.LIMITS["text"], rows=3, hint=_("移出的，写明理由。"))
    next_step = line(_("下一步"), candidates.LIMITS["next_step"], required=False)
    next_on = day(_("下一步日期"), required=False)

    def __init__(self, *args: Any, candidate: Candidate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hidden = {CandidateStage.APPLIED} - {CandidateStage(candidate.stage)}
        self.fields["stage"].choices = [c for c in CandidateStage.choices if c[0] not in hidden]  # type: ignore[attr-defined]


# --- filters ---------------------------------------------------------------------------------


class MatterFilter(DeskForm):
    """Of visits and problems: words of the entity's name or number, and whose they are."""

    q = forms.CharField(label=_("名称或登记编号"), max_length=MAX_QUERY, required=False)
    officer = forms.ModelChoiceField(
        User.objects.none(), label=_("责任人"), required=False, empty_label=_("全部")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers_of(actor.organisation)  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """What could be understood; the rest narrows nothing and is said above the list."""
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value}


class CandidateFilter(MatterFilter):
    industry = _choices(_("产业领域"))
    district = forms.ModelChoiceField(
        District.objects.none(), label=_("区（市）"), required=False, empty_label=_("全部")
    )
    stage = forms.ChoiceField(
        label=_("阶段"), choices=[("", _("全部")), *CandidateStage.choices], required=False
    )
    overdue = forms.BooleanField(label=_("下一步已逾期"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        self.fields["industry"].choices = [("", _("全部")), *_industries(programmes_of(actor))]  # type: ignore[attr-defined]
        self.fields["district"].queryset = districts_for(actor)  # type: ignore[attr-defined]
