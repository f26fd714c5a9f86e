"""重大项目储备库: projects are put in, described, moved from stage to stage; each move is checked by a reviewer."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import credit_code
from clusters import permissions as may
from clusters.enums import Constraint, MoveCheck, ProjectDomain, ProjectKind, ProjectStage
from clusters.models import Project, ProjectInvestment, ProjectMove
from clusters.services import common
from clusters.workflow_project import ACT_OF, PROJECT, fields_of
from core import audit, clock
from core.actor import Actor
from core.errors import NotNow, Problem, Stale, raise_if
from core.workflow import Effect, Transition
from filings.models import Entity
from filings.texts import taken

LIMITS = {
    "name": 120,
    "content": 3000,
    "location": 120,
    "owner_name": 120,
    "constraint_note": 300,
    "blocker": 2000,
    "help_asked": 2000,
    "comment": 1000,
    "check_note": 1000,
}
MOST = Decimal("99999999999999.99")  # yuan; what the column holds
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class ProjectFacts:
    """What is known of a project. Money in yuan; `planned_for` are the days a stage is planned for."""

    name: str
    kind: str
    domain: str
    owner_name: str
    investment: Decimal | None
    owner_code: str = ""
    content: str = ""
    location: str = ""
    constraints: tuple[str, ...] = ()
    constraint_note: str = ""
    parallel_approval: bool = False
    reserve_by: datetime.date | None = None
    start_by: datetime.date | None = None
    complete_by: datetime.date | None = None
    blocker: str = ""
    help_asked: str = ""


@dataclass(frozen=True)
class YearFigures:
    """Investment of one year, in yuan."""

    year: int
    planned: Decimal | None = None
    made: Decimal | None = None


@transaction.atomic
def add(
    *, actor: Actor, cluster: Entity, facts: ProjectFacts, entered_on: datetime.date | None = None
) -> Project:
    """A project enters the library at 谋划. Raises NotAllowed, NotNow, Invalid with every reason."""
    may.body.require(actor, cluster)
    row = common.locked(cluster)
    common.still_registered(row)
    day = entered_on or clock.today()
    values, found = _columns(facts)
    found += common.day_problems(day, "entered_on")
    if not found and _named_alike(row, values["name"], None):
        found.append(Problem("twice", _("本集群已有同名项目"), "name"))
    raise_if(found)
    now = clock.now()
    made = Project.objects.create(
        cluster=row,
        entered_on=day,
        created_by=actor.user,
        created_at=now,
        updated_at=now,
        state_changed_by=actor.user,
        is_sample=row.is_sample,
        **values,
    )
    _log(made, "", ProjectStage.PLANNED, day, "", actor)
    audit.record("project.add", actor=actor, obj=made, detail={"cluster": row.code})
    return made


@transaction.atomic
def edit(*, actor: Actor, project: Project, facts: ProjectFacts, version: int | None = None) -> Project:
    """Other facts; its stage is moved by `move` alone. Raises NotAllowed, NotNow, Stale, Invalid."""
    may.of("cluster", may.body).require(actor, project)
    row = Project.objects.select_for_update(of=("self",)).select_related("cluster").get(pk=project.pk)
    common.still_registered(row.cluster)
    if version is not None and version != row.version:
        raise Stale.one("stale", _("您打开页面之后，内容已被他人更新，请核对最新内容后再办理。"))
    values, found = _columns(facts)
    if not found and _named_alike(row.cluster, values["name"], row.pk):
        found.append(Problem("twice", _("本集群已有同名项目"), "name"))
    raise_if(found)
    fields = common.changed(row, values)
    if fields:
        row.version, row.updated_at = row.version + 1, clock.now()
        row.save(update_fields=[*fields, "version", "updated_at"])
        audit.record("project.edit", actor=actor, obj=row, detail={"fields": sorted(fields)})
    return row


def move(
    *,
    actor: Actor,
    project: Project,
    target: str,
    moved_on: datetime.date | None,
    comment: str = "",
    version: int | None = None,
) -> Project:
    """To another stage on a day; back or out with a reason. Raises NotAllowed, NotNow, Stale, Invalid.

    A reviewer's own move needs no check.
    """
    texts, found = taken({"comment": comment}, limits=LIMITS, required={})
    raise_if(found)
    name = ACT_OF.get(target, target)  # type: ignore[call-overload]
    source = project.state
    given = {"moved_on": moved_on, "target": target}

    def after(row: Project, transition: Transition, who: Actor, data: Mapping[str, Any]) -> None:
        _log(row, data["source"], transition.target, data["moved_on"], data["comment"], who)

    effect: Effect = after
    data = given | {"fields": fields_of(source, target, moved_on) if target in ACT_OF else {}}
    # the days written belong to the stage seen here; whoever was quicker has moved it to another one
    return PROJECT.perform(
        project,
        name,
        actor=actor,
        comment=texts["comment"],
        data=data,
        effect=effect,
        version=project.version if version is None else version,
    )


@transaction.atomic
def check(*, actor: Actor, move: ProjectMove, result: str, note: str = "") -> ProjectMove:
    """A reviewer confirms a move, or questions it in words. Raises NotAllowed, NotNow, Invalid."""
    may.of("project.cluster", may.reviewer).require(actor, move)
    row = ProjectMove.objects.select_for_update(of=("self",)).get(pk=move.pk)
    if row.check_result == MoveCheck.CONFIRMED:
        raise NotNow.one("checked", _("这次变动已经核对"))
    required = {"check_note": _("请写明疑问")} if result == MoveCheck.QUESTIONED else {}
    texts, found = taken({"check_note": note}, limits=LIMITS, required=required)
    allowed = (MoveCheck.CONFIRMED, MoveCheck.QUESTIONED)
    found += common.one_of(result, allowed, "result", _("请选择核对结果"))
    raise_if(found)
    row.check_result, row.check_note = result, texts["check_note"]
    row.checked_by, row.checked_at = actor.user, clock.now()
    row.save(update_fields=["check_result", "check_note", "checked_by", "checked_at"])
    audit.record("project_move.check", actor=actor, obj=row, detail={"result": result})
    return row


@transaction.atomic
def set_investments(*, actor: Actor, project: Project, years: Iterable[YearFigures]) -> Project:
    """Planned and made investment by year, all years at once. Raises NotAllowed, NotNow, Invalid."""
    may.of("cluster", may.body).require(actor, project)
    row = Project.objects.select_for_update(of=("self",)).select_related("cluster").get(pk=project.pk)
    common.still_registered(row.cluster)
    given = list(years)
    raise_if(_year_problems(given))
    kept = {figures.year for figures in given}
    row.investments.exclude(year__in=kept).delete()
    for figures in given:
        values = {"planned": figures.planned, "made": figures.made}
        ProjectInvestment.objects.update_or_create(project=row, year=figures.year, defaults=values)
    row.updated_at = clock.now()
    row.save(update_fields=["updated_at"])
    audit.record("project.investments", actor=actor, obj=row, detail={"years": sorted(kept)})
    return row


def _year_problems(given: list[YearFigures]) -> list[Problem]:
    found = []
    seen: set[int] = set()
    for number, figures in enumerate(given):
        if not FIRST_YEAR <= figures.year <= LAST_YEAR:
            found.append(Problem("year", _("年度应为四位数字"), f"years.{number}.year"))
        elif figures.year in seen:
            words = _("%(year)s 年填写了两次") % {"year": figures.year}
            found.append(Problem("twice", words, f"years.{number}.year"))
        seen.add(figures.year)
        for name in ("planned", "made"):
            found += _money_problems(getattr(figures, name), f"years.{number}.{name}")
    return found


def _money_problems(value: Decimal | None, name: str) -> list[Problem]:
    if value is not None and not (value.is_finite() and 0 <= value <= MOST):
        return [Problem("money", _("金额应为不小于 0 的数"), name)]
    return []


def _columns(facts: ProjectFacts) -> tuple[dict[str, Any], list[Problem]]:
    """The columns, and every reason why they cannot be kept."""
    given = {name: value for name, value in asdict(facts).items() if name in LIMITS}
    required = {"name": _("请填写项目名称"), "owner_name": _("请填写建设单位")}
    texts, found = taken(given, limits=LIMITS, required=required)
    code = credit_code.normalise(facts.owner_code)
    found += credit_code.problems(code, "owner_code") if code else []
    found += common.one_of(facts.kind, ProjectKind.values, "kind", _("请选择项目类别"))
    found += common.one_of(facts.domain, ProjectDomain.values, "domain", _("请选择建设领域"))
    for name in facts.constraints:
        found += common.one_of(name, Constraint.values, "constraints", _("请选择列出的要素"))
    if facts.investment is None:
        found.append(Problem("required", _("请填写总投资"), "investment"))
    found += _money_problems(facts.investment, "investment")
    found += _order_problems(facts)
    unit = common.unit_with(code)
    values = asdict(facts) | texts | {"owner_code": code, "owner": unit}
    return values | {"constraints": list(facts.constraints)}, found


def _order_problems(facts: ProjectFacts) -> list[Problem]:
    """What is planned for later is not planned earlier."""
    days = [
        (name, getattr(facts, name))
        for name in ("reserve_by", "start_by", "complete_by")
        if getattr(facts, name)
    ]
    return [
        Problem("order", _("计划日期的先后应为储备、开工、竣工"), name)
        for (_before, earlier), (name, later) in pairwise(days)
        if later < earlier
    ]


def _named_alike(cluster: Entity, name: str, without: int | None) -> bool:
    rows = Project.objects.filter(cluster=cluster, name=name).exclude(state=ProjectStage.DROPPED)
    return rows.exclude(pk=without or 0).exists()


def _log(
    project: Project, source: str, target: str, day: datetime.date, reason: str, actor: Actor
) -> ProjectMove:
    checked: dict[str, Any] = {}
    if may.reviewer(actor, project.cluster):
        checked = {
            "check_result": MoveCheck.CONFIRMED,
            "checked_by": actor.user,
            "checked_at": clock.now(),
        }
    return ProjectMove.objects.create(
        project=project,
        source=source,
        target=target,
        moved_on=day,
        reason=reason,
        by=actor.user,
        organisation=actor.organisation,
        at=clock.now(),
        **checked,
    )
