"""Returns on their way: filled in, signed, reviewed value by value, confirmed, locked, reopened."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from clusters.enums_statistics import INNOVATIVE, STRATEGIC, Origin, ReturnState, Standing
from clusters.models import ClusterReturn, Period
from clusters.selectors import statistics as see
from clusters.services import statistics_periods as periods
from clusters.services import statistics_returns as returns
from clusters.workflow_statistics import RETURN
from core import clock, jobs
from core.actor import Actor
from core.errors import Invalid, NotAllowed, NotNow, NotVisible, Stale
from core.models import AuditEntry, Job
from filings.enums import DutyKind, DutyStanding
from filings.models import Duty
from tests.makers import accounts as people
from tests.makers.register import end_entity, make_entity
from tests.makers.statistics import PEOPLE, SYSTEM, Case, another, figures, fresh, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return make_case()


def codes(error: Any) -> set[tuple[str, str]]:
    return {(p.code, p.field) for p in error.value.problems}


def duties_of(owner: ClusterReturn) -> list[tuple[str, str, str]]:
    rows = Duty.objects.filter(scope=f"clusterreturn:{owner.pk}", standing=DutyStanding.OPEN)
    return [(row.kind, row.key, row.organisation.name) for row in rows.select_related("organisation")]


# --- periods -----------------------------------------------------------------------------------


def test_a_period_opens_with_the_law_of_its_last_day_and_a_return_for_each_cluster(case: Case) -> None:
    later = make_entity(STRATEGIC, authority=case.province, valid_from=datetime.date(2026, 1, 1))
    gone = make_entity(STRATEGIC, authority=case.province, valid_from=datetime.date(2021, 1, 1))
    end_entity(gone, "exited", datetime.date(2025, 12, 31))
    period = case.period(2025, 4)
    assert (period.starts_on, period.ends_on) == (datetime.date(2025, 10, 1), datetime.date(2025, 12, 31))
    assert (period.opens_on, period.due_on) == (datetime.date(2026, 1, 1), datetime.date(2026, 1, 15))
    assert [row.entity for row in period.returns.all()] == [case.entity]
    assert later not in see.expected(period)
    keys = [indicator.key for indicator in period.indicators]
    assert keys == [
        "ind_main_revenue",
        "ind_profit",
        "ind_new_enterprises",
        "ind_employment",
        "ind_researchers",
        "ind_rd_expenditure",
        "ind_platform_count",
        "ind_localisation_rate",
    ]
    assert [i.key for i in period.indicators if not i.required] == ["ind_localisation_rate"]
    assert period.scheme["change"] == "0.3"


def test_the_job_of_the_day_opens_what_is_over_once(case: Case) -> None:
    for _again in range(2):
        periods.ring()
    job = Job.objects.get(kind=periods.JOB)
    jobs.run(job.pk)
    assert {(p.entity_kind, p.year, p.number) for p in Period.objects.all()} == {
        (STRATEGIC, 2025, 4),
        (INNOVATIVE, 2025, 4),
    }
    owner = ClusterReturn.objects.get()
    assert owner.is_missing
    assert owner.is_late
    # a cluster that came on the register late gets its return on the next day
    make_entity(STRATEGIC, authority=case.province, valid_from=datetime.date(2025, 6, 1))
    assert periods.admit(Period.objects.get(entity_kind=STRATEGIC)) == 1


def test_who_may_open_a_period_and_which(case: Case) -> None:
    given = {"entity_kind": STRATEGIC, "cadence": "month", "year": 2026, "number": 1}
    with pytest.raises(NotAllowed):
        periods.open_period(actor=case.actor("city"), **given)
    period = periods.open_period(actor=case.actor("province"), **given, due_on=datetime.date(2026, 2, 20))
    assert (period.label, period.due_on) == ("2026年1月", datetime.date(2026, 2, 20))
    for wrong in ({"number": 3}, {"number": 13}, {"year": 1999}, {"entity_kind": "incubator"}):
        with pytest.raises((Invalid, NotAllowed)):
            periods.open_period(actor=case.actor("province"), **{**given, **wrong})


def test_periods_of_innovative_clusters_are_their_own_bureaus(case: Case) -> None:
    """Not a commission's, though it has officers too, nor those of a city without such clusters."""
    given = {"entity_kind": INNOVATIVE, "cadence": "quarter", "year": 2025, "number": 4}
    for place, more in (("370300", {"department": "development_reform", "name": "发改委"}), ("370200", {})):
        user = people.make_user("case_officer", people.make_bureau(place, **more))
        with pytest.raises(NotAllowed):
            periods.open_period(actor=people.act(user), **given)
    user = people.make_user("case_officer", people.make_bureau("370300"))
    assert periods.open_period(actor=people.act(user), **given).entity_kind == INNOVATIVE


def test_how_a_period_stands(frozen: Any) -> None:
    frozen.at(datetime.datetime(2026, 1, 2, 9, 0, tzinfo=clock.SHANGHAI))
    case = make_case()
    period = case.period(2025, 4)
    standing = lambda: see.standing_of(period, see.counts_by_period(case.actor("city"))[period.pk])  # noqa: E731
    assert standing() == "open"
    frozen.move(days=9)
    assert standing() == "due"
    frozen.move(days=6)
    assert standing() == "overdue"
    case.reported(2025, 4)
    assert standing() == "complete"


# --- filling in --------------------------------------------------------------------------------


def test_a_draft_may_have_gaps_but_nothing_that_cannot_be_read(case: Case) -> None:
    owner = case.opened(2025, 4)
    with pytest.raises(Invalid) as refused:
        returns.save(
            actor=case.actor("filler"),
            owner=owner,
            values={"ind_main_revenue": "12万", "ind_profit": "-3", "ind_nothing": "1"},
        )
    assert codes(refused) == {("not_a_number", "ind_main_revenue"), ("unknown_indicator", "ind_nothing")}
    assert not owner.values.exists()
    returns.save(actor=case.actor("filler"), owner=owner, values={"ind_profit": "-3"})
    assert see.sheet_of(fresh(owner)).row("ind_profit").value == Decimal("-3")
    with pytest.raises(Invalid) as refused:
        returns.submit(actor=case.actor("signer"), owner=fresh(owner), declared=False)
    found = codes(refused)
    assert ("missing", "ind_main_revenue") in found
    assert ("required", "head") in found
    assert ("declared", "declared") in found


def test_constants_are_offered_and_stay_marked_until_changed(case: Case) -> None:
    case.reported(2025, 3)
    owner = case.opened(2025, 4)
    row = see.sheet_of(owner).row("ind_employment")
    assert (row.value, row.origin, row.stored) == (Decimal("8600"), Origin.CONSTANT, False)
    returns.save(
        actor=case.actor("filler"),
        owner=owner,
        values={"ind_employment": "8,600", "ind_researchers": "1201"},
    )
    sheet = see.sheet_of(fresh(owner))
    assert sheet.row("ind_employment").origin == Origin.CONSTANT
    assert sheet.row("ind_researchers").origin == Origin.ENTERED
    assert fresh(owner).head == PEOPLE["head"]


def test_previous_and_same_period_stand_beside_each_value(case: Case) -> None:
    case.reported(2024, 4)
    case.reported(2025, 3)
    row = see.sheet_of(case.filled(2025, 4, ind_main_revenue="700000")).row("ind_main_revenue")
    assert (row.previous, row.same) == (Decimal("360001.50"), Decimal("480002.00"))
    assert round(row.on_year, 4) == Decimal("0.4583")


def test_a_stale_page_is_refused(case: Case) -> None:
    owner = case.opened(2025, 4)
    returns.save(actor=case.actor("filler"), owner=owner, values={"ind_profit": "3"}, version=owner.version)
    with pytest.raises(Stale):
        returns.save(
            actor=case.actor("filler"), owner=owner, values={"ind_profit": "4"}, version=owner.version
        )


def test_an_outlier_asks_for_a_coded_reason(case: Case) -> None:
    case.reported(2024, 4)
    owner = case.opened(2025, 4)
    filler = case.actor("filler")
    returns.save(actor=filler, owner=owner, values=figures(4, ind_main_revenue="900000"), facts=PEOPLE)
    for reason, code in (
        ("", "reason_missing"),
        ("other", "reason_text"),
    ):
        returns.save(actor=filler, owner=owner, values={}, reasons={"ind_main_revenue": (reason, "")})
        with pytest.raises(Invalid) as refused:
            returns.submit(actor=case.actor("signer"), owner=fresh(owner), declared=True)
        assert {c for c, _f in codes(refused)} == {code}
    with pytest.raises(Invalid) as refused:
        returns.save(actor=filler, owner=owner, values={}, reasons={"ind_main_revenue": ("weather", "")})
    assert codes(refused) == {("reason_unknown", "ind_main_revenue-reason_code")}
    returns.save(
        actor=filler, owner=owner, values={}, reasons={"ind_main_revenue": ("other", "并入两家企业")}
    )
    done = returns.submit(actor=case.actor("signer"), owner=fresh(owner), declared=True)
    value = done.values.get(indicator="ind_main_revenue")
    assert [found["code"] for found in value.checks] == ["change"]
    assert (value.reason_code, value.reason_text) == ("other", "并入两家企业")


# --- the way up --------------------------------------------------------------------------------


def test_from_the_draft_to_the_lock_with_what_is_owed(case: Case) -> None:
    owner = case.filled(2025, 4)
    assert duties_of(owner) == [(DutyKind.STATISTICS, "report", case.body.name)]
    duty = Duty.objects.get(scope=f"clusterreturn:{owner.pk}")
    assert duty.due_at == clock.end_of_day(datetime.date(2026, 1, 15))
    assert duty.authority == case.city
    assert "194号" in duty.clause or duty.clause
    owner = returns.submit(actor=case.actor("signer"), owner=owner, declared=True)
    assert owner.receipt == "TJ-2026-00001"
    assert len(owner.digest) == 64
    assert owner.is_late
    assert not owner.is_missing
    assert duties_of(owner) == [(DutyKind.STATISTICS_AUDIT, "audit", case.city.name)]
    owner = returns.accept(actor=case.actor("city"), owner=owner)
    assert duties_of(owner) == [(DutyKind.STATISTICS_AUDIT, "confirm", case.province.name)]
    owner = returns.confirm(actor=case.actor("province"), owner=owner)
    assert duties_of(owner) == []
    owner = returns.lock(actor=case.actor("province"), owner=owner)
    assert owner.state == ReturnState.LOCKED
    assert [step.name for step in owner.steps.all()] == ["submit", "accept", "confirm", "lock"]
    assert AuditEntry.objects.filter(action="return.lock").exists()


def test_one_value_is_returned_and_only_that_one_can_be_changed(case: Case) -> None:
    owner = case.reported(2025, 4)
    city, filler = case.actor("city"), case.actor("filler")
    with pytest.raises(Invalid) as refused:
        returns.return_values(actor=city, owner=owner, returned={"ind_profit": " "})
    assert codes(refused) == {("message", "ind_profit-message")}
    with pytest.raises(Invalid):
        returns.return_values(actor=city, owner=owner, returned={}, comment="不对")
    first = owner.digest
    owner = returns.return_values(actor=city, owner=owner, returned={"ind_profit": "与快报不一致"})
    assert owner.state == ReturnState.RETURNED
    assert owner.reason == "请修改：利润"
    assert duties_of(owner) == [(DutyKind.STATISTICS, "correct", case.body.name)]
    rows = {row.key: row for row in see.sheet_of(fresh(owner)).rows}
    assert [key for key, row in rows.items() if row.editable] == ["ind_profit"]
    assert (rows["ind_profit"].standing, rows["ind_profit"].message) == (Standing.RETURNED, "与快报不一致")
    with pytest.raises(Invalid) as refused:
        returns.save(actor=filler, owner=owner, values={"ind_profit": "35000", "ind_employment": "9000"})
    assert codes(refused) == {("locked", "ind_employment")}
    returns.save(actor=filler, owner=owner, values={"ind_profit": "35000", "ind_employment": "8600"})
    owner = returns.submit(actor=case.actor("signer"), owner=fresh(owner), declared=True)
    assert owner.receipt == "TJ-2026-00001"
    assert owner.digest != first
    standings = dict(owner.values.values_list("indicator", "standing"))
    assert standings["ind_profit"] == Standing.PENDING
    assert standings["ind_employment"] == Standing.ACCEPTED
    owner = returns.accept(actor=city, owner=owner)
    assert set(owner.values.values_list("standing", flat=True)) == {Standing.ACCEPTED}


def test_the_province_sends_back_and_reopens_for_a_reason(case: Case) -> None:
    province = case.actor("province")
    owner = returns.return_values(
        actor=province, owner=case.accepted(2025, 3), returned={"ind_rd_expenditure": "口径不符"}
    )
    assert owner.state == ReturnState.RETURNED
    owner = case.locked(2025, 4)
    with pytest.raises(Invalid) as refused:
        returns.reopen(actor=province, owner=owner, returned={"ind_profit": "重报"}, comment=" ")
    assert ("comment_required", "comment") in codes(refused)
    with pytest.raises(NotAllowed):
        returns.reopen(
            actor=case.actor("city"), owner=owner, returned={"ind_profit": "重报"}, comment="审计发现"
        )
    owner = returns.reopen(actor=province, owner=owner, returned={"ind_profit": "重报"}, comment="审计发现")
    assert (owner.state, owner.reason, fresh(owner).reopened) == (ReturnState.RETURNED, "审计发现", 1)
    entry = AuditEntry.objects.filter(action="return.reopen").latest("pk")
    assert entry.detail["comment"] == "审计发现"


def test_a_batch_takes_only_what_is_clean(case: Case) -> None:
    other = another(case, "临淄化工新材料集群", district="370305")
    for each in (case, other):
        each.reported(2024, 4)
    clean, odd = case.reported(2025, 4), other.reported(2025, 4, ind_main_revenue="900000")
    told = returns.many(actor=case.actor("city"), name="accept", owners=[clean, odd])
    assert [row.pk for row in told["done"]] == [clean.pk]
    assert [row.pk for row, _why in told["skipped"]] == [odd.pk]
    told = returns.many(actor=case.actor("city"), name="confirm", owners=[fresh(clean)])
    assert told["done"] == []


def test_who_accepted_does_not_confirm(case: Case) -> None:
    people.give_role(case.people["city"], "provincial_drc", case.province)
    owner = case.accepted(2025, 4)
    with pytest.raises(NotAllowed):
        returns.confirm(actor=people.act(case.people["city"], case.province), owner=owner)


def test_the_bureau_reviews_an_innovative_cluster(case: Case) -> None:
    bureau = people.make_bureau("370300")
    officer, head = people.make_user("case_officer", bureau), people.make_user("division_head", bureau)
    park = make_case(kind=INNOVATIVE, level="municipal", name="先进陶瓷创新型产业集群")
    park.entity.authority = bureau
    park.entity.save()
    owner = park.reported(2025, 4)
    with pytest.raises(NotAllowed):
        returns.accept(actor=case.actor("city"), owner=owner)
    owner = returns.accept(actor=people.act(officer), owner=owner)
    with pytest.raises(NotAllowed):
        returns.confirm(actor=people.act(officer), owner=owner)
    assert returns.confirm(actor=people.act(head), owner=owner).state == ReturnState.CONFIRMED


# --- who and when ------------------------------------------------------------------------------

ACTS = ("submit", "accept", "return", "confirm", "send_back", "lock", "reopen")
GOLDEN = {
    "filler": set(),
    "signer": {"submit"},
    "city": {"accept", "return"},
    "province": {"confirm", "send_back", "lock", "reopen"},
    "outsider": set(),
    "auditor": set(),
}


def test_who_may_do_what_in_which_state(case: Case) -> None:
    owner = case.opened(2025, 4)
    outsider = people.make_user("unit_admin", people.make_organisation())
    auditor = people.make_user("auditor", case.province)
    actors = {name: case.actor(name) for name in ("filler", "signer", "city", "province")}
    actors |= {"outsider": people.act(outsider), "auditor": people.act(auditor)}
    for name, actor in actors.items():
        allowed = {t.name for t in RETURN if t.allowed(actor, owner)}
        assert allowed == GOLDEN[name], name
    sources = {t.name: set(t.sources) for t in RETURN}
    assert set(sources) == set(ACTS)
    for state in ReturnState.values:
        row = ClusterReturn(state=state, period=owner.period, entity=owner.entity)
        offered = {t.name for a in actors.values() for t in RETURN.available(row, a)}
        assert offered == {name for name, froms in sources.items() if state in froms}


def test_others_find_nothing_and_the_list_agrees_with_the_rule(case: Case) -> None:
    owner = case.opened(2025, 4)
    qingdao = people.make_bureau("370200", name="青岛市发展和改革委员会", department="development_reform")
    science = people.make_bureau("370300")
    strangers = {
        "another body": people.act(people.make_user("unit_admin", people.make_organisation())),
        "another city": people.act(people.make_user("municipal_drc", qingdao)),
        "the science bureau": people.act(people.make_user("case_officer", science)),
        "an expert": people.act(people.make_user("expert", case.city)),
        "finance": people.act(people.make_user("finance", case.city)),
        "nobody": Actor.public(),
    }
    for name, actor in strangers.items():
        assert not see.visible_returns(actor).exists(), name
        with pytest.raises(NotVisible):
            see.get_return(actor, owner.pk)
    readers = [case.actor(name) for name in ("filler", "signer", "city", "province")]
    readers.append(people.act(people.make_user("auditor", case.city)))
    for actor in readers:
        assert list(see.visible_returns(actor)) == [owner]
        assert see.get_return(actor, owner.pk) == owner


def test_before_the_period_opens_nothing_is_filled_in(case: Case) -> None:
    days = {"opens_on": clock.today() + datetime.timedelta(days=2), "due_on": datetime.date(2026, 3, 20)}
    owner = case.opened(2025, 4)
    Period.objects.filter(pk=owner.period_id).update(**days)
    with pytest.raises(NotNow):
        returns.save(actor=case.actor("filler"), owner=owner, values={"ind_profit": "1"})


def test_a_reported_return_is_not_edited(case: Case) -> None:
    owner = case.reported(2025, 4)
    with pytest.raises(NotNow):
        returns.save(actor=case.actor("filler"), owner=owner, values={"ind_profit": "1"})
    with pytest.raises(NotNow):
        returns.submit(actor=case.actor("signer"), owner=owner, declared=True)


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "submitted"},
        {"state": "returned"},
        {
            "state": "accepted",
            "submitted_at": datetime.datetime(2026, 1, 5, tzinfo=clock.SHANGHAI),
            "receipt": "x",
            "digest": "d" * 64,
        },
    ],
)
def test_the_database_ties_a_state_to_its_moment(case: Case, facts: dict[str, Any]) -> None:
    owner = case.opened(2025, 4)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClusterReturn.objects.filter(pk=owner.pk).update(**facts)


def test_a_missing_return_is_asked_for_by_the_office_alone(case: Case) -> None:
    from accounts.models import Message

    owner = case.opened(2025, 4)
    with pytest.raises(NotAllowed):
        returns.remind(actor=case.actor("filler"), owner=owner)
    returns.remind(actor=case.actor("city"), owner=owner)
    message = Message.objects.filter(user=case.people["filler"]).latest("pk")
    assert "2025年第4季度" in message.title
    assert returns.still_matters(message)
    case.reported(2025, 4)
    assert not returns.still_matters(message)
    with pytest.raises(NotNow):
        returns.remind(actor=case.actor("city"), owner=fresh(owner))


def test_sheets_of_many_cost_what_one_costs(case: Case, django_assert_num_queries: Any) -> None:
    others = [another(case, f"集群{n}") for n in range(4)]
    for each in (case, *others):
        each.reported(2024, 4)
        each.filled(2025, 4)
    rows = list(see.visible_returns(case.actor("province")))
    assert len(rows) == 10
    for some in (rows[:1], rows):
        with django_assert_num_queries(2):
            see.sheets(some)


def test_the_system_may_open(case: Case) -> None:
    assert SYSTEM.is_system
    assert case.period(2025, 3).opened_by is None
