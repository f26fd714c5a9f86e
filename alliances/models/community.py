"""What an innovation community is made of: the seven elements and the legal person that runs it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliances.enums import ElementKind


class CommunityProfile(models.Model):
    """The legal person that runs it also takes the money (amb_payee_nonlegal)."""

    entity = models.OneToOneField("filings.Entity", models.PROTECT, related_name="community")
    operator = models.CharField(_("运营法人"), max_length=120)
    operator_code = models.CharField(_("运营法人统一社会信用代码"), max_length=18)
    aim = models.TextField(_("建设目标"), blank=True)

    class Meta:
        verbose_name = _("共同体档案")

    def __str__(self) -> str:
        return str(self.entity)


class CommunityElement(models.Model):
    """One unit that brings one of the seven elements."""

    profile = models.ForeignKey(CommunityProfile, models.CASCADE, related_name="elements")
    kind = models.CharField(_("要素"), max_length=12, choices=ElementKind.choices)
    unit = models.CharField(_("单位"), max_length=120)
    contribution = models.CharField(_("作用"), max_length=300)

    class Meta:
        verbose_name = _("共同体要素")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.unit}"
