"""The pages and calls of a load: who sees them, what they say at each stage, and what the unit does with its entry."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import clock, jobs
from core.models import AuditEntry
from filings import programmes
from filings.enums import DutyStanding
from filings.models import Duty, Entity, Problem, RegisterLoad
from filings.services import nightly
from filings.services.register_load import loads
from tests.makers import loads as make
from tests.makers.accounts import act, as_person, make_bureau, make_organisation, make_user

pytestmark = pytest.mark.django_db


def small(**given) -> bytes:
    return make.workbook(
        [make.unit_row(1), make.unit_row(2)], [make.entity_row(1, **given)], [make.member_row(1, 2)]
    )


def sent(client: Client, data: bytes):
    file = SimpleUploadedFile("名录.xlsx", data, content_type=loads.XLSX)
    return client.post("/filings/loads/new/", {"file": file, "note": "2024 年名录"})


def test_from_upload_to_register() -> None:
    officer, head = make.people()
    mine, theirs = as_person(officer), as_person(head)
    assert "还没有导入过名录" in mine.get("/filings/loads/").content.decode()
    assert "下载模板" in mine.get("/filings/loads/new/").content.decode()
    answer = sent(mine, small())
    load = RegisterLoad.objects.get()
    assert answer["Location"] == f"/filings/loads/{load.pk}/"
    page = mine.get(answer["Location"]).content.decode()
    assert 'data-hx-trigger="every 2s"' in page
    assert "可以离开本页" in page
    jobs.run_pending()
    page = mine.get(answer["Location"]).content.decode()
    assert "每2s" not in page
    assert "data-hx-trigger" not in page
    assert "等待确认" in page
    assert "由登记机关的处室负责人确认" in page
    page = theirs.get(answer["Location"]).content.decode()
    assert "确认导入" in page
    assert "2024 年名录" in page
    done = theirs.post(f"{answer['Location']}do/confirm/", {"round_": "1"}, follow=True).content.decode()
    assert "正在写入" in done
    jobs.run_pending()
    assert "已导入" in theirs.get(answer["Location"]).content.decode()
    assert Entity.objects.get().name in Client().get("/register/").content.decode()


def test_a_faulty_file_comes_back_marked() -> None:
    officer, _head = make.people()
    client = as_person(officer)
    url = sent(client, small(level="宇宙级"))["Location"]
    jobs.run_pending()
    page = client.get(url).content.decode()
    assert "共 1 处错误" in page
    assert "D2" in page
    assert "没有“宇宙级”这个级别。" in page
    load = RegisterLoad.objects.get()
    answer = client.get(f"/files/{load.marked_id}/")
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    b"".join(answer.streaming_content)
    withdrawn = client.post(f"{url}do/withdraw/", follow=True).content.decode()
    assert "没有写入任何内容" in withdrawn
    assert "已撤回" in withdrawn


def test_no_file_and_no_workbook_are_told_beside_the_field() -> None:
    officer, _head = make.people()
    client = as_person(officer)
    assert client.post("/filings/loads/new/", {}).status_code == 422
    answer = sent(client, b"not a workbook")
    assert answer.status_code == 422
    assert "文件内容与扩展名不符" in answer.content.decode()
    assert not RegisterLoad.objects.exists()


def test_the_template_is_a_workbook() -> None:
    officer, _head = make.people()
    answer = as_person(officer).get("/filings/loads/template/")
    assert answer["Content-Type"] == loads.XLSX
    assert answer.content[:2] == b"PK"


def test_a_load_of_another_bureau_is_not_there() -> None:
    officer, _head = make.people()
    load = make.upload(small(), officer)
    other, other_head = make.people("370300")
    for who in (other, other_head):
        client = as_person(who)
        assert client.get(f"/filings/loads/{load.pk}/").status_code == 404
        assert client.get(f"/filings/loads/{load.pk + 99}/").status_code == 404
        assert client.post(f"/filings/loads/{load.pk}/do/confirm/").status_code == 404
        assert client.get(f"/files/{load.file_id}/").status_code == 404
    assert as_person(make_user("auditor", make_bureau())).get("/filings/loads/").status_code == 403
    unit = make_organisation()
    assert as_person(make_user("unit_admin", unit)).get("/filings/loads/").status_code == 403
    assert as_person(officer).post(f"/filings/loads/{load.pk}/do/explode/").status_code == 404


def test_acts_that_are_refused_say_why() -> None:
    _officer, head = make.people()
    load = make.upload(small(), head)
    client = as_person(head)
    assert "上传人不能自己确认" in client.get(f"/filings/loads/{load.pk}/").content.decode()
    assert client.post(f"/filings/loads/{load.pk}/do/confirm/").status_code == 403
    second = as_person(make_user("division_head", make_bureau("370200")))
    stale = second.post(
        f"/filings/loads/{load.pk}/do/confirm/", {"round_": "9"}, follow=True
    ).content.decode()
    assert "已重新核对" in stale


def test_a_failed_job_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    officer, _head = make.people()
    client = as_person(officer)
    url = sent(client, small())["Location"]
    monkeypatch.setattr(loads, "look", lambda *a, **b: 1 / 0)
    jobs.run_pending()
    assert "任务没有完成" in client.get(url).content.decode()


def test_the_unit_confirms_what_was_loaded() -> None:
    officer, head = make.people()
    unit = make_organisation(credit_code=make.code(1), district="370212")
    admin, filler = make_user("unit_admin", unit), make_user("filler", unit)
    make.load(small(), officer, head)
    entity = Entity.objects.get()
    client = as_person(admin)
    home = client.get("/filings/").content.decode()
    assert "核对登记信息" in home
    assert f"/filings/entries/{entity.pk}/" in home
    assert entity.name in client.get("/filings/entries/").content.decode()
    page = client.get(f"/filings/entries/{entity.pk}/").content.decode()
    assert "QD-OLD-00001" in page
    assert "崂山第2材料有限公司" in page
    assert as_person(filler).post(f"/filings/entries/{entity.pk}/confirm/").status_code == 403
    assert "管理员或签字人" in as_person(filler).get(f"/filings/entries/{entity.pk}/").content.decode()
    done = client.post(f"/filings/entries/{entity.pk}/confirm/", follow=True).content.decode()
    assert "已确认登记信息" in done
    entity.refresh_from_db()
    assert (entity.confirmed_by, entity.confirmed_at) == (admin, clock.now())
    assert Duty.objects.get(kind="confirm_entry").standing == DutyStanding.DONE
    assert AuditEntry.objects.filter(action="entity.entry_confirmed").count() == 1
    again = client.post(f"/filings/entries/{entity.pk}/confirm/", follow=True).content.decode()
    assert "已经核对确认" in again
    assert "核对登记信息" not in client.get("/filings/").content.decode()
    assert "没有需要核对" in client.get("/filings/entries/").content.decode()
    late = make.upload(small(name="改名的联合体"), officer)
    assert "已由单位核对确认" in late.errors[0][3]


def test_the_unit_says_what_is_wrong() -> None:
    officer, head = make.people()
    unit = make_organisation(credit_code=make.code(1), district="370212")
    admin = make_user("unit_admin", unit)
    make.load(small(), officer, head)
    entity = Entity.objects.get()
    client = as_person(admin)
    page = client.get(f"/filings/entries/{entity.pk}/report/").content.decode()
    assert "更正之前" in page
    assert client.post(f"/filings/entries/{entity.pk}/report/", {"text": ""}).status_code == 422
    client.post(f"/filings/entries/{entity.pk}/report/", {"text": "牵头单位应为另一家。"})
    problem = Problem.objects.get()
    assert problem.text == "牵头单位应为另一家。"
    assert problem.raised_for == unit


def test_entries_of_others_are_not_there() -> None:
    officer, head = make.people()
    make.load(small(), officer, head)
    entity = Entity.objects.get()
    stranger = as_person(make_user("unit_admin", make_organisation()))
    for path in ("", "confirm/", "report/"):
        url = f"/filings/entries/{entity.pk}/{path}"
        answer = stranger.post(url) if path else stranger.get(url)
        assert answer.status_code == 404
        assert as_person(officer).get(url.replace("confirm/", "")).status_code == 404


def test_who_comes_later_finds_the_duty_after_the_night() -> None:
    officer, head = make.people()
    make.load(small(), officer, head)
    entity = Entity.objects.get()
    assert not Duty.objects.filter(kind="confirm_entry").exists()
    make_user("unit_admin", entity.lead)
    nightly.ring()
    jobs.run_pending()
    duty = Duty.objects.get(kind="confirm_entry")
    assert (duty.organisation, duty.authority) == (entity.lead, entity.authority)


@pytest.mark.parametrize("kind", [p.entity_kind for p in programmes.all_programmes()])
def test_the_pages_of_a_loaded_entity_of_every_kind(kind: str) -> None:
    spec = programmes.for_kind(kind)
    bureau = make_bureau(spec.place, department=spec.department)
    officer, head = make_user("case_officer", bureau), make_user("division_head", bureau)
    district = "张店区" if spec.place.startswith("3703") else "崂山区"
    paper = {
        "document_number": "鲁科字〔2024〕1号",
        "document_date": make.DAY,
        "issued_by": "山东省科学技术厅",
    }
    level = {"municipal": "市级", "provincial": "省级", "national": "国家级", "district": "区县级"}[
        spec.levels[0]
    ]
    row = make.entity_row(1, kind=str(spec.label), level=level, **paper)
    data = make.workbook(
        [make.unit_row(1, district=district), make.unit_row(2, district=district)],
        [row],
        [make.member_row(1, 2)],
    )
    make.load(data, officer, head)
    entity = Entity.objects.get()
    admin = make_user("unit_admin", entity.lead)
    nightly.ring()
    jobs.run_pending()
    for who in (officer, head, admin):
        assert as_person(who).get(f"/filings/entities/{entity.code}/").status_code == 200
    assert Client().get(f"/register/{entity.code}/").status_code == 200
    assert as_person(admin).get(f"/filings/entries/{entity.pk}/").status_code == 200
    assert as_person(admin).get("/filings/").status_code == 200


def test_the_calls() -> None:
    officer, head = make.people()
    client = as_person(officer)
    file = SimpleUploadedFile("名录.xlsx", small(), content_type=loads.XLSX)
    made = client.post("/api/v1/register-loads/", {"file": file, "note": "接口"})
    assert made.status_code == 201, made.content
    number = made.json()["id"]
    assert made.json()["stage"] == "checking"
    jobs.run_pending()
    told = client.get(f"/api/v1/register-loads/{number}/").json()
    assert (told["stage"], told["error_count"], told["errors"]) == ("ready", 0, [])
    assert told["summary"]["entities"] == {"rows": 1, "new": 1, "changed": 0, "unchanged": 0}
    assert told["progress"] == 100
    url = f"/api/v1/register-loads/{number}/confirm/"
    assert client.post(url, "{}", content_type="application/json").status_code == 403
    body = json.dumps({"round": 1})
    assert as_person(head).post(url, body, content_type="application/json").json()["stage"] == "writing"
    jobs.run_pending()
    assert client.get(f"/api/v1/register-loads/{number}/").json()["stage"] == "loaded"
    assert client.get("/api/v1/register-loads/").json()["count"] == 1
    stranger = as_person(make_user("unit_admin", make_organisation()))
    assert stranger.get(f"/api/v1/register-loads/{number}/").status_code == 403
    assert as_person(make.people("370300")[0]).get(f"/api/v1/register-loads/{number}/").status_code == 404
    assert act(officer).user == officer
