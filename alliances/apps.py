"""The alliances app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlliancesConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "alliances"
    verbose_name = _("联盟、联合体与共同体")

    def ready(self) -> None:
        from alliances.alliance.programme import PROGRAMME as ALLIANCE
        from alliances.community.programme import PROGRAMME as COMMUNITY
        from alliances.consortium.programme import PROGRAMME as CONSORTIUM
        from alliances.incubator_union.programme import PROGRAMME as INCUBATOR_UNION
        from alliances.industry_union.programme import PROGRAMME as INDUSTRY_UNION
        from filings import programmes

        for programme in (CONSORTIUM, ALLIANCE, COMMUNITY, INCUBATOR_UNION, INDUSTRY_UNION):
            programmes.register(programme)
        self._records()

    @staticmethod
    def _records() -> None:
        from accounts import notices
        from alliances import navigation
        from alliances.selectors import yearly
        from alliances.services import records
        from core import files
        from filings import owed

        owed.register("networkprofile", yearly.owed, yearly.living)
        files.register_reader(records.FILE_KIND, records.may_read_evidence)
        notices.register(notices.Kind(records.KIND, _("联盟活动认定"), recheck=records.still_matters))
        navigation.register()
