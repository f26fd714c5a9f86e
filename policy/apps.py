"""The policy app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "policy"
    verbose_name = _("政策库")

    def ready(self) -> None:
        from policy import navigation

        navigation.register()
