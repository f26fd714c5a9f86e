"""Budgets: two persons, reserved and spent once, never overspent; the ledger is the balance and is never rewritten."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation
from core.errors import Invalid, NotAllowed, NotNow
from core.models import AuditEntry
from subsidies.models import Budget, BudgetEntry, Commitment, QuotaYear
from subsidies.presentation.money import budget_line
from subsidies.selectors import money_lists
from subsidies.selectors.ledger import broken
from subsidies.services import budgets, ledger, quotas
from tests.api.caller import Caller
from tests.makers import accounts as people
from tests.makers import money
from tests.makers.law import reading

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def desk(frozen: Any) -> money.Desk:
    return money.make_desk()


def figures(budget: Budget) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    budget.refresh_from_db()
    return budget.amount, budget.reserved, budget.spent, budget.left


def test_a_budget_is_empty_until_another_person_confirms(desk: money.Desk) -> None:
    budget = budgets.open_budget(
        actor=desk.actor("finance"), year=2026, name="奖补资金", measures=[], amount=D(100), reason="年初预算"
    )
    assert figures(budget) == (0, 0, 0, 0)
    change = budget.changes.get()
    with pytest.raises(NotAllowed):
        budgets.confirm_change(actor=desk.actor("finance"), change=change)
    budgets.confirm_change(actor=desk.actor("second"), change=change)
    assert figures(budget) == (100, 0, 0, 100)
    entry = budget.entries.get()
    assert (entry.kind, entry.amount, entry.amount_after) == ("appropriated", 100, 100)
    with pytest.raises(NotNow):
        budgets.confirm_change(actor=desk.actor("second"), change=change)


def test_an_adjustment_never_goes_below_what_is_bound(desk: money.Desk) -> None:
    budget = money.make_budget(desk, amount=100)
    budgets.reserve(actor=desk.actor("head"), award=money.make_award(desk, amount=60))
    cut = budgets.propose_change(actor=desk.actor("finance"), budget=budget, delta=D(-50), reason="压减")
    with pytest.raises(NotNow, match=r"余额 40.00 元"):
        budgets.confirm_change(actor=desk.actor("second"), change=cut)
    assert figures(budget) == (100, 60, 0, 40)
    budgets.refuse_change(actor=desk.actor("second"), change=cut, comment="已预留的不能压减")
    cut = budgets.propose_change(actor=desk.actor("finance"), budget=budget, delta=D(-40), reason="压减")
    budgets.confirm_change(actor=desk.actor("second"), change=cut)
    assert figures(budget) == (60, 60, 0, 0)


def test_a_budget_moves_where_all_constraints_are_immediate(desk: money.Desk) -> None:
    """As after a register was loaded in the same transaction."""
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    budget = money.make_budget(desk, amount=100)
    money.decide(desk, money.make_award(desk, amount=60))
    assert figures(budget) == (100, 0, 60, 40)


@pytest.mark.parametrize("delta", ["0", "0.001", "1e14"])
def test_absurd_adjustments_are_refused(desk: money.Desk, delta: str) -> None:
    budget = money.make_budget(desk)
    with pytest.raises(Invalid):
        budgets.propose_change(actor=desk.actor("finance"), budget=budget, delta=D(delta), reason="调整")


def test_one_budget_of_a_measure_a_year(desk: money.Desk) -> None:
    money.make_budget(desk, measures=("sub_platform_national",))
    with pytest.raises(Invalid, match="本年度已有预算"):
        money.make_budget(desk, measures=("sub_platform_national", "sub_incubator_national"))
    with pytest.raises(Invalid, match="没有这项支持措施"):
        money.make_budget(desk, measures=("sub_nothing",))
    money.make_budget(desk)  # for all others
    with pytest.raises(Invalid):
        money.make_budget(desk)


def test_reserve_release_and_spend_act_once(desk: money.Desk) -> None:
    budget, award, head = (
        money.make_budget(desk, amount=100),
        money.make_award(desk, amount=70),
        desk.actor("head"),
    )
    for _again in range(3):
        budgets.reserve(actor=head, award=award)
    assert figures(budget) == (100, 70, 0, 30)
    for _again in range(2):
        budgets.release(actor=head, award=award)
    assert figures(budget) == (100, 0, 0, 100)
    award.proposal += 1
    award.save(update_fields=["proposal"])
    budgets.reserve(actor=head, award=award)
    for _again in range(3):
        budgets.spend(actor=head, award=award)
    assert figures(budget) == (100, 0, 70, 30)
    assert award.payments.count() == 1
    kinds = list(budget.entries.order_by("number").values_list("kind", flat=True))
    assert kinds == ["appropriated", "reserved", "released", "reserved", "spent"]
    assert broken() == []


def test_a_changed_proposal_is_reserved_anew(desk: money.Desk) -> None:
    budget, award = money.make_budget(desk, amount=100), money.make_award(desk, amount=70)
    budgets.reserve(actor=desk.actor("head"), award=award)
    award.amount, award.proposal = D(90), 2
    award.save(update_fields=["amount", "proposal"])
    budgets.reserve(actor=desk.actor("head"), award=award)
    assert figures(budget) == (100, 90, 0, 10)


def test_nothing_left_says_which_budget(desk: money.Desk) -> None:
    budget = money.make_budget(desk, amount="99.99", name="平台奖励")
    with pytest.raises(NotNow, match=r"预算“平台奖励”（2026 年）余额 99.99 元，不足 100.00 元"):
        budgets.reserve(actor=desk.actor("head"), award=money.make_award(desk, amount=100))
    assert not Commitment.objects.exists()
    assert figures(budget)[3] == D("99.99")


def test_without_a_budget_it_says_so(desk: money.Desk) -> None:
    money.make_budget(desk, year=2025)
    with pytest.raises(NotNow, match="2026 年没有为“新获批国家级创新平台奖励”安排淄博市的预算"):
        budgets.reserve(actor=desk.actor("head"), award=money.make_award(desk))


def test_a_measures_own_budget_comes_first(desk: money.Desk) -> None:
    every = money.make_budget(desk, amount=1000)
    own = money.make_budget(desk, amount=1000, measures=("sub_platform_national",))
    budgets.reserve(actor=desk.actor("head"), award=money.make_award(desk, amount=300))
    budgets.reserve(
        actor=desk.actor("head"), award=money.make_award(desk, amount=200, measure="sub_incubator_national")
    )
    assert (figures(own)[1], figures(every)[1]) == (300, 200)


def test_what_the_law_leaves_open_is_shared_case_by_case(desk: money.Desk) -> None:
    district = money.make_desk("370303")
    city, local = money.make_budget(desk, amount=1000), money.make_budget(district, amount=1000)
    award = money.make_award(desk, amount="100.01", measure="sub_whole_relocation")
    head = desk.actor("head")
    with pytest.raises(NotNow, match="分担比例"):
        budgets.reserve(actor=head, award=award)
    shares: dict[Organisation, Decimal] = {desk.bureau: D("66.67"), district.bureau: D("33.33")}
    with pytest.raises(Invalid):
        budgets.record_shares(actor=head, claim=award.claim, shares={desk.bureau: D(60)}, reason="专题会")
    budgets.record_shares(actor=head, claim=award.claim, shares=shares, reason="市政府专题会议纪要")
    budgets.reserve(actor=head, award=award)
    assert (figures(city)[1], figures(local)[1]) == (D("66.68"), D("33.33"))
    with pytest.raises(NotNow):
        budgets.record_shares(actor=head, claim=award.claim, shares=shares, reason="再改")
    reading("subsidy.payer_split", "district")
    other = money.make_award(desk, amount=100, measure="sub_whole_relocation")
    budgets.reserve(actor=head, award=other)
    assert figures(local)[1] == D("133.33")


def test_a_yearly_quota_has_so_many_places(desk: money.Desk) -> None:
    money.make_budget(desk)
    rows = [money.make_award(desk, measure="sub_maker_demonstration") for _number in range(6)]
    for award in rows[:5]:
        budgets.reserve(actor=desk.actor("head"), award=award)
        budgets.reserve(actor=desk.actor("head"), award=award)
    with pytest.raises(NotNow, match="2026 年名额为 5 个，已经用完") as refused:
        budgets.reserve(actor=desk.actor("head"), award=rows[5])
    assert refused.value.problems[0].clause
    other = money.make_award(desk, measure="sub_maker_demonstration", on=datetime.date(2025, 6, 1))
    budgets.reserve(actor=desk.actor("head"), award=other)
    budgets.release(actor=desk.actor("head"), award=rows[0])
    budgets.reserve(actor=desk.actor("head"), award=rows[5])
    assert QuotaYear.objects.get(year=2026).used == 5
    with pytest.raises(IntegrityError), transaction.atomic():
        QuotaYear.objects.filter(year=2026).update(used=6)


def test_fewer_than_the_least_of_a_quota_need_a_note(desk: money.Desk) -> None:
    budget = money.make_budget(desk)
    rows = [money.make_award(desk, measure="sub_maker_demonstration") for _number in range(3)]
    budgets.reserve(actor=desk.actor("head"), award=rows[0])
    [quota] = money_lists.quotas_of(budget)
    assert (quota.used, quota.least, quota.allowed, quota.is_short) == (1, 3, 5, True)
    page = people.as_person(desk.finance)
    address = reverse("subsidies:quota_note", args=[budget.pk, quota.pk])
    shown = page.get(reverse("subsidies:budget", args=[budget.pk])).content.decode()
    assert "少于 3 个的，须备注" in shown and address in shown
    assert page.post(address, {"note": " ", "form_key": "a"}).status_code == 422
    assert page.post(address, {"note": "评审后只有一家达到条件", "form_key": "b"}).status_code == 302
    assert (
        "评审后只有一家达到条件" in page.get(reverse("subsidies:budget", args=[budget.pk])).content.decode()
    )
    assert people.as_person(desk.head).get(address).status_code == 403
    caller, path = Caller(desk.finance), f"budgets/{budget.pk}/quotas/"
    [told] = caller.get(path).ok()
    assert (told["used"], told["least"], told["note"]) == (1, 3, "评审后只有一家达到条件")
    assert caller.call("PUT", f"{path}{quota.pk}/", {"note": "两家退出"}).ok()["note"] == "两家退出"
    assert caller.call("PUT", f"{path}{10**6}/", {"note": "x"}).status == 404
    assert AuditEntry.objects.filter(action="quota.note").count() == 2
    for award in rows[1:]:
        budgets.reserve(actor=desk.actor("head"), award=award)
    with pytest.raises(NotNow, match="不需要说明"):
        quotas.note(actor=desk.actor("finance"), budget=budget, quota=quota, text="x")
    elsewhere = money.make_budget(money.make_desk("370200"))
    assert money_lists.quotas_of(elsewhere) == []


# --- what the database refuses ---------------------------------------------------------------


def test_the_ledger_is_never_rewritten(desk: money.Desk) -> None:
    budget = money.make_budget(desk)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
    for act in (
        lambda: BudgetEntry.objects.update(amount=1),
        lambda: BudgetEntry.objects.all().delete(),
        lambda: connection.cursor().execute("TRUNCATE subsidies_budgetentry CASCADE"),
    ):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            act()
    assert budget.entries.count() == 1


@pytest.mark.parametrize(
    "how",
    [
        "UPDATE subsidies_budget SET amount = amount + 1",
        "UPDATE subsidies_budget SET reserved = 5",
        "UPDATE subsidies_budget SET entries_made = 0",
    ],
)
def test_a_balance_beside_the_ledger_is_refused(desk: money.Desk, how: str) -> None:
    money.make_budget(desk, amount=100)
    cursor = connection.cursor()
    with pytest.raises(IntegrityError, match="not the sum of its ledger"), transaction.atomic():
        cursor.execute(how)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_entry_without_the_balance_is_refused(desk: money.Desk) -> None:
    budget = money.make_budget(desk, amount=100)
    for number, after in ((2, 5), (3, 10), (2, 10)):
        with pytest.raises(IntegrityError), transaction.atomic():
            ledger.write(
                "reserved", D(10), (number, D(100), D(after), D(0)), actor=desk.actor("head"), budget=budget
            )
            connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_an_overdrawn_budget_is_refused_by_the_database(desk: money.Desk) -> None:
    money.make_budget(desk, amount=100)
    with pytest.raises(IntegrityError, match="budget_not_overspent"), transaction.atomic():
        Budget.objects.update(reserved=60, spent=41)


def test_an_entry_moves_as_its_kind_says(desk: money.Desk) -> None:
    budget = money.make_budget(desk, amount=100)
    with pytest.raises(IntegrityError, match="entry_moves_as_its_kind"), transaction.atomic():
        BudgetEntry.objects.create(
            budget=budget, number=2, kind="spent", amount=5, to_amount=5, amount_after=105, reserved_after=0,
            spent_after=0, at=budget.created_at,
        )  # fmt: skip


def test_only_finance_of_the_payer_keeps_a_budget(desk: money.Desk) -> None:
    budget = money.make_budget(desk)
    other = money.make_desk("370200")
    for actor in (desk.actor("head"), desk.actor("auditor"), other.actor("finance")):
        with pytest.raises(NotAllowed):
            budgets.propose_change(actor=actor, budget=budget, delta=D(1), reason="增加")
    unit = people.act(people.make_user("unit_admin", people.make_organisation()))
    with pytest.raises(NotAllowed):
        budgets.open_budget(actor=unit, year=2026, name="x", measures=[], amount=D(1), reason="x")


def test_a_budget_stays_within_what_a_column_holds(desk: money.Desk) -> None:
    budget = money.make_budget(desk, amount="9999999999999")
    with pytest.raises(Invalid, match="金额过大"):
        budgets.propose_change(actor=desk.actor("finance"), budget=budget, delta=Decimal(1), reason="追加")


def test_a_refused_first_amount_blocks_no_other_budget(desk: money.Desk) -> None:
    given: dict[str, Any] = {"year": 2026, "measures": ("sub_incubator_national",), "reason": "年初预算"}
    first = budgets.open_budget(actor=desk.actor("finance"), name="误填", amount=Decimal(1), **given)
    with pytest.raises(Invalid, match="已有预算"):
        budgets.open_budget(actor=desk.actor("finance"), name="重编", amount=Decimal(2), **given)
    budgets.refuse_change(actor=desk.actor("second"), change=first.changes.get(), comment="金额有误")
    again = budgets.open_budget(actor=desk.actor("finance"), name="重编", amount=Decimal(2), **given)
    budgets.confirm_change(actor=desk.actor("second"), change=again.changes.get())
    with pytest.raises(NotNow, match="作废"):
        budgets.propose_change(actor=desk.actor("finance"), budget=first, delta=Decimal(1), reason="再报")
    assert "作废" in str(budget_line(Budget.objects.get(pk=first.pk), {})["covers"])


def test_shares_are_recorded_before_or_after_a_proposal(desk: money.Desk) -> None:
    claim = money.make_award(desk, measure="sub_whole_relocation").claim
    with CaptureQueriesContext(connection) as seen:
        budgets.record_shares(
            actor=desk.actor("head"), claim=claim, shares={desk.bureau: Decimal(100)}, reason="会议纪要"
        )
    statements = [row["sql"] for row in seen]
    locked = next(at for at, sql in enumerate(statements) if "FOR NO KEY UPDATE" in sql and "filing" in sql)
    asked = next(at for at, sql in enumerate(statements) if 'FROM "subsidies_commitment"' in sql)
    assert locked < asked
