"""Records of a host: written, confirmed for a year, locked, returned; workbooks; who may what."""

from __future__ import annotations

import datetime
import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from filings.enums import DutyKind, DutyStanding
from filings.models import Duty, Entity
from filings.services import duties
from platforms.models import ForumProject, RecordsYear, Tenant
from platforms.programme import report
from platforms.selectors import figures, overview
from platforms.selectors import records as see
from platforms.services import records, workbooks, yearly
from tests.makers import platforms as plat
from tests.makers.accounts import act, as_person, make_bureau, make_organisation, make_user
from tests.makers.papers import pdf_bytes
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db
SINCE = datetime.date(2024, 1, 10)
SPACE = {
    "construction": "new",
    "name": "一号楼",
    "built_area": Decimal("9000.00"),
    "usable_area": Decimal("8500.00"),
    "dedicated_area": Decimal("8000.00"),
    "accepted_on": datetime.date(2025, 5, 1),
    "document_number": "验字1号",
}


def incubator(**given: Any) -> tuple[Any, Entity]:
    return plat.on_register("incubator", since=SINCE, **given)


def tenant(case: Any, entity: Entity, name: str = "某科技有限公司", **given: Any) -> Tenant:
    values = {
        "kind": "team",
        "name": name,
        "entered_on": datetime.date(2025, 3, 1),
        "credit_code": "",
        "field": "新材料",
        "came_from": "",
        **given,
    }
    made = records.add(actor=case.actor("applicant"), entity=entity, kind="tenant", values=values)
    assert isinstance(made, Tenant)
    return made


def figure(entity: Entity, year: int, key: str) -> Any:
    return next(f.value for f in figures.of_year(entity, year) if f.key == key)


def test_areas_and_tenants_become_figures() -> None:
    case, entity = incubator()
    me = case.actor("applicant")
    records.add(actor=me, entity=entity, kind="space", values=SPACE)
    old = SPACE | {"construction": "rebuilt", "dedicated_area": Decimal("345.67"), "name": "二号楼"}
    records.add(actor=me, entity=entity, kind="space", values=old)
    tenant(case, entity)
    tenant(case, entity, "另一家", graduated_on=datetime.date(2025, 9, 1), left_on=datetime.date(2025, 9, 2))
    assert figure(entity, 2025, "area") == Decimal("8345.67")
    assert figure(entity, 2025, "area_new") == Decimal("8000.00")
    assert figure(entity, 2025, "tenants") == 1
    assert figure(entity, 2025, "graduation_rate") == Decimal("0.5000")
    assert figure(entity, 2024, "tenants") == 0
    rows = report.prefill(entity, "2025")["report_figures"]["figures"]
    assert {"item": "年末在孵", "value": "1", "unit": "家", "note": ""} in rows


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"dedicated_area": Decimal("9999.00")}, ""),
        ({"accepted_on": datetime.date(2030, 1, 1)}, "accepted_on"),
        ({"document_number": ""}, "document_number"),
        ({"construction": "rented"}, "construction"),
    ],
)
def test_a_wrong_area_is_refused_in_words(changes: dict[str, Any], field: str) -> None:
    case, entity = incubator()
    with pytest.raises(Invalid) as refused:
        records.add(actor=case.actor("applicant"), entity=entity, kind="space", values=SPACE | changes)
    assert field in {problem.field for problem in refused.value.problems}


def test_a_firm_is_there_once_at_a_time() -> None:
    case, entity = incubator()
    code = make_organisation(district="370303").credit_code
    tenant(case, entity, kind="enterprise", credit_code=code)
    with pytest.raises(Invalid, match="已在驻"):
        tenant(case, entity, kind="enterprise", credit_code=code)
    with pytest.raises(Invalid):
        tenant(case, entity, kind="enterprise")


def test_who_moves_on_is_followed_through_the_chain() -> None:
    nursery_case, nursery = plat.on_register("startup_nursery", since=SINCE)
    code = make_organisation(district="370303").credit_code
    first = tenant(nursery_case, nursery, kind="enterprise", credit_code=code)
    case, entity = incubator()
    later = tenant(case, entity, kind="enterprise", credit_code=code, came_from="startup_nursery")
    assert later.before == first
    with pytest.raises(Invalid, match="之前"):
        tenant(case, entity, came_from="accelerator")
    steps = {s.key: s for s in overview.incubation(case.actor("officer"), datetime.date(2026, 3, 2))}
    assert steps["incubator"].came == {"startup_nursery": 1}
    assert steps["startup_nursery"].tenants == 1


def test_a_confirmed_year_is_locked_until_it_is_returned(frozen: Any) -> None:
    case, entity = incubator()
    row = tenant(case, entity)
    me, officer = case.actor("applicant"), case.actor("officer")
    held = yearly.confirm(actor=me, entity=entity, year=2025)
    assert held.figures["entered"] == "1"
    with pytest.raises(NotNow, match="2025"):
        records.strike(actor=me, record=row, kind="tenant", reason="登记错误")
    with pytest.raises(NotNow):
        tenant(case, entity, "迟到的一家")
    yearly.accept(actor=officer, row=held)
    yearly.send_back(actor=officer, row=held, reason="面积与验收文件不符")
    struck = records.strike(actor=me, record=row, kind="tenant", reason="登记错误")
    assert struck.struck_reason == "登记错误"
    assert figure(entity, 2025, "entered") == 0
    assert not RecordsYear.objects.get(pk=held.pk).is_confirmed


def test_only_a_year_that_is_over_can_be_confirmed() -> None:
    case, entity = incubator()
    for year in (2026, 2023):
        with pytest.raises(Invalid):
            yearly.confirm(actor=case.actor("applicant"), entity=entity, year=year)


def test_the_confirmation_is_owed_and_its_duty_ends(frozen: Any) -> None:
    case, entity = incubator()
    duties.sync_scope(f"platformrecords:{entity.pk}")
    mine = Duty.objects.filter(kind=DutyKind.RECORDS, entity=entity, standing=DutyStanding.OPEN)
    assert mine.count() == 2  # 2024 and 2025
    assert {duty.organisation_id for duty in mine} == {case.lead.pk}
    yearly.confirm(actor=case.actor("applicant"), entity=entity, year=2025)
    assert mine.all().count() == 1
    assert entity.pk in set(see.living())


def test_services_count_as_the_law_is_read() -> None:
    case, entity = plat.on_register("instrument_sharing_unit", since=SINCE)
    me = case.actor("applicant")
    tool = records.add(
        actor=me,
        entity=entity,
        kind="instrument",
        values={
            "name": "扫描电镜",
            "model": "S-1",
            "network_number": "SD-01",
            "original_value": Decimal("3200000.00"),
            "location": "一号楼",
            "joined_on": datetime.date(2024, 6, 1),
        },
    )
    base = {
        "item": "形貌分析",
        "instrument": tool,
        "client": "某公司",
        "client_code": "",
        "client_size": "small",
        "same_group": False,
        "through_network": True,
        "contract_number": "",
        "served_on": datetime.date(2025, 4, 1),
        "paid_on": datetime.date(2025, 4, 9),
    }
    for number, more in enumerate(
        (
            {"amount": Decimal("1400000.00")},
            {"amount": Decimal("99.00"), "same_group": True},
            {"amount": Decimal("7.00"), "paid_on": None},
        )
    ):
        values = base | {"invoice_number": f"F{number}"} | more
        records.add(actor=me, entity=entity, kind="service", values=values)
    assert figure(entity, 2025, "service_total") == Decimal("1400000.00")
    assert figure(entity, 2025, "services") == 3
    with pytest.raises(NotNow):
        records.strike(actor=me, record=tool, kind="instrument", reason="重复")


def test_days_on_site_stand_for_participation() -> None:
    case, entity = plat.on_register("academician_workstation", since=SINCE)
    me = case.actor("applicant")
    team = records.add(
        actor=me,
        entity=entity,
        kind="team",
        values={
            "category": "academician",
            "talents": 1,
            "members": 4,
            "field": "陶瓷",
            "tasks": "两项关键任务",
            "agreed_days": 60,
            "started_on": datetime.date(2024, 3, 1),
        },
    )
    stay = {"team": team, "starts_on": datetime.date(2025, 4, 1), "days": 5, "people": 3, "work": "联合试验"}
    records.add(actor=me, entity=entity, kind="stay", values=stay)
    with pytest.raises(Invalid):
        records.add(actor=me, entity=entity, kind="stay", values=stay | {"people": 9})
    assert figure(entity, 2025, "days_on_site") == 5
    assert figure(entity, 2025, "person_days") == 15
    assert figure(entity, 2025, "talents_academician") == 1


def test_contracts_by_mode_and_their_follow_up() -> None:
    case, entity = plat.on_register("technology_transfer_institution", since=SINCE)
    me = case.actor("applicant")
    made = records.add(
        actor=me,
        entity=entity,
        kind="contract",
        values={
            "mode": "transfer",
            "title": "陶瓷刀具专利转让",
            "number": "2025370300000001",
            "provider": "某大学",
            "receiver": "某公司",
            "amount": Decimal("500000.00"),
            "signed_on": datetime.date(2025, 2, 1),
        },
    )
    records.follow(actor=me, record=made, on=datetime.date(2025, 8, 1), text="首批产品下线")
    assert figure(entity, 2025, "contracts_amount") == Decimal("500000.00")
    with pytest.raises(NotAllowed):
        records.follow(actor=case.actor("officer"), record=made, on=datetime.date(2025, 9, 1), text="催办")


def forum_project(case: Any, entity: Entity) -> ForumProject:
    me = case.actor("applicant")
    edition = records.add(
        actor=me,
        entity=entity,
        kind="edition",
        values={
            "name": "第十届",
            "held_on": datetime.date(2025, 9, 20),
            "venue": "淄博",
            "theme": "新材料",
            "partners": "",
            "participants": 800,
        },
    )
    values = {
        "edition": edition,
        "name": "陶瓷基复合材料产线",
        "parties": "某公司、某大学",
        "amount": None,
        "signed_on": datetime.date(2025, 9, 20),
        "landing_place": "张店区",
    }
    made = records.add(actor=me, entity=entity, kind="project", values=values)
    assert isinstance(made, ForumProject)
    return made


def test_the_bureau_follows_a_signed_project_until_it_has_landed(frozen: Any) -> None:
    case, entity = plat.on_register("technology_forum", since=SINCE)
    made = forum_project(case, entity)
    owed = Duty.objects.filter(kind=DutyKind.FOLLOW_UP, entity=entity, standing=DutyStanding.OPEN)
    assert owed.get().organisation_id == entity.authority_id
    officer, on = case.actor("officer"), datetime.date(2026, 2, 1)
    with pytest.raises(NotAllowed):
        records.follow(actor=case.actor("applicant"), record=made, on=on, text="x", standing="landed")
    records.follow(actor=officer, record=made, on=on, text="厂房开工", standing="progressing")
    assert owed.count() == 1
    records.follow(actor=officer, record=made, on=on, text="投产", standing="landed")
    assert owed.count() == 0
    with pytest.raises(NotNow):
        records.follow(actor=officer, record=made, on=on, text="x", standing="progressing")
    assert figure(entity, 2026, "projects_landed") == 1


# --- workbooks -------------------------------------------------------------------------------


def filled(case: Any, entity: Entity, lines: list[list[Any]]) -> SimpleUploadedFile:
    book = load_workbook(io.BytesIO(workbooks.template(entity=entity, kind="tenant")))
    sheet = book["在孵企业（团队）"]
    for row, line in enumerate(lines, start=2):
        for column, value in enumerate(line, start=1):
            sheet.cell(row, column, value)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("台账.xlsx", out.getvalue(), workbooks.MIME)


GOOD = ["创业（创客）团队", "星火团队", None, "新材料", 120.5, datetime.date(2025, 3, 1)]


def test_a_workbook_is_taken_whole_and_comes_out_again() -> None:
    case, entity = incubator()
    me = case.actor("applicant")
    second = [*GOOD[:1], "另一团队", *GOOD[2:]]
    done = workbooks.take(actor=me, entity=entity, kind="tenant", upload=filled(case, entity, [GOOD, second]))
    assert (done.added, list(done.errors)) == (2, [])
    book = load_workbook(io.BytesIO(workbooks.export(actor=me, entity=entity, kind="tenant")))
    names = [row[1].value for row in book["在孵企业（团队）"].iter_rows()]
    assert {"星火团队", "另一团队"} <= set(names)


def test_one_wrong_cell_keeps_everything_out_and_is_marked() -> None:
    case, entity = incubator()
    bad = [*GOOD[:4], "很大", "2025-13-01"]
    upload = filled(case, entity, [GOOD, bad, ["企业", "无代码公司", *GOOD[2:]], ["外星人", *GOOD[1:]]])
    done = workbooks.take(actor=case.actor("applicant"), entity=entity, kind="tenant", upload=upload)
    assert done.added == 0
    assert {error.place for error in done.errors} == {"E3", "F3", "C4", "A5"}
    assert done.marked is not None
    assert not Tenant.objects.filter(entity=entity).exists()


def test_a_formula_and_the_form_of_another_platform_are_refused() -> None:
    case, entity = incubator()
    me = case.actor("applicant")
    line = [*GOOD[:4], "=1+1", GOOD[5]]
    formula = workbooks.take(actor=me, entity=entity, kind="tenant", upload=filled(case, entity, [line]))
    assert "公式" in str(formula.errors[0].message)
    other = plat.on_register("incubator", since=SINCE, host=case.lead)[1]
    strange = workbooks.take(actor=me, entity=entity, kind="tenant", upload=filled(case, other, [GOOD]))
    assert "另一个平台" in str(strange.errors[0].message)
    assert not Tenant.objects.exists()


# --- who may -----------------------------------------------------------------------------------


def test_the_host_writes_the_office_reads_and_nobody_else_finds_it() -> None:
    case, entity = incubator()
    row = tenant(case, entity)
    auditor = make_user("auditor", case.bureau)
    outsider = make_user("unit_admin", make_organisation(district="370303"))
    qingdao = make_user("case_officer", make_bureau("370200"))
    for user in (case.applicant, case.officer, case.district, auditor):
        assert see.get_platform(act(user), entity.code) == entity
    for user in (outsider, qingdao):
        with pytest.raises(NotVisible):
            see.get_platform(act(user), entity.code)
    for user in (case.officer, case.district, auditor):
        with pytest.raises(NotAllowed):
            records.strike(actor=act(user), record=row, kind="tenant", reason="x")
    url = reverse("platforms:record", args=[entity.code, "tenant", row.pk])
    assert as_person(outsider).get(url).status_code == 404
    assert as_person(case.district).get(url).status_code == 200


def test_a_filler_may_write_but_not_confirm() -> None:
    case, entity = incubator()
    filler = act(make_user("filler", case.lead))
    records.add(actor=filler, entity=entity, kind="space", values=SPACE)
    with pytest.raises(NotAllowed):
        yearly.confirm(actor=filler, entity=entity, year=2025)


def test_the_way_by_pages() -> None:
    case, entity = incubator()
    host, officer = as_person(case.applicant), as_person(case.officer)
    new = reverse("platforms:record_new", args=[entity.code, "tenant"])
    page = host.get(new)
    typed = {
        "kind": "team",
        "name": "星火团队",
        "entered_on": "2025-03-01",
        "form_key": page.context["form_key"],
    }
    listed = host.post(new, typed, follow=True)
    assert "星火团队" in listed.content.decode()
    row = Tenant.objects.get()
    for name in ("record_edit", "record_strike"):
        assert host.get(reverse(f"platforms:{name}", args=[entity.code, "tenant", row.pk])).status_code == 200
    home = reverse("platforms:records", args=[entity.code])
    assert "确认本年度台账" in host.get(home, {"year": "2025"}).content.decode()
    confirm = reverse("platforms:year_confirm", args=[entity.code, 2025])
    assert officer.get(confirm).status_code == 403
    host.post(confirm, {"form_key": host.get(confirm).context["form_key"]})
    assert "核收" in officer.get(home, {"year": "2025"}).content.decode()
    back = reverse("platforms:year_return", args=[entity.code, 2025])
    officer.post(back, {"reason": "请补充验收文件", "form_key": officer.get(back).context["form_key"]})
    assert "请补充验收文件" in host.get(home, {"year": "2025"}).content.decode()
    bad = host.post(new, typed | {"entered_on": "2030-01-01", "form_key": host.get(new).context["form_key"]})
    assert bad.status_code == 422
    assert host.get(reverse("platforms:mine")).status_code == 200


def test_a_long_list_costs_as_much_as_a_short_one(django_assert_max_num_queries: Any) -> None:
    case, entity = incubator()
    tenant(case, entity)
    client = as_person(case.applicant)
    url = reverse("platforms:record_list", args=[entity.code, "tenant"])
    client.get(url)
    with django_assert_max_num_queries(40) as few:
        client.get(url)
    for number in range(24):
        tenant(case, entity, f"团队{number}")
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(url)


def test_the_list_of_platforms_costs_the_same_for_many(django_assert_max_num_queries: Any) -> None:
    case, _entity = incubator()
    client = as_person(case.officer)
    client.get(reverse("platforms:mine"))
    with django_assert_max_num_queries(60) as few:
        client.get(reverse("platforms:mine"))
    for _number in range(15):
        make_entity("incubator", lead=case.lead, valid_from=SINCE)
    with django_assert_max_num_queries(len(few.captured_queries)):
        page = client.get(reverse("platforms:mine"))
    assert page.content.decode().count("2024、2025") == 16


def test_the_paper_of_a_record_is_read_by_whoever_reads_the_record() -> None:
    case, entity = incubator()
    paper = SimpleUploadedFile("验收.pdf", pdf_bytes("验收"), "application/pdf")
    row = records.add(actor=case.actor("applicant"), entity=entity, kind="space", values=SPACE, upload=paper)
    url = reverse("core:file", args=[row.proof_id])
    answer = as_person(case.officer).get(url)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    outsider = make_user("unit_admin", make_organisation(district="370303"))
    assert as_person(outsider).get(url).status_code == 404
