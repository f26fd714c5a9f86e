"""The evaluation app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "evaluation"
    verbose_name = _("绩效评价")

    def ready(self) -> None:
        self._schemes()
        self._rounds()
        self._reports()
        self._audit()
        self._self_assessment()

    @staticmethod
    def _schemes() -> None:
        from evaluation import navigation_schemes
        from evaluation.services import scheme_load
        from policy import registry

        navigation_schemes.register()
        registry.register_loader("schemes", scheme_load.load, label=_("指标体系"))

    @staticmethod
    def _self_assessment() -> None:
        from evaluation.held import clusters, consortia, networks, records
        from evaluation.selectors import owed
        from evaluation.self_assessment.variant import variant_for
        from filings import owed as matters
        from filings import programmes
        from filings.enums import Action

        for kept in (consortia, networks, clusters, records):
            kept.register_feeds()
        programmes.extend(Action.SELF_ASSESSMENT, variant_for)
        matters.register("roundentity", owed.of_subject, owed.living_subjects, page="evaluation:assessment")
        matters.register("round", owed.of_round, owed.living_rounds, page="evaluation:round_of")

    @staticmethod
    def _rounds() -> None:
        from core import files, jobs
        from evaluation import navigation
        from evaluation.selectors.corrections import doubt
        from evaluation.services import (
            collecting,
            consequences,
            correction_effects,
            corrections,
            inputs,
            plans,
            rounds,
            runs,
        )
        from filings.selectors import ratings

        jobs.register(plans.JOB, plans.run_job)
        jobs.register(collecting.JOB, collecting.run_job, atomic=False)
        jobs.register(runs.JOB, runs.run_job, atomic=False)
        jobs.register(rounds.CONSEQUENCES, consequences.run_job, atomic=False)
        jobs.register(corrections.JOB, correction_effects.run_job, atomic=False)
        ratings.register_doubt(doubt)
        files.register_reader(inputs.EVIDENCE, inputs.may_read)
        navigation.register()

    @staticmethod
    def _reports() -> None:
        from core import files, jobs
        from evaluation.selectors import reports as reading
        from evaluation.services import report_archive, report_papers, reports

        jobs.register(reports.JOB, reports.run_job, atomic=False)
        jobs.register(report_papers.JOB, report_papers.run_job)
        jobs.register(report_archive.JOB, report_archive.run_job, atomic=False)
        files.register_reader(report_papers.KIND, reading.may_read)
        files.register_reader(report_archive.KIND, reading.may_read_archive)

    @staticmethod
    def _audit() -> None:
        from core import files, jobs
        from evaluation import navigation_audit
        from evaluation.services import packs

        navigation_audit.register()
        jobs.register(packs.JOB, packs.run_job, atomic=False)
        files.register_reader(packs.KIND, packs.may_read)
