"""The filings app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilingsConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "filings"
    verbose_name = _("申报与登记")

    def ready(self) -> None:
        from core import files, jobs
        from filings import navigation_applicant, navigation_entities, navigation_staff
        from filings.services import documents, reading_files

        jobs.register(documents.JOB, documents.run_job)
        files.register_reader("filings.attachment", reading_files.may_read_attachment)
        files.register_reader("filings.document", reading_files.may_read_document)
        files.register_reader("filings.statement", reading_files.may_read_statement)
        files.register_reader("filings.rating", reading_files.may_read_rating)
        navigation_staff.register()
        navigation_staff.register_letters()
        navigation_staff.register_calendar()
        navigation_applicant.register_entries()
        navigation_entities.register()

        from filings.selectors import law_links
        from filings.services import telling
        from policy import registry

        telling.register_kinds()
        self._duties()
        self._accompaniment()
        self._assignment()
        self._loads()

        registry.register_feed("conditions", law_links.condition_feeds, label=_("申报条件"))
        registry.register_feed("sections", law_links.section_feeds, label=_("申报材料"))
        registry.register_affected(law_links.affected_filings, kind="filings")
        registry.register_affected(law_links.affected_entities, kind="entities")

    @staticmethod
    def _duties() -> None:
        from filings import navigation_duties, owed
        from filings.selectors import owed_cancellation, owed_entity, owed_filing
        from filings.services import nightly, reminders

        owed.register("filing", owed_filing.owed, owed_filing.living)
        owed.register("entity", owed_entity.owed, owed_entity.living)
        owed.register(
            "cancellation", owed_cancellation.owed, owed_cancellation.living, "filings:cancellation"
        )
        navigation_duties.register()
        nightly.register_jobs()
        reminders.register_notices()

    @staticmethod
    def _loads() -> None:
        from core import files, jobs
        from filings import navigation_loads, owed
        from filings.models.load import CHECK_JOB, WRITE_JOB
        from filings.selectors import owed_entry
        from filings.services import reading_files
        from filings.services.register_load import loads

        jobs.register(CHECK_JOB, loads.run_check, atomic=False)
        jobs.register(WRITE_JOB, loads.run_write, atomic=False)
        files.register_reader(loads.FILE, reading_files.may_read_load)
        files.register_reader(loads.MARKED, reading_files.may_read_load)
        owed.register(owed_entry.NAME, owed_entry.owed, owed_entry.living, "filings:entry")
        navigation_loads.register()

    @staticmethod
    def _assignment() -> None:
        from accounts import notices
        from accounts.enums import STAFF_ROLES
        from filings.services import assignment

        kind = notices.Kind(
            assignment.KIND, _("分派与代办"), recheck=assignment.still_assigned, roles=STAFF_ROLES
        )
        notices.register(kind)

    @staticmethod
    def _accompaniment() -> None:
        from accounts import notices
        from filings import navigation_accompany, owed
        from filings.selectors import accompany
        from filings.services import problems

        owed.register("visit", accompany.visit_owed, page="filings:visit")
        owed.register("problem", accompany.problem_owed, page="filings:problem")
        notices.register(notices.Kind(problems.KIND, _("困难诉求"), recheck=problems.still_matters))
        navigation_accompany.register()
