"""培育对象: looked after until they are ready, then linked to what they hand in (成熟一个、支持一个)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind
from accounts.models import District, Organisation, User
from core import audit, clock
from core.actor import Actor
from core.errors import Invalid, NotNow, NotVisible, Problem, raise_if
from filings.enums import CandidateStage
from filings.models import Candidate, CandidateStep, Filing
from filings.permissions_accompany import accompanist, candidate_keeper
from filings.selectors.accompany import officers_of
from filings.selectors.candidates import FINISHED, districts_for, filings_to_link, programmes_of
from filings.texts import taken

LIMITS = {"name": 120, "idea": 3000, "next_step": 200, "text": 2000}
AHEAD = datetime.timedelta(days=1096)


@dataclass(frozen=True)
class Facts:
    """What is known of a candidate. `organisation` where it is a unit of the portal."""

    name: str
    officer: User | None
    organisation: Organisation | None = None
    district: District | None = None
    industry: str = ""
    idea: str = ""
    next_step: str = ""
    next_on: datetime.date | None = None


def add(*, actor: Actor, programme: str, facts: Facts) -> Candidate:
    """A new candidate of the actor's bureau, as a lead that was found. Raises NotAllowed, Invalid."""
    accompanist.require(actor)
    if programme not in {p.key for p in programmes_of(actor)}:
        raise Invalid.one("programme", _("本机关不受理这个类别的申报"), "programme")
    facts = _right(actor, programme, facts, None)
    with transaction.atomic():
        made = Candidate.objects.create(
            authority=actor.organisation,
            programme=programme,
            created_by=actor.user,
            created_at=clock.now(),
            **_columns(facts),
        )
        _step(made, actor, _("列入培育名单"))
        audit.record("candidate.add", actor=actor, obj=made, detail={"name": made.name})
    return made


@transaction.atomic
def edit(*, actor: Actor, candidate: Candidate, facts: Facts) -> Candidate:
    """Other facts. Raises NotAllowed, Invalid with every reason."""
    row = _locked(actor, candidate)
    facts = _right(actor, row.programme, facts, row)
    changed = {name: value for name, value in _columns(facts).items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        row.save(update_fields=list(changed))
        audit.record("candidate.edit", actor=actor, obj=row, detail={"fields": sorted(changed)})
    return row


@transaction.atomic
def advance(
    *,
    actor: Actor,
    candidate: Candidate,
    stage: str,
    text: str,
    next_step: str = "",
    next_on: datetime.date | None = None,
) -> Candidate:
    """A remark, or a move to another stage with what was done or why; both leave a step with its date.

    Raises NotAllowed, NotNow (applied is reached by `link` alone), Invalid with every reason.
    """
    row = _locked(actor, candidate)
    if stage == CandidateStage.APPLIED != row.stage:
        raise NotNow.one("link", _("“已申报”须关联该单位提交的申报件。"), "stage")
    asked = _("请写明移出理由") if stage == CandidateStage.DROPPED else _("请写明进展")
    given = {"text": text, "next_step": next_step}
    texts, problems = taken(given, limits=LIMITS, required={"text": asked})
    problems += _next_problems(next_on, row)
    if stage not in CandidateStage.values:
        problems.append(Problem("stage", _("请选择阶段"), "stage"))
    elif row.stage == CandidateStage.DROPPED != stage and _taken_elsewhere(row):
        problems.append(Problem("twice", _("该单位已经在培育名单中"), "stage"))
    raise_if(problems)
    before, row.stage = row.stage, stage
    row.next_step, row.next_on = ("", None) if stage in FINISHED else (texts["next_step"], next_on)
    if stage != CandidateStage.APPLIED:
        row.filing = None
    row.save(update_fields=["stage", "next_step", "next_on", "filing"])
    _step(row, actor, texts["text"])
    audit.record("candidate.advance", actor=actor, obj=row, detail={"from": before, "to": stage})
    return row


@transaction.atomic
def link(*, actor: Actor, candidate: Candidate, filing_id: int) -> Candidate:
    """The candidate has applied: with a filing its unit handed in to this bureau. Raises NotAllowed, NotVisible."""
    row = _locked(actor, candidate)
    found: Filing | None = next((f for f in filings_to_link(row) if f.pk == filing_id), None)
    if found is None:
        raise NotVisible.one("filing", _("没有可以关联的申报件，可能已由他人关联。"))
    row.filing, row.stage, row.next_step, row.next_on = found, CandidateStage.APPLIED, "", None
    row.save(update_fields=["filing", "stage", "next_step", "next_on"])
    _step(row, actor, _("关联申报件“%(title)s”") % {"title": found})
    audit.record("candidate.link", actor=actor, obj=row, detail={"filing": found.pk})
    return row


def _locked(actor: Actor, candidate: Candidate) -> Candidate:
    row = Candidate.objects.select_for_update(of=("self",)).filter(pk=candidate.pk).first()
    if row is None:
        raise NotVisible.one("candidate", _("没有这个培育对象。"))
    candidate_keeper.require(actor, row)
    return row


def _columns(facts: Facts) -> dict[str, object]:
    return {one.name: getattr(facts, one.name) for one in fields(facts)}


def _right(actor: Actor, programme: str, facts: Facts, row: Candidate | None) -> Facts:
    """The facts as they are kept: stripped, with the unit's own district. Raises Invalid with every reason."""
    given = {"name": facts.name, "idea": facts.idea, "next_step": facts.next_step}
    texts, problems = taken(given, limits=LIMITS, required={"name": _("请填写培育对象名称")})
    problems += _next_problems(facts.next_on, row)
    if facts.officer is None or not officers_of(actor.organisation).filter(pk=facts.officer.pk).exists():
        text = _("联系人应为本机关的经办人或者处室负责人")
        problems.append(Problem("officer", text, "officer"))
    spec = next(p for p in programmes_of(actor) if p.key == programme)
    if facts.industry and facts.industry not in spec.industries():
        problems.append(Problem("industry", _("请选择产业领域"), "industry"))
    unit, place = facts.organisation, facts.district
    if unit is not None:
        problems += _unit_problems(actor, programme, unit, row)
        place = unit.district
    elif place is not None and not districts_for(actor).filter(pk=place.pk).exists():
        problems.append(Problem("district", _("请选择本市的区（市）"), "district"))
    raise_if(problems)
    return replace(
        facts, name=texts["name"], idea=texts["idea"], next_step=texts["next_step"], district=place
    )


def _next_problems(day: datetime.date | None, row: Candidate | None) -> list[Problem]:
    if day is None or (row is not None and day == row.next_on):
        return []
    if day < clock.today():
        return [Problem("next_on", _("下一步日期不能早于今天"), "next_on")]
    if day > clock.today() + AHEAD:
        return [Problem("next_on", _("下一步日期应在三年以内"), "next_on")]
    return []


def _unit_problems(
    actor: Actor, programme: str, unit: Organisation, row: Candidate | None
) -> Iterable[Problem]:
    if unit.kind == OrganisationKind.BUREAU:
        yield Problem("organisation", _("政府部门不能作为培育对象"), "organisation")
    if _others(actor.organisation.pk, programme, unit.pk, row).exists():
        yield Problem("twice", _("该单位已经在培育名单中"), "organisation")


def _others(authority: int, programme: str, unit: int, row: Candidate | None) -> QuerySet[Candidate]:
    """Other candidacies of the same unit that run."""
    rows = Candidate.objects.filter(authority_id=authority, programme=programme, organisation_id=unit)
    rows = rows.exclude(stage=CandidateStage.DROPPED)
    return rows.exclude(pk=row.pk) if row is not None else rows


def _taken_elsewhere(row: Candidate) -> bool:
    unit = row.organisation_id
    return unit is not None and _others(row.authority_id, row.programme, unit, row).exists()


def _step(row: Candidate, actor: Actor, text: str) -> None:
    CandidateStep.objects.create(candidate=row, stage=row.stage, text=text, at=clock.now(), by=actor.user)
