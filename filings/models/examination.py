"""Formal examination: check list, corrections pinned to fields, waivers, notes."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from filings.enums import CheckValue, CorrectionState


class CheckResult(models.Model):
    """One line of the check list: what the machine found, what the officer established."""

    filing = models.ForeignKey("filings.Filing", models.PROTECT, related_name="checks")
    item = models.CharField(max_length=60)
    machine = models.CharField(max_length=4, choices=CheckValue.choices, blank=True)
    machine_note = models.TextField(blank=True)
    result = models.CharField(max_length=4, choices=CheckValue.choices, blank=True)
    note = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("形式审查项")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "item"], name="one_check_an_item"),
            models.CheckConstraint(
                condition=~Q(result=CheckValue.FAIL) | ~Q(note=""), name="failed_check_has_note"
            ),
        ]

    def __str__(self) -> str:
        return self.item

    @property
    def verdict(self) -> str:
        """The officer's word if there is one, else the machine's."""
        return self.result or self.machine


class Correction(models.Model):
    """补正项: pinned to a field or file of a section; open → answered → closed."""

    filing = models.ForeignKey("filings.Filing", models.PROTECT, related_name="corrections")
    participant = models.ForeignKey(
        "filings.Participant", models.PROTECT, null=True, blank=True, related_name="corrections"
    )
    round = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=40)
    field = models.CharField(max_length=40, blank=True)
    message = models.TextField(_("补正要求"))
    standing = models.CharField(max_length=10, choices=CorrectionState.choices, default=CorrectionState.OPEN)
    before = models.JSONField(null=True)
    answer = models.TextField(_("补正说明"), blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("补正项")
        ordering = ["round", "number"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "number"], name="one_correction_number"),
            models.CheckConstraint(
                condition=~Q(message=""),
                name="correction_has_message",
                violation_error_message=_("补正项须写明要求"),
            ),
            models.CheckConstraint(
                condition=Q(standing=CorrectionState.OPEN) | Q(answered_at__isnull=False),
                name="answered_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(standing=CorrectionState.CLOSED) | Q(closed_at__isnull=False),
                name="closed_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.message}"


class Waiver(models.Model):
    """原则上 conditions: the applicant's written reason, the officer's public ground, the second person's confirmation.

    Asked for in a filing; once that is applied it belongs to the entity too. Asked for by an entity on the
    register (a member has left), it has no filing. It holds until it is ended.
    """

    filing = models.ForeignKey(
        "filings.Filing", models.PROTECT, null=True, blank=True, related_name="waivers"
    )
    entity = models.ForeignKey(
        "filings.Entity", models.PROTECT, null=True, blank=True, related_name="waivers"
    )
    ended_on = models.DateField(null=True, blank=True)
    ended_because = models.TextField(blank=True)
    condition = models.CharField(max_length=60)
    applicant_reason = models.TextField(blank=True)
    applicant_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    applicant_at = models.DateTimeField(null=True, blank=True)
    public_reason = models.TextField(blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    granted_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("例外说明")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "condition"], name="one_waiver_a_condition"),
            models.UniqueConstraint(
                fields=["entity", "condition"], condition=Q(ended_on__isnull=True), name="one_waiver_in_force"
            ),
            models.CheckConstraint(
                condition=Q(filing__isnull=False) | Q(entity__isnull=False), name="waiver_of_something"
            ),
            models.CheckConstraint(
                condition=Q(granted_at__isnull=True) | ~Q(public_reason=""),
                name="waiver_has_public_reason",
                violation_error_message=_("同意例外须写明公开的理由"),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("granted_by")),
                name="waiver_two_people",
                violation_error_message=_("例外须由另一人复核"),
            ),
        ]

    def __str__(self) -> str:
        return self.condition


class Note(models.Model):
    """An internal remark on a case; never shown to the applicant, experts or the public."""

    filing = models.ForeignKey("filings.Filing", models.PROTECT, related_name="notes")
    text = models.TextField(_("备注"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("内部备注")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.text[:40]
