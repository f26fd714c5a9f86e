"""Letters: each act sends its own, numbered without gaps, stored once, read by those it is for."""

from __future__ import annotations

import datetime
import io
from typing import Any

import pypdf
import pytest
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from core import clock, files, jobs, pdf
from core.actor import Actor
from core.errors import Invalid
from core.models import AuditEntry, Job, NumberSeries
from filings.models import Cancellation, Certificate, Filing, IssuedDocument, PaperKind
from filings.permissions import may_read_paper
from filings.services import decision, examination, issue, letters, notice, recommendation
from filings.services.documents import render_document
from tests.core.threads import together
from tests.makers.accounts import act, make_bureau, make_organisation, make_user
from tests.makers.desk import act_url, browse, do, text
from tests.makers.filings import Case, correct, drive, fresh, make_case, run_out_notice, send_back, start

pytestmark = pytest.mark.django_db
K = PaperKind


@pytest.fixture
def case() -> Case:
    return make_case()


def sent(filing: Filing, kind: str) -> IssuedDocument:
    return filing.documents.get(kind=kind)


def words(paper: IssuedDocument) -> str:
    return "\n".join(paper.data["paragraphs"])


def kinds(filing: Filing) -> list[str]:
    return [k for k in filing.documents.values_list("kind", flat=True) if k not in ("receipt", "certificate")]


def printed(paper: IssuedDocument) -> str:
    """The text of the stored PDF, without the line breaks of the layout."""
    stored = render_document(paper.pk).stored
    assert stored is not None
    with files.open_checked(stored) as handle:
        found = pypdf.PdfReader(io.BytesIO(handle.read()))
    return "".join("".join(page.extract_text() for page in found.pages).split())


def traces() -> tuple[int, ...]:
    """Everything a letter would leave behind."""
    last = tuple(NumberSeries.objects.order_by("pk").values_list("last", flat=True))
    return (IssuedDocument.objects.count(), AuditEntry.objects.count(), Job.objects.count(), *last)


# --- each act its letter -----------------------------------------------------------------------


def test_the_straight_way_sends_correction_acceptance_and_decision(case: Case, frozen: Any) -> None:
    filing = drive(case, "in_correction", frozen)
    paper = sent(filing, K.CORRECTION)
    assert paper.number == f"青科创补〔{clock.today().year}〕1号"
    assert paper.data["to"] == case.lead.name
    assert "需补正2项" in words(paper)
    assert "1.“攻关任务与经费”的“" in words(paper)
    assert "请补充市场需求数据" in words(paper)
    due = clock.local(filing.due_at).date()
    assert f"{due.year}年{due.month}月{due.day}日前" in words(paper)
    filing = drive(case, "accepted", frozen, correct(case, filing))
    assert "予以受理" in words(sent(filing, K.ACCEPTANCE))
    assert filing.receipt_number in words(sent(filing, K.ACCEPTANCE))
    filing = drive(case, "filed", frozen, filing)
    paper = sent(filing, K.DECISION)
    made = filing.decisions.get()
    assert paper.number == made.document_number
    assert paper.data["title"] == "备案决定书"
    assert f"证书编号{filing.certificate.number}，" in words(paper)
    end = filing.certificate.valid_until
    assert f"至{end.year}年{end.month}月{end.day}日" in words(paper)
    assert kinds(filing) == ["correction", "acceptance", "decision"]


def test_a_district_signs_its_own_refusal(case: Case) -> None:
    filing = drive(case, "submitted")
    recommendation.not_recommend(actor=case.actor("district"), filing=filing, comment="不符合本区布局")
    paper = sent(filing, K.NOT_RECOMMENDED)
    assert kinds(filing) == ["not_recommended"]
    assert paper.number == f"崂山科创推〔{clock.today().year}〕1号"
    assert paper.data["office"] == case.district_bureau.name
    assert "不符合本区布局" in words(paper)


def test_refusals_carry_their_reason(case: Case) -> None:
    filing = drive(case, "in_examination")
    examination.not_accept(actor=case.actor("officer"), filing=filing, comment="材料不实\n且未盖章")
    paper = sent(filing, K.NOT_ACCEPTED)
    assert paper.data["paragraphs"][1:3] == ["理由：材料不实", "且未盖章"]


def test_a_refused_filing_is_told_by_whom_and_why(case: Case) -> None:
    filing = drive(case, "proposed")
    decision.reject(actor=case.actor("director"), filing=filing, comment="任务与已备案联合体重复")
    paper = sent(filing, K.REFUSAL)
    assert paper.data["title"] == "不予备案决定书"
    assert paper.data["office"] == case.bureau.name
    assert "任务与已备案联合体重复" in words(paper)
    assert kinds(filing) == ["acceptance", "refusal"]


# --- paper -------------------------------------------------------------------------------------


def test_the_paper_says_what_was_frozen_and_is_made_once(case: Case, monkeypatch: Any) -> None:
    filing = drive(case, "in_correction")
    drawn: list[dict[str, Any]] = []
    render = pdf.render
    monkeypatch.setattr(pdf, "render", lambda name, data: drawn.append(data) or render(name, data))
    jobs.run_pending()
    codes = {each["document"].kind: each for each in drawn}
    address = codes[K.CORRECTION]["verification_url"]
    assert codes[K.CORRECTION]["qr"] == pdf.qr_svg(address)
    assert address in render_to_string("filings/pdf/letter.html", codes[K.CORRECTION])
    assert codes[K.CORRECTION]["qr"] in render_to_string("filings/pdf/letter.html", codes[K.CORRECTION])
    paper = sent(filing, K.CORRECTION)
    first = paper.stored.sha256
    text_ = printed(paper)
    for said in (paper.number, case.lead.name, "请补充市场需求数据", paper.verification_code, "第1页，共1页"):
        assert "".join(said.split()) in text_
    case.lead.name = "改名后的单位"
    case.lead.save(update_fields=["name"])
    render_document(paper.pk)
    paper.refresh_from_db()
    assert paper.stored.sha256 == first
    assert "改名后的单位" not in printed(paper)


def test_hostile_words_stay_words(case: Case) -> None:
    evil = "{{理由}}<script>alert(1)</script>{% now %}"
    case.lead.name = f"{evil}公司"
    case.lead.save(update_fields=["name"])
    filing = drive(case, "in_examination")
    examination.not_accept(actor=case.actor("officer"), filing=filing, comment=f"{{{{申报单位}}}}{evil}")
    paper = sent(filing, K.NOT_ACCEPTED)
    assert paper.data["to"] == f"{evil}公司"
    assert f"理由：{{{{申报单位}}}}{evil}" in words(paper)
    text_ = printed(paper)
    assert "<script>alert(1)</script>" in text_
    assert "{{申报单位}}{{理由}}" in text_


# --- numbers -----------------------------------------------------------------------------------


def test_a_number_goes_back_when_the_act_fails(case: Case) -> None:
    filing = drive(case, "submitted")
    officer = case.actor("officer")

    def send() -> str:
        return letters.send(kind=K.ACCEPTANCE, actor=officer, filing=filing).number

    first = send()
    with pytest.raises(RuntimeError), transaction.atomic():
        send()
        raise RuntimeError
    second = send()
    year = clock.today().year
    assert [first, second] == [f"青科创受〔{year}〕{n}号" for n in (1, 2)]


def test_an_incomplete_letter_is_not_sent_and_takes_no_number(case: Case) -> None:
    filing = drive(case, "submitted")
    before = traces()
    with pytest.raises(Invalid, match="理由"), transaction.atomic():
        letters.send(kind=K.REFUSAL, actor=case.actor("officer"), filing=filing, extra={"reason": " "})
    assert traces() == before


def test_numbers_start_again_each_year_and_pass_over_one_given_by_hand(case: Case, frozen: Any) -> None:
    filing, officer = drive(case, "submitted"), case.actor("officer")
    letters.send(kind=K.ACCEPTANCE, actor=officer, filing=filing)
    frozen.at(datetime.datetime(2027, 1, 4, 10, tzinfo=clock.SHANGHAI))
    letters.send(kind=K.ACCEPTANCE, actor=officer, filing=filing, number="青科创受〔2027〕1号")
    paper = letters.send(kind=K.ACCEPTANCE, actor=officer, filing=filing)
    assert paper.number == "青科创受〔2027〕2号"
    with pytest.raises(Invalid, match="已用于另一件文书"):
        letters.send(kind=K.ACCEPTANCE, actor=officer, filing=filing, number=paper.number)


def test_a_document_number_serves_once(case: Case, frozen: Any) -> None:
    filing, officer = drive(case, "on_notice", frozen), case.actor("officer")
    year = clock.today().year
    for n in (1, 7):
        letters.send(kind=K.ACCEPTANCE, actor=officer, filing=filing, number=f"青科备〔{year}〕{n}号")
    run_out_notice(filing, frozen)
    notice.close(actor=officer, filing=filing)
    data = {"document_date": clock.today().isoformat(), "document_number": f"青科备〔{year}〕7号"}
    client = browse(case.officer)
    foretold = client.get(act_url(filing, "issue")).context["letter"]
    assert "证书编号（发出时确定），有效期自20" in foretold.paragraphs[1]
    refused = do(client, filing, "issue", **data)
    assert refused.status_code == 422
    assert "已用于另一件文书" in text(refused)
    assert f"青科备〔{year}〕7号" in text(refused)
    assert fresh(filing).entity is None
    issue.issue(actor=officer, filing=fresh(filing))
    paper = sent(filing, K.DECISION)
    assert paper.number == f"青科备〔{year}〕2号"
    number = Certificate.objects.get().number
    assert paper.data["paragraphs"] == [
        line.replace("（发出时确定）", number) for line in foretold.paragraphs
    ]
    assert Certificate.objects.get().number.endswith("-0001")


def test_two_bureaus_never_share_a_series(case: Case) -> None:
    later = make_bureau("370300")
    assert [letters.office_word(b) for b in (case.bureau, case.district_bureau, later)] == [
        "青",
        "崂山",
        "淄",
    ]
    later.jurisdiction.label = "青州市"
    later.jurisdiction.save(update_fields=["label"])
    assert [letters.office_word(b) for b in (case.bureau, later)] == ["青", "青州"]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap() -> None:
    made = make_case()
    filing, officer = drive(made, "submitted"), made.actor("officer")

    def one() -> str:
        return letters.send(kind=K.ACCEPTANCE, actor=officer, filing=filing).number

    numbers = together(*[one] * 6)
    year = clock.today().year
    assert sorted(numbers) == [f"青科创受〔{year}〕{n}号" for n in range(1, 7)]


# --- before sending ----------------------------------------------------------------------------


def test_looking_at_a_letter_leaves_no_trace_and_shows_what_is_sent(case: Case) -> None:
    filing = drive(case, "in_examination")
    client, url = browse(case.officer), act_url(filing, "return_for_correction")
    data = {"rows": "1", "item-0-target": "plan||", "item-0-message": "请补充分年度目标", "comment": ""}
    before = traces()
    page = client.post(url, data | {"preview": "1", "version": str(filing.version)})
    shown = page.context["letter"]
    assert "（发出时编号）" in text(page)
    paper = client.post(f"{url}letter.pdf", data)
    assert paper.headers["Content-Type"] == "application/pdf"
    said = "".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(paper.content)).pages)
    assert "预览，未编号" in said
    assert "请补充分年度目标" in "".join(said.split())
    assert traces() == before
    assert do(client, filing, "return_for_correction", **data).status_code == 302
    assert sent(filing, K.CORRECTION).data["paragraphs"] == list(shown.paragraphs)


def test_a_refusal_is_looked_at_with_the_words_typed(case: Case) -> None:
    filing = drive(case, "in_examination")
    client, url = browse(case.officer), act_url(filing, "not_accept")
    assert "（待填写）" in text(client.get(url))
    seen = client.post(url, {"comment": "材料不实", "preview": "1", "version": filing.version})
    assert seen.status_code == 200
    assert "理由：材料不实" in text(seen)
    assert fresh(filing).state == "in_examination"
    assert client.get(act_url(filing, "accept")).context["letter"].title == "受理通知书"
    assert client.get(f"{act_url(filing, 'start_examination')}letter.pdf").status_code == 409
    assert client.get(f"{act_url(filing, 'nothing')}letter.pdf").status_code == 404


def test_only_staff_of_the_case_look_at_its_letter(case: Case) -> None:
    filing = drive(case, "in_examination")
    url = f"{act_url(filing, 'not_accept')}letter.pdf"
    stranger = make_user("case_officer", make_bureau("370300"))
    assert browse(stranger).get(url).status_code == 404
    assert browse(case.applicant).get(url).status_code == 404
    assert browse(case.district).get(url).status_code == 403


# --- who reads ---------------------------------------------------------------------------------


def test_members_read_the_decision_but_not_what_was_asked_of_the_lead(case: Case, frozen: Any) -> None:
    filing = drive(case, "filed", frozen, correct(case, send_back(case, drive(case, "in_examination"))))
    readers = {
        "lead": case.actor("applicant"),
        "member": case.member(0),
        "officer": case.actor("officer"),
        "district": case.actor("district"),
        "expert": act(case.experts[0].user, case.bureau),
        "outsider": act(make_user("unit_admin", outsider := make_organisation()), outsider),
    }
    seen = {
        who: {p.kind for p in filing.documents.all() if may_read_paper(actor, p)}
        for who, actor in readers.items()
    }
    every = {"receipt", "correction", "acceptance", "decision", "certificate"}
    assert seen["lead"] == seen["officer"] == seen["district"] == every
    assert seen["member"] == {"acceptance", "decision", "certificate"}
    assert seen["expert"] == seen["outsider"] == set()
    jobs.run_pending()
    stored = sent(filing, K.CORRECTION).stored_id
    url = reverse("core:file", args=[stored])
    answers = [browse(who).get(url) for who in (case.applicant, case.member_users[0])]
    assert [answer.status_code for answer in answers] == [200, 404]
    for answer in answers:
        answer.close()


def test_verification_says_it_is_ours_and_nothing_more(case: Case, client: Any) -> None:
    filing = drive(case, "submitted")
    recommendation.not_recommend(actor=case.actor("district"), filing=filing, comment="不符合本区布局")
    paper = sent(filing, K.NOT_RECOMMENDED)
    page = text(client.get(reverse("portal:verify", args=[paper.verification_code])))
    assert "由本平台出具" in page
    assert paper.number in page
    assert case.district_bureau.name in page
    for secret in (filing.title, case.lead.name, "不符合本区布局"):
        assert secret not in page


# --- cancellation ------------------------------------------------------------------------------


def cancelled(case: Case, filing: Filing) -> Cancellation:
    """A cancellation as it stands when its notice is served."""
    return Cancellation.objects.create(
        entity=filing.entity,
        state="hearing",
        ground="failed_evaluation",
        clause="青科字〔2025〕5号",
        reason="评价得分52分，不合格。",
        opened_at=clock.now(),
        opened_by=case.officer,
        served_at=clock.now(),
        hearing_days=5,
        hearing_until=datetime.date(2026, 9, 21),
    )


def test_a_cancellation_sends_notice_decision_or_release(case: Case, frozen: Any, client: Any) -> None:
    filing = drive(case, "filed", frozen)
    officer, one = case.actor("officer"), cancelled(case, filing)
    told = letters.send(kind=K.HEARING, actor=officer, cancellation=one)
    assert "可在5个工作日内（至2026年9月21日止）" in words(told)
    assert "评价得分52分，不合格。" in words(told)
    assert "绩效评价不合格" in words(told)
    with pytest.raises(Invalid, match="理由"):
        letters.send(kind=K.NOT_CANCELLED, actor=officer, cancellation=one)
    one.decision, one.decided_on = "已按期整改。", datetime.date(2026, 9, 30)
    kept = letters.send(kind=K.NOT_CANCELLED, actor=Actor.system(), cancellation=one)
    assert "已按期整改。" in words(kept)
    one.weighed = "意见不成立。"
    ended = letters.send(kind=K.CANCELLATION, actor=officer, cancellation=one)
    assert "自2026年9月30日起取消" in words(ended)
    assert "意见不成立。" in words(ended)
    assert [p.number[3] for p in (told, kept, ended)] == ["听", "留", "取"]
    readers = (case.actor("applicant"), officer, case.actor("district"), case.member(0))
    assert [may_read_paper(actor, ended) for actor in readers] == [True, True, True, False]
    page = text(client.get(reverse("portal:verify", args=[ended.verification_code])))
    assert case.bureau.name in page
    assert "意见不成立" not in page
    jobs.run_pending()
    ended.refresh_from_db()
    answers = [
        browse(who).get(reverse("core:file", args=[ended.stored_id]))
        for who in (case.applicant, case.district, case.member_users[0])
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 404]
    for answer in answers:
        answer.close()


def test_a_draft_has_no_letter(case: Case) -> None:
    assert kinds(start(case)) == []
