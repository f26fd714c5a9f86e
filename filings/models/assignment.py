"""Who looks after what: officers by district, and cover while somebody is away."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DistrictOfficer(models.Model):
    """分片: cases and entities of a district go to this officer of the authority."""

    authority = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="district_officers")
    district = models.ForeignKey("accounts.District", models.PROTECT, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("分片经办")
        constraints = [
            models.UniqueConstraint(fields=["authority", "district"], name="one_officer_a_district")
        ]

    def __str__(self) -> str:
        return f"{self.district_id}: {self.officer_id}"


class Absence(models.Model):
    """Away from a day to a day (both inclusive); what falls due is shown to the one who covers."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="absences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences")
    cover = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="covers")
    since = models.DateField(_("起始日期"))
    until = models.DateField(_("截止日期"))
    reason = models.CharField(_("事由"), max_length=100, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("代办")
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="absence_forward"),
            models.CheckConstraint(
                condition=~Q(user=F("cover")),
                name="cover_is_another",
                violation_error_message=_("代办人不能是本人"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.cover_id}"
