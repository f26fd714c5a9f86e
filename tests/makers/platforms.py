"""A platform of any type, driven to the register through the real services.

case = make_platform_case("key_laboratory")       # bureau, district, host, people, experts
filing = drive(case, "filed", frozen)             # its application, or the record of its approval
entity = registered("incubator", frozen)[1]       # on the register
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from core import clock
from core.actor import Actor
from filings.enums import Action, State
from filings.fields import answer_fields, file_fields
from filings.models import Entity, Filing
from filings.programmes import Section
from filings.services import (
    decision,
    drafting,
    examination,
    issue,
    notice,
    recommendation,
    review,
    submission,
)
from platforms.types import PlatformType, of
from tests.makers import filings as make
from tests.makers.accounts import make_bureau, make_organisation, make_user
from tests.makers.papers import pdf_bytes
from tests.makers.register import make_entity
from tests.support.remembered import remembered

DISTRICTS = {"370300": "370303", "370200": "370212", "370000": "370303"}
ANSWERS: dict[str, Any] = {
    "basic": {
        "field": "先进陶瓷材料与部件",
        "address": "人民路 1 号",
        "contact_name": "测试联系人",
        "contact_phone": "0533-0000000",
        "line": "science",
    },
    "capability": {
        "staff": 60,
        "researchers": 45,
        "equipment_count": 120,
        "equipment_value": "23456789.50",
        "area": "3200.25",
        "yearly_input": "8000000.00",
        "summary": "承担省重点研发任务 3 项。",
    },
    "management": {
        "rules": "实行主任负责制，设学术委员会。",
        "mech_plat_funding": "每年投入不低于收入的一成。",
    },
    "features": {
        "functions": ["industrial_rd", "transfer"],
        "founding_mode": "joint",
        "partners": "与高校共建，各出资一半。",
        "location": "上海市",
        "return_plan": "成熟项目回本市转化。",
        "talent_basis": ["national_branch"],
        "founder_type": "university",
        "founder_name": "某知名大学",
        "university": "某大学",
        "roadmap": "支撑本地新材料技术路线图。",
        "services": ["testing", "pilot"],
        "clients": "中小微企业八折。",
        "network_number": "SDYQ-0001",
        "network_joined_on": "2025-05-01",
        "team_category": "academician",
        "team_count": 4,
        "days_a_year": 60,
        "participation": "承担两项关键任务，每季度到站。",
        "subtypes": ["centre", "ip"],
        "directions": ["nml_ceramics"],
    },
}
APPROVAL = {
    "level": "provincial",
    "number": "鲁科字〔2025〕18号",
    "dated": "2025-11-20",
    "issued_by": "山东省科学技术厅",
}


@remembered
def make_platform_case(key: str, *, experts: int = 5, **host: Any) -> make.Case:
    """Bureaus of the type's place, a host of a kind that may, and people for every step."""
    kind = of(key)
    bureau, district_bureau = make_bureau(kind.place), make_bureau(DISTRICTS[kind.place])
    lead = make_organisation(
        host.pop("kind", str(kind.traits.hosts[0])),
        district=host.pop("district", DISTRICTS[kind.place]),
        **host,
    )
    case = make.Case(
        lead=lead,
        bureau=bureau,
        district_bureau=district_bureau,
        applicant=make_user("unit_admin", lead),
        officer=make_user("case_officer", bureau),
        director=make_user("division_head", bureau),
        district=make_user("district_officer", district_bureau),
    )
    for number in range(experts if kind.own_levels else 0):
        case.experts.append(
            review.register_expert(
                actor=Actor.system(),
                user=make_user("expert", bureau),
                employer_name=f"外地研究院{number}",
                title="研究员",
            )
        )
    return case


def answers(section: Section, kind: PlatformType, name: str) -> dict[str, Any]:
    """What the applicant types into a section of this type."""
    given = ANSWERS.get(section.key, {})
    found = {key: given[key] for key in answer_fields(section.form) if key in given}
    if section.key == "basic":
        industry = next(k for k, _label in section.form.base_fields["industry"].choices if k)
        found |= {"name": name, "industry": industry, "type": kind.key}
    return found


def fill(case: make.Case, filing: Filing, key: str, name: str, **approval: Any) -> Filing:
    """Every section with its required files."""
    me, kind = case.actor("applicant"), of(key)
    for section in filing.spec.applicant_sections:
        values = {**APPROVAL, **approval} if section.key == "approval" else answers(section, kind, name)
        if values:
            drafting.save_section(actor=me, filing=filing, section=section.key, data=values, strict=True)
        for field, spec in file_fields(section.form).items():
            if spec.required:
                attach(case, filing, section.key, field)
    return make.fresh(filing)


def attach(case: make.Case, filing: Filing, section: str, field: str) -> None:
    """A stamped paper."""
    paper = SimpleUploadedFile("文件.pdf", pdf_bytes("文件"), "application/pdf")
    drafting.attach(actor=case.actor("applicant"), filing=filing, section=section, field=field, upload=paper)


@remembered
def start(case: make.Case, key: str, name: str = "", **approval: Any) -> Filing:
    """A complete draft: an application, or the record of an approval where nobody applies here."""
    kind = of(key)
    action = Action.ESTABLISH if kind.own_levels and not approval else Action.RECORD_APPROVAL
    if action == Action.RECORD_APPROVAL:
        approval = {"level": kind.recorded_levels[0], **approval}
    filing = drafting.start(actor=case.actor("applicant"), programme=key, action=action)
    return fill(case, filing, key, name or f"先进陶瓷{kind.label}", **approval)


@remembered
def drive(case: make.Case, filing: Filing, to: str = State.FILED, frozen: Any = None) -> Filing:
    """The straight way, whatever steps its procedure has."""
    officer, director = case.actor("officer"), case.actor("director")
    steps: dict[str, Any] = {
        State.DRAFT: lambda f: submission.submit(actor=case.actor("applicant"), filing=f),
        State.SUBMITTED: lambda f: (
            recommendation.recommend(actor=case.actor("district"), filing=f)
            if f.spec.procedure.recommendation
            else examination.start(actor=officer, filing=f)
        ),
        State.RECOMMENDED: lambda f: examination.start(actor=officer, filing=f),
        State.IN_EXAMINATION: lambda f: _accept(case, f),
        State.ACCEPTED: lambda f: (
            review.open_review(actor=officer, filing=f, seed="2026")
            if f.spec.procedure.review
            else decision.propose(actor=officer, filing=f, months="")
        ),
        State.IN_REVIEW: lambda f: _close_review(case, f),
        State.REVIEWED: lambda f: decision.propose(actor=officer, filing=f, months=""),
        State.PROPOSED: lambda f: decision.confirm(actor=director, filing=f),
        State.CONFIRMED: lambda f: (
            notice.publish(actor=officer, filing=f)
            if f.spec.procedure.notice
            else issue.issue(actor=officer, filing=f)
        ),
        State.ON_NOTICE: lambda f: _issue(case, f, frozen),
    }
    while filing.state != to:
        before = filing.state
        steps[State(filing.state)](filing)
        filing = make.fresh(filing)
        assert filing.state != before, before
    return filing


def _accept(case: make.Case, filing: Filing) -> None:
    make.check_everything(case, filing)
    examination.accept(actor=case.actor("officer"), filing=make.fresh(filing))


def _close_review(case: make.Case, filing: Filing) -> None:
    make.score_everything(case, filing)
    review.close_review(actor=case.actor("officer"), filing=make.fresh(filing))


def _issue(case: make.Case, filing: Filing, frozen: Any) -> None:
    make.run_out_notice(filing, frozen)
    notice.close(actor=case.actor("officer"), filing=filing)
    issue.issue(actor=case.actor("officer"), filing=make.fresh(filing))


@remembered
def registered(key: str, frozen: Any, **approval: Any) -> tuple[make.Case, Entity]:
    """A platform on the register."""
    case = make_platform_case(key)
    filing = drive(case, start(case, key, **approval), frozen=frozen)
    return case, Entity.objects.get(pk=filing.subject.pk)


@remembered
def on_register(
    key: str, *, host: Any = None, level: str = "", since: Any = None
) -> tuple[make.Case, Entity]:
    """A platform without its filing, for what comes after: records, lists, figures."""
    case = make_platform_case(key, experts=0)
    if host is not None:
        case.lead = host
        case.applicant = make_user("unit_admin", host)
    entity = make_entity(
        key, level=level or of(key).levels[0], lead=case.lead, valid_from=since or clock.today()
    )
    return case, entity
