"""Budgets, awards and payments for tests of the money, by the real services; the claim behind an award is a bare row.

desk = make_desk()                                  # 淄博市 with finance, a second person, an auditor
make_budget(desk, amount="1000000")                 # confirmed by the second person
award = make_award(desk, amount="500000")           # proposed and reserved: reserve()/spend() are the test's to call
payment = decide(desk, award)                       # reserved, spent, its first payment planned
batch = sent(desk, payment)                         # made, submitted, approved by another, sent
"""

from __future__ import annotations

import datetime
import itertools
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from accounts.models import Organisation, User
from core import clock
from core.actor import Actor
from filings.models import Duty, Filing
from subsidies.models import Award, Budget, Payment, PaymentBatch
from subsidies.services import batches, budgets
from tests.makers import accounts as people
from tests.support.remembered import remembered

MEASURE = "sub_platform_national"
YEAR = 2026
_numbers = itertools.count(1)


@dataclass
class Desk:
    """A payer and its people."""

    bureau: Organisation
    finance: User
    second: User
    head: User
    auditor: User
    officer: User

    def actor(self, name: str) -> Actor:
        """finance, second, head, auditor or officer, acting in the bureau."""
        return people.act(getattr(self, name), self.bureau)


@remembered
def make_desk(place: str = "370300", **facts: Any) -> Desk:
    """A bureau with two people of finance, a head of a division, an auditor and a case officer."""
    return desk_of(people.make_bureau(place, **facts))


def desk_of(bureau: Organisation) -> Desk:
    """The same people for a bureau that is there."""
    roles = {
        "finance": "finance",
        "second": "finance",
        "head": "division_head",
        "auditor": "auditor",
        "officer": "case_officer",
    }
    return Desk(bureau, **{name: people.make_user(role, bureau) for name, role in roles.items()})


@remembered
def make_budget(
    desk: Desk, *, amount: Any = "10000000", year: int = YEAR, measures: tuple[str, ...] = (), name: str = ""
) -> Budget:
    """Appropriated by one and confirmed by another."""
    budget = budgets.open_budget(
        actor=desk.actor("finance"),
        year=year,
        name=name or f"{year} 年科技奖补资金{next(_numbers)}",
        measures=measures,
        amount=Decimal(amount),
        reason="年初预算",
        document_number="淄财〔2026〕1号",
    )
    budgets.confirm_change(actor=desk.actor("second"), change=budget.changes.get())
    budget.refresh_from_db()
    return budget


def make_award(
    desk: Desk,
    *,
    amount: Any = "500000",
    measure: str = MEASURE,
    unit: Organisation | None = None,
    place: str = "370303",
    on: datetime.date = datetime.date(2026, 1, 15),
    entity: Any = None,
    account: dict[str, str] | None = None,
    **facts: Any,
) -> Award:
    """Proposed, nothing reserved yet; its claim names an account of the unit."""
    unit = unit or people.make_organisation(district=place)
    number = next(_numbers)
    payee = {
        "bank": "中国工商银行淄博张店支行",
        "account_name": unit.name,
        "account_number": f"16030210192{number:08d}",
    }
    claim = Filing.objects.create(
        programme="support_claim",
        action="claim",
        applicant=unit,
        authority=desk.bureau,
        district=unit.district,
        content={"payee": payee if account is None else account},
        created_at=clock.now(),
        created_by=desk.head,
        title=f"申领{number}",
    )
    return Award.objects.create(
        claim=claim,
        measure=measure,
        organisation=unit,
        entity=entity,
        on=on,
        year=on.year,
        place=place,
        asked={},
        result={},
        sha256="0" * 64,
        amount=Decimal(amount),
        proposed_at=clock.now(),
        **facts,
    )


def decide(desk: Desk, award: Award) -> Payment:
    """Reserved, decided and spent; the payment planned."""
    budgets.reserve(actor=desk.actor("head"), award=award)
    Award.objects.filter(pk=award.pk).update(
        state="decided", decided_on=clock.today(), document_number="淄科兑〔2026〕1号"
    )
    budgets.spend(actor=desk.actor("head"), award=award)
    return award.payments.get()


def sent(desk: Desk, *rows: Payment) -> PaymentBatch:
    """A batch all the way to the treasury."""
    batch = batches.create(actor=desk.actor("finance"), chosen=rows)
    batch = batches.submit(actor=desk.actor("finance"), batch=batch)
    batch = batches.approve(actor=desk.actor("head"), batch=batch)
    return batches.send(actor=desk.actor("finance"), batch=batch)


def settle(desk: Desk, batch: PaymentBatch, *, returned: tuple[Payment, ...] = ()) -> PaymentBatch:
    """Every line answered: paid, but for those returned."""
    results = [
        batches.Result(
            line.pk,
            "returned" if line.payment in returned else "paid",
            clock.today(),
            "账号与户名不符" if line.payment in returned else "",
            f"GK{line.pk}",
        )
        for line in batch.lines.filter(live=True)
    ]
    return batches.record_results(actor=desk.actor("finance"), batch=batch, results=results)


def paid(desk: Desk, **facts: Any) -> Payment:
    """A payment that arrived."""
    payment = decide(desk, make_award(desk, **facts))
    settle(desk, sent(desk, payment))
    payment.refresh_from_db()
    return payment


def returned(desk: Desk) -> Payment:
    """A payment that the bank sent back."""
    payment = decide(desk, make_award(desk))
    settle(desk, sent(desk, payment), returned=(payment,))
    payment.refresh_from_db()
    return payment


def open_duties(row: Any) -> list[str]:
    """What is owed in a matter."""
    scope = f"{row._meta.model_name}:{row.pk}"
    return list(Duty.objects.filter(scope=scope, standing="open").values_list("key", flat=True))
