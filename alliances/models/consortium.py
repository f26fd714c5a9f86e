"""The typed profile of a consortium: what was agreed to when it was filed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ConsortiumProfile(models.Model):
    """What a consortium agreed to when it was filed: mechanisms, plan, funds."""

    entity = models.OneToOneField("filings.Entity", models.PROTECT, related_name="consortium")
    track = models.CharField(_("细分赛道"), max_length=60, blank=True)
    task_areas = models.JSONField(default=list)
    mechanisms = models.JSONField(default=dict)
    plan = models.JSONField(default=dict)
    agreement_signed_on = models.DateField(_("协议签订日期"))
    self_funds = models.DecimalField(_("自筹经费（元）"), max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("创新联合体档案")

    def __str__(self) -> str:
        return str(self.entity)


class ConsortiumTask(models.Model):
    """One key task of the plan, with its owner, period and funds in yuan."""

    profile = models.ForeignKey(ConsortiumProfile, models.CASCADE, related_name="tasks")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)
    problem = models.CharField(max_length=300)
    goal = models.CharField(max_length=300)
    owner = models.CharField(max_length=100)
    starts_on = models.DateField()
    ends_on = models.DateField()
    funds = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        verbose_name = _("攻关任务")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "number"], name="one_task_number"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="task_runs_forward"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ConsortiumMilestone(models.Model):
    """A dated milestone of a task."""

    profile = models.ForeignKey(ConsortiumProfile, models.CASCADE, related_name="milestones")
    task = models.CharField(max_length=100)
    milestone = models.CharField(max_length=200)
    owner = models.CharField(max_length=100)
    due_on = models.DateField()

    class Meta:
        verbose_name = _("里程碑")
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return self.milestone
