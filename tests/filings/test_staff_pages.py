"""The desk: worklist, case page, and the whole procedure by forms; what it costs and who finds nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from filings.enums import ParticipantState, State
from filings.models import Certificate, Filing, Participant
from tests.makers.accounts import make_bureau, make_organisation, make_user
from tests.makers.desk import act_url, browse, case_url, do, text
from tests.makers.filings import (
    Case,
    drive,
    fresh,
    make_case,
    run_out_notice,
    score_everything,
    start,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


# --- worklist --------------------------------------------------------------------------------


def test_worklist_shows_what_waits_for_me_first(case: Case) -> None:
    filing = drive(case, "recommended", name="青岛市低空经济创新联合体")
    page = browse(case.officer).get(reverse("filings:worklist"))
    assert page.context["tab"] == "mine"
    assert [line.pk for line in page.context["lines"]] == [filing.pk]
    counts = {tab["label"]: tab["count"] for tab in page.context["tabs"]}
    assert counts["待受理"] == 1
    assert counts["待推荐"] == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=低空", True),
        ("q=QD-SL-2026", True),
        ("q=海水淡化", False),
        ("programme=consortium", True),
        ("district=370212", True),
        ("district=370202", False),
        ("mine=on", True),
        ("late=on", False),
        ("since=2026-03-01&until=2026-03-31", True),
        ("since=2027-01-01", False),
        ("industry=qd_ai", True),
    ],
)
def test_worklist_filters(case: Case, query: str, found: bool) -> None:
    drive(case, "recommended", name="青岛市低空经济创新联合体")
    page = browse(case.officer).get(f"{reverse('filings:worklist')}?tab=all&{query}")
    assert bool(page.context["lines"]) is found
    assert page.context["chips"]
    if not found:
        assert "没有符合条件的申报件" in text(page)


def test_worklist_finds_by_unit_and_credit_code(case: Case) -> None:
    drive(case, "recommended")
    for words in (case.lead.credit_code, case.lead.name[:4]):
        page = browse(case.officer).get(reverse("filings:worklist"), {"q": words})
        assert page.context["tab"] == "all"
        assert len(page.context["lines"]) == 1


def test_worklist_says_what_it_could_not_read(case: Case) -> None:
    drive(case, "recommended")
    url = f"{reverse('filings:worklist')}?tab=all&since=gestern&district=zz&page=99&programme=x"
    page = browse(case.officer).get(url)
    assert page.status_code == 200
    assert "以下条件无法识别" in text(page)
    assert page.context["lines"]


def test_late_filings_are_found(case: Case, frozen: Any) -> None:
    filing = drive(case, "recommended")
    frozen.move(days=30)
    page = browse(case.officer).get(f"{reverse('filings:worklist')}?tab=all&late=on")
    assert [line.pk for line in page.context["lines"]] == [filing.pk]
    assert "超期" in text(page)


def test_worklist_by_role(case: Case) -> None:
    filing = drive(case, "submitted")
    district = browse(case.district).get(reverse("filings:worklist"))
    assert [line.pk for line in district.context["lines"]] == [filing.pk]
    auditor = browse(make_user("auditor", case.bureau)).get(reverse("filings:worklist"))
    assert auditor.context["tab"] == "all"
    assert len(auditor.context["lines"]) == 1
    elsewhere = browse(make_user("case_officer", make_bureau("370300"))).get(reverse("filings:worklist"))
    assert not elsewhere.context["lines"]
    assert "没有等待您办理的申报件" in text(elsewhere)
    for user in (case.applicant, case.experts[0].user):
        assert browse(user).get(reverse("filings:worklist")).status_code == 403


def copies(filing: Filing, count: int) -> None:
    """More rows of the same kind, without driving each."""
    for number in range(count):
        row = fresh(filing)
        row.pk, row.receipt_number = None, f"QD-SL-2026-9{number:03d}"
        row.save(force_insert=True)


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_worklist_costs_the_same_for_25_rows(case: Case) -> None:
    filing = drive(case, "recommended")
    client, url = browse(case.officer), f"{reverse('filings:worklist')}?tab=all"
    one = queries(client, url)
    copies(filing, 24)
    assert queries(client, url) == one


# --- case page -------------------------------------------------------------------------------


def test_case_page_costs_the_same_for_25_members_files_and_notes(case: Case) -> None:
    filing = drive(case, "in_examination")
    client, url = browse(case.officer), case_url(filing)
    before = queries(client, url)
    place = filing.participants.get(organisation=case.members[0])
    paper = filing.attachments.first()
    assert paper is not None
    for _number in range(25):
        unit = make_organisation(district="370214")
        row = Participant.objects.get(pk=place.pk)
        row.pk, row.organisation, row.standing = None, unit, ParticipantState.CONFIRMED
        row.save(force_insert=True)
        paper.pk = None
        paper.save(force_insert=True)
        filing.notes.create(text="备注", author=case.officer, created_at=clock.now())
    assert queries(client, url) == before


def test_case_page_shows_the_whole_case(case: Case) -> None:
    filing = drive(case, "in_examination")
    page = browse(case.officer).get(case_url(filing))
    shown = text(page)
    for words in ("基本信息", case.members[0].name, "组建协议.pdf", "12,000,000", "条件核对", "办理经过"):
        assert words in shown, words
    assert "高精度传感芯片" in shown
    assert 'name="at" value="basic|background|"' in shown


def test_readers_see_no_buttons(case: Case) -> None:
    filing = drive(case, "in_examination")
    for user in (make_user("auditor", case.bureau), case.district):
        page = browse(user).get(case_url(filing))
        assert page.status_code == 200
        assert not page.context["acts"]
        assert 'name="at"' not in text(page)
    refused = browse(make_user("auditor", case.bureau)).post(act_url(filing, "accept"), {})
    assert refused.status_code == 403
    assert "此事由受理机关的经办人办理" in text(refused)


DESK_ROUTES = (
    "desk_case",
    "desk_print",
    "desk_diff",
    "desk_examination",
    "desk_board",
    "desk_notice",
    "desk_result",
)


def test_strangers_find_nothing(case: Case, frozen: Any) -> None:
    filing = drive(case, "filed", frozen)
    strangers = [
        make_user("unit_admin", make_organisation()),
        case.applicant,
        case.member_users[0],
        case.experts[0].user,
        make_user("case_officer", make_bureau("370300")),
        make_user("district_officer", make_bureau("370202")),
    ]
    for user in strangers:
        client = browse(user)
        for name in DESK_ROUTES:
            assert client.get(reverse(f"filings:{name}", args=[filing.pk])).status_code == 404, (user, name)
        assert client.get(act_url(filing, "issue")).status_code == 404
        assert client.post(act_url(filing, "issue"), {}).status_code == 404
        assert client.post(reverse("filings:desk_note", args=[filing.pk]), {"text": "x"}).status_code == 404
    assert browse(case.officer).get(case_url(filing)).status_code == 200


def test_draft_is_not_on_the_desk(case: Case) -> None:
    filing = start(case)
    assert browse(case.officer).get(case_url(filing)).status_code == 404


def test_unknown_act_and_acts_of_applicants_do_not_exist_here(case: Case) -> None:
    filing = drive(case, "in_examination")
    client = browse(case.officer)
    for name in ("withdraw", "submit", "explode"):
        assert client.get(act_url(filing, name)).status_code == 404
        assert client.post(act_url(filing, name), {"comment": "x"}).status_code == 404


def test_notes_are_kept_with_and_without_script(case: Case) -> None:
    filing = drive(case, "in_examination")
    client, url = browse(case.officer), reverse("filings:desk_note", args=[filing.pk])
    assert client.post(url, {"text": "已电话核实"}).status_code == 302
    part = client.post(url, {"text": "待补材料"}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert "已电话核实" in text(part)
    assert "<html" not in text(part)
    empty = client.post(url, {"text": "  "})
    assert empty.status_code == 422
    assert filing.notes.count() == 2


# --- the whole way by forms ------------------------------------------------------------------


def test_the_whole_procedure_by_forms(case: Case, frozen: Any) -> None:
    filing = drive(case, "submitted")
    district, officer, director = browse(case.district), browse(case.officer), browse(case.director)

    assert "同意推荐" in text(district.get(act_url(filing, "recommend")))
    assert do(district, filing, "recommend", comment="同意").status_code == 302
    assert do(officer, filing, "start_examination")["Location"].endswith("/examination/")
    _examine_by_form(officer, filing)
    assert do(officer, filing, "accept").status_code == 302

    setup = officer.get(act_url(filing, "open_review"))
    assert len(setup.context["pool"]) == 5
    assert do(officer, filing, "open_review", mode="draw").status_code == 302
    board = officer.get(reverse("filings:desk_board", args=[filing.pk]))
    assert str(case.experts[0]) in text(board)
    assert fresh(filing).panel.seed in text(board)
    score_everything(case, fresh(filing))
    assert do(officer, filing, "close_review").status_code == 302
    assert "85.00" in text(officer.get(reverse("filings:desk_board", args=[filing.pk])))

    assert do(officer, filing, "propose", months="36", comment="建议备案").status_code == 302
    assert "建议备案" in text(director.get(act_url(filing, "confirm")))
    assert do(director, filing, "confirm").status_code == 302
    assert "公众将看到的内容" in text(officer.get(act_url(filing, "publish_notice")))
    assert do(officer, filing, "publish_notice").status_code == 302
    run_out_notice(fresh(filing), frozen)
    officer, director = browse(case.officer), browse(case.director)
    assert do(officer, filing, "close_notice").status_code == 302
    day = clock.today().isoformat()
    done = do(officer, filing, "issue", document_number="青科备〔2026〕7号", document_date=day)
    assert done["Location"].endswith("/result/")
    result = text(officer.get(done["Location"]))
    made = Certificate.objects.get(filing=filing)
    assert made.number in result
    assert "青科备〔2026〕7号" in result
    assert made.document.verification_code in result


def _examine_by_form(client: Client, filing: Filing) -> None:
    url = reverse("filings:desk_examination", args=[filing.pk])
    lines = client.get(url).context["lines"]
    assert any(line["machine"] == "pass" for line in lines)
    data = {f"result-{line['item']}": line["result"] or "pass" for line in lines}
    assert client.post(url, data).status_code == 302
    assert client.get(url).context["done"] == len(lines)


def test_not_recommending_needs_a_reason(case: Case) -> None:
    filing = drive(case, "submitted")
    client = browse(case.district)
    assert "不予推荐通知书" in text(client.get(act_url(filing, "not_recommend")))
    refused = do(client, filing, "not_recommend", comment="  ")
    assert refused.status_code == 422
    assert fresh(filing).state == State.SUBMITTED
    assert do(client, filing, "not_recommend", comment="不符合本区方向").status_code == 302
    assert fresh(filing).reason == "不符合本区方向"


def test_officer_may_not_recommend(case: Case) -> None:
    filing = drive(case, "submitted")
    refused = browse(case.officer).get(act_url(filing, "recommend"))
    assert refused.status_code == 403
    assert "推荐区（市）" in text(refused)
