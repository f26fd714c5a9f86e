"""Reports of an evaluation as plain data: frozen dataclasses made of stored JSON, for pages and papers alike.

Nothing here asks the database or the clock: the same `data` gives the same report for ever.
"""

from evaluation.reporting.entity import EntityReport, entity_report
from evaluation.reporting.round import RoundReport, round_report

__all__ = ["EntityReport", "RoundReport", "entity_report", "round_report"]
