"""A grade is recorded by one person and confirmed by another; then it counts, is public, and 不合格 opens a hearing."""

import datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse

from core import clock
from core.errors import Invalid, NotAllowed, NotNow
from filings.models import Cancellation, Rating
from filings.selectors import ratings as means
from filings.services import ratings
from tests.makers import after
from tests.makers.accounts import act, give_role
from tests.makers.desk import browse, text
from tests.makers.papers import pdf_bytes

pytestmark = pytest.mark.django_db
ROUND = "2026 年度绩效评价"


def record(case, entity, who="officer", **given):
    values = {"round": ROUND, "rated_on": clock.today(), "grade": "good"} | given
    return ratings.record_rating(actor=case.actor(who), entity=after.again(entity), **values)


def form(**given):
    return {"round": ROUND, "rated_on": clock.today().isoformat(), "grade": "good"} | given


def test_a_grade_counts_once_another_person_has_confirmed_it(frozen):
    case, entity = after.filed(frozen)
    made = record(case, entity, grade="excellent", word="A 类", score="92.5")
    assert made.score == Decimal("92.50") and not made.is_in_force and means.latest(entity) is None
    assert not entity.history.filter(kind="rated").exists()
    duty = entity.duties.get(kind="rating", standing="open")
    assert duty.first_person == case.officer
    with pytest.raises(NotAllowed):
        ratings.confirm(actor=case.actor("officer"), rating=made)
    ratings.confirm(actor=case.actor("director"), rating=made)
    assert means.has_priority(entity) and not means.on_hold(entity)
    assert entity.history.get(kind="rated").data["word"] == "A 类"
    assert not entity.duties.filter(kind="rating", standing="open").exists()
    with pytest.raises(NotNow):
        ratings.confirm(actor=case.actor("director"), rating=made)


def test_nobody_confirms_what_he_recorded_in_another_post(frozen):
    case, entity = after.filed(frozen)
    give_role(case.officer, "division_head", case.bureau)
    made = record(case, entity)
    with pytest.raises(Invalid) as refused:
        ratings.confirm(actor=act(case.officer, case.bureau), rating=made)
    assert [p.code for p in refused.value.problems] == ["two_people"]
    with pytest.raises(DatabaseError, match="rating_two_people"), transaction.atomic():
        Rating.objects.filter(pk=made.pk).update(confirmed_by=case.officer, confirmed_at=clock.now())


def test_a_failed_one_opens_a_case_and_ends_nothing(frozen):
    case, entity = after.filed(frozen)
    made = after.rate(case, entity, "fail")
    row = Cancellation.objects.get(entity=entity)
    assert (row.state, row.rating_id, row.opened_by) == ("opened", made.pk, None)
    assert "备案制度5" in row.clause and ROUND in row.reason
    assert after.again(entity).standing == "registered" and means.on_hold(entity)


def test_a_second_failure_opens_no_second_case(frozen):
    case, entity = after.filed(frozen)
    after.rate(case, entity, "fail")
    after.rate(case, entity, "fail", "2027 年度绩效评价")
    assert Cancellation.objects.filter(entity=entity).count() == 1


def test_a_correction_replaces_the_grade_and_keeps_both(frozen):
    case, entity = after.filed(frozen)
    wrong = after.rate(case, entity, "good")
    right = record(case, entity, grade="pass", corrects=wrong)
    assert right.round == f"{ROUND}（更正）"
    with pytest.raises(Invalid):
        record(case, entity, grade="pass", corrects=wrong)
    assert means.latest(entity) == wrong
    ratings.confirm(actor=case.actor("director"), rating=right)
    wrong.refresh_from_db()
    assert means.latest(entity) == right and wrong.superseded_by == right and not wrong.is_in_force
    with pytest.raises(NotNow):
        record(case, entity, grade="pass", corrects=wrong)


def test_a_refused_one_may_be_recorded_again(frozen):
    case, entity = after.filed(frozen)
    made = record(case, entity)
    with pytest.raises(Invalid):
        record(case, entity)
    with pytest.raises(Invalid):
        ratings.refuse(actor=case.actor("director"), rating=made, reason=" ")
    ratings.refuse(actor=case.actor("director"), rating=made, reason="得分有误。")
    assert record(case, entity).pk != made.pk


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"round": ""}, "round"),
        ({"round": "a\x00"}, "round"),
        ({"grade": "best"}, "grade"),
        ({"rated_on": "2026-02-30"}, "rated_on"),
        ({"rated_on": datetime.date(2099, 1, 1)}, "rated_on"),
        ({"rated_on": datetime.date(2020, 1, 1)}, "rated_on"),
        ({"score": "121"}, "score"),
        ({"score": "-1"}, "score"),
        ({"score": "NaN"}, "score"),
        ({"score": "九十"}, "score"),
    ],
)
def test_bad_input_is_named(frozen, wrong, field):
    case, entity = after.filed(frozen)
    with pytest.raises(Invalid) as refused:
        record(case, entity, **wrong)
    assert [p.field for p in refused.value.problems] == [field]


# --- pages ------------------------------------------------------------------------------------


def test_the_pages_record_confirm_and_say_the_consequence_first(frozen):
    case, entity = after.filed(frozen)
    new = reverse("filings:rating_new", args=[entity.code])
    page = text(browse(case.officer).get(new))
    assert "复核后可以酌情提高支持力度" in page and "复核后将启动取消备案程序" in page and "备案制度5" in page
    refused = browse(case.officer).post(new, form(round="", summary="结论仍在。"))
    assert refused.status_code == 422 and "结论仍在。" in text(refused)
    report = SimpleUploadedFile("评价报告.pdf", pdf_bytes("评价报告"), "application/pdf")
    given = form(grade="fail", score="52", summary="结论金丝雀", upload=report, form_key="r1")
    assert browse(case.officer).post(new, given).status_code == 302
    made = Rating.objects.get()
    one = reverse("filings:rating", args=[entity.code, made.pk])
    assert "须由另一人复核" in text(browse(case.officer).get(one))
    confirm = reverse("filings:rating_confirm", args=[entity.code, made.pk])
    assert browse(case.officer).get(confirm).status_code == 403
    assert browse(case.applicant).get(one).status_code == 404  # nobody outside knows of it yet
    sheet = text(browse(case.director).get(confirm))
    assert "启动取消备案程序" in sheet and "btn--danger-final" in sheet and "52.00" in sheet
    assert browse(case.director).post(confirm, {"form_key": "r2"}).status_code == 302
    page = text(browse(case.applicant).get(one))
    assert "结论金丝雀" in page and "52.00" in page and "评价报告.pdf" in page
    member = browse(case.member_users[0])
    page = text(member.get(one))
    assert "不合格" in page
    for word in ("结论金丝雀", "52.00", "评价报告.pdf"):
        assert word not in page
    download = browse(case.applicant).get(f"/files/{made.report_id}/")
    assert download.status_code == 200
    b"".join(download.streaming_content)
    assert member.get(f"/files/{made.report_id}/").status_code == 404


def test_a_report_that_is_no_pdf_is_refused_and_nothing_typed_is_lost(frozen):
    case, entity = after.filed(frozen)
    bad = SimpleUploadedFile("评价报告.pdf", b"MZ not a paper", "application/pdf")
    new = reverse("filings:rating_new", args=[entity.code])
    answer = browse(case.officer).post(new, form(upload=bad, by_whom="某评估中心"))
    assert answer.status_code == 422 and "某评估中心" in text(answer) and "请重新选择" in text(answer)
    assert not Rating.objects.exists()


def test_the_pages_refuse_and_correct(frozen):
    case, entity = after.filed(frozen)
    made = record(case, entity)
    refuse = reverse("filings:rating_refuse", args=[entity.code, made.pk])
    assert browse(case.director).post(refuse, {"reason": ""}).status_code == 422
    assert browse(case.director).post(refuse, {"reason": "得分有误。"}).status_code == 302
    assert browse(case.director).get(refuse).status_code == 409
    wrong = after.rate(case, entity, "good")
    correct = reverse("filings:rating_correct", args=[entity.code, wrong.pk])
    page = text(browse(case.officer).get(correct))
    assert ROUND in page and "更正评价结果" in page
    done = browse(case.officer).post(correct, form(round="别的轮次", grade="pass"))
    assert done.status_code == 302
    assert Rating.objects.get(grade="pass").round == f"{ROUND}（更正）"
    again = reverse("filings:rating_correct", args=[entity.code, made.pk])
    assert browse(case.officer).get(again).status_code == 409


def test_only_the_bureau_records(frozen):
    case, entity = after.filed(frozen)
    new = reverse("filings:rating_new", args=[entity.code])
    for user in (case.applicant, case.member_users[0], case.district):
        assert browse(user).get(new).status_code == 403
        assert browse(user).post(new, form()).status_code == 403
    assert not Rating.objects.exists()
