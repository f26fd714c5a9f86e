"""The alliances app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlliancesConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "alliances"
    verbose_name = _("联盟、联合体与共同体")

    def ready(self) -> None:
        from alliances.consortium.programme import PROGRAMME
        from filings import programmes

        programmes.register(PROGRAMME)
