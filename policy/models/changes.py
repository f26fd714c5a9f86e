"""A proposed change of the law: one person writes it with a reason, another publishes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.workflow import StatefulModel
from policy.enums import ChangeState, Subject

ONE_SUBJECT = ("parameter", "reading", "editable_list", "document")


def _exactly_one() -> Q:
    """Exactly one of the subjects is set, and it is the one `subject` names."""
    clause = Q()
    for kind, name in zip(Subject.values, ONE_SUBJECT, strict=True):
        mine = Q(subject=kind, **{f"{name}__isnull": False})
        for other in ONE_SUBJECT:
            if other != name:
                mine &= Q(**{f"{other}__isnull": True})
        clause |= mine
    return clause


@pghistory.track(append_only=True)
class Change(StatefulModel):
    """What is to hold from `valid_from` in `place`. `before` is what its author saw in force; `affected` are
    the open cases counted at publication: [{kind, count, examples: [{label, url}]}]. Who decided is
    `state_changed_by`."""

    state = models.CharField(
        _("状态"), max_length=20, choices=ChangeState.choices, default=ChangeState.PROPOSED
    )
    subject = models.CharField(_("对象"), max_length=20, choices=Subject.choices)
    parameter = models.ForeignKey(
        "policy.Parameter", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reading = models.ForeignKey(
        "policy.Reading", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    editable_list = models.ForeignKey(
        "policy.EditableList", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey(
        "policy.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    place = models.ForeignKey(
        "accounts.District",
        verbose_name=_("适用地区"),
        to_field="code",
        on_delete=models.PROTECT,
        related_name="+",
    )
    valid_from = models.DateField(_("自"))
    value = models.JSONField(_("新取值"))
    text = models.CharField(_("口径表述"), max_length=400, blank=True)
    before = models.JSONField(_("原取值"), null=True, blank=True)
    clause = models.ForeignKey(
        "policy.Clause",
        verbose_name=_("依据条款"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField(_("理由"), max_length=1000)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提出时间"))
    decided_at = models.DateTimeField(_("复核时间"), null=True, blank=True)
    decision_comment = models.CharField(_("复核意见"), max_length=1000, blank=True)
    affected = models.JSONField(_("受影响的在办事项"), default=list, blank=True)

    class Meta:
        verbose_name = _("政策变更")
        verbose_name_plural = _("政策变更")
        ordering = ["-proposed_at", "-id"]
        indexes = [models.Index(fields=["state", "-proposed_at"], name="policy_change_state")]
        constraints = [
            models.CheckConstraint(condition=_exactly_one(), name="policy_change_one_subject"),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="policy_change_reason",
                violation_error_message=_("请写明变更理由。"),
            ),
            models.CheckConstraint(
                condition=Q(state=ChangeState.PROPOSED, decided_at__isnull=True)
                | (~Q(state=ChangeState.PROPOSED) & Q(decided_at__isnull=False)),
                name="policy_change_decided",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ChangeState.PROPOSED, ChangeState.WITHDRAWN])
                | (Q(state_changed_by__isnull=False) & ~Q(state_changed_by=F("proposed_by"))),
                name="policy_change_second_person",
                violation_error_message=_("须由提出人以外的另一人复核。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=ChangeState.REJECTED) | ~Q(decision_comment=""),
                name="policy_change_rejection_has_reason",
                violation_error_message=_("退回须写明理由。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.target)

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        """The time and the opinion of a decision; who decided is `state_changed_by`."""
        self.decided_at = moment if self.state != ChangeState.PROPOSED else None
        self.decision_comment = str(data.get("comment", ""))
        return ["decided_at", "decision_comment"]

    @property
    def target(self) -> Any:
        """The Parameter, Reading, EditableList or Document the change is about."""
        return getattr(self, dict(zip(Subject.values, ONE_SUBJECT, strict=True))[self.subject])
