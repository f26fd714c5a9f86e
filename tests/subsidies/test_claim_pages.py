"""Claims as units, officers and programs meet them: begun at a measure, listed, exported, proposed, printed."""

from __future__ import annotations

import io
import json
import re

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry
from core.xlsx import read as read_workbook
from filings.enums import State
from filings.models import Filing
from subsidies.models import Award
from tests.api.caller import Caller
from tests.makers import claims as make
from tests.makers.accounts import as_person, make_user
from tests.makers.register import make_entity

pytestmark = pytest.mark.django_db
NEW, PTSP = "sub_incubator_space_new", "sub_ptsp_service"


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def key_of(answer):
    return re.search(r'name="form_key" value="([^"]+)"', answer.content.decode())[1]


def test_a_unit_begins_at_the_measure_and_a_double_click_begins_once(frozen):
    case = make.make_claim_case()
    me = as_person(case.applicant)
    measure = me.get(reverse("subsidies:measure", args=[NEW]))
    assert reverse("subsidies:claim_begin", args=[NEW]) in measure.content.decode()
    page = me.get(reverse("subsidies:claim_begin", args=[NEW]))
    assert case.entity.name in text_of(page)
    given = {"entity": case.entity.code, "on": "2026-02-20", "form_key": key_of(page)}
    for _click in range(2):
        answer = me.post(reverse("subsidies:claim_begin", args=[NEW]), given)
        assert answer.status_code == 302
    claim = Filing.objects.get(programme="support_claim")
    assert answer["Location"] == reverse("filings:tasks", args=[claim.pk])
    assert "测算事实" in text_of(me.get(answer["Location"]))
    section = me.get(reverse("filings:section", args=[claim.pk, "facts"]))
    assert "孵化用房面积" in text_of(section)


def test_what_is_no_claim_here_is_refused_on_the_page(frozen):
    case = make.make_claim_case()
    me = as_person(case.applicant)
    page = me.get(reverse("subsidies:claim_begin", args=["sub_sd15_tax"]))
    given = {"form_key": key_of(page)}
    answer = me.post(reverse("subsidies:claim_begin", args=["sub_sd15_tax"]), given)
    assert answer.status_code == 422
    assert "不由本门户受理" in text_of(answer)


def test_the_sheet_stands_on_the_pages_of_unit_and_officer(frozen):
    case = make.make_claim_case()
    claim = make.start(case, NEW, area="8000")
    me, officer = as_person(case.applicant), as_person(case.officer)
    assert "800,000.00" in text_of(me.get(reverse("filings:check", args=[claim.pk])))
    claim = make.drive(case, claim, State.ACCEPTED, frozen)
    page = text_of(officer.get(reverse("filings:desk_case", args=[claim.pk])))
    assert "新建孵化用房 8000 平方米 × 100 元" in page and "淄政办字〔2020〕43号 四(三)2" in page
    proposal = officer.get(reverse("filings:desk_act", args=[claim.pk, "propose"]))
    assert "拟定兑现意见" in text_of(proposal)
    assert 'name="set_amount"' not in proposal.content.decode()


def test_the_officer_sets_below_the_ceiling_on_the_page(frozen):
    case = make.make_claim_case("public_tech_service_platform")
    claim = make.drive(case, make.start(case, PTSP), State.ACCEPTED, frozen)
    officer, address = as_person(case.officer), reverse("filings:desk_act", args=[claim.pk, "propose"])
    page = officer.get(address)
    assert "上限 1,000,000.00 元" in text_of(page)
    given = {
        "form_key": key_of(page),
        "version": claim.version,
        "set_amount": "2000000",
        "reason": "成效突出",
    }
    answer = officer.post(address, given)
    assert answer.status_code == 422
    assert "拟定金额超过上限" in text_of(answer)
    answer = officer.post(address, given | {"form_key": key_of(answer), "set_amount": "600000"})
    assert answer.status_code == 302
    director = as_person(case.director)
    assert "600,000.00" in text_of(director.get(reverse("filings:desk_act", args=[claim.pk, "confirm"])))
    # the unit reads what is proposed once it is public
    assert "600,000.00" not in text_of(
        as_person(case.applicant).get(reverse("filings:progress", args=[claim.pk]))
    )


def test_the_notice_and_the_result_name_the_amount(frozen):
    case = make.make_claim_case()
    claim = make.drive(case, make.start(case, NEW, area="8000"), State.ON_NOTICE, frozen)
    notice = claim.notices.get()
    public = text_of(Client().get(reverse("portal:notice", args=[notice.pk])))
    assert "拟核定金额 800,000.00 元" in public and "有效期" not in public
    assert "800,000.00" in text_of(
        as_person(case.applicant).get(reverse("filings:progress", args=[claim.pk]))
    )
    make.drive(case, claim, State.FILED, frozen)
    result = text_of(as_person(case.officer).get(reverse("filings:desk_result", args=[claim.pk])))
    assert "已核定" in result and "证书编号" not in result


def test_the_list_is_filtered_exported_and_limited_to_what_one_may_see(frozen):
    case, other = make.make_claim_case(), make.make_claim_case()
    make.drive(case, make.start(case, NEW, area="20000"), State.PROPOSED, frozen)
    make.drive(other, make.start(other, NEW, area="500"), State.SUBMITTED, frozen)
    officer, address = as_person(case.officer), reverse("subsidies:claims")
    page = text_of(officer.get(address))
    assert "1,000,000.00" in page and "上限" in page and other.unit.name in page
    narrowed = text_of(officer.get(address, {"state": "proposed", "measure": NEW, "year": "2026"}))
    assert case.unit.name in narrowed and other.unit.name not in narrowed
    assert "没有符合条件" in text_of(officer.get(address, {"year": "2020"}))
    book = read_workbook(officer.get(address, {"format": "xlsx"}).content, max_rows=20, max_columns=20)
    assert case.unit.name in str(book[0].rows)
    csv = b"".join(officer.get(address, {"format": "csv"})).decode("utf-8-sig")
    assert csv.count("QD-SL") + csv.count("ZB-SL") == 2
    kept = AuditEntry.objects.filter(action="claims.exported").order_by("pk")
    assert [entry.detail for entry in kept] == [{"rows": 2, "kind": kind} for kind in ("xlsx", "csv")]
    mine = text_of(as_person(case.applicant).get(address))
    assert other.unit.name not in mine and "1,000,000.00" not in mine
    finance = as_person(make_user("finance", case.bureau))
    assert "1,000,000.00" in text_of(finance.get(address))
    for person in (officer, finance, as_person(case.applicant)):
        menu = person.get(reverse("subsidies:measures")).content.decode()
        assert f'href="{address}"' in menu, "the list has an entry in everybody's menu"


def test_the_list_costs_the_same_at_any_length(frozen):
    case = make.make_claim_case()
    make.drive(case, make.start(case, NEW, area="100"), State.SUBMITTED, frozen)
    officer, counts = as_person(case.officer), []
    officer.get(reverse("subsidies:claims"))
    for _more in range(2):
        with CaptureQueriesContext(connection) as found:
            officer.get(reverse("subsidies:claims"))
        counts.append(len(found))
        for _one in range(3):
            make.drive(case, make.start(case, NEW, area="100"), State.SUBMITTED, frozen)
    assert counts[0] == counts[1]


def test_the_stored_sheet_as_pdf_and_nobody_else_gets_it(frozen):
    case, other = make.make_claim_case(), make.make_claim_case()
    claim = make.drive(case, make.start(case, NEW, area="8000"), State.PROPOSED, frozen)
    address = reverse("subsidies:award_paper", args=[claim.pk])
    paper = pypdf.PdfReader(io.BytesIO(as_person(case.officer).get(address).content))
    words = re.sub(r"\s+", "", "".join(page.extract_text() for page in paper.pages))
    assert "新建孵化用房8,000平方米×100元" in words and "四(三)2" in words and claim.receipt_number in words
    figures = json.loads(paper.attachments["figures.json"][0])
    assert figures["sha256"] == Award.objects.get(claim=claim).sha256
    for person in (case.applicant, other.applicant):  # not public yet; not theirs
        assert as_person(person).get(address).status_code == 404
    assert as_person(other.applicant).get(reverse("filings:progress", args=[claim.pk])).status_code == 404
    make.drive(case, claim, State.FILED, frozen)
    paper = pypdf.PdfReader(io.BytesIO(as_person(case.applicant).get(address).content))
    assert "asked" not in json.loads(paper.attachments["figures.json"][0]), (
        "reasons and others' claims stay inside"
    )


def test_a_program_claims_and_reads_the_award(frozen):
    case = make.make_claim_case()
    me = Caller(case.applicant)
    body = {
        "programme": "support_claim",
        "action": "claim",
        "entity": case.entity.code,
        "content": {
            "claim": {"measure": NEW, "on": "2026-02-20", "space": "3号楼"},
            "facts": {"area": "8000"},
        },
    }
    made = me.post("filings/", body).ok(201)
    assert made["award"]["amount"] == "800000.00" and made["award"]["state"] is None
    claim = Filing.objects.get(pk=made["id"])
    make.fill(case, claim, space="3号楼")
    make.drive(case, claim, State.ACCEPTED, frozen)
    officer = Caller(case.officer)
    moved = officer.post(f"filings/{claim.pk}/actions/propose/", {"award": {}}).ok(200)
    assert (moved["state"], moved["award"]["state"]) == ("proposed", "proposed")
    assert moved["award"]["result"]["lines"][0]["clause"] == "淄政办字〔2020〕43号 四(三)2"
    again = officer.post(f"filings/{claim.pk}/actions/propose/", {"award": {}})
    assert again.status == 409
    listed = me.get("programmes/support_claim/").ok(200)
    assert [one["action"] for one in listed["variants"]] == ["claim"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ({"claim": {"measure": "sub_moon"}}, 422, "measure"),
        ({"claim": {}}, 422, "measure"),
        ({"claim": {"measure": NEW}, "facts": {"area": "-5"}}, 422, "negative"),
        ({"claim": {"measure": NEW}, "facts": {"level": "national"}}, 422, "unknown_fact"),
        ({"claim": {"measure": NEW}, "facts": {"area": "1.005"}}, 422, "too_many_decimals"),
    ],
)
def test_bad_input_of_a_program_is_named_with_its_clause(frozen, content, status, code):
    case = make.make_claim_case()
    answer = Caller(case.applicant).post(
        "filings/", {"programme": "support_claim", "action": "claim", "content": content}
    )
    assert answer.status == status
    assert code in answer.codes
    if code in ("negative", "unknown_fact", "too_many_decimals"):
        assert answer.body["errors"][0]["clause"] == "淄政办字〔2020〕43号 四(三)2"
    assert not Filing.objects.filter(programme="support_claim").exists()


def test_a_replayed_request_has_one_effect(frozen):
    case = make.make_claim_case()
    me, body = (
        Caller(case.applicant),
        {
            "programme": "support_claim",
            "action": "claim",
            "content": {"claim": {"measure": NEW}},
        },
    )
    first = me.call("POST", "filings/", body, **{"Idempotency-Key": "a-claim-once"}).ok(201)
    second = me.call("POST", "filings/", body, **{"Idempotency-Key": "a-claim-once"}).ok(200, 201)
    assert first["id"] == second["id"]
    assert Filing.objects.filter(programme="support_claim").count() == 1


def test_an_entity_of_another_unit_is_not_found(frozen):
    case, other = make.make_claim_case(), make.make_claim_case()
    body = {
        "programme": "support_claim",
        "action": "claim",
        "entity": other.entity.code,
        "content": {"claim": {"measure": NEW}},
    }
    assert Caller(case.applicant).post("filings/", body).status == 404


def test_the_entity_of_a_match_is_chosen_already(frozen):
    case = make.make_claim_case()
    second = make_entity("incubator", level="provincial", lead=case.unit)
    me, address = as_person(case.applicant), reverse("subsidies:claim_begin", args=[NEW])
    for asked, selected in (
        (second.code, [second.code]),
        (case.entity.code, [case.entity.code]),
        ("moon", []),
    ):
        page = me.get(address, {"entity": asked}).content.decode()
        assert re.findall(r'<option value="([^"]+)" selected', page) == selected


def test_officers_see_which_claims_the_portal_offered(frozen):
    case = make.make_claim_case()
    offered, own = (make.start(case, NEW, area=area) for area in ("100", "200"))
    offered.content["claim"]["offered"] = True
    offered.save(update_fields=["content"])
    officer = as_person(case.officer)
    pages = []
    for claim in (offered, own):
        make.drive(case, claim, State.SUBMITTED)
        pages.append(text_of(officer.get(reverse("filings:desk_case", args=[claim.pk]))))
    assert ["免申即享 · 主动推送" in page for page in pages] == [True, False]
    assert text_of(officer.get(reverse("subsidies:claims"))).count("免申即享") == 1
