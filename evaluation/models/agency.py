"""What a commissioned agency contributes: remarks on the figures, for the officers who check them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class CheckNote(models.Model):
    """核验意见 of the agency on one entity of a round. Append-only; it changes no figure by itself."""

    subject = models.ForeignKey("evaluation.RoundEntity", models.CASCADE, related_name="check_notes")
    text = models.TextField(_("核验意见"))
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="+", verbose_name=_("评估机构")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("核验意见")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="check_note_says_something",
                violation_error_message=_("请写明核验意见。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.text[:40]}"
