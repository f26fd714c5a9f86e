"""定期跟踪、协调困难: visits, problems with an owner and an answer, and the candidates a bureau cultivates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.workflow import StatefulModel
from filings.enums import CandidateStage, ProblemState, VisitKind


class Visit(models.Model):
    """走访: planned for a day, and what was seen there once it has taken place."""

    entity = models.ForeignKey("filings.Entity", models.PROTECT, related_name="visits")
    kind = models.CharField(_("方式"), max_length=10, choices=VisitKind.choices, default=VisitKind.ON_SITE)
    planned_on = models.DateField(_("计划日期"))
    visitor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("走访人")
    )
    purpose = models.CharField(_("走访内容"), max_length=200)
    held_on = models.DateField(_("走访日期"), null=True, blank=True)
    present = models.CharField(_("参加人员"), max_length=300, blank=True)
    findings = models.TextField(_("了解到的情况"), blank=True)
    follow_up = models.TextField(_("后续安排"), blank=True)
    called_off = models.TextField(_("取消原因"), blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("走访记录")
        ordering = ["-planned_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_on__isnull=True) | ~Q(findings=""), name="visit_has_findings"
            ),
            models.CheckConstraint(
                condition=Q(held_on__isnull=True) | Q(called_off=""), name="visit_held_or_called_off"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.planned_on:%Y-%m-%d} {self.purpose}"

    @property
    def is_planned(self) -> bool:
        """Neither held nor called off yet."""
        return self.held_on is None and not self.called_off


class Problem(StatefulModel):
    """困难: raised by a unit of the entity, with an owner, a due date and an answer."""

    entity = models.ForeignKey("filings.Entity", models.PROTECT, related_name="problems")
    state = models.CharField(
        _("状态"), max_length=10, choices=ProblemState.choices, default=ProblemState.RAISED
    )
    title = models.CharField(_("困难和诉求"), max_length=100)
    text = models.TextField(_("具体情况"))
    raised_for = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, blank=True, related_name="problems")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="owned_problems"
    )
    department = models.CharField(_("协办部门"), max_length=80, blank=True)
    due_on = models.DateField(_("答复期限"), null=True, blank=True)
    answer = models.TextField(_("答复"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    satisfied = models.BooleanField(_("是否解决"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("困难诉求")
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=ProblemState.ASSIGNED) | Q(owner__isnull=False, due_on__isnull=False),
                name="assigned_problem_has_owner",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProblemState.ANSWERED) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="answered_problem_has_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProblemState.CLOSED) | Q(closed_at__isnull=False),
                name="closed_problem_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        """What belongs to the state reached; the services hand it over in `data["fields"]`."""
        changed: Mapping[str, Any] = data.get("fields") or {}
        for name, value in changed.items():
            setattr(self, name, value)
        return list(changed)


class ProblemStep(models.Model):
    """One act on a problem with its words: an answer that did not satisfy stays readable after the next."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="steps")
    name = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("困难办理记录")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.name}"


class Candidate(models.Model):
    """培育对象: a unit that may one day lead, looked after until it is ready (成熟一个、支持一个)."""

    authority = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="candidates")
    programme = models.CharField(max_length=40)
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="candidacies"
    )
    name = models.CharField(_("培育对象"), max_length=120)
    district = models.ForeignKey(
        "accounts.District",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("区（市）"),
    )
    industry = models.CharField(_("产业领域"), max_length=60, blank=True)
    idea = models.TextField(_("组建设想"), blank=True)
    stage = models.CharField(
        _("阶段"), max_length=12, choices=CandidateStage.choices, default=CandidateStage.FOUND
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("联系人（科技局）")
    )
    next_step = models.CharField(_("下一步"), max_length=200, blank=True)
    next_on = models.DateField(_("下一步日期"), null=True, blank=True)
    filing = models.ForeignKey("filings.Filing", models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("培育对象")
        ordering = ["next_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(stage=CandidateStage.APPLIED) | Q(filing__isnull=False),
                name="applied_candidate_has_filing",
            ),
            models.UniqueConstraint(
                fields=["authority", "programme", "organisation"],
                condition=Q(organisation__isnull=False) & ~Q(stage=CandidateStage.DROPPED),
                name="one_candidacy",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CandidateStep(models.Model):
    """One move or remark on the way of a candidate."""

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="steps")
    stage = models.CharField(max_length=12, choices=CandidateStage.choices)
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("培育记录")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:40]
