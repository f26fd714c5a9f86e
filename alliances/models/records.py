"""What the chair of an alliance keeps during the year: activities and results, each with its evidence."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliances.enums import ACTIVITIES, RecordKind

USER = settings.AUTH_USER_MODEL


class AllianceRecord(models.Model):
    """One activity or result of an alliance. Its chair writes it; an officer may only say whether an activity counts.

    `counts` is None until an officer has said so; `basis` is why (amb_known, amb_high_level). `until` ends what stands
    (a link to a university); `amount` is in yuan.
    """

    entity = models.ForeignKey("filings.Entity", models.PROTECT, related_name="alliance_records")
    kind = models.CharField(_("类别"), max_length=24, choices=RecordKind.choices)
    title = models.CharField(_("名称"), max_length=120)
    partner = models.CharField(_("对方单位或者主办单位"), max_length=120, blank=True)
    held_on = models.DateField(_("日期"))
    until = models.DateField(_("终止日期"), null=True, blank=True)
    number = models.CharField(_("编号"), max_length=80, blank=True)
    amount = models.DecimalField(_("金额（元）"), max_digits=14, decimal_places=2, null=True, blank=True)
    summary = models.TextField(_("说明"), blank=True)
    is_public = models.BooleanField(_("对社会公开"), default=True)
    evidence = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    counts = models.BooleanField(_("计入年度任务"), null=True, blank=True)
    basis = models.CharField(_("认定依据"), max_length=500, blank=True)
    judged_at = models.DateTimeField(null=True, blank=True)
    judged_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_reason = models.CharField(_("撤销原因"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("联盟活动和成果")
        ordering = ["-held_on", "-id"]
        indexes = [models.Index(fields=["entity", "kind", "held_on"], name="record_by_year")]
        constraints = [
            models.CheckConstraint(
                name="record_runs_forward",
                condition=Q(until__isnull=True) | Q(until__gte=F("held_on")),
                violation_error_message=_("终止日期不能早于开始日期。"),
            ),
            models.CheckConstraint(
                name="record_judged_with_basis",
                condition=Q(counts__isnull=True, judged_at__isnull=True)
                | (Q(counts__isnull=False, judged_at__isnull=False) & ~Q(basis="")),
                violation_error_message=_("认定须写明依据。"),
            ),
            models.CheckConstraint(
                name="record_only_activities_judged",
                condition=Q(counts__isnull=True) | Q(kind__in=[k.value for k in ACTIVITIES]),
                violation_error_message=_("只有活动需要认定。"),
            ),
            models.CheckConstraint(
                name="record_withdrawn_with_reason",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
                violation_error_message=_("撤销须写明原因。"),
            ),
            models.CheckConstraint(
                name="record_amount_not_negative",
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                violation_error_message=_("金额不能为负。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_activity(self) -> bool:
        return self.kind in ACTIVITIES
