"""Who is told of a round, and whose duties follow from it. In the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.selectors import people_with_role
from accounts.services import notify
from core import clock
from evaluation.models import Correction, Plan, Round, RoundEntity
from evaluation.permissions import KEEPERS
from filings.models import Entity
from filings.owed import scope_of
from filings.selectors import recipients
from filings.services import duties
from filings.services.telling import CASE, ENTITY


def opened(row: Round, step: str) -> None:
    """The leads of everything that is evaluated; once for a `step`, however often the job that tells them runs."""
    text = _("“%(name)s”已启动，请在 %(day)s 前提交自评")
    if row.agency is not None:
        title = _("“%(name)s”已启动，请按委托提出数据核验意见") % {"name": row.name}
        url = reverse("evaluation:commission", args=[row.code])
        _tell(CASE, recipients.of_unit(row.agency), title, url, row, row.agency, step)
    for subject in _subjects(row):
        said = text % {"name": row.name, "day": row.reports_until.isoformat()}
        _tell_lead(subject, said, step)
        duties.sync(subject)


def extended(row: Round, step: str) -> None:
    """The leads that have not reported yet read the new deadline."""
    text = _("“%(name)s”的自评截止日期调整为 %(day)s")
    for subject in _subjects(row):
        _tell_lead(subject, text % {"name": row.name, "day": row.reports_until.isoformat()}, step)
        duties.sync(subject)


def planned(row: Round) -> None:
    """The schedule has set a round up: somebody of the bureau goes on with it."""
    title = _("已到评价时间：“%(name)s”，请核对后启动") % {"name": row.name}
    officers = people_with_role(row.authority, *KEEPERS)
    _tell(CASE, officers, title, reverse("evaluation:round", args=[row.code]), row, row.authority)


def not_planned(plan: Plan, day: str, why: str) -> None:
    """What the schedule could not set up, and why; once a day, until somebody has seen to it."""
    words = {"type": plan.get_occasion_display(), "key": plan.scheme_key, "why": why}
    notify.tell(
        kind=CASE,
        to=list(people_with_role(plan.authority, *KEEPERS)),
        title=_("定期评价安排（%(key)s，%(type)s）没有建立轮次：%(why)s") % words,
        url=reverse("evaluation:plans"),
        organisation=plan.authority,
        once=f"evaluation/plan:{plan.pk}/{day}",
    )


def proposed(row: Round) -> None:
    """Those who may confirm."""
    heads = recipients.heads_of(row.authority)
    title = _("“%(name)s”的评价结果已拟定，请审定") % {"name": row.name}
    _tell(CASE, heads, title, reverse("evaluation:round", args=[row.code]), row, row.authority)


def correction_proposed(row: Correction) -> None:
    """Those who may confirm it."""
    authority = row.round.authority
    words = {"name": row.round.name, "which": row}
    title = _("“%(name)s”%(which)s已提交，请审定") % words
    heads = [
        one for one in recipients.heads_of(authority) if one.pk not in (row.opened_by_id, row.proposed_by_id)
    ]
    _tell(CASE, heads, title, _correction_url(row), row, authority)


def cancellation_stands(row: Correction, entity: Entity) -> None:
    """Somebody of the bureau has to decide what becomes of it."""
    authority = row.round.authority
    words = _("“%(name)s”已按更正前的等次取消资格，须另行决定")
    officers = people_with_role(authority, *KEEPERS)
    _tell(CASE, officers, words % {"name": entity.name}, _correction_url(row), row, authority)


def report_corrected(subject: RoundEntity) -> None:
    """The result stays; what the report prints of it was corrected."""
    entity = subject.entity
    title = _("“%(name)s”的评价报告已更正，评价结果不变") % {"name": entity.name}
    people = recipients.members_of(entity, clock.today())
    _tell(ENTITY, people, title, reverse("filings:entity", args=[entity.code]), entity, None)


def _correction_url(row: Correction) -> str:
    return reverse("evaluation:correction", args=[row.round.code, row.number])


def sync_duties(row: Round, act: str) -> None:
    """What is owed of each entity follows the round."""
    if act in ("close_reports", "stop", "reopen"):
        for subject in _subjects(row):
            duties.sync(subject)
    duties.sync(row)


def _subjects(row: Round) -> Iterable[RoundEntity]:
    return row.entities.filter(included=True).select_related("entity__lead", "round").iterator(500)


def _tell_lead(subject: RoundEntity, title: str, step: str) -> None:
    entity = subject.entity
    url = reverse("evaluation:assessment", args=[subject.pk])
    _tell(ENTITY, recipients.of_unit(entity.lead), title, url, subject, entity.lead, step)


def _tell(
    kind: str, to: Iterable[Any], title: str, url: str, about: Any, organisation: Any, step: str = ""
) -> None:
    matter = scope_of(about)
    once = f"evaluation/{matter}/{step}" if step else ""
    notify.tell(
        kind=kind, to=list(to), title=title, url=url, about=matter, organisation=organisation, once=once
    )
