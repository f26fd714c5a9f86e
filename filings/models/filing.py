"""The proposal: content in versions, its events and its files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.search import grams
from core.workflow import StatefulModel, Transition
from filings import programmes
from filings.enums import FINAL_STATES, PUBLIC_LABELS, STANDS_ALONE, Action, State

if TYPE_CHECKING:
    from filings.models.entity import Entity

# each state and the moment that must be known once it has been reached
REACHED = {
    State.SUBMITTED: "submitted_at",
    State.RECOMMENDED: "recommended_at",
    State.IN_EXAMINATION: "examined_at",
    State.IN_CORRECTION: "examined_at",
    State.ACCEPTED: "accepted_at",
    State.IN_REVIEW: "accepted_at",
    State.REVIEWED: "reviewed_at",
    State.PROPOSED: "proposed_at",
    State.CONFIRMED: "confirmed_at",
    State.ON_NOTICE: "noticed_at",
    State.FILED: "filed_at",
}

SUBMITTED = Q(submitted_at__isnull=False)
ENDS_UNHAPPILY = (State.NOT_RECOMMENDED, State.NOT_ACCEPTED, State.REJECTED, State.WITHDRAWN)
REFUSALS = (State.NOT_RECOMMENDED, State.NOT_ACCEPTED, State.REJECTED)


class Filing(StatefulModel):
    """申报件: somebody asks that the register be changed. Nothing moves there while it is open."""

    programme = models.CharField(_("类别"), max_length=40)
    state = models.CharField(_("状态"), max_length=20, choices=State.choices, default=State.DRAFT)
    action = models.CharField(_("事项"), max_length=20, choices=Action.choices)
    applicant = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="filings", verbose_name=_("申报单位")
    )
    authority = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, related_name="received_filings", verbose_name=_("受理机关")
    )
    district = models.ForeignKey(
        "accounts.District", models.PROTECT, related_name="+", verbose_name=_("推荐区（市）")
    )
    entity = models.ForeignKey(
        "filings.Entity", models.PROTECT, null=True, blank=True, related_name="filings"
    )
    period = models.CharField(_("报告年度"), max_length=40, blank=True)
    title = models.CharField(_("名称"), max_length=120, blank=True)
    industry = models.CharField(_("产业领域"), max_length=60, blank=True)
    content = models.JSONField(default=dict)
    receipt_number = models.CharField(_("受理编号"), max_length=40, null=True, blank=True, unique=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="assigned_filings"
    )
    due_at = models.DateTimeField(_("办理期限"), null=True, blank=True)
    reason = models.TextField(_("理由"), blank=True)
    grams = ArrayField(models.CharField(max_length=2), default=list, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    recommended_at = models.DateTimeField(null=True, blank=True)
    examined_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    noticed_at = models.DateTimeField(null=True, blank=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("申报件")
        ordering = ["-id"]
        indexes = [
            # counts of the tabs, and a tab of one state in page order
            models.Index(
                fields=["authority", "state", "due_at", "id"], name="filing_worklist", condition=SUBMITTED
            ),
            # tabs of several states in page order; what is closed, newest first
            models.Index(fields=["authority", "due_at", "id"], name="filing_by_clock", condition=SUBMITTED),
            models.Index(
                "authority",
                models.F("ended_at").desc(nulls_last=True),
                models.F("id").desc(),
                name="filing_by_end",
                condition=SUBMITTED,
            ),
            models.Index(fields=["authority", "-id"], name="filing_newest", condition=SUBMITTED),
            models.Index(fields=["applicant", "state"], name="filing_applicant"),
            models.Index(fields=["district", "state"], name="filing_district"),
            GinIndex(fields=["grams"], name="filing_grams"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="filing_state_known"),
            *(
                models.CheckConstraint(
                    condition=~Q(state=state) | Q(**{f"{moment}__isnull": False}),
                    name=f"filing_{state.value}_has_moment",
                    violation_error_message=_("状态与办理时间不一致"),
                )
                for state, moment in REACHED.items()
            ),
            models.CheckConstraint(
                condition=~Q(state__in=REFUSALS) | ~Q(reason=""),
                name="filing_refusal_has_reason",
                violation_error_message=_("不予推荐、不予受理和不予备案须说明理由"),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=FINAL_STATES) | Q(ended_at__isnull=False), name="filing_end_has_moment"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=True) | Q(receipt_number__isnull=False),
                name="filing_submitted_has_receipt",
            ),
            models.CheckConstraint(
                condition=Q(action__in=STANDS_ALONE) | Q(entity__isnull=False),
                name="filing_concerns_an_entity",
            ),
            models.UniqueConstraint(
                fields=["entity", "action"],
                condition=Q(action__in=(Action.CHANGE, Action.RENEW, Action.UPGRADE, Action.EXIT))
                & ~Q(state__in=FINAL_STATES),
                name="one_open_filing_of_a_kind",
                violation_error_message=_("同一事项已有一件正在办理"),
            ),
            models.UniqueConstraint(
                fields=["entity", "period"],
                condition=Q(action=Action.ANNUAL_REPORT) & ~Q(state__in=ENDS_UNHAPPILY),
                name="one_report_a_year",
                violation_error_message=_("该年度的年度报告已经提交"),
            ),
            models.UniqueConstraint(
                fields=["entity", "period"],
                condition=Q(action=Action.SELF_ASSESSMENT) & ~Q(state__in=ENDS_UNHAPPILY),
                name="one_self_assessment_a_round",
                violation_error_message=_("该轮评价的自评已经提交"),
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("未命名申报件"))

    def stamp(self, moment: datetime, data: Mapping[str, Any]) -> list[str]:
        """The moment of the state reached (the first time), its reason where it ends unhappily, and the end."""
        changed = []
        name = REACHED.get(State(self.state))
        if name and getattr(self, name) is None:
            setattr(self, name, moment)
            changed.append(name)
        if self.state in REFUSALS:
            self.reason = data.get("comment", "")
            changed.append("reason")
        if self.state == State.SUBMITTED:
            self.receipt_number = data["receipt_number"]
            changed.append("receipt_number")
        if self.is_final:
            self.ended_at = moment
            changed.append("ended_at")
        return changed

    def label_of(self, transition: Transition) -> str:
        """An act in the words of the programme and of what is asked: 拟定认定意见, 不予变更."""
        return self.spec.act_label(transition.name, transition.label)

    def index(self) -> None:
        """Set what a search finds this by: title, unit, credit code and number."""
        unit = self.applicant
        self.grams = grams(self.title, unit.name, unit.credit_code, self.receipt_number or "")

    @property
    def spec(self) -> programmes.Programme:
        """The programme as declared for what this filing asks, and for its content where that depends on it."""
        found = programmes.get(self.programme, self.action)
        tailored = found.hooks.tailored
        return found if tailored is None else tailored(found, self.content)

    @property
    def subject(self) -> Entity:
        """The entity it concerns; a constraint gives every filing one but a founding under way and a claim."""
        if self.entity is None:
            raise ValueError("a founding under way concerns no entity yet, a claim perhaps none at all")
        return self.entity

    @property
    def staff_label(self) -> str:
        return programmes.state_label(self.programme, self.action, self.state, staff=True)

    @property
    def applicant_label(self) -> str:
        return programmes.state_label(self.programme, self.action, self.state, staff=False)

    @property
    def public_label(self) -> str:
        return self.staff_label if self.state in PUBLIC_LABELS else ""

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_STATES


class FilingVersion(models.Model):
    """An immutable snapshot of a submission with the digest of its canonical content."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    snapshot = models.JSONField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("申报版本")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["filing", "number"], name="one_version_number")]

    def __str__(self) -> str:
        return _("第 %(n)s 版") % {"n": self.number}


class SectionDraft(models.Model):
    """What somebody typed that could not be kept as an answer yet; offered back until a clean save."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="drafts")
    organisation = models.ForeignKey("accounts.Organisation", models.CASCADE, related_name="+")
    section = models.CharField(max_length=40)
    raw = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("未通过校验的输入")
        constraints = [
            models.UniqueConstraint(fields=["filing", "organisation", "section"], name="one_draft_a_section")
        ]

    def __str__(self) -> str:
        return f"{self.filing_id}/{self.section}"


class Attachment(models.Model):
    """A file in a section's file field; replaced files stay on record with `removed_at`."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="attachments")
    participant = models.ForeignKey(
        "filings.Participant", models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    section = models.CharField(max_length=40)
    field = models.CharField(max_length=40)
    stored = models.ForeignKey("core.StoredFile", models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("附件")
        ordering = ["section", "field", "id"]

    def __str__(self) -> str:
        return str(self.stored)


class FilingEvent(models.Model):
    """The timeline. Transitions carry both states; other events leave them empty."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    source = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=20, blank=True)
    comment = models.TextField(blank=True)
    detail = models.JSONField(default=dict)
    staff_only = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("办理记录")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(target=State.IN_CORRECTION) | ~Q(comment=""),
                name="return_has_reason",
                violation_error_message=_("退回补正须说明理由"),
            )
        ]

    def __str__(self) -> str:
        return self.label
