"""The pages of a cancellation: what each side reads, and that no page leads past the hearing."""

import datetime
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.urls import reverse

from core import clock
from core.errors import PortalError
from core.workflow import Workflow
from filings.models import Cancellation
from filings.services import cancellation, membership, ratings
from tests.filings.test_cancellation import fresh, heard, proposed
from tests.filings.test_races import at_once
from tests.makers import after
from tests.makers.accounts import act, make_user
from tests.makers.desk import browse, text
from tests.makers.papers import pdf_bytes

pytestmark = pytest.mark.django_db
INNER = "内部拟办金丝雀"
WEIGHED = "采纳情况金丝雀"
FINAL = "审定意见金丝雀"


def url(row, name=""):
    return (
        reverse("filings:cancellation_act", args=[row.pk, name])
        if name
        else reverse("filings:cancellation", args=[row.pk])
    )


def post(user, row, name, **data):
    data.setdefault("version", fresh(row).version)
    return browse(user).post(url(row, name), data)


def said(response):
    """The sentences of a refusal, in its form or on its page."""
    return text(response)


def test_an_officer_opens_a_case_serves_it_and_the_unit_reads_it(frozen):
    case, entity = after.filed(frozen)
    membership.leave(actor=case.member(0), entity=entity, reason="战略调整")
    due = entity.duties.get(kind="rectify", standing="open").due_at
    new = reverse("filings:cancellation_new", args=[entity.code])
    page = browse(case.officer).get(new)
    assert "整改期限至" in text(page) and "目前没有生效的不合格评价结果" in text(page)
    given = {
        "ground": "condition_lost",
        "condition": "elig_cons_min_enterprises",
        "reason": "经核验不足三家。",
    }
    early = browse(case.officer).post(new, given)
    assert early.status_code == 422 and "尚未届满" in text(early) and "经核验不足三家。" in text(early)
    after.later(frozen, clock.local(due).date() + datetime.timedelta(days=1))
    assert browse(case.officer).post(new, given | {"reason": ""}).status_code == 422
    done = browse(case.officer).post(new, given)
    row = Cancellation.objects.get(entity=entity)
    assert done.status_code == 302 and done.url == url(row)
    lead = browse(case.applicant)
    assert lead.get(url(row)).status_code == 404  # nothing is known of it before it is served
    assert "取消备案" not in text(lead.get(reverse("filings:entity", args=[entity.code])))
    sheet = text(browse(case.officer).get(url(row, "serve")))
    assert "事先告知书" in sheet and "经核验不足三家。" in sheet and "5" in sheet
    assert post(case.officer, row, "serve").status_code == 302
    page = text(lead.get(url(row)))
    assert "经核验不足三家。" in page and "建设方向1" in page and "提交陈述申辩意见" in page
    assert "收到取消备案的事先告知书" in text(lead.get(reverse("filings:entity", args=[entity.code])))
    assert browse(case.officer).get(new).status_code == 409


def test_no_page_skips_the_hearing(frozen):
    case, entity = after.filed(frozen)
    row = after.serve(case, entity)
    page = text(browse(case.officer).get(url(row)))
    assert "现在不能办理" in page and "尚未届满" in page
    for user, name in ((case.officer, "close_hearing"), (case.director, "close_hearing")):
        answer = post(user, row, name, comment="结束。")
        assert answer.status_code == 422 and "尚未届满" in said(answer)
    for name in ("propose_cancellation", "confirm_cancellation", "return_proposal"):
        answer = post(case.director, row, name, comment="取消。", weighed="无。")
        assert answer.status_code == 409
    assert post(case.director, row, "cancel", comment="取消。").status_code == 404
    assert fresh(row).state == "hearing" and after.again(entity).standing == "registered"


def test_the_unit_never_reads_what_is_internal_before_the_decision(frozen):
    case, entity = after.filed(frozen)
    row = after.serve(case, entity)
    cancellation.state_views(actor=case.actor("applicant"), cancellation=row, text="单位意见金丝雀")
    after.hearing_ends(row, frozen)
    row = cancellation.close_hearing(actor=case.actor("officer"), cancellation=row, comment="会议记录金丝雀")
    cancellation.propose(actor=case.actor("officer"), cancellation=row, comment=INNER, weighed=WEIGHED)
    lead, staff = browse(case.applicant), browse(case.director)
    page = text(lead.get(url(row)))
    assert "单位意见金丝雀" in page and "审核决定中" in page
    for word in (INNER, WEIGHED, "会议记录金丝雀", "待审定", str(case.officer)):
        assert word not in page
    assert INNER in text(staff.get(url(row))) and WEIGHED in text(staff.get(url(row)))
    sheet = text(staff.get(url(row, "confirm_cancellation")))
    assert WEIGHED in sheet and "不能撤回" in sheet and "备案制度5" in sheet and "btn--danger-final" in sheet
    assert post(case.director, row, "confirm_cancellation", comment="").status_code == 422
    assert post(case.director, row, "confirm_cancellation", comment=FINAL).status_code == 302
    page = text(lead.get(url(row)))
    assert WEIGHED in page and "取消备案资格" in page
    assert INNER not in page and FINAL not in page
    member = browse(case.member_users[0])
    assert member.get(url(row)).status_code == 404
    assert "取消备案资格" in text(
        member.get(reverse("filings:entity", args=[entity.code]))
    )  # the public line


@pytest.mark.parametrize("who", ["member", "stranger", "other_bureau", "expert"])
def test_others_do_not_know_of_it(frozen, who):
    from tests.makers.accounts import make_bureau, make_organisation

    case, entity = after.filed(frozen)
    row = after.serve(case, entity)
    users = {
        "member": lambda: case.member_users[0],
        "stranger": lambda: make_user("unit_admin", make_organisation()),
        "other_bureau": lambda: make_user("case_officer", make_bureau("370300")),
        "expert": lambda: case.experts[0].user,
    }
    client = browse(users[who]())
    assert client.get(url(row)).status_code == 404
    assert client.get(url(row, "pause")).status_code == 404
    assert client.post(url(row), {"text": "意见"}).status_code == 404
    assert client.get(reverse("filings:cancellation_letter", args=[row.pk, "drop"])).status_code == 404


def test_the_unit_states_its_views_once_for_a_double_click_and_keeps_what_was_typed(frozen):
    case, entity = after.filed(frozen)
    row = after.serve(case, entity)
    lead = browse(case.applicant)
    refused = lead.post(url(row), {"text": "", "form_key": "k0"})
    assert refused.status_code == 422 and "请填写陈述申辩意见" in text(refused)
    bad = SimpleUploadedFile("坏.exe", b"MZ", "application/octet-stream")
    refused = lead.post(url(row), {"text": "我方意见如下。", "upload": bad, "form_key": "k1"})
    assert refused.status_code == 422 and "我方意见如下。" in text(refused)
    for _click in range(2):
        paper = SimpleUploadedFile("证据.pdf", pdf_bytes("证据"), "application/pdf")
        done = lead.post(url(row), {"text": "我方意见如下。", "upload": paper, "form_key": "k2"})
        assert done.status_code == 302
    assert row.statements.count() == 1
    page = text(lead.get(url(row)))
    assert "第 1 份" in page and "收到" in page and "证据.pdf" in page
    stored = row.statements.get().stored_id
    for client in (lead, browse(case.officer)):
        download = client.get(f"/files/{stored}/")
        assert download.status_code == 200
        b"".join(download.streaming_content)
    assert browse(case.member_users[0]).get(f"/files/{stored}/").status_code == 404
    filler = make_user("filler", case.lead)
    assert "由本单位的管理员或者签字人提交" in text(browse(filler).get(url(row)))
    assert browse(filler).post(url(row), {"text": "意见"}).status_code == 403
    after.hearing_ends(row, frozen)
    late = lead.post(url(row), {"text": "迟到的意见。", "form_key": "k3"})
    assert late.status_code == 409 and row.statements.count() == 1


def test_a_pause_is_told_in_words(frozen):
    case, entity = after.filed(frozen)
    row = after.serve(case, entity)
    assert post(case.officer, row, "pause", comment="").status_code == 422
    assert post(case.officer, row, "pause", comment="等待鉴定材料。").status_code == 302
    page = text(browse(case.applicant).get(url(row)))
    assert "暂停计时" in page and "恢复计时后还有 5 个工作日" in page and "等待鉴定材料。" in page
    assert post(case.officer, row, "resume", comment="").status_code == 302


def test_a_page_from_before_another_act_is_refused(frozen):
    case, entity = after.filed(frozen)
    row = heard(case, entity, frozen)
    given = {"comment": "拟取消。", "version": row.version - 1}
    answer = browse(case.officer).post(url(row, "propose_cancellation"), given)
    assert answer.status_code == 409 and "拟取消。" in text(answer)
    assert fresh(row).state == "heard"


def test_the_proposer_finds_no_way_to_confirm(frozen):
    case, entity = after.filed(frozen)
    row = heard(case, entity, frozen)
    cancellation.propose(actor=case.actor("director"), cancellation=row, comment="拟取消。")
    page = text(browse(case.director).get(url(row)))
    assert url(row, "confirm_cancellation") not in page
    answer = browse(case.director).get(url(row, "confirm_cancellation"))
    assert answer.status_code == 403 and "提出人和拟定人不能审定" in text(answer)
    assert post(case.director, row, "confirm_cancellation", comment="同意。").status_code == 403


def test_the_letters_are_seen_before_they_are_sent(frozen):
    case, entity = after.filed(frozen)
    row = proposed(case, entity, frozen)
    letter = reverse("filings:cancellation_letter", args=[row.pk, "drop"])
    preview = browse(case.director).post(url(row, "drop"), {"comment": "单位已完成整改。", "preview": "1"})
    assert preview.status_code == 200 and text(preview).count("单位已完成整改。") >= 2
    paper = browse(case.director).post(letter, {"comment": "单位已完成整改。"})
    assert paper["Content-Type"] == "application/pdf" and paper.content[:4] == b"%PDF"
    assert (
        browse(case.director)
        .get(reverse("filings:cancellation_letter", args=[row.pk, "return_proposal"]))
        .status_code
        == 404
    )
    assert fresh(row).state == "proposed" and not row.documents.exclude(kind="hearing").exists()
    assert post(case.director, row, "drop", comment="单位已完成整改。").status_code == 302
    assert "不予取消，备案继续有效" in text(browse(case.applicant).get(url(row)))


def test_a_corrected_rating_is_said_on_the_page(frozen, monkeypatch):
    case, entity = after.filed(frozen)
    row = proposed(case, entity, frozen)
    monkeypatch.setattr(
        ratings, "_follow", lambda *given: None
    )  # a case that did not end with the correction
    corrected = ratings.record_rating(
        actor=case.actor("officer"),
        entity=entity,
        round=row.rating.round,
        rated_on=clock.today(),
        grade="pass",
        corrects=row.rating,
    )
    ratings.confirm(actor=case.actor("director"), rating=corrected)
    page = text(browse(case.director).get(url(row)))
    assert "所依据的评价结果已经更正" in page
    answer = post(case.director, row, "confirm_cancellation", comment="同意。")
    assert answer.status_code == 422 and "没有生效的不合格评价结果" in text(answer)


# --- two heads at once ------------------------------------------------------------------------


def two_heads(frozen):
    case, entity = after.filed(frozen)
    row = proposed(case, entity, frozen)
    second = act(make_user("division_head", case.bureau), case.bureau)
    first = case.actor("director")
    return (
        entity,
        row,
        (
            lambda: cancellation.confirm(actor=first, cancellation=row, comment="同意。"),
            lambda: cancellation.drop(actor=second, cancellation=row, comment="不予取消。"),
        ),
    )


@pytest.mark.django_db(transaction=True)
def test_two_heads_at_once_one_wins(frozen):
    entity, row, calls = two_heads(frozen)
    outcome = at_once(*calls)
    refusals = [o for o in outcome if isinstance(o, PortalError)]
    assert len(refusals) == 1 and refusals[0].status == 409
    won = fresh(row).state
    assert (won, after.again(entity).standing) in {("confirmed", "cancelled"), ("dropped", "registered")}


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_nobody_is_told(frozen, monkeypatch):
    """The control: both get past the check; what is left then is the triggers' and constraints' refusal."""
    _entity, _row, calls = two_heads(frozen)
    barrier, checked = threading.Barrier(2), Workflow._check

    def check_then_wait(self, *args, **kwargs):
        checked(self, *args, **kwargs)
        barrier.wait(10)

    def caught(call):
        try:
            return call()
        except DatabaseError as error:
            return error

    monkeypatch.setattr(Workflow, "_locked", lambda self, obj: Cancellation.objects.get(pk=obj.pk))
    monkeypatch.setattr(Workflow, "_check", check_then_wait)
    outcome = at_once(*(lambda call=call: caught(call) for call in calls))
    assert not [o for o in outcome if isinstance(o, PortalError)]
