"""The key enterprise library and its requests: entered, taken up, answered, settled; owed by somebody all the while."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from clusters.models import KeyEnterprise, SupportRequest
from clusters.selectors import enterprises as see
from clusters.services import enterprises, requests
from core import clock
from core.errors import Invalid, NotAllowed, NotNow, NotVisible
from filings.models import Duty
from tests.makers import clusters as make
from tests.makers.accounts import act, make_organisation, make_user

pytestmark = pytest.mark.django_db
DAY = datetime.date(2026, 2, 2)


def facts(**given: Any) -> enterprises.EntryFacts:
    values = {
        "name": "淄博岭舟粉体有限公司",
        "credit_code": make.code(),
        "role": "leader",
        "since": DAY,
        "reason": "细分市场国内第一",
        "size_class": "large",
        "revenue": Decimal("1200000000.00"),
        "revenue_year": 2025,
    }
    return enterprises.EntryFacts(**values | given)


def entered(around: Any, **given: Any) -> KeyEnterprise:
    return enterprises.enter(actor=around.body, cluster=around.cluster, facts=facts(**given))


def raised(around: Any, row: KeyEnterprise | None = None, actor: Any = None) -> SupportRequest:
    return requests.raise_request(
        actor=actor or around.body,
        enterprise=row or entered(around),
        kind="land",
        title="新增用地 80 亩",
        text="扩产需要用地。",
    )


def assigned(around: Any, row: SupportRequest, **given: Any) -> SupportRequest:
    values = {
        "owner": around.case.passing,
        "due_on": clock.today() + datetime.timedelta(days=10),
        "department": "市自然资源和规划局",
        "next_step": "现场踏勘",
    }
    return requests.assign(actor=around.city, request=row, **values | given)


def duties_of(row: SupportRequest) -> list[tuple[str, int, int | None]]:
    rows = Duty.objects.filter(scope=f"supportrequest:{row.pk}", standing="open")
    return [(duty.kind, duty.organisation_id, duty.person_id) for duty in rows]


def test_a_firm_is_entered_once_and_leaves_with_a_reason(around: Any) -> None:
    row = entered(around)
    with pytest.raises(Invalid) as refused:
        entered(around, credit_code=row.credit_code)
    assert refused.value.problems[0].field == "credit_code"
    with pytest.raises(Invalid):
        enterprises.leave(actor=around.body, enterprise=row, until=DAY, reason=" ")
    gone = enterprises.leave(actor=around.body, enterprise=row, until=clock.today(), reason="经营下滑")
    assert gone.end_reason == "经营下滑"
    assert entered(around, credit_code=row.credit_code).pk != row.pk


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"reason": ""}, "reason"),
        ({"credit_code": "1"}, "credit_code"),
        ({"role": "boss"}, "role"),
        ({"since": datetime.date(2026, 3, 9)}, "since"),
        ({"revenue": Decimal("-5")}, "revenue"),
        ({"revenue_year": None}, "revenue_year"),
        ({"size_class": "huge"}, "size_class"),
    ],
)
def test_wrong_facts_are_refused_beside_their_field(around: Any, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        entered(around, **changes)
    assert field in [problem.field for problem in refused.value.problems]


def test_only_the_body_keeps_the_library(around: Any) -> None:
    for actor in (around.city, around.province, around.outsider()):
        with pytest.raises(NotAllowed):
            enterprises.enter(actor=actor, cluster=around.cluster, facts=facts())


def test_fifty_is_shown_as_size(around: Any) -> None:
    size = see.size(around.cluster)
    assert (size["target"], size["clause"]) == (50, "鲁发改高技〔2020〕194号 二(一)")


def test_a_request_from_raised_to_settled(around: Any) -> None:
    row = raised(around)
    city = around.case.passing_bureau.pk
    assert duties_of(row) == [("support_request", city, None)]
    row = assigned(around, row)
    assert duties_of(row) == [("support_request", city, around.case.passing.pk)]
    row = requests.progress(actor=around.city, request=row, text="已踏勘", next_step="报批")
    assert row.next_step == "报批"
    row = requests.answer(actor=around.city, request=row, outcome="已落实 60 亩。")
    assert duties_of(row) == []
    row = requests.reopen(actor=around.body, request=row, comment="还差 20 亩")
    assert (row.state, len(duties_of(row))) == ("assigned", 1)
    row = requests.answer(actor=around.city, request=row, outcome="已全部落实。")
    row = requests.settle(actor=around.body, request=row)
    assert (row.state, row.outcome) == ("closed", "已全部落实。")
    assert [step.name for step in row.steps.all()] == [
        "raise",
        "assign",
        "progress",
        "answer",
        "reopen",
        "answer",
        "settle",
    ]


def test_the_firm_itself_asks_and_settles(around: Any) -> None:
    unit = make_organisation(district="370303")
    firm = act(make_user("unit_admin", unit))
    entry = entered(around, credit_code=unit.credit_code)
    row = raised(around, entry, actor=firm)
    assert see.requests_of(firm).get() == row
    assert see.entries(firm).get() == entry
    row = requests.answer(actor=around.city, request=assigned(around, row), outcome="已办结。")
    assert see.waiting(firm).get() == row
    assert requests.settle(actor=firm, request=row).state == "closed"


def test_nobody_else_sees_or_acts(around: Any) -> None:
    row = raised(around)
    stranger = around.outsider()
    with pytest.raises(NotVisible):
        see.get_request(stranger, row.pk)
    with pytest.raises(NotVisible):
        see.get_entry(stranger, row.enterprise_id)
    with pytest.raises(NotAllowed):
        raised(around, row.enterprise, actor=stranger)
    with pytest.raises(NotAllowed):
        requests.assign(
            actor=around.body,
            request=row,
            owner=around.case.applicant,
            due_on=clock.today(),
            department="本单位",
        )


def test_an_owner_is_of_the_own_bureau_and_a_date_is_ahead(around: Any) -> None:
    row = raised(around)
    for given in (
        {"owner": around.case.officer},
        {"owner": None},
        {"due_on": datetime.date(2026, 3, 1)},
        {"due_on": None},
        {"due_on": datetime.date(2028, 3, 1)},
        {"department": ""},
    ):
        with pytest.raises(Invalid):
            assigned(around, row, **given)


def test_the_city_takes_up_and_the_province_may(around: Any) -> None:
    row = raised(around)
    assert see.waiting(around.city).get() == see.waiting(around.province).get() == row
    requests.assign(
        actor=around.province,
        request=row,
        owner=around.case.officer,
        due_on=clock.today(),
        department="省发展改革委",
    )
    assert not see.waiting(around.city).exists()
    assert duties_of(row) == [("support_request", around.case.bureau.pk, around.case.officer.pk)]


def test_requests_of_an_innovative_cluster_go_to_the_science_bureau(innovative: Any) -> None:
    entry = enterprises.enter(actor=innovative.body, cluster=innovative.cluster, facts=facts())
    row = raised(innovative, entry)
    assert duties_of(row) == [("support_request", innovative.case.bureau.pk, None)]
    with pytest.raises(NotAllowed):
        assigned(innovative, row)


def test_a_withdrawn_request_ends_and_an_open_one_keeps_the_firm(around: Any) -> None:
    row = raised(around)
    with pytest.raises(NotNow):
        enterprises.leave(
            actor=around.body, enterprise=row.enterprise, until=clock.today(), reason="经营下滑"
        )
    row = requests.withdraw(actor=around.body, request=row, comment="已自行解决")
    assert (row.state, duties_of(row)) == ("withdrawn", [])
    enterprises.leave(actor=around.body, enterprise=row.enterprise, until=clock.today(), reason="经营下滑")
    with pytest.raises(NotNow):
        raised(around, row.enterprise)


def test_the_kinds_of_help_are_those_of_the_register() -> None:
    from clusters.enums import RequestKind
    from policy.models import Item

    data = Item.objects.get(key="reg_key_enterprises").data
    assert data["help_with"] == [str(kind.label) for kind in RequestKind][:-1]
