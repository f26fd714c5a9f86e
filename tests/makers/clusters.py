"""Clusters driven to the register through the real services, and everybody around them.

case = make_strategic_case()                       # provincial and municipal DRC, the body that manages it
cluster = recognised(case, frozen)                 # on the register at provincial level, with two firms
case = make_innovative_case(); cluster = recognised(case, frozen)
cluster = on_register("strategic_emerging_cluster")   # written directly, for what happens afterwards
"""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import credit_code
from accounts.models import Organisation, User
from clusters.models import ClusterFirm, ClusterProfile
from core import clock, workdays
from core.actor import Actor
from filings.enums import State
from filings.models import Entity, Expert, Filing
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
from tests.makers import filings as make
from tests.makers.accounts import act, make_bureau, make_organisation, make_user
from tests.makers.papers import pdf_bytes
from tests.makers.register import make_entity
from tests.support.remembered import remembered

CHAIN = [
    {"name": "氧化铝粉体", "position": "upstream", "firms": "淄博岭舟粉体有限公司", "gap": ""},
    {
        "name": "陶瓷部件",
        "position": "midstream",
        "firms": "淄博泓砺陶瓷有限公司、淄博沐岩部件有限公司",
        "gap": "",
    },
    {"name": "半导体装备", "position": "downstream", "firms": "", "gap": "缺少整机企业"},
]
_numbers = itertools.count(700)


def code(district: str = "370303") -> str:
    """A good credit code nobody has."""
    return credit_code.make("91", district, "MACL", next(_numbers))


def firm_rows() -> list[dict[str, Any]]:
    return [
        {
            "name": "淄博岭舟粉体有限公司",
            "credit_code": code(),
            "products": "高纯氧化铝",
            "chain_link": "氧化铝粉体",
            "is_key": True,
        },
        {
            "name": "淄博泓砺陶瓷有限公司",
            "credit_code": code(),
            "products": "陶瓷结构件",
            "chain_link": "陶瓷部件",
            "is_key": False,
        },
    ]


def innovative_contents(
    name: str = "淄博市先进陶瓷创新型产业集群", **basic: Any
) -> dict[str, dict[str, Any]]:
    """Complete answers of every section of the innovative cluster."""
    return {
        "basic": {
            "name": name,
            "industry": "new_materials",
            "regions": ["370303"],
            "output_value": "32000000000.00",
            "overview": "集聚上下游企业 120 余家。",
            "contact_name": "测试联系人",
            "contact_phone": "0533-0000000",
            **basic,
        },
        "carrier": {"carrier": "national_zone", "carrier_name": "淄博高新区", "carrier_note": ""},
        "chain": {"links": CHAIN, "note": "引进整机企业。"},
        "base": dict.fromkeys(
            ("planning_fit", "industry_base", "innovation_base", "elements", "potential"),
            "材料充分，见附件。",
        ),
        "plan": dict.fromkeys(("goals", "layout", "tasks", "alliance", "support"), "目标和措施明确。"),
        "firms": {"firms": firm_rows()},
    }


def strategic_contents(name: str = "淄博市新型功能材料产业集群", **basic: Any) -> dict[str, dict[str, Any]]:
    """Complete answers of every section of the strategic emerging cluster."""
    return {
        "basic": {
            "name": name,
            "industry": "sd20_new_materials",
            "regions": ["370300"],
            "output_value": "105000000000.00",
            "overview": "以功能材料为主导。",
            "contact_name": "测试联系人",
            "contact_phone": "0533-0000000",
            **basic,
        },
        "body": {
            "document": "关于明确集群管理机构的通知（淄政字〔2026〕1号）",
            "named_on": "2026-01-12",
            "covers": ["planning", "management", "statistics"],
            "head": "测试负责人",
            "staff": 8,
        },
        "parks": {"parks": [{"name": "淄博高新区", "level": "national", "industry": "新材料"}], "model": ""},
        "chain": {"links": CHAIN},
        "plan": dict.fromkeys(("features", "goals", "tasks", "steps"), "目标和措施明确。"),
        "firms": {"firms": firm_rows()},
    }


@dataclass
class ClusterCase:
    """Everybody of one cluster. `passing` is who recommends: the district's science bureau or the city's DRC."""

    programme: str
    lead: Organisation
    bureau: Organisation
    passing_bureau: Organisation
    applicant: User
    officer: User
    director: User
    passing: User
    experts: list[Expert] = field(default_factory=list)

    def actor(self, who: str) -> Actor:
        """Actor of `applicant`, `officer`, `director` or `passing`."""
        homes = {"applicant": self.lead, "passing": self.passing_bureau}
        return act(getattr(self, who), homes.get(who, self.bureau))


@remembered
def make_innovative_case(*, experts: int = 5) -> ClusterCase:
    """The management of a zone in 张店区, the science bureaus of Zibo and of the district, experts."""
    bureau, district = make_bureau("370300"), make_bureau("370303")
    lead = make_organisation("other", district="370303")
    case = ClusterCase(
        "innovative_cluster",
        lead,
        bureau,
        district,
        make_user("unit_admin", lead),
        make_user("case_officer", bureau),
        make_user("division_head", bureau),
        make_user("district_officer", district),
    )
    for number in range(experts):
        user = make_user("expert", bureau)
        case.experts.append(
            review.register_expert(
                actor=Actor.system(), user=user, employer_name=f"外地研究院{number}", title="研究员"
            )
        )
    return case


def make_drc(place: str, name: str) -> Organisation:
    """A development and reform commission."""
    return make_bureau(place, name=name, department="development_reform")


@remembered
def make_strategic_case() -> ClusterCase:
    """A management body in 张店区, the DRC of Zibo that recommends, the DRC of the province that decides."""
    bureau = make_drc("370000", "山东省发展和改革委员会")
    city = make_drc("370300", "淄博市发展和改革委员会")
    lead = make_organisation("agency", district="370303")
    return ClusterCase(
        "strategic_cluster",
        lead,
        bureau,
        city,
        make_user("unit_admin", lead),
        make_user("case_officer", bureau),
        make_user("division_head", bureau),
        make_user("municipal_drc", city),
    )


def paper(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.pdf", pdf_bytes(name), "application/pdf")


@remembered
def start(case: ClusterCase, *, action: str = "establish", **changes: Any) -> Filing:
    """A complete draft with its files."""
    me = case.actor("applicant")
    strategic = case.programme == "strategic_cluster"
    filing = drafting.start(actor=me, programme=case.programme, action=action)
    contents = strategic_contents(**changes) if strategic else innovative_contents(**changes)
    for section, values in contents.items():
        drafting.save_section(actor=me, filing=filing, section=section, data=values, strict=True)
    files = [("plan", "plan_file"), *([("body", "proof")] if strategic else [])]
    for section, name in files:
        drafting.attach(actor=me, filing=filing, section=section, field=name, upload=paper(name))
    return make.fresh(filing)


def file_approval(case: ClusterCase, filing: Filing, level: str = "national") -> None:
    """The section with the document of a higher authority."""
    me = case.actor("applicant")
    values = {
        "level": level,
        "number": "发改高技〔2026〕9号",
        "dated": "2026-02-10",
        "issued_by": "国家发展和改革委员会",
        "valid_until": "",
    }
    drafting.save_section(actor=me, filing=filing, section="approval", data=values, strict=True)
    drafting.attach(actor=me, filing=filing, section="approval", field="document", upload=paper("批复"))


@remembered
def recorded(case: ClusterCase, frozen: Any, level: str = "national", **changes: Any) -> Entity:
    """On the register from the document of a higher authority, not reviewed here."""
    filing = start(case, action="record_approval", **changes)
    file_approval(case, filing, level)
    filing = decide(case, submit(case, filing), frozen)
    return Entity.objects.get(pk=filing.subject.pk)


@remembered
def submit(case: ClusterCase, filing: Filing) -> Filing:
    submission.submit(actor=case.actor("applicant"), filing=make.fresh(filing))
    return make.fresh(filing)


def decide(case: ClusterCase, filing: Filing, frozen: Any, months: Any = "") -> Filing:
    """A submitted filing of any action through all the steps its procedure has, to the register."""
    officer, steps = case.actor("officer"), make.fresh(filing).spec.procedure
    if steps.recommendation:
        recommendation.recommend(actor=case.actor("passing"), filing=make.fresh(filing))
    examination.start(actor=officer, filing=make.fresh(filing))
    for line in filing.checks.filter(machine=""):
        examination.record_check(actor=officer, filing=filing, item=line.item, result="pass")
    examination.accept(actor=officer, filing=make.fresh(filing))
    if steps.review:
        review.open_review(actor=officer, filing=make.fresh(filing), seed="2026")
        score(case, make.fresh(filing))
        review.close_review(actor=officer, filing=make.fresh(filing))
    decision.propose(actor=officer, filing=make.fresh(filing), months=months)
    decision.confirm(actor=case.actor("director"), filing=make.fresh(filing))
    if steps.notice:
        notice.publish(actor=officer, filing=make.fresh(filing))
        ends = filing.notices.get(closed_at=None).ends_on
        day = workdays.add_workdays(ends, 1)
        frozen.at(clock.start_of_day(day) + datetime.timedelta(hours=10))
        notice.close(actor=officer, filing=make.fresh(filing))
    issue.issue(actor=officer, filing=make.fresh(filing))
    return make.fresh(filing)


def score(case: ClusterCase, filing: Filing, value: str = "85") -> None:
    for row in filing.panel.assignments.select_related("expert__user"):
        me = act(row.expert.user, case.bureau)
        review.declare(actor=me, filing=filing, conflict=False)
        marks = [
            {"criterion": c.key, "value": value, "rationale": "材料充分，依据明确。"}
            for c in filing.spec.criteria
        ]
        review.score(actor=me, filing=filing, scores=marks)


@remembered
def recognised(case: ClusterCase, frozen: Any, months: Any = "", **changes: Any) -> Entity:
    """From draft to the register; the clock then stands after the notice."""
    filing = decide(case, submit(case, start(case, **changes)), frozen, months)
    assert filing.state == State.FILED
    return Entity.objects.get(pk=filing.subject.pk)


def on_register(
    kind: str = "strategic_emerging_cluster", *, case: ClusterCase | None = None, **facts: Any
) -> Entity:
    """A cluster written directly, with a profile; led by the case's unit if there is a case."""
    if case is not None:
        facts = {"lead": case.lead, "authority": case.bureau} | facts
    level = "provincial" if kind == "strategic_emerging_cluster" else "municipal"
    cluster = make_entity(kind, **({"level": level} | facts))
    ClusterProfile.objects.create(
        entity=cluster,
        chain=[{"name": r["name"], "position": r["position"], "firms": [], "gap": ""} for r in CHAIN],
        parks=[{"name": "淄博高新区", "level": "national", "industry": "新材料"}],
        plan={"goals": "目标明确。"},
        regions=["370303"],
        body_document="淄政字〔2026〕1号",
        body_named_on=datetime.date(2026, 1, 12),
    )
    return Entity.objects.select_related("cluster").get(pk=cluster.pk)


def add_firms(cluster: Entity, count: int, user: User, **facts: Any) -> list[ClusterFirm]:
    """Many firms in one stroke."""
    return ClusterFirm.objects.bulk_create(
        ClusterFirm(
            cluster=cluster,
            credit_code=code(),
            name=f"淄博测试企业{number:04d}有限公司",
            name_key=f"{number:04d}",
            recorded_by=user,
            recorded_at=clock.now(),
            **({"joined_on": cluster.valid_from} | facts),
        )
        for number in range(count)
    )
