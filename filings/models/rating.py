"""Rating: what an evaluation concluded about an entity, recorded on the spine."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from filings.enums import Grade


class Rating(models.Model):
    """One entity's grade in one round. It counts once a second person has confirmed it.

    `round` names the round (unique per entity); `word` is the scheme's own word for the grade. A correction
    of a confirmed rating is a new row that supersedes it.
    """

    entity = models.ForeignKey("filings.Entity", models.PROTECT, related_name="ratings")
    round = models.CharField(_("评价轮次"), max_length=80)
    rated_on = models.DateField(_("评价日期"))
    grade = models.CharField(_("等次"), max_length=10, choices=Grade.choices)
    word = models.CharField(_("方案用语"), max_length=20, blank=True)
    score = models.DecimalField(_("得分"), max_digits=6, decimal_places=2, null=True, blank=True)
    by_whom = models.CharField(_("评价单位"), max_length=120, blank=True)
    summary = models.TextField(_("评价结论"), blank=True)
    report = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    recorded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_because = models.TextField(blank=True)
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrections",
        verbose_name=_("更正的结果"),
    )
    superseded_by = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="supersedes"
    )

    class Meta:
        verbose_name = _("评价结果")
        ordering = ["-rated_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "round"],
                condition=Q(refused_at__isnull=True, superseded_by__isnull=True),
                name="one_rating_a_round",
                violation_error_message=_("该轮次的评价结果已经登记"),
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | Q(recorded_by__isnull=True)
                | ~Q(confirmed_by=F("recorded_by")),
                name="rating_two_people",
                violation_error_message=_("评价结果须由另一人复核"),
            ),
            models.CheckConstraint(
                condition=Q(refused_at__isnull=True)
                | (Q(confirmed_at__isnull=True) & ~Q(refused_because="")),
                name="rating_refused_or_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.get_grade_display()}"

    @property
    def is_in_force(self) -> bool:
        return self.confirmed_at is not None and self.superseded_by_id is None
