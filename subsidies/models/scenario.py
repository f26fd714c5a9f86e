"""What-if: a copy of the rules with other values, and what they would have come to on a year's awards."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.models import Job

#: The job that computes a run.
JOB = "subsidies.scenario"


class Scenario(models.Model):
    """政策推演: the law in force on `copied_on` with other values (`Override`) in the bureau's place.

    Nothing of the law moves here. Once its values were proposed (`proposed_at`) they are changes of `policy/`, which
    another person publishes there, and the scenario itself no longer changes.
    """

    title = models.CharField(_("名称"), max_length=120)
    note = models.CharField(_("说明"), max_length=1000, blank=True)
    authority = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="policy_scenarios", verbose_name=_("所属部门")
    )
    place = models.ForeignKey(
        "accounts.District", models.PROTECT, to_field="code", related_name="+", verbose_name=_("适用地区")
    )
    year = models.PositiveSmallIntegerField(_("测算年度"), validators=[MinValueValidator(2000)])
    copied_on = models.DateField(_("规则日期"))
    copied_revision = models.PositiveIntegerField(_("规则版本"), default=0)
    edition = models.PositiveIntegerField(_("版次"), default=1)  # one more with each change of a value
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("建立时间"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField(_("提出时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("政策推演")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["authority", "-created_at"], name="scenario_of_bureau")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="scenario_titled",
                violation_error_message=_("请填写名称。"),
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True, proposed_at__isnull=True)
                | Q(proposed_by__isnull=False, proposed_at__isnull=False),
                name="scenario_proposed_by_somebody",
                violation_error_message=_("提出须有提出人和时间。"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Override(models.Model):
    """拟改取值: another value of one parameter or reading. `before` is what held when it was copied (stored JSON)."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="overrides")
    parameter = models.ForeignKey(
        "policy.Parameter", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("参数")
    )
    reading = models.ForeignKey(
        "policy.Reading", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("口径")
    )
    value: Any = models.JSONField(_("拟改取值"))
    text = models.CharField(_("口径表述"), max_length=400, blank=True)
    before: Any = models.JSONField(_("现行取值"), null=True, blank=True)
    change = models.OneToOneField(
        "policy.Change", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("政策变更")
    )

    class Meta:
        verbose_name = _("拟改取值")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parameter__isnull=False, reading__isnull=True)
                | Q(parameter__isnull=True, reading__isnull=False),
                name="override_of_one_subject",
                violation_error_message=_("每条取值只对应一个参数或者一个口径。"),
            ),
            models.UniqueConstraint(
                fields=["scenario", "parameter"],
                name="override_of_a_parameter_once",
                violation_error_message=_("该参数已在本次推演中。"),
            ),
            models.UniqueConstraint(
                fields=["scenario", "reading"],
                name="override_of_a_reading_once",
                violation_error_message=_("该口径已在本次推演中。"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.target)

    @property
    def target(self) -> Any:
        """The Parameter or Reading."""
        return self.parameter if self.parameter is not None else self.reading

    @property
    def name(self) -> str:
        """The key the law knows it by."""
        return self.parameter.key if self.parameter is not None else self.reading.setting  # type: ignore[union-attr]


class ScenarioRun(models.Model):
    """推演结果: one edition of a scenario over the awards decided for its year; written once by its job.

    `values` are the overrides as they were asked, [{name, label, before, after}], so that a result stays readable.
    `result`: {measures, districts, units: rows of {key, label, claims, before, after, …}, awards: rows}, yuan as text.
    """

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="runs")
    number = models.PositiveSmallIntegerField(_("次数"))
    edition = models.PositiveIntegerField(_("版次"))
    values: Any = models.JSONField(_("取值"))
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    claims = models.PositiveIntegerField(_("件数"), default=0)
    decided = models.DecimalField(_("核定金额"), max_digits=18, decimal_places=2, default=0)
    before = models.DecimalField(_("现行规则金额"), max_digits=18, decimal_places=2, default=0)
    after = models.DecimalField(_("推演金额"), max_digits=18, decimal_places=2, default=0)
    result: Any = models.JSONField(_("结果"), default=dict)

    class Meta:
        verbose_name = _("推演结果")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "number"],
                name="scenario_run_number",
                violation_error_message=_("同一次推演已经开始。"),
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                name="scenario_run_ends_after_start",
                violation_error_message=_("完成时间不能早于开始时间。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario_id}/{self.number}"

    @property
    def difference(self) -> Any:
        """Yuan; more is positive."""
        return self.after - self.before

    @property
    def job(self) -> Job | None:
        """The job that computes it."""
        return Job.objects.filter(kind=JOB, scope=f"run:{self.pk}").first()
