"""The filings app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilingsConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "filings"
    verbose_name = _("申报与登记")

    def ready(self) -> None:
        from core import files, jobs
        from filings import navigation_applicant, navigation_staff
        from filings.services import documents, reading_files

        jobs.register(documents.JOB, documents.run_job)
        files.register_reader("filings.attachment", reading_files.may_read_attachment)
        files.register_reader("filings.document", reading_files.may_read_document)
        navigation_staff.register()
        navigation_applicant.register_entries()

        from filings.selectors import law_links
        from policy import registry

        registry.register_feed("conditions", law_links.condition_feeds, label=_("申报条件"))
        registry.register_feed("sections", law_links.section_feeds, label=_("申报材料"))
        registry.register_affected(law_links.affected_filings, kind="filings")
