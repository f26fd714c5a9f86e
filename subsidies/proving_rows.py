"""The rows that `prove_budget` tries the guards on: one bureau, one unit, as many awards as people at once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from accounts import credit_code
from accounts.actors import actor_for
from accounts.enums import DistrictKind, Level, OrganisationKind, Role
from accounts.models import District, Organisation
from accounts.services import organisations, roles, users
from core import clock
from core.actor import Actor
from filings.enums import Action
from filings.models import Filing
from subsidies.models import Award, Budget, Payment, PaymentBatch
from subsidies.services import budgets

MEASURE = "sub_platform_national"
PAID = "sub_platform_provincial"
CITY = "370300"
SYSTEM = Actor.system()


@dataclass
class Rows:
    """What a round needs."""

    head: Actor
    finance: Actor
    budget: Budget
    awards: list[Award]
    batches: list[PaymentBatch]
    payment: Payment


def make_rows(size: int) -> Rows:
    """A budget of one yuan with `size` awards of one yuan; a payment with `size` batches that want it."""
    bureau, unit = units()
    finance, second, head = (
        person(role, number, bureau)
        for number, role in enumerate((Role.FINANCE, Role.FINANCE, Role.DIVISION_HEAD))
    )
    year = clock.today().year
    one = _budget(finance, second, year, "1")
    awards = [_award(unit, bureau, head, number) for number in range(size)]
    payment = _payment(finance, second, unit, bureau, head)
    made = [
        PaymentBatch.objects.create(
            number=f"T{number}", payer=bureau, created_by=finance.user, created_at=clock.now()
        )
        for number in range(size)
    ]
    return Rows(head, finance, one, awards, made, payment)


def units() -> tuple[Organisation, Organisation]:
    """A bureau of the city and a unit of one of its districts; the districts came with the law."""
    city = District.objects.get(code=CITY)
    place = District.objects.filter(parent=city, kind=DistrictKind.DISTRICT).order_by("code")[0]
    bureau = organisations.create_organisation(
        actor=SYSTEM,
        credit_code=credit_code.make("11", CITY, "MAPR", 1),
        name="proving bureau",
        kind=OrganisationKind.BUREAU,
        district=city,
        jurisdiction=city,
        level=Level.MUNICIPAL,
    )
    unit = organisations.create_organisation(
        actor=SYSTEM,
        credit_code=credit_code.make("91", place.code, "MAPR", 2),
        name="proving unit",
        kind=OrganisationKind.ENTERPRISE,
        district=place,
    )
    return bureau, unit


def person(role: Role, number: int, bureau: Organisation) -> Actor:
    """Somebody with a role in the bureau."""
    name = f"proving{number}"
    user = users.create_user(actor=SYSTEM, username=name, name=name, email=f"{name}@example.cn")
    roles.grant_initial_role(actor=SYSTEM, user=user, organisation=bureau, role=role)
    return actor_for(user, bureau)


def _budget(finance: Actor, second: Actor, year: int, amount: str, measures: tuple[str, ...] = ()) -> Budget:
    made = budgets.open_budget(
        actor=finance,
        year=year,
        name=f"proving {amount}",
        measures=measures,
        amount=Decimal(amount),
        reason="trial",
    )
    budgets.confirm_change(actor=second, change=made.changes.get())
    made.refresh_from_db()
    return made


def _award(
    unit: Organisation, bureau: Organisation, head: Actor, number: int, measure: str = MEASURE
) -> Award:
    """One yuan, proposed; its claim is a bare row."""
    account = {"bank": "proving bank", "account_name": unit.name, "account_number": "160302101920"}
    claim = Filing.objects.create(
        programme="support_claim",
        action=Action.ESTABLISH,
        applicant=unit,
        authority=bureau,
        district=unit.district,
        content={"payee": account},
        created_at=clock.now(),
        created_by=head.user,
        title=f"proving {number}",
    )
    today = clock.today()
    return Award.objects.create(
        claim=claim,
        measure=measure,
        organisation=unit,
        on=today,
        year=today.year,
        place=unit.district.code,
        asked={},
        result={},
        sha256="0" * 64,
        amount=Decimal(1),
        proposed_at=clock.now(),
    )


def _payment(finance: Actor, second: Actor, unit: Organisation, bureau: Organisation, head: Actor) -> Payment:
    """A planned payment out of a budget of its own."""
    _budget(finance, second, clock.today().year, "10", (PAID,))
    award = _award(unit, bureau, head, -1, PAID)
    budgets.reserve(actor=head, award=award)
    budgets.spend(actor=head, award=award)
    return award.payments.get()
