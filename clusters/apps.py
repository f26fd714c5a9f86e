"""The clusters app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClustersConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "clusters"
    verbose_name = _("产业集群")

    def ready(self) -> None:
        from clusters import statistics_app

        statistics_app.register()
