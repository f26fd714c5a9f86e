"""The evaluation app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EvaluationConfig(AppConfig):
    """Registries are filled in ready()."""

    name = "evaluation"
    verbose_name = _("绩效评价")
