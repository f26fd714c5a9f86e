"""The evaluation app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "evaluation"
    verbose_name = _("绩效评价")

    def ready(self) -> None:
        self._schemes()

    @staticmethod
    def _schemes() -> None:
        from evaluation.services import scheme_load
        from policy import registry

        registry.register_loader("schemes", scheme_load.load, label=_("指标体系"))
