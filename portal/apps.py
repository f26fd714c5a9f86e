"""The portal app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "portal"
    verbose_name = _("门户")

    def ready(self) -> None:
        from portal import menu

        menu.register()
