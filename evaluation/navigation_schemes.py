"""The menu entry of schemes."""

from django.utils.translation import gettext_lazy as _

from core.navigation import Entry
from core.navigation import register as add
from evaluation.permissions import evaluation_desk


def register() -> None:
    """Called once from AppConfig.ready()."""
    add(
        Entry(
            _("指标体系"),
            "evaluation:schemes",
            evaluation_desk,
            icon="adjustments-horizontal",
            group=_("绩效评价"),
            order=51,
        )
    )
