"""What a cluster is beside its entity, the lists it stands on, and what was done for it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clusters.enums import PROJECT_LISTINGS, Carrier, ListingKind


class ClusterProfile(models.Model):
    """Written when a filing is applied; one for each innovative or strategic emerging cluster.

    `chain`: [{"name", "position", "firms"}], firms being names of local firms told at the filing; `parks`:
    [{"name", "level", "industry"}]; `plan`: {part: text}; `regions`: codes of the districts it spreads over.
    """

    entity = models.OneToOneField("filings.Entity", models.PROTECT, related_name="cluster")
    carrier = models.CharField(_("载体类型"), max_length=20, choices=Carrier.choices, blank=True)
    carrier_name = models.CharField(_("载体名称"), max_length=100, blank=True)
    overview = models.TextField(_("集群概况"), blank=True)
    output_value = models.DecimalField(
        _("年产值（元）"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    chain = models.JSONField(_("产业链环节"), default=list)
    parks = models.JSONField(_("园区载体"), default=list)
    plan = models.JSONField(_("建设方案"), default=dict)
    regions = models.JSONField(_("覆盖区域"), default=list)
    body_document = models.CharField(_("明确管理机构的文件"), max_length=120, blank=True)
    body_named_on = models.DateField(_("明确管理机构的日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("产业集群档案")

    def __str__(self) -> str:
        return str(self.entity)

    @property
    def link_names(self) -> list[str]:
        """Names of the chain's links, in order."""
        return [str(link["name"]) for link in self.chain]


class Listing(models.Model):
    """列入名单: a cluster, or one of its projects, on a list of a higher level, from a day on by a document."""

    cluster = models.ForeignKey("filings.Entity", models.PROTECT, related_name="listings")
    project = models.ForeignKey(
        "clusters.Project", models.PROTECT, null=True, blank=True, related_name="listings"
    )
    kind = models.CharField(_("名单"), max_length=20, choices=ListingKind.choices)
    since = models.DateField(_("列入日期"))
    document = models.CharField(_("文件名称和文号"), max_length=160)
    until = models.DateField(_("移出日期"), null=True, blank=True)
    end_reason = models.TextField(_("移出原因"), blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("列入名单")
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cluster", "kind"],
                condition=Q(until__isnull=True, project__isnull=True),
                name="cluster_listed_once",
                violation_error_message=_("该集群已在名单中。"),
            ),
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=Q(until__isnull=True, project__isnull=False),
                name="project_listed_once",
                violation_error_message=_("该项目已在名单中。"),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PROJECT_LISTINGS, project__isnull=False)
                | (~Q(kind__in=PROJECT_LISTINGS) & Q(project__isnull=True)),
                name="listing_of_the_right_thing",
                violation_error_message=_("项目名单只列项目，集群名单只列集群。"),
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | (Q(until__gte=F("since")) & ~Q(end_reason="")),
                name="listing_end_has_reason",
                violation_error_message=_("移出名单须写明原因，且不早于列入日期。"),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class WorkRecord(models.Model):
    """工作记录: what was done on a day for a standing duty or mechanism of a cluster (its catalogue id is the topic)."""

    cluster = models.ForeignKey("filings.Entity", models.PROTECT, related_name="work_records")
    topic = models.CharField(_("事项"), max_length=60)
    part = models.CharField(_("分项"), max_length=40, blank=True)
    done_on = models.DateField(_("日期"))
    text = models.TextField(_("工作内容"))
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("集群工作记录")
        ordering = ["-done_on", "-id"]
        indexes = [models.Index(fields=["cluster", "topic", "-done_on"], name="work_by_topic")]

    def __str__(self) -> str:
        return f"{self.done_on:%Y-%m-%d} {self.topic}"
