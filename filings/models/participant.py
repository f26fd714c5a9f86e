"""Member units in a filing and what they confirmed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from filings.enums import ParticipantRole, ParticipantState


class Participant(models.Model):
    """成员单位: its role, its own section and where its confirmation stands."""

    filing = models.ForeignKey("filings.Filing", models.PROTECT, related_name="participants")
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="participations")
    role = models.CharField(_("角色"), max_length=20, choices=ParticipantRole.choices)
    standing = models.CharField(
        _("确认情况"), max_length=20, choices=ParticipantState.choices, default=ParticipantState.INVITED
    )
    content = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declined_reason = models.TextField(blank=True)
    standing_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("成员单位")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing", "organisation"],
                condition=~Q(standing__in=[ParticipantState.DECLINED, ParticipantState.REMOVED]),
                name="one_place_a_unit",
                violation_error_message=_("该单位已在成员名单中"),
            ),
            models.UniqueConstraint(
                fields=["filing"],
                condition=Q(role=ParticipantRole.LEAD),
                name="one_lead",
                violation_error_message=_("牵头单位只能有 1 家"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def role_label(self) -> str:
        """What it is called in the programme of its filing."""
        return self.filing.spec.role_label(self.role)

    @property
    def is_active(self) -> bool:
        return self.standing not in (ParticipantState.DECLINED, ParticipantState.REMOVED)


class Confirmation(models.Model):
    """确认: who, when, on whose behalf, over the hash of what was shown. `seen` allows the difference to be shown later."""

    participant = models.ForeignKey(Participant, models.PROTECT, related_name="confirmations")
    sha256 = models.CharField(max_length=64)
    seen = models.JSONField()
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    capacity = models.CharField(_("确认人身份"), max_length=60)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_because = models.TextField(blank=True)

    class Meta:
        verbose_name = _("成员确认")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(voided_at__isnull=True), name="one_standing_confirmation"
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(voided_because=""), name="void_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participant_id}: {self.sha256[:12]}"
