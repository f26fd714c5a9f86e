"""The core app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "core"
    verbose_name = _("基础")
