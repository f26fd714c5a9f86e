"""What anybody reads of an entity: history, grades, exceptions, its end; and nothing of what is internal."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from filings.models import Certificate, EntityLink, Notice
from filings.services import cancellation, entity_waivers, membership, ratings
from tests.filings.test_cancellation import proposed
from tests.makers import after, register
from tests.makers.desk import text
from tests.makers.duties import make_entity

pytestmark = pytest.mark.django_db
KEY = "elig_cons_min_enterprises"


def page(entity, on=None):
    query = f"?on={on.isoformat()}" if on else ""
    answer = Client().get(reverse("portal:entity", args=[entity.code]) + query)
    assert answer.status_code == 200
    return text(answer)


def test_the_history_line_and_members_are_those_of_the_day(frozen):
    case, entity = after.filed(frozen)
    gone = case.members[0].name
    day = clock.today() + datetime.timedelta(days=20)
    membership.leave(actor=case.member(0), entity=entity, reason="退出原因金丝雀", on=day)
    today = page(entity)
    assert "备案登记" in today and gone in today and "成员退出" not in today
    later = page(entity, day)
    assert "成员退出" in later and f"“{gone}”退出" in later
    assert later.count(gone) == 1  # in the line alone, no more among the members
    assert "退出原因金丝雀" not in later
    assert "该日尚未登记入册" in page(entity, entity.valid_from - datetime.timedelta(days=1))
    assert "备案到期" in page(entity, entity.valid_until + datetime.timedelta(days=1))


def test_exceptions_are_public_once_two_people_agreed(frozen):
    case, entity = after.filed(frozen)
    membership.leave(actor=case.member(0), entity=entity, reason="战略调整")
    entity_waivers.ask(actor=case.actor("applicant"), entity=entity, condition=KEY, reason="申请理由金丝雀")
    entity_waivers.grant(actor=case.actor("officer"), entity=entity, condition=KEY, reason="公开理由金丝雀")
    assert "公开理由金丝雀" not in page(entity)
    entity_waivers.confirm(actor=case.actor("director"), entity=entity, condition=KEY)
    shown = page(entity)
    assert "公开理由金丝雀" in shown and "申请理由金丝雀" not in shown
    entity_waivers.end(actor=case.actor("director"), entity=entity, condition=KEY, reason="结束理由金丝雀")
    assert "结束理由金丝雀" not in page(entity) and "例外说明" not in page(entity)


def test_grades_are_public_without_their_score(frozen):
    case, entity = after.filed(frozen)
    made = ratings.record_rating(
        actor=case.actor("officer"),
        entity=entity,
        round="2026 年度绩效评价",
        rated_on=clock.today(),
        grade="good",
        score="77.77",
        summary="结论金丝雀",
    )
    assert "绩效评价" not in page(entity)
    ratings.confirm(actor=case.actor("director"), rating=made)
    known = clock.today()
    shown = page(entity)
    assert "2026 年度绩效评价" in shown and "良好" in shown
    assert "77.77" not in shown and "结论金丝雀" not in shown
    after.later(frozen, known + datetime.timedelta(days=3))
    made.refresh_from_db()
    again = ratings.record_rating(
        actor=case.actor("officer"),
        entity=entity,
        round=made.round,
        rated_on=known,
        grade="pass",
        corrects=made,
    )
    ratings.confirm(actor=case.actor("director"), rating=again)
    body = Client().get(f"/api/v1/public/register/{entity.code}/").json()
    assert [(r["grade"], r["round"]) for r in body["ratings"]] == [("pass", "2026 年度绩效评价（更正）")]
    then = Client().get(f"/api/v1/public/register/{entity.code}/?on={known}").json()
    assert [r["grade"] for r in then["ratings"]] == ["good"]


def test_a_cancelled_one_says_since_when_and_why_and_nothing_of_the_hearing(frozen):
    case, entity = after.filed(frozen)
    row = after.serve(case, entity)
    cancellation.state_views(actor=case.actor("applicant"), cancellation=row, text="单位意见金丝雀")
    after.hearing_ends(row, frozen)
    row = cancellation.close_hearing(actor=case.actor("officer"), cancellation=row)
    assert "取消" not in page(entity)  # nothing of a case that is open
    row = cancellation.propose(
        actor=case.actor("officer"), cancellation=row, comment="拟办金丝雀", weighed="采纳金丝雀"
    )
    before = clock.today() - datetime.timedelta(days=1)
    cancellation.confirm(actor=case.actor("director"), cancellation=row, comment="审定金丝雀")
    shown = page(entity)
    assert "已取消" in shown and "绩效评价不合格" in shown and "取消备案资格" in shown and "公告" in shown
    assert "金丝雀" not in shown
    was = page(entity, before)
    assert "终止原因" not in was and "有效" in was
    told = Notice.objects.get(cancellation=row)
    listed = text(Client().get(reverse("portal:notices")))
    assert told.title in listed and "公告，" in listed
    notice = text(Client().get(reverse("portal:notice", args=[told.pk])))
    assert "公告内容" in notice and "绩效评价不合格" in notice and "提出异议" not in notice
    assert "金丝雀" not in notice and entity.code in notice
    assert text(Client().get("/")).count(told.title) == 1
    refused = Client().post(
        reverse("portal:notice", args=[told.pk]), {"name": "某人", "contact": "1", "text": "异议"}
    )
    assert refused.status_code in (409, 422) and not told.objections.exists()


def test_an_announcement_in_the_api_says_what_it_is(frozen):
    case, entity = after.filed(frozen)
    row = proposed(case, entity, frozen)
    cancellation.confirm(actor=case.actor("director"), cancellation=row, comment="同意。")
    rows = Client().get("/api/v1/public/notices/").json()["results"]
    assert [r["is_announcement"] for r in rows] == [True, False]
    body = Client().get(f"/api/v1/public/register/{entity.code}/").json()
    assert body["ended_on"] == clock.today().isoformat() and body["status"] == "cancelled"
    assert [line["kind"] for line in body["history"]] == ["registered", "rated", "cancelled"]


def test_a_merged_one_names_its_successor_and_the_successor_its_predecessor(frozen):
    gone = make_entity(standing="merged", ended_on=clock.today(), end_reason="并入")
    heir = make_entity()
    EntityLink.objects.create(kind="predecessor", source=heir, target=gone, since=clock.today())
    assert heir.name in page(gone) and "并入后主体" in page(gone) and "已并入" in page(gone)
    assert gone.name in page(heir) and "前身" in page(heir)
    yesterday = clock.today() - datetime.timedelta(days=1)
    assert heir.name not in page(gone, yesterday)
    found = text(Client().get(reverse("portal:register") + "?status=merged"))
    assert gone.name in found and heir.name not in found


def test_papers_and_members_are_called_as_the_programme_calls_them(frozen):
    _case, consortium = after.filed(frozen)
    shown = page(consortium)
    assert "备案文件" in shown and "认定文件" not in shown
    incubator = register.make_entity("incubator")
    Certificate.objects.update(entity=incubator)
    shown = page(incubator)
    assert "认定文件" in shown and "备案文件" not in shown
