"""Documents, their clauses in our own words, and the catalogue items each sentence feeds."""

from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from policy.enums import Provenance, Section, TargetKind


@pghistory.track(append_only=True)
class Document(models.Model):
    """A policy document. `place` is the jurisdiction whose law it is; dates bound its validity, open end when null."""

    key = models.CharField(_("编号"), max_length=40, unique=True)
    title = models.CharField(_("标题"), max_length=200)
    short_title = models.CharField(_("简称"), max_length=80)
    number = models.CharField(_("文号"), max_length=80, blank=True)
    number_provenance = models.CharField(
        _("文号来源"), max_length=20, choices=Provenance.choices, default=Provenance.SEED
    )
    number_note = models.CharField(_("文号说明"), max_length=300, blank=True)
    # A number we only found in a secondary source is printed once the bureau has confirmed it.
    number_confirmed = models.BooleanField(_("文号已确认"), default=True)
    print_as = models.CharField(_("引用名称"), max_length=200)
    issuer = models.CharField(_("发文机关"), max_length=120)
    issue_date = models.DateField(_("成文日期"), null=True, blank=True)
    publish_date = models.DateField(_("公布日期"), null=True, blank=True)
    valid_from = models.DateField(_("适用起始日"))
    valid_from_provenance = models.CharField(
        _("适用起始日来源"), max_length=20, choices=Provenance.choices, default=Provenance.SEED
    )
    valid_until = models.DateField(_("失效日期"), null=True, blank=True)
    place = models.ForeignKey(
        "accounts.District",
        verbose_name=_("适用地区"),
        to_field="code",
        on_delete=models.PROTECT,
        related_name="+",
    )
    level = models.CharField(_("层级"), max_length=20)
    structure = models.CharField(_("结构"), max_length=200, blank=True)
    note = models.CharField(_("说明"), max_length=400, blank=True)
    data = models.JSONField(_("其他信息"), default=dict, blank=True)
    order = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        verbose_name = _("政策文件")
        verbose_name_plural = _("政策文件")
        ordering = ["order", "key"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="policy_document_dates",
                violation_error_message=_("失效日期不能早于适用起始日。"),
            )
        ]

    def __str__(self) -> str:
        return self.print_as


class Clause(models.Model):
    """A clause of a document: our own summary, never the text. `headings` are sentences that are only a title."""

    document = models.ForeignKey(
        Document, verbose_name=_("文件"), on_delete=models.CASCADE, related_name="clauses"
    )
    ref = models.CharField(_("条款"), max_length=40)
    title = models.CharField(_("条目"), max_length=60)
    summary = models.TextField(_("内容摘要"))
    sentences = models.PositiveSmallIntegerField(_("句数"))
    headings = models.JSONField(_("标题句"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(_("顺序"))

    class Meta:
        verbose_name = _("条款")
        verbose_name_plural = _("条款")
        ordering = ["document__order", "order"]
        constraints = [
            models.UniqueConstraint(fields=["document", "ref"], name="policy_clause_unique"),
            models.CheckConstraint(condition=~models.Q(summary=""), name="policy_clause_has_summary"),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.ref}"

    @property
    def src(self) -> str:
        """The way fixtures name a clause: '<document> <ref>'."""
        return f"{self.document.key} {self.ref}"


class Item(models.Model):
    """One id of the catalogue: a condition, a measure, a target, a provision … `data` keeps what is no figure."""

    key = models.CharField(_("编号"), max_length=60, unique=True)
    section = models.CharField(_("类别"), max_length=20, choices=Section.choices)
    label = models.CharField(_("名称"), max_length=200)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="children",
    )
    provenance = models.CharField(
        _("来源"), max_length=20, choices=Provenance.choices, default=Provenance.SEED
    )
    data = models.JSONField(_("内容"), default=dict, blank=True)
    order = models.PositiveIntegerField(_("顺序"), default=0)
    clauses = models.ManyToManyField(Clause, through="ItemClause", related_name="items")

    class Meta:
        verbose_name = _("目录条目")
        verbose_name_plural = _("目录条目")
        ordering = ["order", "key"]
        indexes = [models.Index(fields=["section", "order"], name="policy_item_section")]

    def __str__(self) -> str:
        return self.label


class ItemClause(models.Model):
    """Which sentences of a clause an item rests on. Sentences are counted within the clause, from 1."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="citations")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="citations")
    sentences = models.JSONField(_("句"), default=list)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("出处")
        verbose_name_plural = _("出处")
        ordering = ["item_id", "order"]
        constraints = [models.UniqueConstraint(fields=["item", "clause"], name="policy_item_clause_unique")]

    def __str__(self) -> str:
        return f"{self.item_id} → {self.clause_id}"


class Target(models.Model):
    """A goal of a document: value (or a range) by a deadline, within a place, for entity kinds of a level.

    Shares and thresholds are fractions; `data` holds size thresholds in yuan and the like.
    """

    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="target")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="targets")
    place = models.ForeignKey(
        "accounts.District", to_field="code", on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("口径"), max_length=20, choices=TargetKind.choices)
    entity_kinds = models.JSONField(_("主体类型"), default=list)
    level = models.CharField(_("级别"), max_length=20, blank=True)
    value = models.DecimalField(_("目标值"), max_digits=18, decimal_places=4, null=True, blank=True)
    value_max = models.DecimalField(_("目标值上限"), max_digits=18, decimal_places=4, null=True, blank=True)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    baseline = models.DecimalField(_("基期值"), max_digits=18, decimal_places=4, null=True, blank=True)
    baseline_provenance = models.CharField(
        _("基期值来源"), max_length=20, choices=Provenance.choices, blank=True
    )
    deadline = models.DateField(_("期限"), null=True, blank=True)
    deadline_provenance = models.CharField(
        _("期限来源"), max_length=20, choices=Provenance.choices, blank=True
    )
    approx = models.BooleanField(_("左右"), default=False)
    at_least = models.BooleanField(_("以上"), default=False)
    strive = models.BooleanField(_("力争"), default=False)
    data = models.JSONField(_("其他口径"), default=dict, blank=True)

    class Meta:
        verbose_name = _("目标")
        verbose_name_plural = _("目标")
        ordering = ["item__order"]

    def __str__(self) -> str:
        return self.item.label
