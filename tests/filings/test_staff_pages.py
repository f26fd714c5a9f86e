"""The desk in the browser's terms: every page, every act by form, bad input, and what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.actor import Actor
from filings.enums import ParticipantState, State
from filings.models import Certificate, Expert, Filing, Participant
from filings.services import corrections, examination, notice, recommendation, review, submission
from tests.makers.accounts import make_bureau, make_organisation, make_user
from tests.makers.filings import (
    Case,
    ask_waiver,
    check_everything,
    confirm_all,
    drive,
    fresh,
    invite_all,
    make_case,
    run_out_notice,
    score_everything,
    start,
)

pytestmark = pytest.mark.django_db


def browse(user: Any) -> Client:
    """A browser in which this person is logged in."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def case_url(filing: Filing, rest: str = "") -> str:
    return reverse("filings:desk_case", args=[filing.pk]) + rest


def act_url(filing: Filing, name: str) -> str:
    return reverse("filings:desk_act", args=[filing.pk, name])


def do(client: Client, filing: Filing, name: str, **data: Any) -> Any:
    """Post an act as its page would, from the newest version unless another is given."""
    data.setdefault("version", fresh(filing).version)
    return client.post(act_url(filing, name), data)


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
        ("mine=on", False),
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


# --- formal examination and corrections ------------------------------------------------------


def test_failed_check_needs_its_note_and_keeps_what_was_typed(case: Case) -> None:
    filing = drive(case, "in_examination")
    client, url = browse(case.officer), reverse("filings:desk_examination", args=[filing.pk])
    data = {
        "result-elig_cons_plan": "fail",
        "note-elig_cons_plan": "",
        "result-elig_cons_agreement": "pass",
        "note-elig_cons_agreement": "盖章齐全",
    }
    refused = client.post(url, data)
    assert refused.status_code == 422
    assert "不符合的，请写明原因" in text(refused)
    line = next(row for row in refused.context["lines"] if row["item"] == "elig_cons_plan")
    assert line["result"] == "fail"
    assert filing.checks.get(item="elig_cons_agreement").note == "盖章齐全"
    assert client.post(url, {"result-elig_cons_plan": "perhaps"}).status_code == 422


def test_one_check_line_by_htmx(case: Case) -> None:
    filing = drive(case, "in_examination")
    client, url = browse(case.officer), reverse("filings:desk_examination", args=[filing.pk])
    data = {"only": "elig_cons_plan", "result-elig_cons_plan": "pass", "note-elig_cons_plan": "好"}
    part = client.post(url, data, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert 'id="check-elig_cons_plan"' in text(part)
    assert "<html" not in text(part)
    bad = client.post(
        url,
        data | {"result-elig_cons_plan": "fail", "note-elig_cons_plan": ""},
        headers={"HX-Request": "true"},
    )
    assert bad.status_code == 422
    assert "请写明原因" in text(bad)


def test_acceptance_lists_what_is_missing(case: Case) -> None:
    filing = drive(case, "in_examination")
    client = browse(case.officer)
    page = client.get(act_url(filing, "accept"))
    assert "现在还不能办理" in text(page)
    refused = do(client, filing, "accept")
    assert refused.status_code == 422
    assert "尚未核验" in text(refused)
    assert fresh(filing).state == State.IN_EXAMINATION


def _items(*rows: dict[str, str], **more: str) -> dict[str, str]:
    data = {"rows": str(len(rows)), **more}
    for number, row in enumerate(rows):
        data |= {f"item-{number}-{key}": value for key, value in row.items()}
    return data


BACKGROUND = {"target": "basic|background|", "message": "请补充市场需求数据"}


def test_return_is_composed_previewed_and_sent(case: Case) -> None:
    filing = drive(case, "in_examination")
    client, url = browse(case.officer), act_url(filing, "return_for_correction")
    first = client.get(url, {"at": ["basic|background|", "tasks|funding_note|"]})
    assert [row["target"].value() for row in first.context["form"].rows] == [
        "basic|background|",
        "tasks|funding_note|",
    ]
    stamp = {"target": "agreement|agreement|", "phrase": "stamp", "message": ""}
    seen = client.post(url, _items(BACKGROUND, stamp, preview="1", version=str(filing.version)))
    assert seen.status_code == 200
    letter = seen.context["preview"]
    assert len(letter["items"]) == 2
    assert letter["items"][1]["message"] == "扫描件未加盖公章，请重新上传盖章件。"
    assert fresh(filing).state == State.IN_EXAMINATION
    sent = client.post(url, _items(BACKGROUND, stamp, version=str(filing.version)))
    assert sent.status_code == 302
    assert fresh(filing).state == State.IN_CORRECTION
    assert {c.field for c in filing.corrections.all()} == {"background", "agreement"}


def test_rows_of_the_composer_are_added_and_removed_without_script(case: Case) -> None:
    filing = drive(case, "in_examination")
    client, url = browse(case.officer), act_url(filing, "return_for_correction")
    more = client.post(url, _items(BACKGROUND, rows_add="1"))
    assert len(more.context["form"].rows) == 2
    assert "请补充市场需求数据" in text(more)
    fewer = client.post(url, _items({"target": "", "message": "weg"}, BACKGROUND, rows_remove="0"))
    assert len(fewer.context["form"].rows) == 1
    assert "weg" not in text(fewer)


def test_member_section_can_be_returned(case: Case) -> None:
    filing = drive(case, "in_examination")
    place = filing.participants.get(organisation=case.members[0])
    row = {"target": f"member|capability|{place.pk}", "message": "请说明中试条件"}
    assert do(browse(case.officer), filing, "return_for_correction", **_items(row)).status_code == 302
    assert filing.corrections.get().participant_id == place.pk


@pytest.mark.parametrize(
    "rows",
    [
        (),
        ({"target": "basic|background|", "message": ""},),
        ({"target": "", "message": "请补充"},),
        ({"target": "basic|nonsense|", "message": "请补充"},),
        ({"target": "member|capability|999999", "message": "请补充"},),
    ],
)
def test_incomplete_return_is_refused_and_kept(case: Case, rows: tuple[dict[str, str], ...]) -> None:
    filing = drive(case, "in_examination")
    refused = do(browse(case.officer), filing, "return_for_correction", **_items(*rows))
    assert refused.status_code == 422
    assert fresh(filing).state == State.IN_EXAMINATION
    for row in rows:
        assert row["message"] in text(refused)


def _resubmitted(case: Case) -> Filing:
    filing = drive(case, "in_correction")
    me = case.actor("applicant")
    for item in filing.corrections.all():
        value = f"新的{item.field}"
        corrections.answer(actor=me, filing=filing, correction_id=item.pk, text="已补充", value=value)
    confirm_all(case, filing)
    submission.resubmit(actor=me, filing=fresh(filing))
    return fresh(filing)


def test_after_resubmission_changes_are_shown_and_tickets_closed(case: Case) -> None:
    filing = _resubmitted(case)
    client = browse(case.officer)
    page = client.get(case_url(filing, "?compare=1"))
    assert len(page.context["material"].changes) == 2
    assert "新的background" in text(page)
    assert "高端传感芯片依赖进口" in text(page)
    for item in filing.corrections.all():
        url = reverse("filings:desk_correction_close", args=[filing.pk, item.pk])
        assert url in text(client.get(case_url(filing)))
        assert client.post(url).status_code == 302
        assert client.post(url).status_code == 409
    check_everything(case, filing)
    assert do(client, filing, "accept").status_code == 302


def test_second_return_needs_its_reason(case: Case) -> None:
    filing = _resubmitted(case)
    client = browse(case.officer)
    assert "再次退回须写明" in text(client.get(act_url(filing, "return_for_correction")))
    refused = do(client, filing, "return_for_correction", **_items(BACKGROUND))
    assert refused.status_code == 422
    assert "行政许可法" in text(refused)
    assert (
        do(client, filing, "return_for_correction", **_items(BACKGROUND), comment="新发现矛盾").status_code
        == 302
    )


def test_diff_in_both_directions_and_on_paper(case: Case) -> None:
    filing = _resubmitted(case)
    client, url = browse(case.officer), reverse("filings:desk_diff", args=[filing.pk])
    forward, back = client.get(url), client.get(url, {"from": "2", "to": "1"})
    assert {c["label"] for c in forward.context["changes"]} == {c["label"] for c in back.context["changes"]}
    assert forward.context["changes"][0]["new"] == back.context["changes"][0]["old"]
    assert client.get(url, {"from": "x", "to": "99"}).status_code == 200
    assert "base_print" not in text(client.get(url, {"print": "1"}))
    printed = text(client.get(reverse("filings:desk_print", args=[filing.pk])))
    assert filing.receipt_number in printed


# --- two people at once, stale pages, double clicks ------------------------------------------


def test_second_officer_reads_what_happened(case: Case) -> None:
    filing = drive(case, "recommended")
    late = browse(case.director)
    version = filing.version
    examination.start(actor=case.actor("officer"), filing=filing)
    refused = do(late, filing, "start_examination", version=version)
    assert refused.status_code == 409
    assert "已办理“开始形式审查”" in text(refused)
    assert str(case.officer) in text(refused)
    assert filing.events.filter(name="start_examination").count() == 1


def test_stale_page_is_told(case: Case) -> None:
    filing = drive(case, "in_examination")
    refused = do(
        browse(case.officer), filing, "not_accept", comment="理由写了很久", version=filing.version - 1
    )
    assert refused.status_code == 409
    assert "理由写了很久" in text(refused)
    assert fresh(filing).state == State.IN_EXAMINATION


def test_double_click_acts_once(case: Case) -> None:
    filing = drive(case, "recommended")
    client, url = browse(case.officer), act_url(filing, "start_examination")
    key = client.get(url).context["form_key"]
    data = {"form_key": key, "version": filing.version}
    assert client.post(url, data).status_code == 302
    again = client.post(url, data)
    assert again.status_code == 302
    assert filing.events.filter(name="start_examination").count() == 1


# --- review ----------------------------------------------------------------------------------


def test_named_panel_with_too_few_or_conflicting_experts(case: Case) -> None:
    filing = drive(case, "accepted")
    client = browse(case.officer)
    assert do(client, filing, "open_review", mode="named").status_code == 422
    few = do(client, filing, "open_review", mode="named", experts=[str(case.experts[0].pk)])
    assert few.status_code == 422
    assert "评审组不少于 5 人" in text(few)
    tied = case.experts[0]
    url = reverse("filings:expert_tie", args=[tied.pk])
    given = {"organisation": case.members[0].credit_code, "kind": "shareholding"}
    assert client.post(url, given).status_code == 302
    page = client.get(act_url(filing, "open_review"))
    assert "持股" in text(page)
    everybody = [str(e.pk) for e in case.experts]
    refused = do(client, filing, "open_review", mode="named", experts=everybody)
    assert refused.status_code == 422
    assert "持股" in text(refused)
    assert fresh(filing).state == State.ACCEPTED


def test_replacing_an_expert_who_stands_aside() -> None:
    case = make_case(experts=6)
    filing = drive(case, "in_review")
    mine = filing.panel.assignments.select_related("expert__user").first()
    assert mine is not None
    review.declare(actor=case_actor(case, mine.expert), filing=filing, conflict=True, note="曾任顾问")
    client, url = browse(case.officer), reverse("filings:desk_expert_add", args=[filing.pk])
    board = reverse("filings:desk_board", args=[filing.pk])
    assert "还缺 1 人" in text(client.get(board))
    assert client.post(url).status_code == 302
    assert filing.panel.assignments.count() == 6
    assert client.post(url).status_code == 422


def case_actor(case: Case, expert: Expert) -> Actor:
    from tests.makers.accounts import act

    return act(expert.user, case.bureau)


def test_names_of_experts_stay_with_officers(case: Case) -> None:
    filing = drive(case, "reviewed")
    url = reverse("filings:desk_board", args=[filing.pk])
    name = str(filing.panel.assignments.first().expert)
    assert name in text(browse(case.officer).get(url))
    for user in (make_user("auditor", case.bureau), case.district):
        for address in (url, case_url(filing), reverse("filings:desk_print", args=[filing.pk])):
            shown = text(browse(user).get(address))
            assert not any(str(e) in shown for e in case.experts), (user, address)
    assert "专家 1" in text(browse(make_user("auditor", case.bureau)).get(url))


def test_review_cannot_be_closed_before_all_have_scored(case: Case) -> None:
    filing = drive(case, "in_review")
    refused = do(browse(case.officer), filing, "close_review")
    assert refused.status_code == 422
    assert "尚未完成评分" in text(refused)


# --- proposal, second person, notice, issue --------------------------------------------------


@pytest.mark.parametrize("months", ["37", "0", "-1", "many", "", "1.5", "9" * 9])
def test_bad_months_are_refused_with_the_clause(case: Case, months: str) -> None:
    filing = drive(case, "reviewed")
    refused = do(browse(case.officer), filing, "propose", months=months, comment="拟同意备案")
    assert refused.status_code == 422
    assert "拟同意备案" in text(refused)
    if months == "37":
        assert "不得超过 36 个月" in text(refused)
        assert "备案制度2" in text(refused)
    assert not filing.decisions.exists()


def test_exception_is_granted_with_a_public_reason() -> None:
    case = make_case(enterprises=2)
    filing = start(case)
    invite_all(case, filing)
    confirm_all(case, filing)
    ask_waiver(case, filing, "elig_cons_min_enterprises")
    submission.submit(actor=case.actor("applicant"), filing=fresh(filing))
    filing = drive(case, "reviewed", filing=fresh(filing))
    client = browse(case.officer)
    assert "须由经办人写明理由同意例外" in text(client.get(act_url(filing, "propose")))
    assert do(client, filing, "propose", months="36").status_code == 422
    url = reverse("filings:desk_waiver", args=[filing.pk])
    assert client.post(url, {"condition": "elig_cons_min_enterprises", "reason": ""}).status_code == 422
    given = {"condition": "elig_cons_min_enterprises", "reason": "产业链较短，配套集中。", "back": "propose"}
    assert client.post(url, given)["Location"].endswith("/do/propose/")
    assert do(client, filing, "propose", months="36").status_code == 302
    assert "产业链较短" in text(browse(case.director).get(act_url(filing, "confirm")))
    hard = client.post(url, {"condition": "elig_cons_lead_is_enterprise", "reason": "x"})
    assert hard.status_code == 422


def test_who_proposed_cannot_decide(case: Case) -> None:
    filing = drive(case, "reviewed")
    director = browse(case.director)
    assert do(director, filing, "propose", months="24").status_code == 302
    refused = do(director, filing, "confirm")
    assert refused.status_code == 403
    assert "拟定人不能审定" in text(refused)
    assert director.get(act_url(filing, "confirm")).status_code == 403
    assert browse(case.officer).get(act_url(filing, "confirm")).status_code == 403


def test_sending_back_needs_a_reason_and_is_remembered(case: Case) -> None:
    filing = drive(case, "proposed")
    director = browse(case.director)
    assert do(director, filing, "send_back", comment="").status_code == 422
    assert do(director, filing, "send_back", comment="期限过长，请改").status_code == 302
    assert "期限过长，请改" in text(browse(case.officer).get(act_url(filing, "propose")))


def test_rejecting_shows_the_letter(case: Case) -> None:
    filing = drive(case, "proposed")
    director = browse(case.director)
    assert "不予备案决定书" in text(director.get(act_url(filing, "reject")))
    assert do(director, filing, "reject", comment="").status_code == 422
    assert do(director, filing, "reject", comment="任务与方向不符").status_code == 302
    assert fresh(filing).state == State.REJECTED


def test_objections_are_answered_once(case: Case) -> None:
    filing = drive(case, "on_notice")
    made = notice.object_to(
        actor=Actor.public(), notice_id=filing.notices.get().pk, name="某人", contact="0532", text="数据存疑"
    )
    client, url = browse(case.officer), reverse("filings:desk_objection", args=[filing.pk, made.pk])
    assert "数据存疑" in text(client.get(reverse("filings:desk_notice", args=[filing.pk])))
    refused = client.post(url, {"reply": "已核实写了一半"})
    assert refused.status_code == 422
    assert "已核实写了一半" in text(refused)
    assert client.post(url, {"outcome": "dismissed", "reply": "已核实"}).status_code == 302
    again = client.post(url, {"outcome": "upheld", "reply": "改主意"})
    assert again.status_code == 409
    assert do(client, filing, "close_notice").status_code == 422
    assert do(client, filing, "issue", document_date=clock.today().isoformat()).status_code == 422


@pytest.mark.parametrize("day", ["2036-01-01", "gestern", ""])
def test_bad_document_date(case: Case, frozen: Any, day: str) -> None:
    filing = drive(case, "on_notice")
    run_out_notice(filing, frozen)
    notice.close(actor=case.actor("officer"), filing=filing)
    refused = do(
        browse(case.officer), filing, "issue", document_date=day, document_number="青科备〔2026〕9号"
    )
    assert refused.status_code == 422
    assert "青科备〔2026〕9号" in text(refused)
    assert not Certificate.objects.exists()


def test_pages_that_do_not_exist_yet(case: Case) -> None:
    filing = drive(case, "in_examination")
    client = browse(case.officer)
    for name in ("desk_board", "desk_notice", "desk_result"):
        assert client.get(reverse(f"filings:{name}", args=[filing.pk])).status_code == 404
    assert client.get(act_url(filing, "issue")).status_code == 409


# --- expert pool -----------------------------------------------------------------------------


def test_pool_is_kept_by_officers(case: Case) -> None:
    client = browse(case.officer)
    assert str(case.experts[0]) in text(client.get(reverse("filings:experts")))
    assert "没有符合条件的专家" in text(client.get(reverse("filings:experts"), {"q": "不存在"}))
    for user in (case.applicant, make_user("auditor", case.bureau), case.experts[0].user):
        assert browse(user).get(reverse("filings:experts")).status_code == 403
    assert client.get(reverse("filings:expert", args=[10**6])).status_code == 404


def test_adding_an_expert(case: Case) -> None:
    client, url = browse(case.officer), reverse("filings:expert_new")
    unknown = client.post(url, {"username": "nobody-here", "title": "教授级高工"})
    assert unknown.status_code == 422
    assert "没有这个账号" in text(unknown)
    assert "教授级高工" in text(unknown)
    assert client.post(url, {"username": case.officer.username}).status_code == 422
    person = make_user("expert", case.bureau)
    wrong = client.post(url, {"username": person.username, "employer": "91370212MATT0000XX"})
    assert wrong.status_code == 422
    given = {
        "username": person.username,
        "employer": case.members[0].credit_code,
        "fields_text": "传感、芯片",
        "is_active": "on",
    }
    assert client.post(url, given).status_code == 302
    made = Expert.objects.get(user=person)
    assert (made.employer_id, made.fields, made.is_active) == (case.members[0].pk, ["传感", "芯片"], True)


def test_ties_are_added_and_ended(case: Case) -> None:
    expert, client = case.experts[0], browse(case.officer)
    url = reverse("filings:expert_tie", args=[expert.pk])
    for bad in (
        {"organisation": "91370212MATT0000XX", "kind": "paid"},
        {"organisation": case.lead.credit_code, "kind": "friend"},
        {"organisation": case.lead.credit_code, "kind": "paid", "since": "2026-02-01", "until": "2026-01-01"},
    ):
        assert client.post(url, bad).status_code == 422
    assert client.post(url, {"organisation": case.lead.credit_code, "kind": "paid"}).status_code == 302
    tie = expert.ties.get()
    end = reverse("filings:expert_tie_end", args=[expert.pk, tie.pk])
    assert client.post(end).status_code == 302
    assert client.post(end).status_code == 409
    other = reverse("filings:expert_tie_end", args=[case.experts[1].pk, tie.pk])
    assert client.post(other).status_code == 404


def test_recommendation_is_left_alone() -> None:
    """The district's page goes through the same service as the API."""
    case = make_case()
    filing = drive(case, "submitted")
    recommendation.recommend(actor=case.actor("district"), filing=filing)
    refused = do(browse(case.district), filing, "recommend")
    assert refused.status_code == 409
