"""Every paper the portal issues, and the templates letters are made from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PaperKind(models.TextChoices):
    """Papers: a receipt and a certificate have a layout of their own, letters are made from templates."""

    RECEIPT = "receipt", _("申报回执")
    CERTIFICATE = "certificate", _("备案证书")
    ACCEPTANCE = "acceptance", _("受理通知书")
    CORRECTION = "correction", _("补正告知书")
    NOT_RECOMMENDED = "not_recommended", _("不予推荐通知书")
    NOT_ACCEPTED = "not_accepted", _("不予受理通知书")
    DECISION = "decision", _("备案决定书")
    REFUSAL = "refusal", _("不予备案决定书")
    HEARING = "hearing", _("取消备案事先告知书")
    CANCELLATION = "cancellation", _("取消备案决定书")
    NOT_CANCELLED = "not_cancelled", _("不予取消通知书")


# kinds that are named after what the authority does
BY_ACT = {
    PaperKind.CERTIFICATE: _("%(act)s证书"),
    PaperKind.DECISION: _("%(act)s决定书"),
    PaperKind.REFUSAL: _("不予%(act)s决定书"),
    PaperKind.HEARING: _("取消%(act)s事先告知书"),
    PaperKind.CANCELLATION: _("取消%(act)s决定书"),
}

LETTERS = tuple(kind for kind in PaperKind if kind not in (PaperKind.RECEIPT, PaperKind.CERTIFICATE))


class IssuedDocument(models.Model):
    """A paper the portal issued: its frozen data, its bytes once rendered, and the code anyone can check it by."""

    Kind = PaperKind

    filing = models.ForeignKey(
        "filings.Filing", models.PROTECT, null=True, blank=True, related_name="documents"
    )
    cancellation = models.ForeignKey(
        "filings.Cancellation", models.PROTECT, null=True, blank=True, related_name="documents"
    )
    kind = models.CharField(max_length=20, choices=PaperKind.choices)
    number = models.CharField(max_length=60, unique=True)
    verification_code = models.CharField(max_length=64, unique=True)
    data = models.JSONField()
    stored = models.ForeignKey("core.StoredFile", models.PROTECT, null=True, blank=True, related_name="+")
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("制发文书")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(filing__isnull=False, cancellation__isnull=True)
                | Q(filing__isnull=True, cancellation__isnull=False),
                name="paper_belongs_to_one_case",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.number}"

    @property
    def kind_label(self) -> str:
        """What kind of paper it is, with the act it was frozen with: 备案证书, 不予认定决定书."""
        words, act = BY_ACT.get(PaperKind(self.kind)), self.data.get("act")
        return str(words) % {"act": act} if words and act else str(self.get_kind_display())

    @property
    def authority(self) -> object:
        """The bureau in whose name it was issued."""
        case = self.filing or (self.cancellation.entity if self.cancellation else None)
        return case.authority if case is not None else None


class LetterTemplate(models.Model):
    """文书模板: the words of one kind of letter of one authority, with merge fields in braces; versions are kept.

    A version is proposed by one officer and published by another; the newest published one is in force.
    """

    authority = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="letter_templates")
    kind = models.CharField(max_length=20, choices=[(k.value, k.label) for k in LETTERS])
    version = models.PositiveSmallIntegerField()
    title = models.CharField(_("标题"), max_length=80)
    body = models.TextField(_("正文"))
    note = models.CharField(_("修改说明"), max_length=200, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    proposed_at = models.DateTimeField()
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("文书模板")
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "kind", "version"], name="one_template_version"),
            models.UniqueConstraint(
                fields=["authority", "kind"],
                condition=Q(published_at__isnull=True, withdrawn_at__isnull=True),
                name="one_open_template",
            ),
            models.CheckConstraint(
                condition=Q(published_by__isnull=True)
                | Q(proposed_by__isnull=True)
                | ~Q(published_by=F("proposed_by")),
                name="template_two_people",
                violation_error_message=_("文书模板须由另一人发布"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"
