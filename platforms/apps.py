"""The platforms app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlatformsConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "platforms"
    verbose_name = _("科技创新平台")
