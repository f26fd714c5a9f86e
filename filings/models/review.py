"""Experts, their ties, the panel of a filing and its scores."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from filings.enums import AssignmentState, TieKind


class Expert(models.Model):
    """A person of the pool: employer, fields, whether he or she may be drawn."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="expert")
    employer = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="experts"
    )
    employer_name = models.CharField(_("工作单位"), max_length=120, blank=True)
    title = models.CharField(_("职称"), max_length=60, blank=True)
    fields = models.JSONField(_("专业领域"), default=list)
    is_active = models.BooleanField(_("可抽取"), default=True)

    class Meta:
        verbose_name = _("专家")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.user.name or self.user.get_username()


class ExpertTie(models.Model):
    """A declared interest: with whom, of what kind, from when to when."""

    expert = models.ForeignKey(Expert, models.CASCADE, related_name="ties")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=TieKind.choices)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("利害关系")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.expert_id}–{self.organisation_id}"


class ReviewPanel(models.Model):
    """评审组: how it was drawn (seed and pool, so that the draw can be replayed) and what it concluded."""

    filing = models.OneToOneField("filings.Filing", models.PROTECT, related_name="panel")
    seed = models.CharField(max_length=64)
    pool = models.JSONField(default=list)
    drawn = models.BooleanField(default=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("评审组")

    def __str__(self) -> str:
        return f"{self.filing_id}"


class ReviewAssignment(models.Model):
    """One expert on one panel."""

    panel = models.ForeignKey(ReviewPanel, models.PROTECT, related_name="assignments")
    expert = models.ForeignKey(Expert, models.PROTECT, related_name="assignments")
    standing = models.CharField(
        max_length=12, choices=AssignmentState.choices, default=AssignmentState.INVITED
    )
    conflict = models.BooleanField(null=True)
    conflict_note = models.TextField(blank=True)
    opinion = models.TextField(_("综合意见"), blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    scored_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("评审任务")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "expert"], name="expert_once_a_panel"),
            models.CheckConstraint(
                condition=~Q(standing=AssignmentState.SCORED)
                | (Q(conflict=False) & Q(scored_at__isnull=False)),
                name="only_unconflicted_score",
                violation_error_message=_("声明回避的专家不得评分"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.panel_id}/{self.expert_id}"


class ReviewScore(models.Model):
    """A mark of 0–100 on one criterion; a mark without a rationale does not exist."""

    assignment = models.ForeignKey(ReviewAssignment, models.CASCADE, related_name="scores")
    criterion = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=5, decimal_places=2)
    rationale = models.TextField(_("评分理由"))

    class Meta:
        verbose_name = _("评分")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "criterion"], name="one_score_a_criterion"),
            models.CheckConstraint(
                condition=Q(value__gte=0, value__lte=100),
                name="score_in_range",
                violation_error_message=_("分值应在 0 至 100 之间"),
            ),
            models.CheckConstraint(
                condition=~Q(rationale=""),
                name="score_has_rationale",
                violation_error_message=_("每项评分须写明理由"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"
