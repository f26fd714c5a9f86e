"""Rounds: a scheme, a calendar and a frozen population; what is known of each entity before it is scored."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.workflow import StatefulModel
from evaluation.enums import Exclusion, MarkKind, Occasion, RoundState
from filings.models.entity import history

if TYPE_CHECKING:
    from evaluation.models.run import Run


class Plan(models.Model):
    """定期评价安排: which scheme an authority applies how often. The schedule makes one round for each period."""

    authority = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="evaluation_plans", verbose_name=_("组织机关")
    )
    scheme_key = models.CharField(_("指标体系"), max_length=60)
    occasion = models.CharField(_("评价类型"), max_length=10, choices=Occasion.choices)
    month = models.PositiveSmallIntegerField(_("启动月份"), default=3)
    months_after = models.PositiveSmallIntegerField(_("登记后月数"), default=18)  # of a mid-term evaluation
    report_days = models.PositiveSmallIntegerField(_("自评工作日"), default=20)
    active = models.BooleanField(_("启用"), default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("定期评价安排")
        ordering = ["authority", "scheme_key", "occasion"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "scheme_key", "occasion"],
                name="one_plan_of_a_kind",
                violation_error_message=_("同类安排已经存在。"),
            ),
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12),
                name="plan_month",
                violation_error_message=_("启动月份应为 1 至 12。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_key} {self.get_occasion_display()}"


class Round(StatefulModel):
    """评价轮次. `period_*` is what is evaluated; the population, the scheme and the calendar are frozen on opening.

    `due_*` narrows a mid-term or expiry evaluation to the entities whose point in time lies between them. `run` is the
    run whose result was proposed; once confirmed it stays, and `corrected_run` is that of the last confirmed correction.
    """

    State = RoundState

    code = models.CharField(_("编号"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=60, help_text=_("例如：2026 年度创新联合体绩效评价"))
    authority = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="rounds", verbose_name=_("组织机关")
    )
    scheme = models.ForeignKey(
        "evaluation.Scheme", models.PROTECT, related_name="rounds", verbose_name=_("指标体系")
    )
    occasion = models.CharField(_("评价类型"), max_length=10, choices=Occasion.choices)
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="rounds")
    plan_period = models.CharField(max_length=10, blank=True)
    period_from = models.DateField(_("评价期起"))
    period_until = models.DateField(_("评价期止"))
    due_from = models.DateField(_("到期起"), null=True, blank=True)
    due_until = models.DateField(_("到期止"), null=True, blank=True)
    least_months = models.PositiveSmallIntegerField(
        _("纳入评价的最短登记月数"),
        default=6,
        help_text=_("到评价期止登记不满该月数的，本次不纳入"),
    )
    reports_until = models.DateField(_("自评截止"))
    checks_until = models.DateField(_("核验截止"))
    reviews_until = models.DateField(_("评审截止"))
    agency = models.ForeignKey(
        "accounts.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="commissioned_rounds",
        verbose_name=_("受托评估机构"),
    )
    document_number = models.CharField(_("通知文号"), max_length=80, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=RoundState.choices, default=RoundState.DRAFT)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("经办人"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(_("启动时间"), null=True, blank=True)
    run = models.ForeignKey(
        "evaluation.Run", models.PROTECT, null=True, blank=True, related_name="accepted_in"
    )
    corrected_run = models.ForeignKey(
        "evaluation.Run", models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(_("拟定时间"), null=True, blank=True)
    proposal = models.TextField(_("拟定意见"), blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("审定时间"), null=True, blank=True)
    stopped_because = models.TextField(_("终止原因"), blank=True)
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("评价轮次")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["authority", "state"], name="round_of_bureau")]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "plan_period"],
                condition=Q(plan__isnull=False),
                name="one_round_a_period",
                violation_error_message=_("该期间的评价轮次已经存在。"),
            ),
            models.UniqueConstraint(
                fields=["authority", "name"],
                condition=~Q(state="stopped"),
                name="round_name_once",
                violation_error_message=_("本机关已有同名的评价轮次。"),
            ),
            models.CheckConstraint(
                condition=Q(period_until__gte=F("period_from")),
                name="round_period_forward",
                violation_error_message=_("评价期止不能早于评价期起。"),
            ),
            models.CheckConstraint(
                condition=Q(checks_until__gte=F("reports_until"), reviews_until__gte=F("checks_until")),
                name="round_calendar_forward",
                violation_error_message=_("核验截止不能早于自评截止，评审截止不能早于核验截止。"),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "stopped"]) | Q(opened_at__isnull=False),
                name="running_round_opened",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["scored", "proposed", "confirmed"]) | Q(run__isnull=False),
                name="scored_round_has_run",
                violation_error_message=_("请先完成评分。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False, proposed_at__isnull=False),
                name="confirmed_round_dated",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(confirmed_by=F("proposed_by")),
                name="round_two_people",
                violation_error_message=_("评价结果须由另一人审定。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="stopped") | ~Q(stopped_because=""),
                name="stopped_round_has_reason",
                violation_error_message=_("请写明终止原因。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def result(self) -> Run | None:
        """The run whose results hold: of the last confirmed correction, else the accepted one."""
        return self.corrected_run or self.run

    @property
    def result_id(self) -> int | None:
        """Its id, without reading it."""
        return self.corrected_run_id or self.run_id

    def stamp(self, moment: datetime.datetime, data: Mapping[str, Any]) -> list[str]:
        """The moment and the person that belong to the new state."""
        if self.state == RoundState.OPEN and self.opened_at is None:
            self.opened_at = moment
            return ["opened_at"]
        if self.state == RoundState.SCORED:
            run = data.get("run")
            self.run = run if run is not None else self.run
            self.proposed_by, self.proposed_at = None, None
            return ["run", "proposed_by", "proposed_at"]
        if self.state == RoundState.PROPOSED:
            self.proposed_by, self.proposed_at = self.state_changed_by, moment
            self.proposal = str(data.get("comment", ""))[:5000]
            return ["proposed_by", "proposed_at", "proposal"]
        if self.state == RoundState.CONFIRMED:
            self.confirmed_by, self.confirmed_at = self.state_changed_by, moment
            return ["confirmed_by", "confirmed_at"]
        if self.state == RoundState.STOPPED:
            self.stopped_because = str(data.get("comment", ""))[:2000]
            return ["stopped_because"]
        return []


class RoundEntity(models.Model):
    """参评主体: one entity of the frozen population, or one that was left out and why.

    `inputs` is the row the engine reads: {"values": {code: {"value", "target", "source", "note"} or {"missing": reason}
    or {"not_applicable": reason}}, "vetoes", "bonuses", "deductions", "group"}, numbers as text.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="entities")
    entity = models.ForeignKey("filings.Entity", models.PROTECT, related_name="evaluations")
    included = models.BooleanField(_("纳入评价"), default=True)
    exclusion = models.CharField(_("不纳入原因"), max_length=12, choices=Exclusion.choices, blank=True)
    exclusion_note = models.CharField(_("说明"), max_length=300, blank=True)
    filing = models.OneToOneField(
        "filings.Filing",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="evaluated_in",
        verbose_name=_("自评"),
    )
    inputs: Any = models.JSONField(_("评价数据"), default=dict)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(_("核验时间"), null=True, blank=True)
    rating = models.OneToOneField(
        "filings.Rating", models.PROTECT, null=True, blank=True, related_name="evaluation"
    )

    class Meta:
        verbose_name = _("参评主体")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "entity"],
                name="entity_once_a_round",
                violation_error_message=_("该主体已在本轮次中。"),
            ),
            models.CheckConstraint(
                condition=Q(included=True, exclusion="") | (Q(included=False) & ~Q(exclusion="")),
                name="left_out_with_reason",
                violation_error_message=_("不纳入评价须说明原因。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.entity_id}"


@history
class Mark(models.Model):
    """否决、加分、扣分事项: named by the scheme, stated by one person with evidence, confirmed by another.

    One of a `correction` counts in the runs of that and later corrections only. `reverses` makes it a withdrawal of
    another mark, which stays as it was in the runs before.
    """

    subject = models.ForeignKey(RoundEntity, models.CASCADE, related_name="marks")
    kind = models.CharField(_("类别"), max_length=10, choices=MarkKind.choices)
    key = models.CharField(_("事项"), max_length=40)
    reason = models.TextField(_("事实和依据"))
    evidence = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    stated_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_because = models.CharField(max_length=300, blank=True)
    correction = models.ForeignKey(
        "evaluation.Correction", models.PROTECT, null=True, blank=True, related_name="marks"
    )
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reversals", verbose_name=_("撤回的事项")
    )

    class Meta:
        verbose_name = _("否决和加减分事项")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind", "key", "correction"],
                condition=Q(withdrawn_at__isnull=True),
                name="mark_once",
                nulls_distinct=False,
                violation_error_message=_("该事项已经登记。"),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="mark_has_reason",
                violation_error_message=_("请写明事实和依据。"),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | Q(stated_by__isnull=True)
                | ~Q(confirmed_by=F("stated_by")),
                name="mark_two_people",
                violation_error_message=_("须由另一人确认。"),
            ),
            models.CheckConstraint(
                condition=Q(reverses__isnull=True) | Q(correction__isnull=False),
                name="mark_reversed_in_correction",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"


class InputChange(models.Model):
    """数据修正: what an officer replaced in an entity's figures, and why. Append-only; auditors read it as exceptions.

    One of a `correction` is made on a confirmed round and counts in the runs of that correction.
    """

    subject = models.ForeignKey(RoundEntity, models.CASCADE, related_name="changes")
    code = models.CharField(_("指标"), max_length=20)
    before: Any = models.JSONField(_("修正前"), null=True)
    after: Any = models.JSONField(_("修正后"))
    reason = models.TextField(_("修正理由"))
    evidence = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    correction = models.ForeignKey(
        "evaluation.Correction", models.PROTECT, null=True, blank=True, related_name="changes"
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("数据修正")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="input_change_has_reason",
                violation_error_message=_("请写明修正理由。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.code}"


class RoundEvent(models.Model):
    """What happened in a round, for its time line. Append-only."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="events")
    name = models.CharField(max_length=40)
    text = models.CharField(max_length=200)
    comment = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    exceptional = models.BooleanField(default=False)  # reopened, extended, stopped: what an auditor asks for

    class Meta:
        verbose_name = _("轮次记录")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.text
