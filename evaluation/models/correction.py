"""Corrections of a confirmed round: whose figures are looked at again, and what became of whom. The first result stays."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.workflow import StatefulModel
from evaluation.enums import CORRECTING, CorrectionGround, CorrectionState


class Correction(StatefulModel):
    """更正评价结果. `base` is the run in force when it was opened, `run` the one that was proposed in its place.

    Nothing of the round or of `base` changes: the figures corrected lie in `CorrectedEntity`, the run is another one.
    `applied_at` says that ratings, reports and consequences have followed.
    """

    State = CorrectionState

    round = models.ForeignKey("evaluation.Round", models.PROTECT, related_name="corrections")
    number = models.PositiveSmallIntegerField(_("次数"))
    base = models.ForeignKey("evaluation.Run", models.PROTECT, related_name="+")
    run = models.ForeignKey("evaluation.Run", models.PROTECT, null=True, blank=True, related_name="+")
    ground = models.CharField(_("更正事由"), max_length=12, choices=CorrectionGround.choices)
    reason = models.TextField(_("更正理由"))
    document = models.ForeignKey(
        "core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("依据材料")
    )
    state = models.CharField(
        _("状态"), max_length=10, choices=CorrectionState.choices, default=CorrectionState.OPEN
    )
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposal = models.TextField(_("拟定意见"), blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_because = models.TextField(_("撤销原因"), blank=True)
    applied_at = models.DateTimeField(_("办结时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("评价结果更正")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="correction_number_once"),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(state__in=CORRECTING),
                name="one_open_correction",
                violation_error_message=_("本轮次已有一件更正正在办理。"),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="correction_has_reason",
                violation_error_message=_("请写明更正的理由。"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("proposed", "confirmed"))
                | Q(run__isnull=False, proposed_by__isnull=False, proposed_at__isnull=False),
                name="proposed_correction_has_run",
                violation_error_message=_("请先重新评分。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="confirmed_correction_dated",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | (~Q(confirmed_by=F("opened_by")) & ~Q(confirmed_by=F("proposed_by"))),
                name="correction_two_people",
                violation_error_message=_("更正须由另一人审定。"),
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | ~Q(withdrawn_because=""),
                name="withdrawn_correction_has_reason",
                violation_error_message=_("请写明撤销的原因。"),
            ),
            models.CheckConstraint(
                condition=Q(applied_at__isnull=True) | Q(state="confirmed"),
                name="applied_correction_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return _("第 %(n)s 次更正") % {"n": self.number}

    def stamp(self, moment: datetime.datetime, data: Mapping[str, Any]) -> list[str]:
        """The moment and the person that belong to the new state."""
        comment = str(data.get("comment", ""))[:5000]
        if self.state == CorrectionState.PROPOSED:
            self.run, self.proposal = data["run"], comment
            self.proposed_by, self.proposed_at = self.state_changed_by, moment
            return ["run", "proposal", "proposed_by", "proposed_at"]
        if self.state == CorrectionState.OPEN:
            self.run, self.proposed_by, self.proposed_at = None, None, None
            return ["run", "proposed_by", "proposed_at"]
        if self.state == CorrectionState.CONFIRMED:
            self.confirmed_by, self.confirmed_at = self.state_changed_by, moment
            return ["confirmed_by", "confirmed_at"]
        if self.state == CorrectionState.WITHDRAWN:
            self.withdrawn_because = comment
            return ["withdrawn_because"]
        return []


class CorrectedEntity(models.Model):
    """An entity that a correction names: its figures may be corrected. `inputs` is the row the correcting run reads."""

    correction = models.ForeignKey(Correction, models.PROTECT, related_name="named")
    subject = models.ForeignKey("evaluation.RoundEntity", models.PROTECT, related_name="corrected_in")
    inputs: Any = models.JSONField(_("评价数据"))

    class Meta:
        verbose_name = _("更正的主体")
        ordering = ["subject__entity__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["correction", "subject"],
                name="entity_once_a_correction",
                violation_error_message=_("该主体已在本次更正中。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.correction_id} {self.subject_id}"


class ResultChange(models.Model):
    """An entity for which a correcting run gives something else than the run before; also one that nobody named.

    Written with the run. Once the correction is confirmed the job adds what followed: `rating` if the register says
    something else now, `report`, and `stands`: a cancellation that had taken effect on a grade that no longer fails.
    """

    run = models.ForeignKey("evaluation.Run", models.PROTECT, related_name="changes")
    subject = models.ForeignKey("evaluation.RoundEntity", models.PROTECT, related_name="result_changes")
    before = models.ForeignKey("evaluation.RunRow", models.PROTECT, related_name="+")
    after = models.ForeignKey("evaluation.RunRow", models.PROTECT, related_name="+")
    named = models.BooleanField()
    regraded = models.BooleanField()
    rating = models.OneToOneField(
        "filings.Rating", models.PROTECT, null=True, blank=True, related_name="result_change"
    )
    report = models.OneToOneField(
        "evaluation.Report", models.PROTECT, null=True, blank=True, related_name="result_change"
    )
    stands = models.ForeignKey(
        "filings.Cancellation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("结果变动")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "subject"], name="change_once_a_run")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.subject_id}"
