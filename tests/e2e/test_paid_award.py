"""From an award the portal found for a unit to the batch in which it is paid, at browsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from filings.enums import State
from filings.models import Filing
from subsidies.models import Award, PaymentBatch
from tests.e2e.browsing import Person
from tests.e2e.test_claim import PROOF
from tests.e2e.years import DemoClock, hand_in
from tests.makers import claims as make
from tests.makers import filings as spine

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
People = Callable[..., Person]
ANSWERS: dict[str, dict[str, Any]] = {
    "payee": {"bank": "某某银行淄博张店支行", "account_number": "370300000000001234"},
    "evidence": {"proof": PROOF},
    "declaration": {"truthful": True, "not_elsewhere": True, "consent": True},
}


@pytest.fixture
def cast(transactional_db: None) -> make.ClaimCase:
    """A newly approved provincial incubator in 张店区, the bureau of Zibo with a budget and two people of finance."""
    return make.make_claim_case()


def act(me: Person, batch: PaymentBatch, name: str) -> PaymentBatch:
    """One step of a batch, by the button its sheet is for."""
    me.go("subsidies:batch_act", batch.pk, name)
    with me.page.expect_navigation():
        me.page.locator("main form[method=post] button.btn--primary").first.click()
    batch.refresh_from_db()
    return batch


def claimed(me: Person) -> Filing:
    """From the matches to a claim handed in."""
    me.go("subsidies:matches").says("符合条件")
    with me.page.expect_navigation():
        me.page.locator("#match-1 a").click()
    me.follow("申领").press("开始申领")
    filing = Filing.objects.get(programme="support_claim")
    for section in filing.spec.applicant_sections:
        if section.key in ANSWERS:
            me.go("filings:section", filing.pk, section.key).fill(ANSWERS[section.key])
            me.press("保存").says("已保存")
    return hand_in(me, spine.fresh(filing), "提交申领")


def test_from_a_match_to_a_paid_batch(
    worker: Any, demo: DemoClock, cast: make.ClaimCase, people: People
) -> None:
    me = people(cast.applicant)
    said = {"set_amount": "300000", "reason": "新认定的省级孵化器"}
    filing = make.drive(cast, claimed(me), State.FILED, demo, **said)
    award = Award.objects.get(claim=filing)
    assert award.state == "decided"
    payment = award.payments.get()
    me.go("subsidies:own_payments").says("待拨付", f"{payment.amount:,.2f}")
    people_of_finance = User.objects.filter(memberships__role="finance").order_by("pk")
    finance, second = (people(user, axe=True) for user in people_of_finance)
    finance.go("subsidies:payments").says(cast.unit.name, "核对通过")
    finance.page.locator(f'input[name="payment"][value="{payment.pk}"]').check()
    finance.press("把选中的列入新批次").says("编制中", "人民币")
    batch = PaymentBatch.objects.get()
    act(finance, batch, "submit")
    finance.go("subsidies:batch_act", batch.pk, "approve")
    assert finance.status == 403
    act(second, batch, "approve")
    assert act(finance, batch, "send").state == "sent"
    with finance.page.expect_download() as loading:
        finance.page.get_by_role("button", name="导出拨付清单").click()
    assert loading.value.suggested_filename.endswith(".xlsx")
    line = batch.lines.get()
    finance.go("subsidies:batch_results", batch.pk).fill({f"line-{line.pk}-outcome": "paid"})
    finance.press("登记结果").says("已对账", "已到账")
    me.go("subsidies:own_payments").says("已拨付")
    finance.go("subsidies:budgets").says(f"{award.amount:,.2f}")
