"""One page with everything about an entity, each role seeing its part; the list of entities; what both cost."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from filings.enums import DutyKind
from filings.models import Duty, Entity, EntityMember, Filing
from filings.permissions import may_read_paper
from filings.selectors import entity_list, entity_page
from filings.selectors.entities import looked_after_by
from filings.services import cancellation, entity_waivers, membership, ratings, visits
from tests.makers import after
from tests.makers.accounts import act, make_bureau, make_organisation, make_user
from tests.makers.desk import browse, text
from tests.makers.duties import make_entity

pytestmark = pytest.mark.django_db
KEY = "elig_cons_min_enterprises"
PUBLIC = ("成员单位", "申报件", "证书和文书", "评价结果", "沿革", "走访", "困难诉求")
# word -> who reads it: s staff, l lead, m member
CANARIES = {
    "退出原因金丝雀": "sl",
    "申请理由金丝雀": "sl",
    "公开理由金丝雀": "slm",
    "待复核结论金丝雀": "s",
    "评价结论金丝雀": "sl",
    "88.25": "sl",
    "走访所见金丝雀": "",  # on the visit's own page, for staff
    "取消事由金丝雀": "",
    "绩效评价不合格": "sl",
}


def url(entity, name="entity"):
    return reverse(f"filings:{name}", args=[entity.code])


def page(user, entity, query=""):
    return browse(user).get(url(entity) + query)


def eventful(frozen):
    """A member has left, an exception holds, one rating counts and one waits, a visit was held, a hearing runs."""
    case, entity = after.filed(frozen)
    officer, director, lead = case.actor("officer"), case.actor("director"), case.actor("applicant")
    membership.leave(actor=case.member(0), entity=entity, reason="退出原因金丝雀")
    entity_waivers.ask(actor=lead, entity=entity, condition=KEY, reason="申请理由金丝雀")
    entity_waivers.grant(actor=officer, entity=entity, condition=KEY, reason="公开理由金丝雀")
    entity_waivers.confirm(actor=director, entity=entity, condition=KEY)
    given = {"entity": entity, "rated_on": clock.today(), "actor": officer}
    failed = ratings.record_rating(
        round="第一轮", grade="fail", score="88.25", summary="评价结论金丝雀", **given
    )
    ratings.confirm(actor=director, rating=failed)
    ratings.record_rating(round="第二轮待复核结论金丝雀", grade="good", **given)
    row = entity.cancellations.get()
    cancellation.serve(actor=officer, cancellation=row)
    visits.hold(
        actor=officer,
        entity=entity,
        held_on=clock.today(),
        kind="on_site",
        visitor=case.officer,
        purpose="了解进展",
        findings="走访所见金丝雀",
    )
    return case, after.again(entity)


def test_each_role_reads_its_part(frozen):
    case, entity = eventful(frozen)
    finance = make_user("finance", case.bureau)
    auditor = make_user("auditor", case.bureau)
    readers = {
        "s": [case.officer, case.director, case.district, finance, auditor],
        "l": [case.applicant],
        "m": [case.member_users[1]],
    }
    for role, users in readers.items():
        for user in users:
            for name in ("entity", "entity_print"):
                answer = browse(user).get(url(entity, name))
                assert answer.status_code == 200
                shown = text(answer)
                for word in PUBLIC:
                    assert word in shown, (role, word)
                for word, who in CANARIES.items():
                    assert (word in shown) == (role in who), (role, str(user), name, word)


def test_strangers_and_former_members_do_not_see_it(frozen):
    case, entity = eventful(frozen)
    strangers = [
        case.member_users[0],  # has left
        make_user("unit_admin", make_organisation()),
        make_user("case_officer", make_bureau("370300")),
        case.experts[0].user,
    ]
    for user in strangers:
        for name in ("entity", "entity_print", "rating_new", "cancellation_new"):
            assert browse(user).get(url(entity, name)).status_code == 404, (str(user), name)
    assert browse(case.officer).get(reverse("filings:entity", args=["QD-LH-9999-9999"])).status_code == 404
    from django.test import Client

    assert Client().get(url(entity)).status_code == 302  # to the login


def test_a_member_keeps_the_page_until_its_exit_takes_effect(frozen):
    case, entity = after.filed(frozen)
    day = clock.today() + datetime.timedelta(days=10)
    membership.leave(actor=case.member(0), entity=entity, reason="战略调整", on=day)
    shown = page(case.member_users[0], entity)
    assert shown.status_code == 200 and "将退出" in text(shown)
    after.later(frozen, day)
    assert page(case.member_users[0], entity).status_code == 404


def test_members_as_of_a_day(frozen):
    case, entity = after.filed(frozen)
    started = clock.today()
    after.later(frozen, started + datetime.timedelta(days=30))
    membership.leave(actor=case.member(0), entity=entity, reason="战略调整")
    assert text(page(case.officer, entity)).count("已退出") == 1
    assert "已退出" not in text(page(case.officer, entity, f"?on={started}"))
    before = started - datetime.timedelta(days=1)
    assert "该日尚未登记入册" in text(page(case.officer, entity, f"?on={before}"))
    wrong = page(case.officer, entity, "?on=2026-02-30")
    assert wrong.status_code == 200 and "已按今天显示" in text(wrong)


def test_papers_are_those_that_may_be_downloaded(frozen):
    case, entity = eventful(frozen)
    actors = [case.actor(who) for who in ("officer", "director", "district", "applicant")]
    actors += [case.member(1), case.member(4), act(make_user("finance", case.bureau), case.bureau)]
    everything = list(entity.filings.first().documents.all()) + list(
        entity.cancellations.get().documents.all()
    )
    assert {p.kind for p in everything} >= {"receipt", "acceptance", "decision", "certificate", "hearing"}
    for actor in actors:
        listed = set(entity_page.papers(entity_page.Sight(actor, entity)))
        assert listed == {paper for paper in everything if may_read_paper(actor, paper)}


def test_what_comes_next_depends_on_who_asks(frozen):
    case, entity = after.filed(frozen)
    lead = text(page(case.applicant, entity))
    assert "变更" in lead and "自 " in lead and "现在不能办理" in lead  # the renewal, with the day it opens
    assert "启动取消备案程序" not in lead and "登记评价结果" not in lead
    member = text(page(case.member_users[0], entity))
    assert "退出联合体" in member and "启动取消备案程序" not in member
    officer = text(page(case.officer, entity))
    assert "启动取消备案程序" in officer and "登记评价结果" in officer and "指定联系人" not in officer
    assert "指定联系人" in text(page(case.director, entity))
    assert "启动取消备案程序" not in text(page(case.district, entity))


def test_exceptions_are_handled_by_two_people_on_their_pages(frozen):
    case, entity = after.filed(frozen)
    membership.leave(actor=case.member(0), entity=entity, reason="战略调整")
    entity_waivers.ask(actor=case.actor("applicant"), entity=entity, condition=KEY, reason="正在洽谈。")
    one = reverse("filings:entity_exception", args=[entity.code, KEY])

    def do(user, name, **data):
        return browse(user).post(reverse("filings:entity_exception_act", args=[entity.code, KEY, name]), data)

    assert one in text(page(case.officer, entity)) and "正在洽谈。" in text(browse(case.officer).get(one))
    assert browse(case.applicant).get(one).status_code == 404
    assert do(case.applicant, "grant", reason="同意").status_code == 404
    assert do(case.officer, "grant", reason="").status_code == 422
    assert do(case.officer, "confirm").status_code == 403
    assert do(case.director, "confirm").status_code == 409
    assert do(case.director, "grant", reason="同意例外半年。").status_code == 302
    assert "须由另一人复核" in text(browse(case.director).get(one))
    assert do(case.director, "confirm").status_code == 422
    assert do(case.officer, "grant", reason="同意例外半年。").status_code == 302
    assert do(case.director, "confirm").status_code == 302
    assert after.again(entity).lamp == "green"
    assert do(case.officer, "end", reason="期满").status_code == 403
    assert do(case.director, "end", reason="期满").status_code == 302
    assert after.again(entity).lamp == "red" and browse(case.officer).get(one).status_code == 404


# --- the list ---------------------------------------------------------------------------------


def names(user, query=""):
    answer = browse(user).get(reverse("filings:entities") + query)
    assert answer.status_code == 200
    return [line["entity"].name for line in answer.context["lines"]]


def test_the_list_shows_each_where_it_belongs(frozen):
    case, entity = after.filed(frozen)
    ended = make_entity(name="已退出的", standing="exited", ended_on=clock.today(), end_reason="退出")
    past = clock.today() - datetime.timedelta(days=30)
    red = make_entity(name="亮红灯的", lamp="red", officer=case.officer, valid_until=past)
    assert names(case.officer) == [entity.name]
    assert set(names(case.officer, "?tab=expired")) == {red.name}
    assert names(case.officer, "?tab=unmet") == [red.name]
    assert names(case.officer, "?tab=ended") == [ended.name]
    assert names(case.officer, "?tab=cancelling") == [] and names(case.officer, "?tab=expiring") == []
    after.rate(case, entity, "fail")
    assert names(case.officer, "?tab=cancelling") == [entity.name]
    after.later(frozen, entity.valid_until - datetime.timedelta(days=89))
    assert names(case.officer, "?tab=expiring") == [entity.name]
    assert names(case.officer, f"?tab=unmet&officer={case.officer.pk}") == [red.name]
    assert names(case.officer, "?tab=unmet&officer=none") == []
    assert names(case.officer, "?q=智能传感") == [entity.name]
    assert names(case.officer, "?q=智能传感&industry=qd_ai&district=370212") == [entity.name]
    odd = browse(case.officer).get(reverse("filings:entities") + "?tab=x&industry=y&page=99")
    assert odd.status_code == 200


def test_units_see_their_own_and_others_nothing(frozen):
    case, entity = after.filed(frozen)
    make_entity()
    assert names(case.applicant) == names(case.member_users[0]) == [entity.name]
    assert names(make_user("unit_admin", make_organisation())) == []
    assert names(make_user("case_officer", make_bureau("370300"))) == []
    assert browse(case.experts[0].user).get(reverse("filings:entities")).status_code == 403


def test_the_tabs_agree_with_the_status_of_each(frozen):
    case, _entity = after.filed(frozen)
    make_entity(standing="merged", ended_on=clock.today(), end_reason="x")
    make_entity(valid_from=clock.today() + datetime.timedelta(days=5))
    rows = looked_after_by(case.actor("officer"))
    for day in (clock.today(), clock.today() + datetime.timedelta(days=900)):
        for status in ("valid", "upcoming", "expired", "merged", "exited", "cancelled"):
            told = {e.pk for e in rows if e.status_on(day) == status}
            assert set(rows.filter(entity_list.with_status(status, day)).values_list("pk", flat=True)) == told


# --- what it costs ----------------------------------------------------------------------------


def cost(user, address):
    client = browse(user)
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    return len(seen)


def crowd(entity, case, count):
    """So many more members, filings and duties."""
    for number in range(count):
        unit = make_organisation(district="370214")
        EntityMember.objects.create(
            entity=entity, organisation=unit, role="other_member", since=entity.valid_from
        )
        Duty.objects.create(
            scope=f"made:{number}", key="made", kind=DutyKind.VISIT, title=f"任务{number}", entity=entity,
            organisation=entity.authority, opens_on=clock.today(), due_at=clock.now(), created_at=clock.now(),
        )  # fmt: skip
        Filing.objects.create(
            programme="consortium", action="annual_report", state="submitted",
            applicant=entity.lead, authority=entity.authority, district=entity.district, entity=entity, created_at=clock.now(),
            created_by=case.applicant, submitted_at=clock.now(),
            receipt_number=f"QD-SL-2026-9{number:03d}", period=str(2001 + number),
        )  # fmt: skip


def test_the_page_costs_the_same_for_1_and_25_rows(frozen):
    case, entity = after.filed(frozen)
    users = (case.officer, case.applicant, case.member_users[0])
    few = [cost(user, url(entity)) for user in users]
    crowd(entity, case, 25)
    assert [cost(user, url(entity)) for user in users] == few
    assert max(few) < 80


def test_the_list_costs_the_same_for_1_and_25_rows(frozen):
    case, _entity = after.filed(frozen)
    address = reverse("filings:entities")
    make_entity()
    few = cost(case.officer, address)
    for _number in range(25):
        make_entity()
    assert cost(case.officer, address) == few
    assert Entity.objects.count() == 27
