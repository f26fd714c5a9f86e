"""The clusters app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClustersConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "clusters"
    verbose_name = _("产业集群")

    def ready(self) -> None:
        from clusters import navigation_clusters, statistics_app
        from clusters.innovative.programme import PROGRAMME as INNOVATIVE
        from clusters.strategic.programme import PROGRAMME as STRATEGIC
        from filings import programmes

        programmes.register(INNOVATIVE)
        programmes.register(STRATEGIC)
        navigation_clusters.register()
        self._matters()
        statistics_app.register()

    @staticmethod
    def _matters() -> None:
        from accounts import notices
        from clusters.selectors import enterprises
        from clusters.services import marked, requests
        from core import files
        from filings import owed

        owed.register("supportrequest", enterprises.owed, page="clusters:request")
        notices.register(notices.Kind(requests.KIND, _("一企一策"), recheck=requests.still_matters))
        files.register_reader(marked.KIND, marked.may_read)
