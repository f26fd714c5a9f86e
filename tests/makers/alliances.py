"""Alliances and communities of Zibo, driven through the real services, as far as a test (or the sample data) needs it.

case = make_case()                              # bureau, district bureau, chair in 张店区, three firms, one university
alliance = filed(case, frozen)                  # on the register, from draft to certificate
record = add_record(case, alliance, "expo")     # kept by its chair
community = filed_community(case, frozen, predecessor=alliance)
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from alliances.models import AllianceRecord, NetworkProfile
from alliances.services import records
from core import clock
from filings.models import Entity, Filing
from filings.services import (
    aftercare,
    confirming,
    decision,
    drafting,
    examination,
    issue,
    notice,
    participation,
    recommendation,
    submission,
)
from tests.makers import filings as make
from tests.makers.accounts import make_bureau, make_organisation, make_user
from tests.makers.papers import pdf_bytes
from tests.makers.register import make_entity
from tests.support.remembered import remembered

MEMBER = {
    "consents": True,
    "contributions": ["technology", "information"],
    "contribution_note": "开放检测平台，参加联合攻关。",
    "contact_name": "测试联系人",
    "contact_phone": "0533-0000000",
}
MECHANISMS = ("management", "establish_revoke", "dynamic_members", "risk_benefit", "joint_talent")


@remembered
def make_case(*, place: str = "370303", enterprises: int = 3, academics: int = 1, **facts: Any) -> make.Case:
    """The bureau of Zibo, the district's, a chair in 张店区 that is a chain master, members of both kinds."""
    bureau, district_bureau = make_bureau("370300"), make_bureau(place)
    lead = make_organisation(district=place, titles=["chain_master"], **facts)
    case = make.Case(
        lead=lead,
        bureau=bureau,
        district_bureau=district_bureau,
        applicant=make_user("unit_admin", lead),
        officer=make_user("case_officer", bureau),
        director=make_user("division_head", bureau),
        district=make_user("district_officer", district_bureau),
    )
    kinds = [("enterprise", "chain_enterprise")] * enterprises + [("university", "academic")] * academics
    for kind, role in kinds:
        unit = make_organisation(kind, district="370305")
        case.members.append(unit)
        case.roles.append(role)
        case.member_users.append(make_user("unit_admin", unit))
    return case


@remembered
def make_provincial_case() -> make.Case:
    """As `make_case`; the city's commission recommends and the province's decides."""
    case, names = make_case(), {"department": "development_reform"}
    case.bureau = make_bureau("370000", name="山东省发展和改革委员会", **names)
    case.officer = make_user("case_officer", case.bureau)
    case.director = make_user("division_head", case.bureau)
    case.district_bureau = make_bureau("370300", name="淄博市发展和改革委员会", **names)
    case.district = make_user("municipal_drc", case.district_bureau)
    return case


def contents(
    case: make.Case, name: str = "淄博市先进陶瓷产业技术创新战略联盟", **basic: Any
) -> dict[str, Any]:
    """Complete answers of every section the chair of an alliance fills in."""
    return {
        "basic": {
            "name": name,
            "industry": "new_materials",
            "chain": "先进陶瓷",
            "form": "agreement",
            "aim": "补齐粉体和烧结装备短板，共建检测平台。",
            "contact_name": "测试联系人",
            "contact_phone": "0533-0000000",
            **basic,
        },
        "core": {
            "core": [
                {
                    "code": case.lead.credit_code,
                    "name": case.lead.name,
                    "basis": "leader",
                    "note": "细分市场国内第一",
                }
            ]
        },
        "charter": {
            "government": "引导和服务，不干涉联盟具体事务。",
            "chair": "召集理事会，管理日常事务。",
            "members": "参加联合攻关，共享成果，可以自愿退出。",
        },
        "mechanisms": {f"mech_all_{key}": "已制定书面办法。" for key in MECHANISMS},
    }


def community_contents(name: str = "淄博市先进陶瓷创新创业共同体", **basic: Any) -> dict[str, Any]:
    """Complete answers of a community, six of the seven elements."""
    kinds = ("government", "industry", "learning", "research", "service", "use")
    return {
        "basic": {
            "name": name,
            "industry": "new_materials",
            "aim": "集聚人才、平台和科技服务。",
            "contact_name": "测试联系人",
            "contact_phone": "0533-0000000",
            **basic,
        },
        "elements": {
            "elements": [
                {"kind": kind, "unit": f"示例单位{number}", "contribution": "参加共建"}
                for number, kind in enumerate(kinds, start=1)
            ]
        },
    }


def union_contents(case: make.Case, programme: str, **basic: Any) -> dict[str, Any]:
    """Complete answers of a union: as an alliance's, without core enterprises."""
    answers = contents(case, **basic)
    del answers["core"]
    answers["mechanisms"] = {"decision": "理事会议事。", "membership": "自愿加入。"}
    if programme == "incubator_union":
        answers["basic"]["partners"] = ["incubation", "finance"]
    return answers


def operator(case: make.Case) -> dict[str, str]:
    """The legal person that runs a community: here its lead."""
    return {
        "operator": case.lead.name,
        "operator_code": case.lead.credit_code,
        "relation": "由牵头单位运营，设独立账目。",
    }


def paper(name: str = "管理及运行办法.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf_bytes(name), "application/pdf")


@remembered
def draft(case: make.Case, programme: str = "alliance", **basic: Any) -> Filing:
    """A complete draft; nobody invited yet."""
    me = case.actor("applicant")
    filing = drafting.start(actor=me, programme=programme)
    if programme == "community":
        answers = community_contents(**basic) | {"operator": operator(case)}
    elif programme == "alliance":
        answers = contents(case, **basic)
    else:
        answers = union_contents(case, programme, **basic)
    for section, values in answers.items():
        drafting.save_section(actor=me, filing=filing, section=section, data=values, strict=True)
    if programme != "community":
        drafting.attach(actor=me, filing=filing, section="charter", field="rules", upload=paper())
    return make.fresh(filing)


def gather_members(case: make.Case, filing: Filing) -> None:
    """Everybody is invited, says that it joins of its own will, and confirms."""
    for unit, role in zip(case.members, case.roles, strict=True):
        participation.invite(actor=case.actor("applicant"), filing=filing, code=unit.credit_code, role=role)
    confirm_all(case, filing)


def confirm_all(case: make.Case, filing: Filing) -> None:
    for index, unit in enumerate(case.members):
        me, place = case.member(index), filing.participants.get(organisation=unit)
        drafting.save_section(actor=me, filing=filing, section="member", data=MEMBER, strict=True)
        place.refresh_from_db()
        confirming.confirm(actor=me, filing=filing, participant=place)


@remembered
def submit(case: make.Case, filing: Filing) -> Filing:
    submission.submit(actor=case.actor("applicant"), filing=make.fresh(filing))
    return make.fresh(filing)


def decide(case: make.Case, filing: Filing, frozen: Any, *, months: int = 36) -> Entity:
    """A submitted founding, through the district, the officer, the director and the notice, to the register."""
    officer = case.actor("officer")
    recommendation.recommend(actor=case.actor("district"), filing=make.fresh(filing))
    examination.start(actor=officer, filing=make.fresh(filing))
    make.check_everything(case, make.fresh(filing))
    examination.accept(actor=officer, filing=make.fresh(filing))
    decision.propose(actor=officer, filing=make.fresh(filing), months=months)
    decision.confirm(actor=case.actor("director"), filing=make.fresh(filing))
    notice.publish(actor=officer, filing=make.fresh(filing))
    make.run_out_notice(make.fresh(filing), frozen)
    notice.close(actor=officer, filing=make.fresh(filing))
    issue.issue(actor=officer, filing=make.fresh(filing))
    return make.fresh(filing).subject


@remembered
def filed(case: make.Case, frozen: Any, programme: str = "alliance", **basic: Any) -> Entity:
    """On the register, from the first word to the certificate."""
    filing = draft(case, programme, **basic)
    gather_members(case, filing)
    return decide(case, submit(case, filing), frozen)


@remembered
def filed_community(case: make.Case, frozen: Any, predecessor: Entity | None = None, **basic: Any) -> Entity:
    """A municipal community, grown out of an alliance if one is given."""
    before = {"predecessor": predecessor.code} if predecessor is not None else {}
    return filed(case, frozen, "community", **before, **basic)


def on_register(case: make.Case, *, since: datetime.date | None = None, **facts: Any) -> Entity:
    """An alliance written directly, with its members and profile: for what happens beside its papers."""
    members = list(zip(case.members, case.roles, strict=True))
    entity = make_entity(
        "industry_alliance",
        lead=case.lead,
        members=members,
        valid_from=since or datetime.date(2025, 6, 2),
        authority=case.bureau,
        **facts,
    )
    NetworkProfile.objects.create(entity=entity, form="agreement", chain="先进陶瓷")
    return entity


def add_record(
    case: make.Case, entity: Entity, kind: str = "expo", *, evidence: bool = True, **given: Any
) -> AllianceRecord:
    """An activity or a result, recorded today by the chair."""
    facts = records.Facts(
        **{"kind": kind, "title": "中国国际先进陶瓷展", "held_on": clock.today(), "partner": "主办单位"}
        | given
    )
    upload = paper("佐证.pdf") if evidence else None
    return records.add(actor=case.actor("applicant"), entity=entity, facts=facts, upload=upload)


def judge(case: make.Case, record: AllianceRecord, counts: bool = True) -> AllianceRecord:
    return records.judge(actor=case.actor("officer"), record=record, counts=counts, basis="全国性系列展会")


def adjust(case: make.Case, entity: Entity, *, on: datetime.date | None = None) -> Filing:
    """A change begun by the chair with its reason and the day on which it took effect."""
    me = case.actor("applicant")
    filing = aftercare.start(actor=me, entity=Entity.objects.get(pk=entity.pk), action="change")
    day = (on or clock.today()).isoformat()
    values = {"what": ["members"], "reason": "成员作用不够，经理事会决定调整。", "effective_on": day}
    drafting.save_section(actor=me, filing=filing, section="change", data=values, strict=True)
    return filing


def figures(rd: Any, revenue: Any, year: int = 2025) -> dict[int, dict[str, Decimal]]:
    """R&D and main revenue of a year in 万元, as `make_organisation` takes them."""
    given = {"rd_expenditure": rd, "main_revenue": revenue}
    return {year: {key: Decimal(str(value)) * 10000 for key, value in given.items() if value is not None}}
