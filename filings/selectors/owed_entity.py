"""What is owed for an entity on the register: by its lead, by the bureau that looks after it. No writes.

Read off its dates, its reports, its unmet conditions, its visits, exceptions and ratings. An entity that has
ended owes nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from core import clock, workdays
from filings import programmes
from filings.enums import Action, DutyKind, DutyStanding, EntityState
from filings.models import Duty, Entity, Rating, Waiver
from filings.models.filing import ENDS_UNHAPPILY
from filings.owed import Owed, scope_of
from filings.periods import add_months, last_day
from filings.selectors.lifecycle import law_of, renewal_window, report_years
from policy.law import Law

PROPOSAL = "procedure.proposal"
RECTIFICATION = "procedure.rectification"
REPORT_MONTH = "procedure.annual_report_month"
REPORT_MONTHS = "procedure.annual_report_months"


def owed(pk: int) -> list[Owed]:
    """Source `entity`."""
    entity = Entity.objects.filter(pk=pk, standing=EntityState.REGISTERED).first()
    if entity is None or entity.kind not in {p.entity_kind for p in programmes.all_programmes()}:
        return []
    held = Holding(entity, clock.today())
    return [
        *held.renewal(),
        *held.reports(),
        *held.rectifications(),
        *held.exceptions(),
        *held.visit(),
        *held.ratings(),
    ]


def living() -> Iterable[int]:
    """Entities that are on the register."""
    return Entity.objects.filter(standing=EntityState.REGISTERED).values_list("pk", flat=True).iterator()


@dataclass
class Holding:
    """One entity on one day."""

    entity: Entity
    today: datetime.date

    @cached_property
    def law(self) -> Law:
        return law_of(self.entity, self.today)

    def _one(
        self,
        kind: DutyKind,
        key: str,
        words: str,
        due: datetime.datetime,
        opens: datetime.date,
        *,
        values: Mapping[str, Any] | None = None,
        **given: Any,
    ) -> Owed:
        return Owed(
            key=key,
            kind=kind.value,
            title=words % {"name": self.entity.name, **(values or {})},
            due_at=due,
            opens_on=min(opens, clock.local(due).date()),
            entity_id=self.entity.pk,
            **given,
        )

    @property
    def _of_lead(self) -> dict[str, Any]:
        return {"organisation_id": self.entity.lead_id, "authority_id": self.entity.authority_id}

    @property
    def _of_bureau(self) -> dict[str, Any]:
        return {"organisation_id": self.entity.authority_id, "person_id": self.entity.officer_id}

    def _limit(self, key: str, start: datetime.datetime) -> datetime.datetime | None:
        """So many working days of the law after a moment; None where the law gives no figure here."""
        days = self.law.value(key)
        return None if days is None else workdays.deadline(start, int(days))

    # --- the lead's ---

    def renewal(self) -> Iterable[Owed]:
        """While the window is open and no renewal has been handed in."""
        entity, window = self.entity, renewal_window(self.entity, self.law)
        if window is None or entity.valid_until is None or Action.RENEW not in entity.spec.variants:
            return
        if not window.holds(self.today) or self._handed_in(Action.RENEW, since=window.opens):
            return
        yield self._one(
            DutyKind.RENEWAL,
            f"{DutyKind.RENEWAL}:{entity.valid_until.isoformat()}",
            _("申请“%(name)s”%(renewal)s"),
            clock.end_of_day(entity.valid_until),
            window.opens,
            values={"renewal": entity.spec.action_label(Action.RENEW)},
            clause=self.law.cite(entity.spec.renewal_rule),
            **self._of_lead,
        )

    def _handed_in(self, action: Action, *, since: datetime.date) -> bool:
        rows = self.entity.filings.filter(action=action, submitted_at__gte=clock.start_of_day(since))
        return rows.exclude(state__in=ENDS_UNHAPPILY).exists()

    def reports(self) -> Iterable[Owed]:
        """One for each year that is over, until it has been handed in; a short first year counts not."""
        month = self.law.value(REPORT_MONTH)
        if month is None or Action.ANNUAL_REPORT not in self.entity.spec.variants:
            return
        given = set(
            self.entity.filings.filter(action=Action.ANNUAL_REPORT, submitted_at__isnull=False)
            .exclude(state__in=ENDS_UNHAPPILY)
            .values_list("period", flat=True)
        )
        for year in report_years(self.entity, self.today):
            if year >= self.today.year or str(year) in given or self._is_short(year):
                continue
            opens = datetime.date(year + 1, 1, 1)
            yield self._one(
                DutyKind.ANNUAL_REPORT,
                f"{DutyKind.ANNUAL_REPORT}:{year}",
                _("提交“%(name)s”%(year)s 年度报告"),
                clock.end_of_day(last_day(opens, int(month))),
                opens,
                values={"year": year},
                clause=self.law.cite(self.entity.spec.report_rule),
                **self._of_lead,
            )

    def _is_short(self, year: int) -> bool:
        """The year of registration, with too few months left in it for a report."""
        start = self.entity.valid_from
        least = int(self.law.value(REPORT_MONTHS, 0))
        return start.year == year and add_months(start, least) > datetime.date(year + 1, 1, 1)

    def rectifications(self) -> Iterable[Owed]:
        """One for each condition that stands in the way, due so many working days after it first appeared."""
        unmet = {str(row["condition"]): row for row in self.entity.unmet}
        if not unmet:
            return
        rows = Duty.objects.filter(
            scope=scope_of(self.entity), kind=DutyKind.RECTIFY, standing=DutyStanding.OPEN
        )
        known = {row.key: row for row in rows}
        for condition, row in unmet.items():
            key = f"{DutyKind.RECTIFY}:{condition}"[:60]
            running = known.get(key)
            due = running.due_at if running else self._limit(RECTIFICATION, clock.now())
            if due is not None:
                yield self._one(
                    DutyKind.RECTIFY,
                    key,
                    _("整改“%(name)s”：%(label)s"),
                    due,
                    running.opens_on if running else self.today,
                    values={"label": row["label"]},
                    clause=str(row.get("clause") or ""),
                    **self._of_lead,
                )

    # --- the bureau's ---

    def exceptions(self) -> Iterable[Owed]:
        """An exception asked for on the register waits for one officer, then for a second."""
        rows = Waiver.objects.filter(
            Q(granted_at=None) | Q(confirmed_at=None),
            entity=self.entity,
            filing=None,
            ended_on=None,
            applicant_at__isnull=False,
        )
        for row in rows.order_by("pk"):
            second = row.granted_at is not None
            since = row.granted_at or row.applicant_at
            due = self._limit(PROPOSAL, since) if since else None
            if due is None or since is None:
                continue
            people = {"person_id": None, "first_person_id": row.granted_by_id} if second else {}
            yield self._one(
                DutyKind.WAIVER,
                f"{DutyKind.WAIVER}:{row.pk}" + (":confirm" if second else ""),
                _("复核“%(name)s”的例外") if second else _("办理“%(name)s”的例外申请"),
                due,
                clock.local(since).date(),
                clause=self.law.cite(row.condition),
                **(self._of_bureau | people),
            )

    def visit(self) -> Iterable[Owed]:
        """So many months after the last visit, or after registration; of an entity in its validity.

        A visit that is planned already is owed by its own date.
        """
        entity, rule = self.entity, self.entity.spec.visit_rule
        months = self.law.value(rule) if rule else None
        if months is None or entity.status_on(self.today) != "valid":
            return
        if entity.visits.filter(held_on=None, called_off="").exists():
            return
        held = entity.visits.aggregate(last=Max("held_on"))["last"]
        last = max(filter(None, (held, clock.local(entity.registered_at).date())))
        due = add_months(last, int(months))
        yield self._one(
            DutyKind.VISIT,
            DutyKind.VISIT.value,
            _("走访“%(name)s”"),
            clock.end_of_day(due),
            max(last, add_months(due, -1)),
            clause=self.law.cite(rule),
            **self._of_bureau,
        )

    def ratings(self) -> Iterable[Owed]:
        """A grade that one person has recorded and a second has not looked at."""
        rows = Rating.objects.filter(
            entity=self.entity, confirmed_at=None, refused_at=None, superseded_by=None
        )
        for row in rows.order_by("pk"):
            due = self._limit(PROPOSAL, row.recorded_at)
            if due is not None:
                yield self._one(
                    DutyKind.RATING,
                    f"{DutyKind.RATING}:{row.pk}",
                    _("复核“%(name)s”%(round)s评价结果"),
                    due,
                    clock.local(row.recorded_at).date(),
                    values={"round": row.round},
                    organisation_id=self.entity.authority_id,
                    first_person_id=row.recorded_by_id,
                )
