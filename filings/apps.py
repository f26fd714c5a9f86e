"""The filings app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilingsConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "filings"
    verbose_name = _("申报与登记")
