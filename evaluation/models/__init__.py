"""Schemes, rounds, runs and reports."""

from evaluation.models.agency import CheckNote
from evaluation.models.correction import CorrectedEntity, Correction, ResultChange
from evaluation.models.round import InputChange, Mark, Plan, Round, RoundEntity, RoundEvent
from evaluation.models.run import Report, Run, RunRow
from evaluation.models.scheme import Scheme

__all__ = [
    "CheckNote",
    "CorrectedEntity",
    "Correction",
    "InputChange",
    "Mark",
    "Plan",
    "Report",
    "ResultChange",
    "Round",
    "RoundEntity",
    "RoundEvent",
    "Run",
    "RunRow",
    "Scheme",
]
