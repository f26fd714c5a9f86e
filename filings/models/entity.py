"""The register: entities, their members and links, certificates."""

from __future__ import annotations

import datetime

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Level
from filings import programmes
from filings.enums import CertificateState, EntityOrigin, EntityState, Lamp, ParticipantRole


def history(model: type[models.Model]) -> type[models.Model]:
    """Keep every insert, update and delete of a model by trigger, bulk updates and raw SQL included.

    Inserts are written a statement at a time: row by row they were a fifth of what a large load cost the database.
    """
    return pghistory.track(
        pghistory.InsertEvent(level=pgtrigger.Statement),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        append_only=True,
    )(model)


@history
class Entity(models.Model):
    """登记主体: what is on the register. Expiry is derived from the dates, never written.

    `valid_from` is the first day of its first certificate, `valid_until` the last day of its last: a renewal
    that came late leaves a gap between two certificates, in which the entity had expired. No last day: the law
    sets no end to it. `level` is the present one; `EntityLevel` keeps them all.
    """

    code = models.CharField(_("登记编号"), max_length=40, unique=True)
    kind = models.CharField(_("类别"), max_length=40)
    name = models.CharField(_("名称"), max_length=120)
    name_key = models.CharField(max_length=240, editable=False)
    level = models.CharField(_("级别"), max_length=20, choices=Level.choices, default=Level.MUNICIPAL)
    lead = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="led_entities", verbose_name=_("牵头单位")
    )
    authority = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="+")
    industry = models.CharField(_("产业领域"), max_length=60, blank=True)
    district = models.ForeignKey("accounts.District", models.PROTECT, related_name="+")
    valid_from = models.DateField(_("有效期起"))
    valid_until = models.DateField(_("有效期止"), null=True, blank=True)
    standing = models.CharField(max_length=12, choices=EntityState.choices, default=EntityState.REGISTERED)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.TextField(blank=True)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("联系人（科技局）"),
    )
    lamp = models.CharField(_("条件核验"), max_length=6, choices=Lamp.choices, default=Lamp.GREEN)
    lamp_at = models.DateTimeField(null=True, blank=True)
    unmet = models.JSONField(default=list)  # conditions that stood in the way when it was last judged
    grams = ArrayField(models.CharField(max_length=2), default=list, editable=False)
    registered_at = models.DateTimeField()
    origin = models.CharField(
        _("登记方式"), max_length=8, choices=EntityOrigin.choices, default=EntityOrigin.FILING
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)  # what was loaded, by the unit itself
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_sample = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("登记主体")
        ordering = ["name_key"]
        indexes = [
            models.Index(fields=["kind", "district", "industry"], name="entity_filters"),
            GinIndex(fields=["grams"], name="entity_grams"),
            models.Index(fields=["authority", "valid_until"], name="entity_expiry"),
            models.Index(fields=["lead"], name="entity_lead"),
            models.Index(fields=["-registered_at"], name="entity_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("valid_from")), name="entity_validity_forward"
            ),
            models.CheckConstraint(
                condition=Q(standing=EntityState.REGISTERED)
                | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="entity_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def spec(self) -> programmes.Programme:
        """The programme that registers entities of this kind."""
        return programmes.for_kind(self.kind)

    def status_on(self, day: datetime.date) -> str:
        """`upcoming`, `valid`, `expired`, `exited`, `merged` or `cancelled` on a day.

        Read off the certificates (prefetch them for a list); one that was recorded without any, off its own dates.
        """
        if self.ended_on and day >= self.ended_on:
            return str(self.standing)
        if day < self.valid_from:
            return "upcoming"
        papers = self.certificates.all()
        open_ended = self.valid_until is None or day <= self.valid_until
        covered = any(c.covers(day) for c in papers) if papers else open_ended
        return "valid" if covered else "expired"


def in_force(on: datetime.date) -> Q:
    """Memberships that count on a day."""
    return Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gt=on))


@history
class EntityMember(models.Model):
    """Who belongs to an entity, in which role, since when and on what ground.

    `until` is the first day on which it no longer belongs. `ground` is the filing that brought it in.
    """

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="members")
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="entity_memberships"
    )
    role = models.CharField(max_length=20, choices=ParticipantRole.choices)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    ground = models.ForeignKey("filings.Filing", models.PROTECT, null=True, blank=True, related_name="+")
    left_reason = models.TextField(_("退出原因"), blank=True)
    left_by_itself = models.BooleanField(_("自行退出"), default=False)
    left_at = models.DateTimeField(null=True, blank=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("在册成员")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "organisation"], condition=Q(until__isnull=True), name="member_once"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="membership_forward"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | ~Q(left_reason=""), name="membership_end_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def role_label(self) -> str:
        """What it is called in the programme of its entity."""
        return self.entity.spec.role_label(self.role)


@history
class EntityLink(models.Model):
    """How two entities belong together: predecessor, alliance of a cluster and the like."""

    class Kind(models.TextChoices):
        PREDECESSOR = "predecessor", _("前身")
        ALLIANCE_OF = "alliance_of", _("所属集群")
        COMMUNITY_OF = "community_of", _("依托集群")
        PLATFORM_OF = "platform_of", _("服务集群")
        BASED_ON = "based_on", _("依托联盟")
        PART_OF = "part_of", _("组成部分")

    kind = models.CharField(max_length=20, choices=Kind.choices)
    source = models.ForeignKey(Entity, models.PROTECT, related_name="links")
    target = models.ForeignKey(Entity, models.PROTECT, related_name="linked_from")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("登记主体关系")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "source", "target"], condition=Q(until__isnull=True), name="link_once"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="link_joins_two"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"


@history
class EntityLevel(models.Model):
    """级别: which level an entity had from a day on, and by which document. `until` is the first day of the next."""

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="level_steps")
    level = models.CharField(_("级别"), max_length=20, choices=Level.choices)
    since = models.DateField(_("自"))
    until = models.DateField(_("至"), null=True, blank=True)
    document_number = models.CharField(_("批复文号"), max_length=80, blank=True)
    document_date = models.DateField(_("批复日期"), null=True, blank=True)
    issued_by = models.CharField(_("批复机关"), max_length=120, blank=True)
    ground = models.ForeignKey("filings.Filing", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("级别沿革")
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["entity"], condition=Q(until__isnull=True), name="one_level_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="level_forward"
            ),
        ]

    def __str__(self) -> str:
        return self.get_level_display()


@history
class Certificate(models.Model):
    """备案证书: number, validity and standing; the paper itself is an `IssuedDocument`."""

    entity = models.ForeignKey(Entity, models.PROTECT, related_name="certificates")
    filing = models.OneToOneField("filings.Filing", models.PROTECT, related_name="certificate")
    document = models.OneToOneField("filings.IssuedDocument", models.PROTECT, related_name="certificate")
    number = models.CharField(max_length=40, unique=True)
    document_number = models.CharField(_("发文字号"), max_length=60)
    document_date = models.DateField(_("发文日期"))
    months = models.PositiveSmallIntegerField(null=True, blank=True)  # none: without an end
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    standing = models.CharField(
        max_length=10, choices=CertificateState.choices, default=CertificateState.VALID
    )
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("备案证书")
        constraints = [
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="certificate_forward"),
            models.CheckConstraint(
                condition=Q(months__isnull=True, valid_until__isnull=True)
                | Q(months__gte=1, valid_until__isnull=False),
                name="certificate_has_months",
            ),
            models.CheckConstraint(
                condition=Q(standing=CertificateState.VALID)
                | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="certificate_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def status_on(self, day: datetime.date) -> str:
        """`upcoming`, `valid`, `expired`, `replaced`, `revoked` or `ended` on a day."""
        if self.ended_on and day >= self.ended_on:
            return str(self.standing)
        if day < self.valid_from:
            return "upcoming"
        return "valid" if self.valid_until is None or day <= self.valid_until else "expired"

    def covers(self, day: datetime.date) -> bool:
        """Whether its entity was on the register by it on a day: one since replaced was, until its successor."""
        return self.status_on(day) == "valid"
