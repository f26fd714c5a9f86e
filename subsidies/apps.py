"""The subsidies app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubsidiesConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "subsidies"
    verbose_name = _("支持政策")
