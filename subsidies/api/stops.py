"""What stops, divides or turns back the money of an award: the services of the pages, for programs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.describe import documented, page_of
from accounts.models import Organisation
from core.errors import Invalid
from filings.selectors.filings import get_visible
from subsidies.api import shapes_stops as shapes
from subsidies.api import shown_money as shown
from subsidies.api.money_base import PAGING, MoneyApi, admit
from subsidies.models import Award
from subsidies.permissions_money import (
    award_payer,
    award_payer_or_head,
    hold_releaser,
    revocation_keeper,
    share_keeper,
)
from subsidies.selectors import money_lists as see
from subsidies.services import budgets, clawbacks, holds, payments, revocations
from subsidies.workflow_money import CLAWBACK, REVOCATION


class OfAward(MoneyApi):
    """Who may is said before faults of the body."""

    rule: Any = award_payer_or_head

    def award(self, pk: int) -> Award:
        row = see.award_of(self.actor, pk)
        self.rule.require(self.actor, row)
        return row


class Instalments(OfAward):
    rule = award_payer

    @documented(
        shapes.InstalmentsOut, body=shapes.InstalmentsIn, unsafe=True, operation_id="awards_instalments"
    )
    def post(self, request: Request, pk: int) -> Response:
        """Plan anew what is only planned so far, in the order given; the sum stays."""
        award = self.award(pk)
        rows = [(row["amount"], row["due_on"]) for row in self.given(shapes.InstalmentsIn)["instalments"]]
        made = payments.plan(actor=self.actor, award=award, instalments=rows)
        found = see.payments_of(self.actor).filter(pk__in=[row.pk for row in made]).order_by("instalment")
        return Response({"payments": shown.payments(found, self.actor)})


class Holds(OfAward):
    @documented(shapes.HoldOut, body=shapes.HoldIn, status=201, unsafe=True, operation_id="awards_hold")
    def post(self, request: Request, pk: int) -> Response:
        """Nothing of the award goes out until another person releases the hold."""
        made = holds.place(actor=self.actor, award=self.award(pk), **self.given(shapes.HoldIn))
        return Response(shown.hold(made), status=201)


class ReleaseHold(MoneyApi):
    @documented(shapes.HoldOut, body=shapes.CommentIn, unsafe=True, operation_id="holds_release")
    def post(self, request: Request, pk: int) -> Response:
        """By another person than who placed it, with a reason."""
        row = see.found(see.holds_of(self.actor), pk)
        hold_releaser.require(self.actor, row.award)
        return Response(shown.hold(holds.release(actor=self.actor, hold=row, **self.given(shapes.CommentIn))))


class Revocations(OfAward):
    rule = revocation_keeper

    @documented(
        shapes.RevocationOut, body=shapes.RevocationIn, status=201, unsafe=True, operation_id="awards_revoke"
    )
    def post(self, request: Request, pk: int) -> Response:
        """Ask to revoke what the own bureau granted; nothing goes out until another person has decided."""
        made = revocations.propose(actor=self.actor, award=self.award(pk), **self.given(shapes.RevocationIn))
        return Response(shown.revocation(made, self.actor), status=201)


class ActOnRevocation(MoneyApi):
    services = {"confirm": revocations.confirm, "refuse": revocations.refuse}
    bodies = {"confirm": shapes.StepIn, "refuse": shapes.ReasonedStepIn}

    @documented(
        shapes.RevocationOut, body=shapes.RevocationActionIn, unsafe=True, operation_id="revocations_act"
    )
    def post(self, request: Request, pk: int, name: str) -> Response:
        """`confirm` or `refuse` (with a comment), by the second person."""
        row = see.found(see.revocations_of(self.actor), pk)
        admit(self, REVOCATION, row, name, self.services)
        service: Any = self.services[name]
        done = service(actor=self.actor, revocation=row, **self.given(self.bodies[name]))
        return Response(shown.revocation(done, self.actor))


class Demands(OfAward):
    @documented(
        shapes.ClawBackOut, body=shapes.DemandIn, status=201, unsafe=True, operation_id="awards_clawback"
    )
    def post(self, request: Request, pk: int) -> Response:
        """Demand back what the own bureau paid; another person confirms it."""
        made = clawbacks.demand(actor=self.actor, award=self.award(pk), **self.given(shapes.DemandIn))
        row = see.found(see.clawbacks_of(self.actor), made.pk)
        return Response(shown.clawback(row, self.actor), status=201)


class ClawBacks(MoneyApi):
    paged = True

    @documented(page_of(shapes.ClawBackOut), operation_id="clawbacks_list", parameters=PAGING)
    def get(self, request: Request) -> Response:
        """What is demanded back; a unit sees what it owes once it is confirmed."""
        return self.page(see.clawbacks_of(self.actor), lambda row: shown.clawback(row, self.actor))


class ActOnClawBack(MoneyApi):
    services = {"confirm": clawbacks.confirm, "refuse": clawbacks.refuse, "recover": clawbacks.receive}
    bodies = {"confirm": shapes.StepIn, "refuse": shapes.ReasonedStepIn, "recover": shapes.RecoveryIn}

    @documented(shapes.ClawBackOut, body=shapes.ClawBackActionIn, unsafe=True, operation_id="clawbacks_act")
    def post(self, request: Request, pk: int, name: str) -> Response:
        """`confirm` or `refuse` (with a comment), by the second person; `recover`: an instalment that came back."""
        row = see.found(see.clawbacks_of(self.actor), pk)
        admit(self, CLAWBACK, row, name, self.services)
        service: Any = self.services[name]
        service(actor=self.actor, clawback=row, **self.given(self.bodies[name]))
        return Response(shown.clawback(see.found(see.clawbacks_of(self.actor), pk), self.actor))


class Shares(MoneyApi):
    @documented(shapes.SharesOut, body=shapes.SharesIn, unsafe=True, operation_id="claims_payer_shares")
    def put(self, request: Request, pk: int) -> Response:
        """Who bears a claim where the law leaves it open, in percent, together 100; before it is proposed."""
        claim = get_visible(self.actor, pk)
        share_keeper.require(self.actor, claim)
        given = self.given(shapes.SharesIn)
        wanted = {row["payer"]: row["percent"] for row in given["shares"]}
        found = {row.credit_code: row for row in Organisation.objects.filter(credit_code__in=wanted)}
        if len(found) != len(given["shares"]):
            raise Invalid.one("payer", _("没有这个出资单位，或者重复填写"), "shares")
        shares = {found[code]: percent for code, percent in wanted.items()}
        made = budgets.record_shares(actor=self.actor, claim=claim, shares=shares, reason=given["reason"])
        return Response({"shares": [shown.share(row) for row in made]})
