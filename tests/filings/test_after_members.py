"""A member's exit by its pages, what the lead does about a red lamp, and the list of both on the first page."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.idempotency import new_key
from filings.enums import Lamp
from filings.models import EntityMember
from filings.presentation.own_entities import overlaps
from filings.services import membership
from tests.makers import after
from tests.makers.accounts import make_organisation, make_user
from tests.makers.desk import browse, text
from tests.makers.duties import make_entity

pytestmark = pytest.mark.django_db

KEY = "elig_cons_min_enterprises"


def start_url(entity, action):
    return reverse("filings:entity_start", args=[entity.code, action])


def leave_url(entity):
    return reverse("filings:entity_leave", args=[entity.code])


def waiver_url(entity, condition=KEY):
    return reverse("filings:entity_waiver", args=[entity.code, condition])


def url(name, filing, *more):
    return reverse(f"filings:{name}", args=[filing.pk, *more])


@pytest.fixture
def filed(frozen):
    return after.filed(frozen)


def lead_of(case):
    return browse(case.applicant)


# --- leaving --------------------------------------------------------------------------------


def test_a_member_sees_the_effect_before_it_leaves(filed):
    case, entity = filed
    client = browse(case.member_users[0])
    page = text(client.get(leave_url(entity)))
    assert "将不符合以下条件" in page and "产业链上下游企业" in page and 'class="law"' in page
    data = {"reason": "战略调整", "on": clock.today().isoformat(), "handover": "移交牵头单位"}
    asked = client.post(leave_url(entity), data | {"check": "1"})
    assert asked.status_code == 200 and "confirm--danger" in text(asked) and "战略调整" in text(asked)
    assert entity.members.filter(until=None).count() == 6
    key = new_key()
    done = client.post(leave_url(entity), data | {"leave": "1", "form_key": key})
    assert done.url == reverse("filings:home")
    again = client.post(leave_url(entity), data | {"leave": "1", "form_key": key})
    assert again.headers["Location"] == done.url
    entity = after.again(entity)
    assert entity.lamp == Lamp.RED
    assert entity.members.get(organisation=case.members[0]).left_reason == "战略调整"
    assert "不再是" in text(client.get(reverse("filings:home")))
    assert client.get(leave_url(entity)).status_code == 404


def test_a_later_day_keeps_the_page_and_says_so(filed):
    case, entity = filed
    client = browse(case.member_users[4])
    day = clock.today() + datetime.timedelta(days=30)
    data = {"reason": "人员调整", "on": day.isoformat(), "leave": "1", "form_key": new_key()}
    assert client.post(leave_url(entity), data).status_code == 302
    page = text(client.get(leave_url(entity)))
    assert "已经办理退出" in page
    assert client.post(leave_url(entity), data | {"form_key": new_key()}).status_code in (409, 422)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"on": "2026-03-09"},
        {"on": "2027-12-31"},
        {"on": "明天"},
        {"reason": "长" * 2001},
        {"reason": "a\x00b"},
        {"handover": "长" * 2001},
    ],
)
def test_what_is_wrong_with_an_exit_is_said_and_nothing_is_lost(filed, wrong):
    case, entity = filed
    client = browse(case.member_users[0])
    data = {"reason": "战略调整", "on": clock.today().isoformat(), "handover": "移交安排若干"} | wrong
    for step in ("check", "leave"):
        refused = client.post(leave_url(entity), data | {step: "1", "form_key": new_key()})
        assert refused.status_code == 422
    if "handover" not in wrong:
        assert "移交安排若干" in text(refused)
    assert entity.members.filter(until=None).count() == 6


def test_a_filler_and_a_lead_read_why_they_cannot(filed):
    case, entity = filed
    filler = browse(make_user("filler", case.members[0]))
    page = text(filler.get(leave_url(entity)))
    assert "由本单位的管理员或签字人办理" in page and "下一步" not in page
    for step in ("check", "leave"):
        assert filler.post(leave_url(entity), {"reason": "x", step: "1"}).status_code == 403
    page = text(lead_of(case).get(leave_url(entity)))
    assert "牵头单位不能直接退出" in page and start_url(entity, "change") in page


# --- rectification --------------------------------------------------------------------------


def test_a_red_lamp_shows_the_lead_what_is_unmet_by_when_and_two_ways(filed):
    case, entity = filed
    membership.leave(actor=case.member(0), entity=entity, reason="战略调整")
    client = lead_of(case)
    page = text(client.get(reverse("filings:home")))
    for words in ("目前不符合以下条件", "前整改", "办理变更，邀请新成员", waiver_url(entity)):
        assert words in page
    assert "申请例外的理由" in text(client.get(waiver_url(entity)))
    assert client.post(waiver_url(entity), {"reason": " "}).status_code == 422
    asked = client.post(waiver_url(entity), {"reason": "正在洽谈新的企业。", "form_key": new_key()})
    assert asked.status_code == 302
    page = text(client.get(waiver_url(entity)))
    assert "例外已申请，待审查" in page and "正在洽谈新的企业。" in page
    assert "例外已申请，待审查" in text(client.get(reverse("filings:home")))


def test_an_exception_is_asked_only_where_it_can_be(filed):
    case, entity = filed
    client = lead_of(case)
    assert "不需要申请" in text(client.get(waiver_url(entity)))
    assert client.post(waiver_url(entity), {"reason": "x", "form_key": new_key()}).status_code == 409
    for odd in ("nothing", "elig_cons_mechanisms"):
        assert client.get(waiver_url(entity, odd)).status_code == 404
    filler = browse(make_user("filler", case.lead))
    membership.leave(actor=case.member(0), entity=entity, reason="战略调整")
    assert "管理员或签字人" in text(filler.get(waiver_url(entity)))
    assert filler.post(waiver_url(entity), {"reason": "x"}).status_code == 403


# --- home -----------------------------------------------------------------------------------


def test_home_lists_what_a_unit_leads_and_where_it_belongs(filed):
    case, entity = filed
    page = text(lead_of(case).get(reverse("filings:home")))
    for words in ("我的登记主体", entity.name, entity.code, "符合条件", "重新备案", "暂无待报年度"):
        assert words in page
    assert start_url(entity, "change") in page and leave_url(entity) not in page
    page = text(browse(case.member_users[0]).get(reverse("filings:home")))
    assert leave_url(entity) in page and start_url(entity, "change") not in page
    draft = after.start(case, entity, "change")
    page = text(lead_of(case).get(reverse("filings:home")))
    assert "继续办理变更" in page and url("open", draft) in page


def test_the_home_page_costs_the_same_with_many_entities(db):
    unit = make_organisation()
    client = browse(make_user("unit_admin", unit))

    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(reverse("filings:home")).status_code == 200
        return len(seen)

    def belongs(entity, role):
        EntityMember.objects.create(entity=entity, organisation=unit, role=role, since=entity.valid_from)

    belongs(make_entity(unit), "lead")
    belongs(make_entity(), "academic")
    cost()
    one = cost()
    for _number in range(12):
        belongs(make_entity(unit), "lead")
        belongs(make_entity(), "academic")
    assert cost() == one


def test_a_unit_in_several_is_warned():
    card = {"kind": "创新联合体", "status": "valid"}
    assert overlaps([card]) == overlaps([card, card | {"status": "expired"}]) == []
    assert overlaps([card, card])[0].startswith("贵单位同时参加 2 个创新联合体")
