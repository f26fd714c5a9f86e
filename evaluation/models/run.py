"""Runs: the scoring of a round from frozen inputs, and the reports made of it. What a run stored never changes."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from evaluation.enums import ReportKind


class Run(models.Model):
    """评分运算: scores every entity of a round once. `program` is the compiled scheme, `engine` its edition.

    `inputs_sha256` and `outcome_sha256` are over the rows in the order of the entities' codes
    (`evaluation.services.runs.digest`), so that a replay in a year can be compared byte by byte. A run of a correction
    reads the rows of the run it corrects, with the corrected figures of the entities that are named.
    """

    round = models.ForeignKey("evaluation.Round", models.PROTECT, related_name="runs")
    number = models.PositiveSmallIntegerField(_("次数"))
    trial = models.BooleanField(_("试算"), default=False)
    correction = models.ForeignKey(
        "evaluation.Correction", models.PROTECT, null=True, blank=True, related_name="runs"
    )
    program: Any = models.JSONField(_("算法"))
    engine = models.CharField(_("算法版本"), max_length=20)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    entities = models.PositiveIntegerField(_("主体数"), default=0)
    inputs_sha256 = models.CharField(_("输入摘要"), max_length=64, blank=True)
    outcome_sha256 = models.CharField(_("结果摘要"), max_length=64, blank=True)
    summary: Any = models.JSONField(_("汇总"), default=dict)

    class Meta:
        verbose_name = _("评分运算")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "number"],
                name="run_number_once",
                violation_error_message=_("同一次运算已经开始。"),
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, outcome_sha256="")
                | (Q(finished_at__isnull=False) & ~Q(outcome_sha256="") & ~Q(inputs_sha256="")),
                name="finished_run_has_digests",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}#{self.number}"


class RunRow(models.Model):
    """One entity in a run: its frozen inputs and what came of them (JSON of `Outcome.rows`)."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="rows")
    entity = models.ForeignKey("filings.Entity", models.PROTECT, related_name="+")
    inputs: Any = models.JSONField()
    outcome: Any = models.JSONField()
    total = models.DecimalField(_("得分"), max_digits=6, decimal_places=2)
    grade = models.CharField(_("等次"), max_length=10)
    rank = models.PositiveIntegerField(_("名次"))

    class Meta:
        verbose_name = _("评分结果")
        ordering = ["rank", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "entity"], name="entity_once_a_run")]
        indexes = [models.Index(fields=["run", "rank"], name="run_ranking")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.entity_id} {self.total}"


class Report(models.Model):
    """评价报告: issued once for an entity, or once for a round; corrected only by an issue that supersedes it.

    `data` is what it prints, frozen; the bytes are stored once. The number is given at the issue, in a series of the
    authority and year without gaps.
    """

    round = models.ForeignKey("evaluation.Round", models.PROTECT, related_name="reports")
    run = models.ForeignKey(Run, models.PROTECT, related_name="reports")
    entity = models.ForeignKey(
        "filings.Entity", models.PROTECT, null=True, blank=True, related_name="evaluation_reports"
    )
    kind = models.CharField(max_length=10, choices=ReportKind.choices)
    issue = models.PositiveSmallIntegerField(_("版次"), default=1)
    number = models.CharField(_("报告编号"), max_length=60, unique=True)
    verification_code = models.CharField(_("验证码"), max_length=64, unique=True)
    data: Any = models.JSONField()
    stored = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    signed = models.BooleanField(_("数字签名"), default=False)
    issued_at = models.DateTimeField(_("出具时间"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(_("更正原因"), blank=True)
    superseded_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes"
    )

    class Meta:
        verbose_name = _("评价报告")
        ordering = ["-issued_at", "-id"]
        indexes = [models.Index(fields=["round", "kind"], name="report_of_round")]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "entity", "issue"],
                name="report_issue_once",
                nulls_distinct=False,
                violation_error_message=_("该报告已经出具。"),
            ),
            models.CheckConstraint(
                condition=Q(kind=ReportKind.ROUND, entity__isnull=True)
                | Q(kind=ReportKind.ENTITY, entity__isnull=False),
                name="report_of_entity_or_round",
            ),
            models.CheckConstraint(
                condition=Q(issue=1) | ~Q(reason=""),
                name="corrected_report_has_reason",
                violation_error_message=_("更正报告须写明原因。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
