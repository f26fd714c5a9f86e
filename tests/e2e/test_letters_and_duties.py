"""Letters as the unit receives them, duties as a calendar, the link out of a mail, cover in absence, a year of holidays."""

from __future__ import annotations

import datetime
import re
import subprocess
from pathlib import Path
from typing import Any

import icalendar
import pytest
from django.urls import reverse

from accounts.models import MessageSettings
from core import clock, outbox
from filings.enums import State
from filings.models import Filing
from filings.services import membership
from tests.e2e.browsing import Person
from tests.e2e.papers import address_of, words_of
from tests.e2e.years import DemoClock, People, download, on_register
from tests.makers import filings as make
from tests.makers.accounts import make_user
from tests.makers.calendar import NOTICE_2027, SOURCE

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


# --- letters ----------------------------------------------------------------------------------


def test_each_letter_reaches_the_unit_on_paper_and_can_be_verified(
    worker: Any, demo: DemoClock, cast: make.Case, people: People, tmp_path: Path
) -> None:
    filing = make.drive(cast, State.IN_CORRECTION)
    lead, stranger = people(cast.applicant, axe=True), people(axe=True)
    says = {
        "correction": ("需补正2项", "请写明各方出资到位时间", "请补充市场需求数据"),
        "acceptance": ("予以受理", filing.receipt_number or ""),
        "decision": ("准予", "QD-LH-2026-0001", "有效期", filing.title),
    }
    receive(lead, stranger, filing, "correction", says["correction"], tmp_path)
    filing = make.drive(cast, State.ACCEPTED, demo, make.correct(cast, filing))
    receive(lead, stranger, filing, "acceptance", says["acceptance"], tmp_path)
    filing = make.drive(cast, State.FILED, demo, filing)
    receive(lead, stranger, filing, "decision", says["decision"], tmp_path)


def receive(
    lead: Person, stranger: Person, filing: Filing, kind: str, words: tuple[str, ...], folder: Path
) -> None:
    """Downloaded from the page of the case: text, picture and code of the same letter."""
    paper = filing.documents.get(kind=kind)
    link = f".files a[href^='/files/']:has-text('{paper.get_kind_display()}')"
    lead.go("filings:progress", filing.pk).wait_for(link)
    data = download(lead, link)
    text = words_of(data)
    for sentence in (paper.number, filing.applicant.name, filing.authority.name, *words):
        assert sentence in text, (sentence, text)
    pages = pictures(data, folder / f"{kind}.pdf")
    assert pages
    for number, picture in enumerate(pages):
        assert ink(picture) > 0.005, (kind, number)
    told = stranger.open(address_of(data)).says("由本平台出具", paper.number, filing.authority.name).text()
    assert filing.title not in told and filing.applicant.name not in told
    stranger.page.set_input_files("#paper", {"name": "x.pdf", "mimeType": "application/pdf", "buffer": data})
    # compared in the browser: nothing is sent
    stranger.page.get_by_role("button", name="比对", exact=True).click()
    stranger.page.get_by_text("文件与本平台出具的原件一致").first.wait_for()


def pictures(data: bytes, path: Path) -> list[bytes]:
    """Each page as a grey PGM."""
    path.write_bytes(data)
    subprocess.run(["pdftoppm", "-gray", "-r", "50", str(path), str(path.with_suffix(""))], check=True)
    return [found.read_bytes() for found in sorted(path.parent.glob(f"{path.stem}-*.pgm"))]


def ink(picture: bytes) -> float:
    """The share of dark points."""
    head = re.match(rb"P5\s+(\d+)\s+(\d+)\s+255\s", picture)
    assert head
    points = picture[head.end() :]
    return sum(point < 128 for point in points) / len(points)


# --- duties -----------------------------------------------------------------------------------


def test_duties_are_a_month_and_a_feed_for_whoever_has_the_address(
    demo: DemoClock, cast: make.Case, people: People
) -> None:
    entity = on_register(cast, demo)
    membership.leave(actor=cast.member(0), entity=entity, reason="战略调整")
    duty = entity.duties.get(kind="rectify", standing="open")
    due = clock.local(duty.due_at).date()
    lead = people(cast.applicant, axe=True)
    lead.open(reverse("duties:month") + f"?month={due:%Y-%m}").says(f"{due.year}年{due.month}月", duty.title)
    cell = lead.page.locator("td", has=lead.page.locator(f"time[datetime='{due}']"))
    assert duty.title in cell.inner_text()
    lead.go("duties:calendar").says("还没有订阅地址").press("生成订阅地址").says("地址只显示这一次").look(
        "address"
    )
    address = lead.page.locator("#id_address").input_value()
    program = people().page.request
    answer = program.get(address)
    assert answer.ok and answer.headers["content-type"].startswith("text/calendar")
    events = icalendar.Calendar.from_ical(answer.body()).walk("VEVENT")
    mine = [event for event in events if duty.title in str(event["summary"])]
    assert [event.decoded("dtstart") for event in mine] == [due]
    assert "战略调整" not in answer.text()
    there = str(mine[0]["url"])
    assert "/accounts/login/" in people().open(there).page.url
    lead.open(there).says(entity.name)
    assert program.get(re.sub(r"[^/]+\.ics$", "x" * 43 + ".ics", address)).status == 404
    lead.go("duties:calendar").press("停用地址")
    assert program.get(address).status == 404


def test_the_link_in_a_mail_ends_the_mails_and_nothing_else(
    demo: DemoClock, cast: make.Case, people: People, mailoutbox: list[Any]
) -> None:
    filing = make.drive(cast, State.IN_CORRECTION)
    outbox.deliver()
    mail = next(one for one in mailoutbox if one.to == [cast.applicant.email] and "需要补正" in one.subject)
    assert "请补充市场需求数据" not in mail.body and "出资" not in mail.body
    link = re.search(r"http\S+/messages/unsubscribe/\S+", mail.body)
    assert link
    stranger = people(axe=True).open(link[0])
    assert not MessageSettings.objects.filter(mail_off=True).exists()
    stranger.press("退订").says("已处理")
    assert MessageSettings.objects.get(user=cast.applicant).mail_off
    people(cast.applicant, axe=True).go("messages:list").says(f"“{filing.title}”需要补正")


# --- officers ---------------------------------------------------------------------------------


def test_who_covers_sees_the_work_for_the_days_of_the_absence(
    demo: DemoClock, cast: make.Case, people: People
) -> None:
    filing = make.drive(cast, State.IN_EXAMINATION)
    colleague = make_user("case_officer", cast.bureau)
    cover = people(colleague, axe=True).go("duties:list")
    assert filing.title not in cover.text()
    today = clock.today()
    me = people(cast.officer, axe=True).go("assignment:absence")
    days = {"since": today, "until": today + datetime.timedelta(days=2)}
    me.fill(days).press("登记").says("请选择代办人")
    me.fill({"cover": str(colleague.pk), "reason": "年休假"}).press("登记").says("由", colleague.name, "代办")
    cover.go("filings:worklist").says(filing.title, f"代 {cast.officer.name} 办理")
    cover.go("duties:list").says("形式审查", filing.title)
    cover.go("assignment:absence").says("由我代办", cast.officer.name)
    demo.on(today + datetime.timedelta(days=3))
    assert filing.title not in cover.go("duties:list").text()
    assert f"代 {cast.officer.name} 办理" not in cover.go("filings:worklist").text()


def test_the_notice_of_a_new_year_moves_clocks_after_a_preview(
    demo: DemoClock, cast: make.Case, people: People
) -> None:
    demo.on(datetime.date(2027, 1, 25))
    filing = make.drive(cast, State.SUBMITTED)
    before = clock.local(filing.due_at).date()
    me = people(cast.officer, axe=True).go("calendar:year", 2027).says("本年按周末推算")
    enter(me).says("受影响的期限", f"{before} 改为", "等待确认", "春节")
    assert me.page.get_by_role("button", name="确认生效").count() == 0
    assert make.fresh(filing).due_at == filing.due_at
    head = people(cast.director, axe=True)
    enter(head).press("返回修改").says("录入 2027 年放假安排").press("核对影响").press("确认生效")
    after = clock.local(make.fresh(filing).due_at).date()
    assert after > before
    head.go("calendar:year", 2027).says("放假安排已录全", SOURCE)
    people(cast.district).go("filings:desk_case", filing.pk).says(filing.title)
    due = filing.duties.get(standing="open")
    assert clock.local(due.due_at).date() == after


def enter(me: Person) -> Person:
    me.go("calendar:enter", 2027).fill({"text": "春节放假安排另行通知"}).press("核对影响")
    assert me.status == 422
    me.fill({"text": NOTICE_2027, "source": SOURCE, "complete": True}).press("核对影响")
    me.look("preview")
    return me
