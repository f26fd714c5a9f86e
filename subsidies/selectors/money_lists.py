"""Budgets, payments, batches and what stops them, limited to what the actor may see. No writes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.enums import UNIT_ROLES, OrganisationKind, Role
from accounts.models import Organisation
from accounts.selectors import places_within
from core import clock
from core.actor import Actor
from core.errors import NotVisible
from filings.enums import OPEN_CANCELLATION, Grade
from filings.models import Cancellation, Rating
from subsidies import permissions_money as may
from subsidies.enums import AwardState
from subsidies.enums_money import BatchState, ChangeState, ClawBackState, PaymentState
from subsidies.models import (
    Award,
    BatchLine,
    Budget,
    BudgetChange,
    ClawBack,
    Payment,
    PaymentBatch,
    PaymentHold,
    QuotaYear,
    Revocation,
)

Row = TypeVar("Row", bound=Model)
PAYMENT_TABS: dict[str, tuple[str, ...]] = {
    "due": (PaymentState.PLANNED,),
    "returned": (PaymentState.RETURNED,),
    "held": (PaymentState.HELD,),
    "in_batch": (PaymentState.IN_BATCH,),
    "paid": (PaymentState.PAID,),
    "all": tuple(PaymentState.values),
}


def payers_of(actor: Actor) -> QuerySet[Organisation]:
    """The bureaus whose money this actor may look at: the own one, and for an auditor those of the own place."""
    if actor.organisation is None or not actor.has_role(*may.READERS):
        return Organisation.objects.none()
    ours = Q(pk=actor.organisation_id)
    place = actor.organisation.jurisdiction
    if actor.has_role(Role.AUDITOR) and place is not None:
        ours |= Q(kind=OrganisationKind.BUREAU, jurisdiction__in=places_within(place))
    return Organisation.objects.filter(ours)


def budgets_of(actor: Actor) -> QuerySet[Budget]:
    return (
        Budget.objects.filter(payer__in=payers_of(actor))
        .select_related("payer__jurisdiction")
        .prefetch_related("measures", "changes")
    )


def batches_of(actor: Actor) -> QuerySet[PaymentBatch]:
    rows = PaymentBatch.objects.filter(payer__in=payers_of(actor))
    return rows.select_related("payer__jurisdiction", "created_by", "submitted_by", "approved_by", "file")


def payments_of(actor: Actor) -> QuerySet[Payment]:
    """Staff: what their bureau pays or decided. A unit: its own."""
    seen = Q(commitment__budget__payer__in=payers_of(actor))
    if actor.organisation is None:
        return Payment.objects.none()
    if actor.has_role(*may.READERS):
        seen |= Q(award__claim__authority_id=actor.organisation_id)
    elif actor.has_role(*UNIT_ROLES):
        seen = Q(award__organisation_id=actor.organisation_id)
    else:
        return Payment.objects.none()
    return Payment.objects.filter(seen).select_related(
        "award__organisation",
        "award__entity",
        "award__claim__authority__jurisdiction",
        "commitment__budget__payer__jurisdiction",
        "corrected_by",
    )


def holds_of(actor: Actor) -> QuerySet[PaymentHold]:
    """Holds of awards that the actor's bureau pays."""
    seen = Q(award__commitments__budget__payer__in=payers_of(actor))
    rows = PaymentHold.objects.filter(seen).distinct()
    return rows.select_related("award__organisation", "placed_by", "released_by")


def clawbacks_of(actor: Actor) -> QuerySet[ClawBack]:
    """Staff of the payer, the bureau that decided; a unit sees what it owes once it is confirmed."""
    seen = Q(commitment__budget__payer__in=payers_of(actor))
    if actor.organisation is None:
        return ClawBack.objects.none()
    if actor.has_role(*may.READERS):
        seen |= Q(award__claim__authority_id=actor.organisation_id)
    elif actor.has_role(*UNIT_ROLES):
        told = (ClawBackState.CONFIRMED, ClawBackState.SETTLED)
        seen = Q(award__organisation_id=actor.organisation_id, state__in=told)
    return ClawBack.objects.filter(seen).select_related(
        "award__organisation", "award__claim__authority", "commitment__budget__payer__jurisdiction", "proposed_by",
        "confirmed_by",
    )  # fmt: skip


def revocations_of(actor: Actor) -> QuerySet[Revocation]:
    """Of the bureau that decided the award."""
    if actor.organisation is None or not actor.has_role(*may.READERS):
        return Revocation.objects.none()
    rows = Revocation.objects.filter(award__claim__authority_id=actor.organisation_id)
    return rows.select_related("award__organisation", "award__claim__authority", "proposed_by")


def found(rows: QuerySet[Row], pk: int) -> Row:
    """One of the rows; the same NotVisible for one of another bureau and for none at all."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotVisible.one("not_found", _("没有找到，或您无权查看。"))
    return row


def change_of(actor: Actor, pk: int) -> BudgetChange:
    rows = BudgetChange.objects.filter(budget__payer__in=payers_of(actor))
    return found(rows.select_related("budget__payer__jurisdiction", "proposed_by"), pk)


def award_of(actor: Actor, pk: int) -> Award:
    """An award whose money the actor may look at; a unit reads what is only proposed once it is public."""
    rows = Award.objects.select_related(
        "organisation", "entity", "claim__authority__jurisdiction", "claim__district"
    )
    row = found(rows, pk)
    early = row.state in (AwardState.PROPOSED, AwardState.RELEASED) and row.claim.noticed_at is None
    if not may.award_money_reader(actor, row) or (early and actor.has_role(*UNIT_ROLES)):
        raise NotVisible.one("not_found", _("没有找到，或您无权查看。"))
    return row


def quotas_of(budget: Budget) -> list[QuotaYear]:
    """Quotas of its year for the measures a budget pays for, in the place of its payer or the city around it."""
    keys = [row.measure for row in budget.measures.all() if row.measure]
    here = budget.payer.jurisdiction
    around = [place.code for place in (here, here.parent if here else None) if place is not None]
    rows = QuotaYear.objects.filter(year=budget.year, place__in=around).select_related("noted_by")
    return list(rows.filter(measure__in=keys) if keys else rows)


def quota_in(budget: Budget, pk: int) -> QuotaYear:
    """One of them. NotVisible otherwise."""
    row = next((one for one in quotas_of(budget) if one.pk == pk), None)
    if row is None:
        raise NotVisible.one("not_found", _("没有找到，或您无权查看。"))
    return row


# --- whether the rows of a page may go out, in a fixed number of queries ---------------------


def shared_accounts(rows: Iterable[Payment]) -> dict[str, dict[int, str]]:
    """Account number → unit → name, for the accounts of these payments."""
    numbers = {row.account_number for row in rows if row.account_number}
    used: dict[str, dict[int, str]] = {}
    live = Payment.objects.filter(account_number__in=numbers).exclude(state=PaymentState.CANCELLED)
    for number, pk, name in live.values_list(
        "account_number", "award__organisation_id", "award__organisation__name"
    ).distinct():
        used.setdefault(number, {})[pk] = name
    return used


def stopped_entities(rows: Iterable[Payment]) -> set[int]:
    """Entities among those of these payments whose latest grade is 不合格, or that are being cancelled."""
    wanted = {row.award.entity_id for row in rows if row.award.entity_id}
    if not wanted:
        return set()
    latest = (
        Rating.objects.filter(entity__in=wanted, confirmed_at__isnull=False, superseded_by=None)
        .order_by("entity_id", "-rated_on", "-pk")
        .distinct("entity_id")
        .values_list("entity_id", "grade")
    )
    failed = {pk for pk, grade in latest if grade == Grade.FAIL}
    leaving = Cancellation.objects.filter(entity__in=wanted, state__in=OPEN_CANCELLATION)
    return failed | set(leaving.values_list("entity_id", flat=True))


def stopped_payments(actor: Actor) -> QuerySet[Payment]:
    """Payments still to go out whose entity failed its evaluation or is being cancelled."""
    waiting = (PaymentState.PLANNED, PaymentState.HELD, PaymentState.IN_BATCH, PaymentState.RETURNED)
    rows = payments_of(actor).filter(state__in=waiting, award__entity__isnull=False)
    return rows.filter(award__entity__in=stopped_entities(rows)).order_by("due_on", "pk")


# --- what waits ------------------------------------------------------------------------------


def waiting_payments(actor: Actor) -> QuerySet[Payment] | None:
    """Due within the time of a payment, and accounts that wait for the second look."""
    if not actor.has_role(Role.FINANCE) or actor.organisation is None:
        return None
    ours = Payment.objects.filter(commitment__budget__payer_id=actor.organisation_id)
    due = Q(state=PaymentState.PLANNED, due_on__lte=clock.today())
    return ours.filter(due | Q(state=PaymentState.RETURNED, corrected_by__isnull=False))


def waiting_batches(actor: Actor) -> QuerySet[PaymentBatch] | None:
    """To be approved by this person, and sent ones without their result."""
    if actor.organisation is None or not actor.has_role(*may.DECIDERS):
        return None
    ours = PaymentBatch.objects.filter(payer_id=actor.organisation_id)
    mine = Q(created_by_id=actor.user_id) | Q(submitted_by_id=actor.user_id)
    added = BatchLine.objects.filter(live=True, added_by_id=actor.user_id)
    waiting = ours.filter(state=BatchState.SUBMITTED).exclude(mine).exclude(lines__in=added)
    return waiting | ours.filter(state=BatchState.SENT) if actor.has_role(Role.FINANCE) else waiting


def waiting_changes(actor: Actor) -> QuerySet[BudgetChange] | None:
    """Changes of budgets that this person may confirm."""
    if actor.organisation is None or not actor.has_role(*may.DECIDERS):
        return None
    ours = BudgetChange.objects.filter(budget__payer_id=actor.organisation_id, state=ChangeState.PROPOSED)
    return ours.exclude(proposed_by_id=actor.user_id)


def waiting_accounts(actor: Actor) -> QuerySet[Payment] | None:
    """Returned payments whose account the unit has not corrected."""
    if actor.organisation is None or not actor.has_role(*UNIT_ROLES):
        return None
    return Payment.objects.filter(
        award__organisation=actor.organisation, state=PaymentState.RETURNED, corrected_by=None
    )
