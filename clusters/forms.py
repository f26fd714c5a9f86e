"""What is typed about firms, projects, key enterprises and requests. Shape only; what is right the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.enums import SizeClass
from accounts.models import Organisation, User
from clusters import asked
from clusters.enums import (
    PROJECT_LISTINGS,
    STAGES,
    Constraint,
    FirmRole,
    ListingKind,
    MoveCheck,
    ProjectDomain,
    ProjectKind,
    RequestKind,
)
from clusters.models import ClusterFirm, KeyEnterprise, Project
from clusters.permissions import STRATEGIC
from clusters.selectors.clusters import profile_of
from clusters.selectors.enterprises import handlers
from clusters.selectors.standing import TOPICS
from clusters.services import enterprises, firms, listings, projects, requests
from core import files
from filings.forms_fields import line
from filings.forms_staff import DeskForm
from filings.models import Entity

MAX_QUERY = 60
CHOOSE: list[tuple[str, Any]] = [("", _("请选择"))]
ANY: list[tuple[str, Any]] = [("", _("全部"))]


def _area(label: Any, most: int, *, required: bool = True, rows: int = 3, hint: Any = "") -> forms.CharField:
    return asked.text(label, help_text=hint, required=required, rows=rows, limit=most)


def _one(label: Any, choices: Any, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[*CHOOSE, *choices], required=required)


class ClusterForm(DeskForm):
    """A form about a cluster."""

    def __init__(self, *args: Any, cluster: Entity, **kwargs: Any) -> None:
        self.cluster = cluster
        super().__init__(*args, **kwargs)


# --- firms -----------------------------------------------------------------------------------


class FirmForm(ClusterForm):
    name = line(_("企业名称"), firms.LIMITS["name"])
    credit_code = forms.CharField(label=_("统一社会信用代码"), max_length=30)
    joined_on = asked.day(_("纳入日期"))
    join_reason = line(_("纳入原因"), firms.LIMITS["join_reason"], required=False)
    chain_link = forms.ChoiceField(label=_("所在环节"), required=False)
    products = line(_("主要产品"), firms.LIMITS["products"], required=False)
    is_key = forms.BooleanField(label=_("重点企业"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        links = profile_of(self.cluster).link_names
        self.fields["chain_link"].choices = [("", _("未归入环节")), *((n, n) for n in links)]  # type: ignore[attr-defined]

    def facts(self) -> firms.FirmFacts:
        return firms.FirmFacts(**self.cleaned_data)


def firm_facts(row: ClusterFirm) -> dict[str, Any]:
    """What the form of an existing firm begins with."""
    return {name: getattr(row, name) for name in FirmForm.base_fields}


class LeaveForm(ClusterForm):
    left_on = asked.day(_("退出日期"), help_text=_("自这一天起不再计入本集群。"))
    reason = _area(_("退出原因"), firms.LIMITS["leave_reason"])


class FirmFilter(DeskForm):
    q = forms.CharField(label=_("名称、信用代码或者产品"), max_length=MAX_QUERY, required=False)
    link = forms.ChoiceField(label=_("环节"), required=False)
    key = forms.BooleanField(label=_("只看重点企业"), required=False)

    def __init__(self, *args: Any, links: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["link"].choices = [*ANY, *((name, name) for name in links)]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value}


# --- projects --------------------------------------------------------------------------------


class ProjectForm(ClusterForm):
    name = line(_("项目名称"), projects.LIMITS["name"])
    kind = _one(_("项目类别"), ProjectKind.choices)
    domain = _one(_("建设领域"), ProjectDomain.choices)
    owner_name = line(_("建设单位"), projects.LIMITS["owner_name"])
    owner_code = forms.CharField(label=_("建设单位信用代码"), max_length=30, required=False)
    investment = asked.yuan(_("总投资（元）"))
    location = line(_("建设地点"), projects.LIMITS["location"], required=False)
    content = _area(_("建设内容"), projects.LIMITS["content"], required=False)
    reserve_by = asked.day(_("计划转入储备"), required=False)
    start_by = asked.day(_("计划开工"), required=False)
    complete_by = asked.day(_("计划竣工"), required=False)
    constraints = asked.choices(_("要素制约"), Constraint.choices, required=False)
    constraint_note = line(
        _("要素需求"), projects.LIMITS["constraint_note"], required=False, hint=_("例如：需新增用地 80 亩")
    )
    parallel_approval = forms.BooleanField(label=_("列入省重大项目并联审批"), required=False)
    blocker = _area(_("存在问题"), projects.LIMITS["blocker"], required=False)
    help_asked = _area(_("需要协调的事项"), projects.LIMITS["help_asked"], required=False)

    def facts(self) -> projects.ProjectFacts:
        given = {key: value for key, value in self.cleaned_data.items() if key != "entered_on"}
        return projects.ProjectFacts(**given | {"constraints": tuple(given["constraints"])})


class NewProjectForm(ProjectForm):
    entered_on = asked.day(_("谋划入库日期"))

    field_order = ("name", "kind", "domain", "entered_on")


def project_facts(row: Project) -> dict[str, Any]:
    """What the form of an existing project begins with."""
    return {name: getattr(row, name) for name in ProjectForm.base_fields}


class MoveForm(ClusterForm):
    moved_on = asked.day(_("日期"))
    comment = _area(
        _("说明"), projects.LIMITS["comment"], required=False, hint=_("退回前一阶段或者移出的，写明原因。")
    )


class CheckForm(ClusterForm):
    result = forms.ChoiceField(
        label=_("核对结果"),
        choices=[c for c in MoveCheck.choices if c[0] != MoveCheck.WAITING],
        widget=forms.RadioSelect,
    )
    note = _area(_("核对意见"), projects.LIMITS["check_note"], required=False)


class YearsForm(ClusterForm):
    """A row for each year: those kept, and two more."""

    MORE = 2

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = list(project.investments.all())
        for number in range(len(kept) + self.MORE):
            row = kept[number] if number < len(kept) else None
            self._year(number, row)

    def _year(self, number: int, row: Any) -> None:
        year = forms.IntegerField(label=_("年度"), required=False, min_value=2000, max_value=2100)
        year.initial = row.year if row else None
        planned = asked.yuan(_("计划投资（元）"), required=False)
        planned.initial = row.planned if row else None
        made = asked.yuan(_("完成投资（元）"), required=False)
        made.initial = row.made if row else None
        self.fields |= {
            f"years.{number}.year": year,
            f"years.{number}.planned": planned,
            f"years.{number}.made": made,
        }

    def rows(self) -> list[list[forms.BoundField]]:
        """The fields, three by three."""
        names = list(self.fields)
        return [[self[name] for name in names[at : at + 3]] for at in range(0, len(names), 3)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in list(self.fields):
            if name.endswith(".year"):
                stem = name.removesuffix("year")
                given = [data.get(f"{stem}{part}") is not None for part in ("planned", "made")]
                if any(given) and data.get(name) is None and name not in self.errors:
                    self.add_error(name, _("请填写年度"))
        return data

    def figures(self) -> list[projects.YearFigures]:
        data = self.cleaned_data
        stems = [name.removesuffix("year") for name in self.fields if name.endswith(".year")]
        return [
            projects.YearFigures(data[f"{s}year"], data.get(f"{s}planned"), data.get(f"{s}made"))
            for s in stems
            if data.get(f"{s}year")
        ]


class ProjectFilter(DeskForm):
    q = forms.CharField(label=_("项目或者建设单位"), max_length=MAX_QUERY, required=False)
    stage = forms.ChoiceField(
        label=_("阶段"), required=False, choices=[*ANY, *((s.value, s.label) for s in STAGES)]
    )
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=[*ANY, *ProjectKind.choices])
    domain = forms.ChoiceField(label=_("领域"), required=False, choices=[*ANY, *ProjectDomain.choices])
    constraint = forms.ChoiceField(label=_("要素制约"), required=False, choices=[*ANY, *Constraint.choices])
    blocked = forms.BooleanField(label=_("有问题或者诉求"), required=False)
    late = forms.BooleanField(label=_("超过计划日期"), required=False)

    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {key: value for key, value in self.cleaned_data.items() if value}


# --- key enterprises -------------------------------------------------------------------------


class EntryForm(ClusterForm):
    name = line(_("企业名称"), enterprises.LIMITS["name"])
    credit_code = forms.CharField(label=_("统一社会信用代码"), max_length=30)
    role = _one(_("企业类型"), FirmRole.choices)
    size_class = _one(_("规模"), SizeClass.choices, required=False)
    revenue = asked.yuan(_("主营业务收入（元）"), required=False)
    revenue_year = forms.IntegerField(label=_("收入所属年度"), required=False, min_value=2000, max_value=2100)
    products = line(_("主要产品"), enterprises.LIMITS["products"], required=False)
    since = asked.day(_("入库日期"))
    reason = _area(_("入库理由"), enterprises.LIMITS["reason"])

    def facts(self) -> enterprises.EntryFacts:
        return enterprises.EntryFacts(**self.cleaned_data)


def entry_facts(row: KeyEnterprise) -> dict[str, Any]:
    """What the form of an existing entry begins with."""
    return {name: getattr(row, name) for name in EntryForm.base_fields}


class EndEntryForm(ClusterForm):
    until = asked.day(_("出库日期"))
    reason = _area(_("出库原因"), enterprises.LIMITS["end_reason"])


class RequestForm(ClusterForm):
    kind = _one(_("诉求类别"), RequestKind.choices)
    title = line(_("诉求"), requests.LIMITS["title"], hint=_("一句话概括，例如“新增用地 80 亩”。"))
    text = _area(
        _("具体情况"), requests.LIMITS["text"], rows=6, hint=_("写明已经做了什么、需要哪个部门协调什么。")
    )


class AssignForm(ClusterForm):
    owner = forms.ModelChoiceField(User.objects.none(), label=_("责任人"), empty_label=_("请选择"))
    department = line(
        _("责任部门"), requests.LIMITS["department"], hint=_("具体办理的部门，例如自然资源局。")
    )
    due_on = asked.day(_("办理期限"))
    next_step = line(_("下一步"), requests.LIMITS["next_step"], required=False)

    def __init__(self, *args: Any, bureau: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = handlers(bureau)  # type: ignore[attr-defined]


class ReassignForm(AssignForm):
    comment = _area(_("改派或者改期的理由"), requests.LIMITS["comment"])


class StepForm(ClusterForm):
    text = _area(_("进展"), requests.LIMITS["progress"], rows=4)
    next_step = line(_("下一步"), requests.LIMITS["next_step"], required=False)


class OutcomeForm(ClusterForm):
    outcome = _area(_("办理结果"), requests.LIMITS["outcome"], rows=6)


class CommentForm(ClusterForm):
    comment = _area(_("原因"), requests.LIMITS["comment"], rows=4)


class NothingForm(ClusterForm):
    """An act without words."""


# --- lists and work --------------------------------------------------------------------------


class ListingForm(ClusterForm):
    kind = forms.ChoiceField(label=_("名单"))
    since = asked.day(_("列入日期"))
    document = line(_("文件名称和文号"), listings.LIMITS["document"])

    def __init__(self, *args: Any, project: Project | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        strategic = self.cluster.kind == STRATEGIC
        pilot = (ListingKind.PROVINCIAL_PILOT,)
        offered = PROJECT_LISTINGS if project else listings.STRATEGIC_ONLY if strategic else pilot
        self.fields["kind"].choices = [(k.value, k.label) for k in offered]  # type: ignore[attr-defined]


class EndListingForm(ClusterForm):
    until = asked.day(_("移出日期"))
    reason = _area(_("移出原因"), listings.LIMITS["end_reason"])


class WorkForm(ClusterForm):
    part = forms.ChoiceField(label=_("分项"))
    done_on = asked.day(_("日期"))
    text = _area(_("做了什么"), listings.LIMITS["text"], rows=4)

    def __init__(self, *args: Any, topic: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = TOPICS[topic].parts
        if parts:
            self.fields["part"].choices = list(parts.items())  # type: ignore[attr-defined]
        else:
            del self.fields["part"]


class ImportForm(ClusterForm):
    workbook = forms.FileField(label=_("集群企业名单（xlsx）"), allow_empty_file=True)
    dry = forms.BooleanField(label=_("只核对，不写入"), required=False)

    def clean_workbook(self) -> Any:
        given = self.cleaned_data["workbook"]
        if not str(given.name).lower().endswith(".xlsx"):
            raise forms.ValidationError(_("请上传 .xlsx 文件"), code="extension")
        if given.size > files.limit():
            raise forms.ValidationError(str(files.too_large(files.limit()).problems[0].message), code="size")
        return given
