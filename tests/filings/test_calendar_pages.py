"""x8 as a browser and a program use it."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from core.cached import request_scope
from core.idempotency import FIELD
from core.models import AuditEntry, CalendarDay, CalendarYear
from filings.models import Filing
from filings.services import calendar
from tests.makers import filings as make
from tests.makers.accounts import make_bureau, make_user
from tests.makers.calendar import NOTICE_2027, SOURCE, YEAR_2027, enter
from tests.makers.desk import browse, text

pytestmark = pytest.mark.django_db
DECEMBER = datetime.datetime(2026, 12, 30, 10, tzinfo=clock.SHANGHAI)
GIVEN = {"text": NOTICE_2027, "source": SOURCE, "complete": "on"}


def url(name, *args):
    return reverse(f"calendar:{name}", args=args)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the confirmation, as a browser would send them back."""
    import html

    form = page[page.index('id="confirm"') :]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    area = re.findall(r'<input type="hidden" name="([^"]+)"[^>]*value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in [*found, *area] if name != "csrfmiddlewaretoken"}


@pytest.fixture
def case(frozen):
    frozen.at(DECEMBER)
    return make.make_case()


@pytest.fixture
def filing(case, frozen):
    return make.drive(case, "recommended", frozen)


def test_from_the_paste_to_the_moved_clock(case, filing):
    page = browse(case.director)
    assert "按周末推算" in text(page.get(url("year", 2027)))
    seen = text(page.post(url("enter", 2027), GIVEN))
    assert "2027-01-06 改为 <b>2027-01-07</b>" in seen
    assert reverse("filings:desk_case", args=[filing.pk]) in seen
    assert not CalendarDay.objects.exists()
    given = hidden(seen)
    assert given["text"].replace("\r\n", "\n") == NOTICE_2027
    for _press in range(2):  # a double click
        answer = page.post(url("apply", 2027), given)
        assert (answer.status_code, answer["Location"]) == (302, url("year", 2027))
    assert make.fresh(filing).events.filter(name="clock_moved").count() == 1
    assert AuditEntry.objects.filter(action="calendar.entered").count() == 1
    shown = text(page.get(url("year", 2027)))
    assert "改动 33 天" in shown
    assert "放假安排已录全" in shown
    assert SOURCE in shown
    assert clock.local(make.fresh(filing).due_at).date() == datetime.date(2027, 1, 7)


def test_bad_lines_come_back_with_everything_typed(case):
    typed = NOTICE_2027 + "明年元旦放假三天\n1月4日上班"
    answer = browse(case.officer).post(url("enter", 2027), {**GIVEN, "text": typed})
    assert answer.status_code == 422
    page = text(answer)
    assert "没有认出日期" in page
    assert "本来就上班" in page
    assert "明年元旦放假三天\n1月4日上班" in page.replace("\r\n", "\n")
    assert SOURCE in page


def test_going_back_from_the_preview_keeps_what_was_typed(case):
    page = browse(case.officer)
    given = hidden(text(page.post(url("enter", 2027), GIVEN)))
    answer = page.post(url("enter", 2027), {**given, "edit": "1"})
    assert answer.status_code == 200
    assert "七、国庆节" in text(answer)
    assert SOURCE in text(answer)


def test_an_officer_prepares_but_does_not_confirm(case, filing):
    page = browse(case.officer)
    seen = text(page.post(url("enter", 2027), GIVEN))
    assert ">确认生效<" not in seen
    assert "由处室负责人确认" in seen
    assert page.post(url("apply", 2027), hidden(seen)).status_code == 403
    assert not CalendarYear.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"), [("sysadmin", 200), ("auditor", 200), ("finance", 200), ("district_officer", 200)]
)
def test_every_member_of_staff_reads_and_no_more(case, role, status):
    page = browse(make_user(role, make_bureau("370200")))
    answer = page.get(url("home"))
    assert answer.status_code == status
    assert "2026 年工作日历" in text(answer)
    assert url("enter", 2026) not in text(answer)
    assert page.get(url("enter", 2026)).status_code == 403
    assert page.post(url("day", 2026), {}).status_code == 403


def test_a_unit_and_a_stranger_do_not_read_it(case, client):
    assert browse(case.applicant).get(url("home")).status_code == 403
    assert client.get(url("home")).status_code == 302


def test_one_day_is_set_and_cleared(case):
    page = browse(case.director)
    seen = page.post(url("day", 2026), {"day": "2026-12-31", "kind": "holiday", "note": "1月1日前临时放假"})
    assert seen.status_code == 200
    page.post(url("apply", 2026), hidden(text(seen)))
    row = CalendarDay.objects.get()
    assert (row.day, row.kind, row.note) == (datetime.date(2026, 12, 31), "holiday", "1月1日前临时放假")
    shown = text(page.get(url("year", 2026)))
    assert "自行录入" in shown
    assert url("day", 2026) + "?on=2026-12-31&amp;kind=clear" in shown
    form = text(page.get(url("day", 2026) + "?on=2026-12-31&kind=clear"))
    assert re.search(r'value="clear"[^>]*checked', form)
    page.post(
        url("apply", 2026), hidden(text(page.post(url("day", 2026), {"day": "2026-12-31", "kind": "clear"})))
    )
    assert not CalendarDay.objects.exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"day": "2027-01-01", "kind": "holiday"}, "不在 2026 年"),
        ({"day": "2026-12-31", "kind": "workday"}, "本来就上班"),
        ({"day": "2026-02-30", "kind": "holiday"}, "日期"),
        ({"day": "", "kind": "half"}, "日期"),
    ],
)
def test_a_wrong_day_says_why_and_keeps_the_form(case, given, words):
    answer = browse(case.officer).post(url("day", 2026), {**given, "note": "临时安排"})
    assert answer.status_code == 422
    assert words in text(answer)
    assert "临时安排" in text(answer)


def test_a_day_of_a_year_that_is_not_entered_is_not_taken_alone(case):
    answer = browse(case.officer).post(url("day", 2027), {"day": "2027-01-01", "kind": "holiday"})
    assert answer.status_code == 422
    assert "请一次录入全年" in text(answer)


def test_several_days_in_a_row_are_taken_back_at_once(case):
    page = browse(case.director)
    enter(case.actor("director"))
    back = url("day", 2027) + "?on=2027-10-01&amp;until=2027-10-07&amp;kind=clear"
    assert back in text(page.get(url("year", 2027)))
    form = text(page.get(back.replace("&amp;", "&")))
    assert 'value="2027-10-07"' in form
    given = {"day": "2027-10-01", "last": "2027-10-07", "kind": "clear"}
    page.post(url("apply", 2027), hidden(text(page.post(url("day", 2027), given))))
    assert not CalendarDay.objects.filter(kind="holiday", day__month=10).exists()
    wrong = page.post(url("day", 2027), {**given, "last": "2027-09-01"})
    assert "早于起日" in text(wrong)
    assert page.get(url("day", 2027) + "?on=2027-99-99&until=x").status_code == 200


def test_years_that_are_not_there_and_years_that_are_over(case):
    page = browse(case.director)
    for year in (1, 2003, 2029, 99999999999999):
        assert page.get(f"/calendar/{year}/").status_code == 404
        assert page.get(f"/calendar/{year}/enter/").status_code == 404
    assert page.get(url("year", 2004)).status_code == 200
    assert page.get(url("enter", 2025)).status_code == 409
    assert page.post(url("apply", 2025), {**GIVEN, "seen": "x"}).status_code == 409


def test_what_changed_since_the_preview_is_shown_again(case, filing, frozen):
    page = browse(case.director)
    given = hidden(text(page.post(url("enter", 2027), GIVEN)))
    make.drive(make.make_case(), "recommended", frozen, name="青岛市后来创新联合体")
    answer = page.post(url("apply", 2027), given)
    assert answer.status_code == 409
    assert "请重新核对" in text(answer)
    assert "青岛市后来创新联合体" in text(answer)
    assert not CalendarDay.objects.exists()
    assert page.post(url("apply", 2027), hidden(text(answer))).status_code == 302


def test_cases_of_another_office_are_counted_but_not_named(case, filing):
    other = make_bureau("370300")
    seen = text(browse(make_user("division_head", other)).post(url("enter", 2027), GIVEN))
    assert str(filing) not in seen
    assert "其他机关的" in seen


def test_the_public_page_shows_the_new_end_with_its_reason(case, frozen, client):
    row = make.drive(case, "on_notice", frozen).notices.get()
    enter(case.actor("director"))
    page = text(client.get(reverse("portal:notice", args=[row.pk])))
    assert "公示截止日期由 2027年1月6日顺延至 2027年1月7日，因节假日安排顺延。" in page
    assert "2027年1月7日，共 5 个工作日" in page


class TestHint:
    def hinted(self, user) -> bool:
        return "2027 年放假安排尚未录入，涉及的期限按周末推算" in text(
            browse(user).get(reverse("filings:worklist"))
        )

    def test_from_november_on_until_the_year_is_entered(self, frozen):
        frozen.at(datetime.datetime(2026, 10, 31, 10, tzinfo=clock.SHANGHAI))
        case = make.make_case()
        assert not self.hinted(case.director)
        frozen.at(datetime.datetime(2026, 11, 1, 10, tzinfo=clock.SHANGHAI))
        assert self.hinted(case.director)
        assert self.hinted(case.officer)
        assert self.hinted(case.district)
        assert "2027 年放假安排尚未录入" in text(browse(case.director).get(url("year", 2026)))
        enter(case.actor("director"))
        assert not self.hinted(case.director)

    def test_only_who_may_enter_it_is_sent_there(self, case):
        link = url("enter", 2027)
        assert link in text(browse(case.director).get(reverse("filings:worklist")))
        assert link not in text(browse(case.district).get(reverse("filings:worklist")))


class TestApi:
    def test_a_year_with_kinds_origins_and_certainty(self, case, client):
        address = reverse("api-calendar", args=[2026])
        assert client.get(address).status_code == 401
        page = browse(case.applicant)
        answer = page.get(address).json()
        days = {row["date"]: row for row in answer["days"]}
        assert answer["certain"] is True
        assert len(days) == 365
        assert days["2026-10-10"] == {
            "date": "2026-10-10",
            "kind": "make_up",
            "worked": True,
            "origin": "library",
            "note": "国庆节",
        }
        assert (days["2026-10-01"]["kind"], days["2026-03-07"]["kind"]) == ("holiday", "weekend")
        unknown = page.get(reverse("api-calendar", args=[2027])).json()
        assert unknown["certain"] is False
        assert unknown["days"][0]["origin"] == "weekend_rule"
        enter(case.actor("director"))
        known = page.get(reverse("api-calendar", args=[2027])).json()
        assert (known["certain"], known["source"]) == (True, SOURCE)
        assert known["days"][0] == {
            "date": "2027-01-01",
            "kind": "holiday",
            "worked": False,
            "origin": "table",
            "note": "元旦",
        }

    def test_a_year_that_is_not_there(self, case):
        assert browse(case.applicant).get("/api/v1/calendar/1/").status_code == 404


def test_a_preview_of_many_clocks_asks_as_often_as_of_few(case, filing):
    """What is counted; the duties that follow are asked for one matter at a time, as every act does."""
    from core import workdays
    from core.calendar_text import read
    from filings.selectors.calendar import moves

    after = workdays.calendar().changed({one.day: one.worked for one in read(NOTICE_2027, 2027).days})

    def queries() -> int:
        with request_scope(), CaptureQueriesContext(connection) as seen:
            found = moves(workdays.calendar(), after, datetime.date(2027, 1, 1))
        assert len(found) == Filing.objects.exclude(due_at=None).count()
        return len(seen)

    few = queries()
    events = list(filing.events.all())
    for number in range(24):
        twin = make.fresh(filing)
        twin.pk, twin.receipt_number = None, f"QD-SL-2026-9{number:03d}"
        twin.save()
        for event in events:
            event.pk, event.filing = None, twin
            event.save()
    assert queries() == few


def test_the_form_key_is_there(case):
    seen = hidden(text(browse(case.director).post(url("enter", 2027), GIVEN)))
    assert seen[FIELD]
    assert seen["seen"] == calendar.preview(actor=case.actor("director"), **YEAR_2027).fingerprint
