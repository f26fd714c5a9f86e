"""The filings app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilingsConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "filings"
    verbose_name = _("申报与登记")

    def ready(self) -> None:
        from core import files, jobs
        from filings import navigation_applicant
        from filings import navigation_staff
        from filings.services import documents, reading_files

        jobs.register(documents.JOB, documents.run_job)
        files.register_reader("filings.attachment", reading_files.may_read_attachment)
        files.register_reader("filings.document", reading_files.may_read_document)
        navigation_staff.register()
        navigation_applicant.register_entries()
