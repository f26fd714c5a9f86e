"""What an alliance or a union agreed to when it was filed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliances.enums import NetworkForm


class NetworkProfile(models.Model):
    """Form, chain, charter and mechanisms; `core` holds the credit codes of the enterprises it is built around."""

    entity = models.OneToOneField("filings.Entity", models.PROTECT, related_name="network")
    form = models.CharField(_("组织形式"), max_length=20, choices=NetworkForm.choices)
    form_note = models.CharField(_("组织形式说明"), max_length=200, blank=True)
    chain = models.CharField(_("产业链"), max_length=100, blank=True)
    charter = models.JSONField(default=dict)
    mechanisms = models.JSONField(default=dict)
    core = models.JSONField(default=list)

    class Meta:
        verbose_name = _("联盟档案")

    def __str__(self) -> str:
        return str(self.entity)
