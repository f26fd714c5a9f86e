"""Who sees which duties; list, month and the way to where a duty is done; what they cost."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation, User
from core import clock
from filings.enums import DutyKind
from filings.models import Absence, Duty, Entity
from filings.selectors import duties as seen
from filings.services import duties
from tests.makers.accounts import act, give_role, make_bureau, make_organisation, make_user
from tests.makers.desk import browse, text
from tests.makers.duties import make_entity, morning, open_duties
from tests.makers.filings import Case, drive, make_case

pytestmark = pytest.mark.django_db


def make_duty(organisation: Organisation, day: datetime.date, **facts: Any) -> Duty:
    """A duty by itself; where it comes from does not matter here."""
    return Duty.objects.create(
        scope=f"made:{Duty.objects.count()}",
        key="made",
        kind=facts.pop("kind", DutyKind.EXAMINE),
        title=facts.pop("title", f"事项{Duty.objects.count()}"),
        organisation=organisation,
        opens_on=facts.pop("opens_on", clock.today()),
        due_at=clock.end_of_day(day),
        created_at=clock.now(),
        **facts,
    )


def page_of(user: User, query: str = "") -> Any:
    return browse(user).get(reverse("duties:list") + query)


def titles(page: Any) -> list[str]:
    return [line["duty"].title for line in page.context["lines"]]


# --- who sees what ---


@pytest.fixture
def matrix(frozen: Any) -> dict[str, Duty]:
    """One duty of each sort, in Qingdao, in 崂山 and in another district, and in another city."""
    city, laoshan = make_bureau("370200"), make_bureau("370212")
    here, there = make_entity(), make_entity(make_organisation(district="370202"))
    expert = make_user("expert", city, username="theexpert")
    day = clock.today()
    return {
        "unit here": make_duty(here.lead, day, entity=here, authority=city),
        "unit there": make_duty(there.lead, day, entity=there, authority=city),
        "bureau": make_duty(city, day, entity=here),
        "score": make_duty(city, day, kind=DutyKind.SCORE, person=expert),
        "district": make_duty(laoshan, day),
        "elsewhere": make_duty(make_bureau("370300"), day),
    }


CITY = {"unit here", "unit there", "bureau", "score"}


@pytest.mark.parametrize(
    ("role", "place", "sees"),
    [
        ("case_officer", "370200", CITY),
        ("division_head", "370200", CITY),
        ("auditor", "370200", CITY),
        ("expert", "370200", set()),
        ("finance", "370200", set()),
        ("sysadmin", "370200", set()),
        ("secadmin", "370200", set()),
        ("district_officer", "370212", {"unit here", "district"}),
        ("district_officer", "370202", {"unit there"}),
        ("case_officer", "370300", {"elsewhere"}),
    ],
)
def test_who_sees_what(matrix: dict[str, Duty], role: str, place: str, sees: set[str]) -> None:
    me = make_user(role, make_bureau(place))
    visible = set(seen.visible_to(act(me)))
    assert {name for name, duty in matrix.items() if duty in visible} == sees


@pytest.mark.parametrize("role", ["unit_admin", "filler", "signer"])
def test_a_unit_sees_its_own(matrix: dict[str, Duty], role: str) -> None:
    unit = matrix["unit here"].organisation
    assert list(seen.visible_to(act(make_user(role, unit)))) == [matrix["unit here"]]
    assert not seen.visible_to(act(make_user(role, make_organisation()))).exists()


def test_an_expert_sees_the_own_scores(matrix: dict[str, Duty]) -> None:
    expert = User.objects.get(username="theexpert")
    assert list(seen.visible_to(act(expert))) == [matrix["score"]]
    assert titles(page_of(expert)) == [matrix["score"].title]


def test_rights_that_end_take_the_view_with_them(matrix: dict[str, Duty]) -> None:
    me = make_user("case_officer", make_bureau("370200"))
    assert seen.visible_to(act(me)).count() == 4
    me.memberships.update(ended_at=clock.now())
    assert not seen.visible_to(act(me)).exists()


@pytest.mark.parametrize("role", ["finance", "sysadmin"])
def test_others_have_no_page(role: str) -> None:
    me = make_user(role, make_bureau("370200"))
    for name in ("list", "month", "calendar"):
        assert browse(me).get(reverse(f"duties:{name}")).status_code == 403


# --- whose ---


def test_an_officers_own_first_and_all_on_request(frozen: Any) -> None:
    bureau = make_bureau("370200")
    me, other = make_user("case_officer", bureau), make_user("case_officer", bureau)
    today = clock.today()
    make_duty(bureau, today, title="我的", person=me)
    make_duty(bureau, today, title="别人的", person=other)
    make_duty(bureau, today, title="没有指定", person=None)
    make_duty(bureau, today, title="第二人", first_person=other)
    assert titles(page_of(me)) == ["我的", "没有指定"]
    assert titles(page_of(me, "?whose=all")) == ["我的", "别人的", "没有指定", "第二人"]
    give_role(me, "division_head", bureau)
    assert titles(page_of(me)) == ["我的", "没有指定", "第二人"]
    give_role(other, "division_head", bureau)
    assert titles(page_of(other)) == ["别人的", "没有指定"]  # the first person is never the second


def test_the_cover_has_the_duties_of_who_is_away(frozen: Any) -> None:
    bureau = make_bureau("370200")
    away, me = make_user("case_officer", bureau), make_user("case_officer", bureau)
    make_duty(bureau, clock.today(), title="代办", person=away)
    assert titles(page_of(me)) == []
    Absence.objects.create(
        organisation=bureau,
        user=away,
        cover=me,
        since=clock.today(),
        until=clock.today(),
        created_by=away,
        created_at=clock.now(),
    )
    assert titles(page_of(me)) == ["代办"]


def test_the_auditor_reads_the_bureaus(frozen: Any) -> None:
    bureau = make_bureau("370200")
    make_duty(bureau, clock.today(), title="形式审查")
    page = page_of(make_user("auditor", bureau))
    assert titles(page) == ["形式审查"]
    assert 'name="whose"' not in text(page)


# --- list ---

DAYS = {
    "overdue": [(2026, 2, 27)],
    "today": [(2026, 3, 4)],
    "week": [(2026, 3, 5), (2026, 3, 8)],
    "month": [(2026, 3, 9), (2026, 3, 31)],
    "later": [(2026, 4, 1), (2027, 1, 1)],
}


def test_every_open_duty_stands_in_one_tab(frozen: Any) -> None:
    frozen.at(morning(2026, 3, 4))  # a Wednesday
    unit = make_organisation()
    me = make_user("filler", unit)
    for days in DAYS.values():
        for day in days:
            make_duty(unit, datetime.date(*day))
    make_duty(unit, clock.today(), standing="done", done_at=clock.now())
    for tab, days in DAYS.items():
        page = page_of(me, f"?tab={tab}")
        assert [line["day"] for line in page.context["lines"]] == [datetime.date(*day) for day in days]
    assert [tab["count"] for tab in page.context["tabs"]] == [1, 1, 2, 2, 2, None]
    assert page_of(me).context["tab"] == "overdue"
    assert len(titles(page_of(me, "?tab=done"))) == 1


def test_a_week_that_leaves_its_month_is_this_week(frozen: Any) -> None:
    frozen.at(morning(2026, 3, 30))  # a Monday; Sunday is 5 April
    unit = make_organisation()
    for day in ((2026, 3, 31), (2026, 4, 5), (2026, 4, 6)):
        make_duty(unit, datetime.date(*day))
    counts = seen.counts(seen.visible_to(act(make_user("filler", unit))))
    assert counts == {"overdue": 0, "today": 0, "week": 2, "month": 0, "later": 1}


def test_a_missed_date_is_said_with_the_days_over(frozen: Any) -> None:
    unit = make_organisation()
    make_duty(unit, datetime.date(2026, 2, 26))
    assert "超期 3 个工作日" in text(page_of(make_user("filler", unit)))  # 28 February is worked


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("&kind=renewal", 1),
        ("&kind=examine", 0),
        ("&unit=明衡", 1),
        ("&unit=沐岩", 0),
        ("&unit=91370212MATT", 0),
        ("&due_after=2026-03-02&due_before=2026-03-02", 1),
        ("&due_before=2026-03-01", 0),
        ("&due_after=0001-01-01&due_before=9999-12-31", 1),
    ],
)
def test_filters(frozen: Any, query: str, found: int) -> None:
    bureau = make_bureau("370200")
    lead = make_organisation(name="青岛明衡科技有限公司")
    entity = make_entity(lead)
    make_duty(lead, clock.today(), kind=DutyKind.RENEWAL, entity=entity, authority=bureau)
    page = page_of(make_user("case_officer", bureau), f"?whose=all{query}")
    assert len(page.context["lines"]) == found


@pytest.mark.parametrize(
    "query", ["?kind=x", "?due_after=32.13.2026", "?tab=x", "?page=x", "?page=-1", "?whose=x"]
)
def test_what_cannot_be_understood_is_no_error(frozen: Any, query: str) -> None:
    me = make_user("case_officer", make_bureau("370200"))
    assert page_of(me, query).status_code == 200
    assert browse(me).get(reverse("duties:month") + query).status_code == 200


def test_a_year_nobody_knows_is_said(frozen: Any) -> None:
    unit = make_organisation()
    me = make_user("filler", unit)
    make_duty(unit, datetime.date(2028, 3, 31))
    assert "2028 年的放假调休安排尚未录入" in text(page_of(me, "?tab=later"))
    assert "放假调休安排尚未录入" not in text(page_of(me, "?tab=today"))
    assert "2028 年" in text(browse(me).get(reverse("duties:month") + "?month=2028-03"))


# --- month ---


def test_the_month_is_a_table_of_real_days(frozen: Any) -> None:
    unit = make_organisation()
    me = make_user("filler", unit)
    for _n in range(5):
        make_duty(unit, datetime.date(2026, 10, 9))
    page = browse(me).get(reverse("duties:month") + "?month=2026-10")
    cells = {cell["day"]: cell for week in page.context["weeks"] for cell in week}
    assert len(cells) == 35 and min(cells) == datetime.date(2026, 9, 28)
    assert cells[datetime.date(2026, 10, 1)]["free"]
    assert cells[datetime.date(2026, 10, 10)]["made_up"]
    ninth = cells[datetime.date(2026, 10, 9)]
    assert (len(ninth["lines"]), ninth["more"]) == (3, 2)
    assert len(browse(me).get(ninth["url"]).context["lines"]) == 5
    assert "month=2026-09" in text(page) and "month=2026-11" in text(page)


@pytest.mark.parametrize("month", ["", "2026-13", "0000-00", "9999-12", "2026-3", "x", "2026-03-02"])
def test_a_month_that_is_none_is_this_month(frozen: Any, month: str) -> None:
    me = make_user("filler", make_organisation())
    page = browse(me).get(reverse("duties:month"), {"month": month})
    assert page.context["month"] == datetime.date(2026, 3, 1)


@pytest.mark.parametrize(("month", "gone"), [("2000-01", "before_url"), ("2099-12", "after_url")])
def test_the_ends_of_the_calendar(frozen: Any, month: str, gone: str) -> None:
    me = make_user("filler", make_organisation())
    assert browse(me).get(reverse("duties:month"), {"month": month}).context[gone] == ""


# --- where it is done ---


@pytest.fixture
def case() -> Case:
    return make_case()


def goes_to(user: User, duty: Duty) -> str:
    return str(browse(user).get(reverse("duties:go", args=[duty.pk])).headers["Location"])


def test_each_reader_is_led_to_the_own_page(case: Case, frozen: Any) -> None:
    filing = drive(case, "in_correction", frozen)
    (duty,) = duties.sync(filing)
    assert goes_to(case.applicant, duty) == reverse("filings:correction", args=[filing.pk])
    assert goes_to(case.officer, duty) == reverse("filings:desk_case", args=[filing.pk])
    assert browse(case.applicant).get(goes_to(case.applicant, duty)).status_code == 200
    assert browse(case.officer).get(goes_to(case.officer, duty)).status_code == 200
    stranger = make_user("unit_admin", make_organisation())
    assert browse(stranger).get(reverse("duties:go", args=[duty.pk])).status_code == 404


def test_an_expert_is_led_to_the_review(case: Case, frozen: Any) -> None:
    filing = drive(case, "in_review", frozen)
    mine = next(d for d in duties.sync(filing) if d.kind == DutyKind.SCORE)
    assert goes_to(mine.person, mine) == reverse("filings:review", args=[filing.pk])
    assert browse(mine.person).get(goes_to(mine.person, mine)).status_code == 200
    assert goes_to(case.officer, mine) == reverse("filings:desk_board", args=[filing.pk])


def test_a_notice_is_closed_on_its_page(case: Case, frozen: Any) -> None:
    filing = drive(case, "on_notice", frozen)
    (duty,) = duties.sync(filing)
    assert goes_to(case.officer, duty) == reverse("filings:desk_notice", args=[filing.pk])


def test_a_duty_of_an_entity_leads_to_its_page(frozen: Any) -> None:
    entity = make_entity()
    duty = open_duties(entity)["annual_report:2025"]
    me = make_user("unit_admin", entity.lead)
    assert goes_to(me, duty) == reverse("filings:entity", args=[entity.code])


def test_the_home_of_a_unit_shows_what_is_next(frozen: Any) -> None:
    entity = make_entity()
    open_duties(entity)
    page = browse(make_user("unit_admin", entity.lead)).get(reverse("filings:home"))
    assert page.context["duty_count"] == len(page.context["duties"]) == 1
    assert "2025 年度报告" in text(page)


# --- what it costs ---


def cost(user: User, url: str) -> int:
    client = browse(user)
    client.get(url)  # what a process remembers is remembered
    with CaptureQueriesContext(
        connection,
    ) as spent:
        assert client.get(url).status_code == 200
    return len(spent)


@pytest.mark.parametrize("address", ["duties:list", "duties:month", "api-duties"])
def test_25_cost_what_1_costs(frozen: Any, address: str) -> None:
    bureau = make_bureau("370200")
    me = make_user("case_officer", bureau)
    url = reverse(address) + ("" if address.startswith("api") else "?whose=all")
    entities = [make_entity() for _n in range(25)]

    def duty_of(entity: Entity) -> None:
        make_duty(entity.lead, clock.today(), entity=entity, authority=bureau)

    duty_of(entities[0])
    one = cost(me, url)
    for entity in entities[1:]:
        duty_of(entity)
    assert cost(me, url) == one


def test_the_list_is_paged(frozen: Any) -> None:
    unit = make_organisation()
    me = make_user("filler", unit)
    for _n in range(26):
        make_duty(unit, clock.today())
    assert len(titles(page_of(me))) == 25
    assert len(titles(page_of(me, "?page=2"))) == 1


# --- API ---


def test_the_api_gives_ones_own_by_date(frozen: Any) -> None:
    unit, other = make_organisation(), make_organisation()
    me = make_user("filler", unit)
    late = make_duty(unit, datetime.date(2026, 2, 26), kind=DutyKind.CORRECT, legal=True)
    make_duty(unit, datetime.date(2026, 4, 1))
    make_duty(unit, datetime.date(2026, 4, 2), standing="done", done_at=clock.now())
    make_duty(other, datetime.date(2026, 4, 1))
    url = reverse("api-duties")
    body = browse(me).get(url, {"standing": "open"}).json()
    assert body["count"] == 2
    first = body["results"][0]
    assert (first["id"], first["overdue"], first["legal"]) == (late.pk, True, True)
    assert first["organisation"]["credit_code"] == unit.credit_code
    assert browse(me).get(url, {"due_after": "2026-04-01", "due_before": "2026-04-01"}).json()["count"] == 1
    assert browse(me).get(url, {"kind": "correct"}).json()["count"] == 1
    for query in ({"kind": "x"}, {"due_after": "x"}, {"whose": "all"}):
        assert browse(me).get(url, query).status_code == 422
