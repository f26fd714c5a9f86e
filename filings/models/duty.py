"""任务: everything with a date that somebody owes, in one table."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from filings.enums import DutyKind, DutyStanding


class Duty(models.Model):
    """What a unit, a bureau or one person owes by a moment.

    A duty is derived from what it is about (`scope`, e.g. `filing:12`) by the source registered for it in
    `filings.owed`; `services.duties.sync` makes the table follow. A duty is asked for again before anybody is
    reminded of it.
    """

    scope = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    kind = models.CharField(_("事项"), max_length=16, choices=DutyKind.choices)
    title = models.CharField(_("任务"), max_length=200)
    clause = models.CharField(_("依据"), max_length=200, blank=True)
    filing = models.ForeignKey("filings.Filing", models.PROTECT, null=True, blank=True, related_name="duties")
    entity = models.ForeignKey("filings.Entity", models.PROTECT, null=True, blank=True, related_name="duties")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="duties", verbose_name=_("责任单位")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="duties"
    )
    # who took the first of two steps: the second is for a division head who is somebody else
    first_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # the bureau that looks after the matter, where the duty is a unit's
    authority = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    opens_on = models.DateField(_("可办理日期"))
    due_at = models.DateTimeField(_("期限"))
    legal = models.BooleanField(_("法定期限"), default=False)
    standing = models.CharField(max_length=6, choices=DutyStanding.choices, default=DutyStanding.OPEN)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("任务")
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(
                fields=["organisation", "due_at"], name="duty_of_unit", condition=Q(standing="open")
            ),
            models.Index(
                fields=["authority", "due_at"], name="duty_of_authority", condition=Q(standing="open")
            ),
            models.Index(fields=["person", "due_at"], name="duty_of_person", condition=Q(standing="open")),
            models.Index(fields=["scope"], name="duty_scope"),
            models.Index(fields=["entity", "due_at"], name="duty_entity"),
            models.Index(fields=["due_at"], name="duty_by_date", condition=Q(standing="open")),
            models.Index(fields=["-done_at"], name="duty_done", condition=Q(standing="done")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "key"], condition=Q(standing="open"), name="one_open_duty"
            ),
            models.CheckConstraint(
                condition=Q(standing="open") | Q(done_at__isnull=False), name="done_duty_has_moment"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_label(self) -> str:
        """What kind of duty it is; a renewal is called what the programme of its entity calls it."""
        if self.kind == DutyKind.RENEWAL and self.entity is not None:
            return self.entity.spec.renewal_label()
        return str(self.get_kind_display())


class CalendarFeed(models.Model):
    """The address of a person's iCal feed in one organisation; only the hash of its token is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feeds")
    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("日历订阅")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"], condition=Q(revoked_at__isnull=True), name="one_live_feed"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}/{self.organisation_id}"
