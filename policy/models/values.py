"""The dated values of the law: parameters, readings of ambiguous clauses, editable lists.

A value holds from `valid_from` to `valid_until` (open when null) in `place` and below it; a value of
a narrower place goes before that of a wider one. Rows are never edited in content: a new value is
published by a second person and the old one is closed the day before.
"""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from policy.enums import Provenance, ValueKind


class DatedValue(models.Model):
    """What every dated value has in common."""

    place = models.ForeignKey(
        "accounts.District",
        verbose_name=_("适用地区"),
        to_field="code",
        on_delete=models.PROTECT,
        related_name="+",
    )
    valid_from = models.DateField(_("自"))
    valid_until = models.DateField(_("至"), null=True, blank=True)
    clause = models.ForeignKey(
        "policy.Clause",
        verbose_name=_("依据条款"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    provenance = models.CharField(
        _("来源"), max_length=20, choices=Provenance.choices, default=Provenance.SEED
    )
    reason = models.CharField(_("理由"), max_length=1000, blank=True)
    change = models.OneToOneField(
        "policy.Change",
        verbose_name=_("变更"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(_("发布时间"))

    class Meta:
        abstract = True

    def covers(self, on) -> bool:  # type: ignore[no-untyped-def]
        """Whether the value holds on that date."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


def dated_constraints(name: str, subject: str) -> list[models.BaseConstraint]:
    """Dates in order, one start per subject and place, and two different people behind a change."""
    return [
        models.CheckConstraint(
            condition=models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=models.F("valid_from")),
            name=f"policy_{name}_dates",
            violation_error_message=_("结束日期不能早于起始日期。"),
        ),
        models.UniqueConstraint(
            fields=[subject, "place", "valid_from"],
            name=f"policy_{name}_start_unique",
            violation_error_message=_("同一地区在该日期已有一个取值。"),
        ),
        # Two open values of one subject in one place would overlap whatever their dates.
        models.UniqueConstraint(
            fields=[subject, "place"],
            condition=models.Q(valid_until__isnull=True),
            name=f"policy_{name}_one_open",
            violation_error_message=_("同一地区只能有一个长期有效的取值。"),
        ),
        models.CheckConstraint(
            condition=models.Q(change__isnull=True)
            | (
                models.Q(proposed_by__isnull=False)
                & models.Q(published_by__isnull=False)
                & ~models.Q(proposed_by=models.F("published_by"))
                & ~models.Q(reason="")
            ),
            name=f"policy_{name}_two_people",
            violation_error_message=_("发布人与提出人须为两人，且须写明理由。"),
        ),
    ]


def dated_triggers(table: str, column: str, parent: str) -> list[pgtrigger.Trigger]:
    """Periods of one subject and place never overlap, and a value, once written, only gets its end.

    The embedded engine has no btree_gist, so that an exclusion constraint over dates is not to be had. The
    trigger locks the subject's row first; its second statement then sees what a rival has committed.
    """
    return [
        pgtrigger.Trigger(
            name="no_overlap",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update,
            func=f"""
                PERFORM 1 FROM {parent} WHERE id = NEW.{column} FOR NO KEY UPDATE;
                IF EXISTS (
                    SELECT 1 FROM {table} other
                    WHERE other.{column} = NEW.{column} AND other.place_id = NEW.place_id
                      AND other.id IS DISTINCT FROM NEW.id
                      AND other.valid_from <= COALESCE(NEW.valid_until, 'infinity'::date)
                      AND COALESCE(other.valid_until, 'infinity'::date) >= NEW.valid_from
                ) THEN
                    RAISE EXCEPTION 'overlapping period' USING ERRCODE = 'exclusion_violation',
                        CONSTRAINT = '{table}_no_overlap';
                END IF;
                RETURN NEW;
            """,  # noqa: S608 - names of our own tables
        ),
        pgtrigger.ReadOnly(name="only_its_end_changes", exclude=["valid_until"]),
        pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
    ]


class Parameter(models.Model):
    """A figure or threshold of the law. The key is a catalogue id, `id.field`, or `procedure.<step>`."""

    key = models.CharField(_("编号"), max_length=80, unique=True)
    label = models.CharField(_("名称"), max_length=200)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    kind = models.CharField(_("类型"), max_length=20, choices=ValueKind.choices)
    group = models.CharField(_("分组"), max_length=40)
    note = models.CharField(_("说明"), max_length=400, blank=True)
    item = models.ForeignKey(
        "policy.Item", null=True, blank=True, on_delete=models.SET_NULL, related_name="parameters"
    )
    order = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("参数")
        verbose_name_plural = _("参数")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.label


@pghistory.track(append_only=True)
class ParameterValue(DatedValue):
    """A parameter's value over a period. Money is yuan, rates are fractions; both are stored as strings."""

    parameter = models.ForeignKey(Parameter, on_delete=models.CASCADE, related_name="values")
    value = models.JSONField(_("取值"))

    class Meta:
        verbose_name = _("参数取值")
        verbose_name_plural = _("参数取值")
        ordering = ["parameter", "place", "valid_from"]
        constraints = dated_constraints("parameter", "parameter")
        triggers = dated_triggers("policy_parametervalue", "parameter_id", "policy_parameter")

    def __str__(self) -> str:
        return f"{self.parameter_id} {self.valid_from}"


class Reading(models.Model):
    """How an ambiguous clause is read. `options` of a choice are [{value, label}]; `issue` says what is open."""

    key = models.CharField(_("编号"), max_length=60, unique=True)
    setting = models.CharField(_("设置项"), max_length=80, unique=True)
    label = models.CharField(_("问题"), max_length=200)
    issue = models.CharField(_("疑义"), max_length=400)
    default_text = models.CharField(_("默认口径"), max_length=400)
    kind = models.CharField(_("类型"), max_length=20, choices=ValueKind.choices)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    options = models.JSONField(_("选项"), default=list, blank=True)
    items = models.ManyToManyField("policy.Item", related_name="readings", blank=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("口径")
        verbose_name_plural = _("口径")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.label


@pghistory.track(append_only=True)
class ReadingValue(DatedValue):
    """A reading's machine value over a period, with the sentence people read."""

    reading = models.ForeignKey(Reading, on_delete=models.CASCADE, related_name="values")
    value = models.JSONField(_("取值"))
    text = models.CharField(_("口径表述"), max_length=400)

    class Meta:
        verbose_name = _("口径取值")
        verbose_name_plural = _("口径取值")
        ordering = ["reading", "place", "valid_from"]
        constraints = dated_constraints("reading", "reading")
        triggers = dated_triggers("policy_readingvalue", "reading_id", "policy_reading")

    def __str__(self) -> str:
        return f"{self.reading_id} {self.valid_from}"


class EditableList(models.Model):
    """A list the bureau keeps, such as the members of an industry scheme."""

    key = models.CharField(_("编号"), max_length=60, unique=True)
    label = models.CharField(_("名称"), max_length=120)
    note = models.CharField(_("说明"), max_length=600, blank=True)
    item = models.ForeignKey(
        "policy.Item", null=True, blank=True, on_delete=models.SET_NULL, related_name="lists"
    )
    order = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("清单")
        verbose_name_plural = _("清单")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return self.label


@pghistory.track(append_only=True)
class EditableListVersion(DatedValue):
    """A list over a period: [{id, label, group?, subfields?, verified?}]; `confirmed` once the bureau vouches for it."""

    editable_list = models.ForeignKey(EditableList, on_delete=models.CASCADE, related_name="versions")
    items = models.JSONField(_("条目"))
    confirmed = models.BooleanField(_("已确认"), default=False)

    class Meta:
        verbose_name = _("清单版本")
        verbose_name_plural = _("清单版本")
        ordering = ["editable_list", "place", "valid_from"]
        constraints = dated_constraints("list", "editable_list")
        triggers = dated_triggers("policy_editablelistversion", "editable_list_id", "policy_editablelist")

    def __str__(self) -> str:
        return f"{self.editable_list_id} {self.valid_from}"


class LawRevision(models.Model):
    """One row. `token` changes with every publication, so that each process knows its cached law is old."""

    number = models.PositiveIntegerField(default=0)
    token = models.CharField(max_length=32)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("政策修订号")
        verbose_name_plural = _("政策修订号")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="policy_one_revision")]

    def __str__(self) -> str:
        return str(self.number)
