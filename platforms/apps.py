"""The platforms app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlatformsConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "platforms"
    verbose_name = _("科技创新平台")

    def ready(self) -> None:
        from core import files
        from filings import owed, programmes
        from platforms import navigation
        from platforms.programme import build
        from platforms.selectors import records as see
        from platforms.services import records, workbooks

        for programme in build.every():
            programmes.register(programme)
        owed.register("platformrecords", see.owed, see.living)
        owed.register("forumproject", see.project_owed)
        files.register_reader(records.PROOF, records.may_read_proof)
        files.register_reader(workbooks.MARKED, records.may_read_proof)
        navigation.register()
