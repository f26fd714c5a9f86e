"""What must hold before a round moves. Each answers the reasons why not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import clock
from core.actor import Actor
from core.errors import Problem
from core.workflow import Data
from evaluation.enums import SchemeState
from evaluation.models import Mark, Round, RoundEntity
from evaluation.scheme import parse
from evaluation.scheme.choices import Method
from evaluation.selectors import agencies
from evaluation.selectors.population import candidates
from evaluation.self_assessment.reading import COUNTS
from filings.enums import State


def scheme_published(row: Round, actor: Actor, data: Data) -> Iterator[Problem]:
    """Only a published scheme is applied: it can no longer change."""
    if row.scheme.standing != SchemeState.PUBLISHED:
        yield Problem("scheme", _("指标体系尚未发布，不能启动评价"), "scheme")


def somebody_included(row: Round, actor: Actor, data: Data) -> Iterator[Problem]:
    """Frozen already, or as the register stands now without whom the officer left out."""
    if row.entities.filter(included=True).exists():
        return
    left_out = set(row.entities.values_list("entity_id", flat=True))
    if not any(found.included and found.entity.pk not in left_out for found in candidates(row)):
        yield Problem("population", _("没有符合条件的参评主体"), "population")


def calendar_ahead(row: Round, actor: Actor, data: Data) -> Iterator[Problem]:
    if row.reports_until < clock.today():
        yield Problem("reports_until", _("自评截止日期已过，请先调整日程"), "reports_until")


def experts_asked(row: Round, actor: Actor, data: Data) -> Iterator[Problem]:
    """Only a scheme with indicators that experts score is reviewed."""
    if not any(one.method == Method.EXPERT for one in parse(row.scheme.tree).indicators):
        yield Problem("experts", _("指标体系中没有专家评分的指标，不需要专家评审"), "scheme")


def agency_is_free(row: Round, actor: Actor, data: Data) -> Iterator[Problem]:
    """The population is frozen now: the agency has nothing to do with any of it."""
    for text in agencies.conflicts(row, row.agency):
        yield Problem("agency", text, "agency")


def reports_over(row: Round, actor: Actor, data: Data) -> Iterator[Problem]:
    """The deadline has passed, or nobody's self-assessment is missing."""
    if clock.today() <= row.reports_until and _missing(row).exists():
        text = _("自评截止日期（%(day)s）未到，还有 %(n)s 个主体没有提交自评")
        yield Problem("reports", text % {"day": row.reports_until, "n": _missing(row).count()}, "reports")


def _missing(row: Round) -> Any:
    return RoundEntity.objects.filter(round=row, included=True, filing__submitted_at=None)


def run_is_current(row: Round, actor: Actor, data: Data) -> Iterator[Problem]:
    """The run is of this round, finished, no trial, and nothing changed since."""
    run = data.get("run")
    if run is None:
        return  # the question of a page: which run is chosen when it is done
    if run.round_id != row.pk or run.trial or run.finished_at is None:
        yield Problem("run", _("该次评分尚未完成，不能采用"), "run")
    elif not data.get("unchanged", False):
        yield Problem("run", _("评分之后数据又有变动，请重新评分后再采用"), "run")


def everybody_graded(row: Round, actor: Actor, data: Data) -> Iterator[Problem]:
    """Whoever has no indicator left has no grade, and a result without one is none."""
    run = data.get("run")
    without = run.summary.get("ungraded", 0) if run is not None else 0
    if without:
        text = _("有 %(n)s 个主体没有任何可计分的指标，不能评定等次，请先补充或者修正其数据")
        yield Problem("ungraded", text % {"n": without}, "run")


def experts_heard(row: Round, actor: Actor, data: Data) -> Iterator[Problem]:
    """What experts are to judge is not counted as nothing because nobody has asked them yet.

    Whoever handed nothing in is judged by nobody; an officer may set an indicator aside, with a reason.
    """
    asked = [one.code for one in parse(row.scheme.tree).indicators if one.method == Method.EXPERT]
    if not asked:
        return
    open_ = Q(filing__state__in=set(COUNTS) - {State.FILED})
    unheard = Q()
    for code in asked:
        unheard |= Q(**{f"inputs__values__{code}__has_key": "missing"})
    waiting = RoundEntity.objects.filter(open_ & unheard, round=row, included=True).count()
    if waiting:
        text = _("还有 %(n)s 个主体的自评没有完成核验和专家评分，不能采用评分")
        yield Problem("experts", text % {"n": waiting}, "run")


def marks_confirmed(row: Round, actor: Actor, data: Data) -> Iterator[Problem]:
    waiting = Mark.objects.filter(subject__round=row, confirmed_at=None, withdrawn_at=None).count()
    if waiting:
        yield Problem("marks", _("还有 %(n)s 项否决或者加减分事项没有由另一人确认") % {"n": waiting}, "marks")
