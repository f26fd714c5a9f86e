"""Issued reports as they lie in the archive, without the worker that draws them up.

report = issued(run, entity)              # of an entity; without one, of the round
later = replaced(report, "更正名称")       # the issue that supersedes it
joined(entity, unit)                      # one more member
"""

from __future__ import annotations

import datetime
import itertools
from typing import Any

from accounts.models import Organisation
from core import clock, files
from core.actor import Actor
from evaluation.enums import ReportKind
from evaluation.models import Report, Run
from filings.models import Entity, EntityMember

KIND = "evaluation.report"
_numbers = itertools.count(1)


def issued(run: Run, entity: Entity | None = None, **given: Any) -> Report:
    """A report with bytes of its own."""
    number = next(_numbers)
    row = Report.objects.create(
        **{
            "round": run.round,
            "run": run,
            "entity": entity,
            "kind": ReportKind.ENTITY if entity is not None else ReportKind.ROUND,
            "number": f"淄科评报〔2026〕{number}号",
            "verification_code": f"T{number:031d}",
            "data": {"number": number, "name": entity.name if entity is not None else run.round.name},
            "issued_at": clock.now(),
        }
        | given
    )
    row.stored = files.store_generated(
        f"%PDF-1.7\n% 第 {number} 号报告\n%%EOF\n".encode(),
        name=f"{row.number}.pdf",
        actor=Actor.system(),
        kind=KIND,
        owner=row,
    )
    row.save(update_fields=["stored"])
    return row


def replaced(report: Report, reason: str) -> Report:
    """The next issue, which supersedes this one."""
    made = issued(report.run, report.entity, issue=report.issue + 1, reason=reason)
    report.superseded_by = made
    report.save(update_fields=["superseded_by"])
    return made


def joined(entity: Entity, unit: Organisation, role: str = "university") -> EntityMember:
    """A member since the entity was registered."""
    return EntityMember.objects.create(
        entity=entity, organisation=unit, role=role, since=entity.valid_from or datetime.date(2024, 1, 5)
    )
