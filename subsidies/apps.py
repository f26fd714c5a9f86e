"""The subsidies app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubsidiesConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "subsidies"
    verbose_name = _("支持政策")

    def ready(self) -> None:
        from filings import home_blocks, programmes
        from policy import registry
        from subsidies import home, navigation
        from subsidies.claim.programme import PROGRAMME
        from subsidies.selectors import feeds

        registry.register_feed("measures", feeds.measure_feeds, label=_("测算和办理"))
        home_blocks.register("subsidies/_home.html", home.found)
        programmes.register(PROGRAMME)
        navigation.register()
        self._money()
        self._scenarios()
        self._offers()

    @staticmethod
    def _scenarios() -> None:
        from core import jobs
        from policy import registry
        from subsidies import navigation_scenario
        from subsidies.models.scenario import JOB
        from subsidies.selectors import affected
        from subsidies.services import scenario_runs

        jobs.register(JOB, scenario_runs.run_job, atomic=False)
        registry.register_affected(affected.affected_claims, kind="claims")
        registry.register_affected(affected.affected_offers, kind="offers")
        navigation_scenario.register()

    @staticmethod
    def _offers() -> None:
        from filings import owed
        from subsidies.selectors import offers

        owed.register(offers.NAME, offers.owed, offers.living, "subsidies:offers_of")

    @staticmethod
    def _money() -> None:
        from core import files
        from filings import owed
        from subsidies import navigation_money
        from subsidies.selectors import owed_money
        from subsidies.services import batches

        owed.register("payment", owed_money.payment_owed, living=owed_money.planned, page="subsidies:payment")
        owed.register("clawback", owed_money.clawback_owed, page="subsidies:clawback")
        navigation_money.register()
        files.register_reader(batches.KIND, batches.may_read)
