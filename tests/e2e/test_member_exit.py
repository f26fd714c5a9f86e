"""A member leaves a consortium on the register: the lamp turns red at once, and an exception or a new member turns it green."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from core import clock, files
from filings.enums import Lamp, State
from filings.models import Entity, Filing
from tests.e2e.browsing import Person
from tests.e2e.papers import address_of
from tests.e2e.years import (
    ENTERPRISES,
    GUIDELINE,
    DemoClock,
    Office,
    People,
    begin,
    day_cn,
    hand_in,
    lamp,
    on_register,
    public_page,
    section,
    sign,
    status_on,
)
from tests.makers import after
from tests.makers import filings as make
from tests.makers.accounts import make_organisation, make_user

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

EXCEPTION = "正在洽谈新的企业，三个月内补足。"
GRANTED = "该领域本市企业少，同意例外半年。"


def leave(me: Person, cast: make.Case, entity: Entity) -> None:
    """From its home to the last question; nothing happens before that is answered."""
    me.go("filings:home").says(entity.name).go("filings:entity", entity.code)
    me.follow("退出联合体", exact=False).says("将不符合以下条件", GUIDELINE, "退出不需要他人同意")
    me.press("下一步：核对影响").says("请写明退出原因")
    me.fill({"reason": "本单位战略调整。", "handover": "设备移交牵头单位。"}).press("下一步：核对影响")
    me.says("不再是", "本单位战略调整。", GUIDELINE).look("asked")
    assert after.again(entity).lamp == Lamp.GREEN
    me.press("确认退出").says("起不再是", entity.name)
    assert after.again(entity).lamp == Lamp.RED
    me.go("filings:entity_leave", entity.code)
    assert me.status == 404


def owes(lead: Person, entity: Entity) -> datetime.date:
    """What the lead finds without being told where: the lamp, the condition, the duty, its day."""
    lamp(lead, "不符合条件", entity).says("目前不符合备案条件", GUIDELINE, "2 家")
    due = clock.local(entity.duties.get(kind="rectify", standing="open").due_at).date()
    assert due > clock.today()
    lead.go("filings:home").says("目前不符合以下条件", f"请于 {day_cn(due)}前整改", GUIDELINE)
    lead.go("duties:list").open(reverse("duties:list") + "?tab=later").says("整改", due.isoformat())
    lead.open(reverse("duties:month") + f"?month={due:%Y-%m}").says("整改")
    return due


def green_again(lead: Person, entity: Entity) -> None:
    lamp(lead, "符合条件", entity)
    assert "目前不符合备案条件" not in lead.text()
    assert not entity.duties.filter(kind="rectify", standing="open").exists()
    assert "整改" not in lead.go("filings:home").text()


def test_an_exit_turns_the_lamp_red_and_an_exception_of_two_people_green(
    worker: Any, demo: DemoClock, cast: make.Case, people: People
) -> None:
    entity = on_register(cast, demo)
    lead = lamp(people(cast.applicant, axe=True), "符合条件", entity)
    leave(people(cast.member_users[0], axe=True), cast, entity)
    owes(lead, entity)
    lead.go("filings:home").follow("确有特殊情况，申请例外", exact=False).says(GUIDELINE, "整改期限")
    lead.press("提交申请").says("请写明理由").fill({"reason": EXCEPTION}).press("提交申请").says(
        "另一人复核后生效"
    )
    lamp(lead, "不符合条件", entity).says("待办理")
    officer, director = people(cast.officer, axe=True), people(cast.director, axe=True)
    grant(officer, entity)
    lamp(lead, "不符合条件", entity)
    stranger = public_page(people(axe=True), entity)
    assert GRANTED not in stranger.text()
    director.go("filings:entity", entity.code).follow("办理例外申请")
    director.follow("复核同意").says(GRANTED, "须由两人办理").press("复核同意").says("例外已生效并公开")
    green_again(lead, entity)
    public_page(stranger, entity).says("例外说明", GRANTED, GUIDELINE)
    stranger.open(reverse("portal:entity", args=[entity.code]) + f"?on={clock.today()}").says(GRANTED)
    assert cast.members[0].name not in members_table(stranger)


def grant(officer: Person, entity: Entity) -> None:
    """One person grants, and finds no way to confirm."""
    officer.go("filings:entity", entity.code).follow("办理例外申请").says(EXCEPTION)
    officer.follow("同意例外").press("同意例外").says("请填写公开的理由")
    officer.fill({"reason": GRANTED}).press("同意例外").says("等待另一人复核")
    officer.go("filings:entity_exception", entity.code, ENTERPRISES)
    assert officer.page.get_by_role("link", name="复核同意").count() == 0
    officer.go("filings:entity_exception_act", entity.code, ENTERPRISES, "confirm")
    assert officer.status == 403
    assert after.again(entity).lamp == Lamp.RED


def members_table(me: Person) -> str:
    return str(me.page.locator("table").first.inner_text())


def test_a_new_member_turns_it_green_and_the_old_certificate_is_replaced(
    worker: Any, demo: DemoClock, cast: make.Case, people: People
) -> None:
    entity = on_register(cast, demo)
    first = entity.certificates.get()
    leave(people(cast.member_users[0]), cast, entity)
    lead = people(cast.applicant, axe=True)
    owes(lead, entity)
    demo.on(clock.today() + datetime.timedelta(days=7))
    filing, unit = change(lead, entity, people)
    office = Office(cast, people)
    office.recommend(filing)
    office.examine(filing)
    office.decide(filing, "同意变更")
    office.officer.go("filings:desk_act", filing.pk, "issue").says("制发新证书", unit.name)
    office.officer.press("发文，变更生效").says(f"{entity.code}-G01", unit.name)
    assert make.fresh(filing).state == State.FILED
    green_again(lead, entity)
    certificates(people(axe=True), entity, first, unit.name)


def change(lead: Person, entity: Entity, people: People) -> tuple[Filing, Any]:
    """Begun, a new unit invited; it fills in its own section and confirms, the others need not."""
    lead.go("filings:home").follow("办理变更，邀请新成员").says("在册成员单位 4 家", "需要准备")
    filing = begin(lead, entity, "change")
    reason = {"what": ["members"], "reason": "一家成员退出，增补一家企业。"}
    section(lead, filing, "change", reason)
    unit = make_organisation("enterprise", district="370214")
    lead.go("filings:members", filing.pk).fill({"code": unit.credit_code, "role": "chain_enterprise"})
    lead.page.get_by_role("button", name="邀请", exact=True).click()
    expect(lead.page.locator("#members table").first).to_contain_text(unit.name)
    lead.go("filings:check", filing.pk).says("提交前还需要完成", unit.name)
    me = people(make_user("unit_admin", unit), axe=True).go("filings:home")
    me.says("邀请贵单位参与").go("filings:member", filing.pk)
    section(me, filing, "member", make.MEMBER)
    sign(me, filing)
    lead.go("filings:check", filing.pk).says("成员加入", unit.name, "的确认继续有效")
    others = filing.participants.exclude(role="lead").exclude(organisation=unit)
    assert set(others.values_list("standing", flat=True)) == {"confirmed"}
    return hand_in(lead, filing, "提交变更申请"), unit


def certificates(stranger: Person, entity: Entity, first: Any, joined: str) -> None:
    """On a chosen day anybody reads which paper held."""
    second = entity.certificates.get(number=f"{entity.code}-G01")
    today, yesterday = clock.today(), clock.today() - datetime.timedelta(days=1)
    paper = reverse("portal:verify", args=[second.document.verification_code])
    public_page(stranger, entity).says(joined, second.number)
    old = reverse("portal:verify", args=[first.document.verification_code])
    assert "已更换" in status_on(stranger, old, today)
    assert "有效" in status_on(stranger, old, yesterday)
    assert "有效" in status_on(stranger, paper, today)
    assert "未生效" in status_on(stranger, paper, yesterday)
    stranger.wait_for("dd.code:not(:has-text('正在生成'))")
    second.document.refresh_from_db()
    assert paper in address_of(files.read_checked(second.document.stored))
