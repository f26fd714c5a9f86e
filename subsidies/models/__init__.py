"""Tables."""

from subsidies.models.award import Award, AwardShare, Entitlement
from subsidies.models.budget import Budget, BudgetChange, BudgetEntry, BudgetMeasure
from subsidies.models.clawback import ClawBack, Recovery
from subsidies.models.commitment import Commitment, PayerShare, QuotaPlace, QuotaYear
from subsidies.models.offer import DeclinedOffer
from subsidies.models.payment import BatchLine, Payment, PaymentBatch, PaymentHold
from subsidies.models.revocation import Revocation
from subsidies.models.scenario import Override, Scenario, ScenarioRun

__all__ = [
    "Award", "AwardShare", "BatchLine", "Budget", "BudgetChange", "BudgetEntry", "BudgetMeasure", "ClawBack",
    "Commitment", "DeclinedOffer", "Entitlement", "Override", "PayerShare", "Payment", "PaymentBatch", "PaymentHold",
    "QuotaPlace", "QuotaYear", "Recovery", "Revocation", "Scenario", "ScenarioRun",
]  # fmt: skip
